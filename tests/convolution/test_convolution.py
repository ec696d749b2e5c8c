"""Convolutions against torch, autograd and differences, on drawn arguments."""

import inspect

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import (
    TOLERANCES,
    arrange,
    arrays,
    as_tensor,
    check_function,
    close_sums,
    dtypes,
    on_every_device,
)

from dlcourse import accelerated, reference
from dlcourse.reference import naive
from dlcourse.reference.convolution import _windows


def torchs(function):
    """Lay the weight out in order first: the backward of some of torch's forms refuses others."""
    return lambda input, weight, *args, **options: function(
        input, weight.contiguous(), *args, **options
    )


TORCH = {name: torchs(getattr(F, name)) for name in ("conv1d", "conv2d", "conv_transpose2d")}
each = pytest.mark.parametrize("name", TORCH)
LAYERS = {"Conv1d": torch.nn.Conv1d, "Conv2d": torch.nn.Conv2d}

# torch's remark on its own speed.
pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")

small = st.integers(1, 3)


@st.composite
def per_axis(draw, axes, low, high):
    """Draw one number for all axes, or one for each, as tuple or list."""
    number = st.integers(low, high)
    one_each = st.lists(number, min_size=axes, max_size=axes)
    return draw(number | one_each | one_each.map(tuple))


def spread(value, axes):
    return (
        list(value) * axes
        if isinstance(value, list | tuple) and len(value) == 1
        else (list(value) if isinstance(value, list | tuple) else [value] * axes)
    )


@st.composite
def convolutions(draw, axes):
    """Draw arguments that fit each other: (input, weight, bias) and options."""
    dtype, groups = draw(dtypes), draw(st.integers(1, 2))
    kernel = [draw(small) for _ in range(axes)]
    dilation = draw(per_axis(axes, 1, 2))
    padding = draw(per_axis(axes, 0, 3) | st.sampled_from(["same", "valid"]))
    stride = 1 if padding == "same" else draw(per_axis(axes, 1, 3))
    sides = [0] * axes if isinstance(padding, str) else spread(padding, axes)
    reach = [d * (k - 1) + 1 for d, k in zip(spread(dilation, axes), kernel, strict=True)]
    least = [
        1 if padding == "same" else max(1, r - 2 * p) for r, p in zip(reach, sides, strict=True)
    ]
    size = [n + draw(st.integers(0, 4)) for n in least]
    channels, features = draw(small), draw(small)
    batch = draw(st.sampled_from([(), (0,), (1,), (3,)]))
    x = draw(arrays((*batch, groups * channels, *size), dtype))
    weight = draw(arrays((groups * features, channels, *kernel), dtype))
    bias = draw(st.none() | arrays((groups * features,), dtype))
    options = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
    return (x, weight, bias), options


@st.composite
def transposed(draw):
    dtype, groups = draw(dtypes), draw(st.integers(1, 2))
    kernel = [draw(small), draw(small)]
    stride, dilation = draw(per_axis(2, 1, 3)), draw(per_axis(2, 1, 2))
    padding = draw(per_axis(2, 0, 2))
    s, d, p = (spread(v, 2) for v in (stride, dilation, padding))
    extra = [draw(st.integers(0, max(s[i], d[i]) - 1)) for i in range(2)]
    size = []
    for i in range(2):
        least = 1
        while (least - 1) * s[i] + d[i] * (kernel[i] - 1) + 1 + extra[i] - 2 * p[i] < 1:
            least += 1
        size.append(least + draw(st.integers(0, 2)))
    channels, features = draw(small), draw(small)
    batch = draw(st.sampled_from([(), (0,), (1,), (3,)]))
    x = draw(arrays((*batch, groups * channels, *size), dtype))
    weight = draw(arrays((groups * channels, features, *kernel), dtype))
    bias = draw(st.none() | arrays((groups * features,), dtype))
    options = {"stride": stride, "padding": padding, "output_padding": extra}
    return (x, weight, bias), {**options, "groups": groups, "dilation": dilation}


def check(name, args, options, device="cpu", **more):
    differentiable = (0, 1) if args[2] is None else (0, 1, 2)
    check_function(
        name,
        args,
        options,
        torch_function=TORCH[name],
        differentiable=differentiable,
        device=device,
        **more,
    )


@on_every_device
@settings(max_examples=120)
@given(drawn=convolutions(2))
def test_conv2d(device, drawn):
    check("conv2d", *drawn, device)


@on_every_device
@settings(max_examples=120)
@given(drawn=convolutions(1))
def test_conv1d(device, drawn):
    check("conv1d", *drawn, device)


@on_every_device
@settings(max_examples=120)
@given(drawn=transposed())
def test_conv_transpose2d(device, drawn):
    check("conv_transpose2d", *drawn, device)


@pytest.mark.parametrize("block", [1, 2**9, 2**18])
@pytest.mark.parametrize("images", [1, 5, 7])
def test_blocks_of_any_length(monkeypatch, block, images):
    monkeypatch.setattr(_windows, "BLOCK", block)
    rng = np.random.default_rng(0)
    x, weight = rng.normal(size=(images, 2, 5, 6)), rng.normal(size=(3, 2, 3, 2))
    for options in ({"padding": "same"}, {"stride": 2, "padding": 1}, {"dilation": 2}):
        check("conv2d", (x, weight, rng.normal(size=3)), options, differences=False)


@pytest.mark.parametrize("size", [(8, 8), (7, 8), (16, 4)])
def test_sizes_at_which_rows_are_moved_apart(size):
    rng = np.random.default_rng(0)
    x, weight = rng.normal(size=(3, 1, *size)), rng.normal(size=(2, 1, 1, 1))
    check("conv2d", (x, weight, None), {}, differences=False)
    check("conv2d", (x, weight, None), {"stride": (1, 2), "padding": (0, 3)}, differences=False)


@each
def test_defaults_are_torchs(name):
    rng = np.random.default_rng(0)
    size, kernel = ((5,), (2,)) if name == "conv1d" else ((5, 6), (3, 2))
    check(name, (rng.normal(size=(2, 3, *size)), rng.normal(size=(3, 3, *kernel)), None), {})


def test_conv2d_does_not_flip_the_kernel():
    x, kernel = np.zeros((1, 1, 3, 3)), np.arange(9.0).reshape(1, 1, 3, 3)
    x[0, 0, 1, 1] = 1
    np.testing.assert_array_equal(
        reference.conv2d(x, kernel, padding=1)[0, 0], kernel[0, 0, ::-1, ::-1]
    )


def test_conv_transpose2d_is_the_transpose_of_conv2d():
    rng = np.random.default_rng(0)
    x, weight = rng.normal(size=(2, 4, 8, 10)), rng.normal(size=(6, 2, 3, 2))
    options = {"stride": (2, 3), "padding": 1, "groups": 2}
    y = rng.normal(size=reference.conv2d(x, weight, **options).shape)
    there = np.sum(reference.conv2d(x, weight, **options) * y)
    back = reference.conv_transpose2d(y, weight, output_padding=1, **options)
    np.testing.assert_allclose(np.sum(x * back), there, rtol=1e-12, atol=1e-11)


@pytest.mark.parametrize("half", [reference, accelerated])
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_nan_and_infinity_reach_the_windows_that_see_them_and_no_other(half, bad):
    x, weight = np.zeros((2, 2, 5, 5)), np.ones((1, 2, 3, 3))
    x[0, 1, 2, 4] = bad
    y = half.conv2d(*map(convert(half), (x, weight)), padding=1)
    own = F.conv2d(torch.from_numpy(x), torch.from_numpy(weight), padding=1)
    np.testing.assert_array_equal(np.asarray(y), own.numpy())


def test_nan_in_grad_output_goes_through_as_in_torch():
    x, weight = torch.zeros(2, 2, 5, 5, requires_grad=True), torch.ones(1, 2, 3, 3)
    grad = np.ones((2, 1, 5, 5), np.float32)
    grad[0, 0, 2, 4] = np.nan
    (own,) = torch.autograd.grad(F.conv2d(x, weight, padding=1), x, torch.from_numpy(grad))
    ours, _, _ = reference.conv2d_backward(grad, x.detach().numpy(), weight.numpy(), padding=1)
    np.testing.assert_array_equal(np.isnan(ours), np.isnan(own.numpy()))


@each
def test_no_pixel_left_is_refused_like_any_bad_size(name):
    shape = (1, 2, 0) if name == "conv1d" else (1, 2, 0, 4)
    weight = np.ones((2, 2, *(1,) * (len(shape) - 2)))
    with pytest.raises(ValueError, match=r"needed at least one|does not fit"):
        getattr(reference, name)(np.zeros(shape), weight)


@pytest.mark.parametrize(
    "shape, kernel, stride, padding",
    [((2, 3, 6, 5), (3, 2), 1, 0), ((2, 3, 6, 6), (3, 3), 2, 1), ((0, 1, 4, 4), (2, 2), 1, 1)],
)
@pytest.mark.parametrize("form", ["loops", "im2col"])
def test_the_textbooks_forms_give_the_same(shape, kernel, stride, padding, form):
    rng = np.random.default_rng(0)
    x, weight, bias = (
        rng.normal(size=shape),
        rng.normal(size=(4, shape[1], *kernel)),
        rng.normal(size=4),
    )
    for b in (bias, None):
        args = (x, weight, b, stride, padding)
        y = reference.conv2d(*args)
        grad = rng.normal(size=y.shape)
        forward = getattr(naive, f"conv2d_{form}")(*args)
        backward = getattr(naive, f"conv2d_{form}_backward")(grad, *args)
        for got, expected in zip(
            (forward, *backward), (y, *reference.conv2d_backward(grad, *args)), strict=True
        ):
            if expected is None:
                assert got is None
            else:
                np.testing.assert_allclose(got, expected, **TOLERANCES["float64"])


def convert(half):
    return np.asarray if half is reference else as_tensor


def arguments(name):
    """Return good arguments, to be spoiled one at a time: 4 channels in, 6 out, 2 groups."""
    weight = {"conv1d": (6, 2, 3), "conv2d": (6, 2, 3, 3), "conv_transpose2d": (4, 3, 3, 3)}[name]
    x = (2, 4, 5) if name == "conv1d" else (2, 4, 5, 5)
    return {"input": np.ones(x), "weight": np.ones(weight), "bias": np.ones(6), "groups": 2}


def refused(name, change, error, message):
    kwargs = {**arguments(name), **change}
    assert set(change) <= set(inspect.signature(getattr(reference, name)).parameters)
    with pytest.raises(error, match=message):
        getattr(reference, name)(**kwargs)
    with pytest.raises(error, match=message):
        getattr(reference, f"{name}_backward")(1.0, **kwargs)
    with pytest.raises(error, match=message.replace("dtype complex", r"dtype torch\.complex")):
        getattr(accelerated, name)(**{k: as_tensor(v) for k, v in kwargs.items()})


@each
@pytest.mark.parametrize(
    "change, error, message",
    [
        ({"input": np.ones(5)}, ValueError, r"input has shape \(5,\); needed \(batch, channels"),
        ({"weight": np.ones((4, 2))}, ValueError, r"weight has shape \(4, 2\); needed \("),
        ({"bias": np.ones(5)}, ValueError, r"bias has shape \(5,\); needed \(6,\)"),
        ({"bias": np.ones((6, 1))}, ValueError, r"bias has shape \(6, 1\); needed \(6,\)"),
        ({"bias": np.ones(6, np.float32)}, TypeError, "have dtypes .*float64, .*float32; needed"),
        ({"input": np.ones(5, complex)}, TypeError, "input has dtype complex128; needed real"),
        ({"stride": 0}, ValueError, "stride is 0; needed at least 1"),
        ({"stride": -1}, ValueError, "stride is -1; needed at least 1"),
        ({"stride": 1.0}, TypeError, r"stride is 1\.0; needed a whole number"),
        ({"stride": True}, TypeError, "stride is True; needed a whole number"),
        ({"stride": (1, 1, 1)}, TypeError, r"stride is \(1, 1, 1\); needed a whole number"),
        ({"stride": ()}, TypeError, r"stride is \(\); needed a whole number"),
        ({"dilation": 0}, ValueError, "dilation is 0; needed at least 1"),
        ({"padding": -1}, ValueError, "padding is -1; needed at least 0"),
        ({"padding": None}, TypeError, "padding is None; needed a whole number"),
        ({"groups": 0}, ValueError, "groups is 0; needed at least 1"),
        ({"groups": 1.0}, TypeError, r"groups is 1\.0; needed a whole number"),
    ],
)
def test_bad_input(name, change, error, message):
    refused(name, change, error, message)


@pytest.mark.parametrize("name", ["conv1d", "conv2d"])
@pytest.mark.parametrize(
    "change, message",
    [
        ({"groups": 4, "bias": None}, "weight has 6 output channels; needed a multiple of groups"),
        ({"groups": 1}, "input has 4 channels; needed 2, since weight has shape"),
        ({"padding": "full"}, "padding is 'full'; needed 'same', 'valid' or whole numbers"),
        ({"padding": "same", "stride": 2}, "stride is .* 'same', which needs a stride of 1"),
        ({"dilation": 3}, "kernel of .* dilation .* does not fit into the input"),
    ],
)
def test_what_does_not_fit_together(name, change, message):
    refused(name, change, ValueError, message)


@pytest.mark.parametrize(
    "change, error, message",
    [
        (
            {"groups": 3, "bias": np.ones(9)},
            ValueError,
            "weight has 4 input channels; needed a mul",
        ),
        ({"input": np.ones((1, 2, 5, 5))}, ValueError, "input has 2 channels; needed 4"),
        ({"padding": "same"}, TypeError, "padding is 'same'; needed a whole number"),
        ({"output_padding": 1}, ValueError, r"output_padding is \(1, 1\); needed less than stride"),
        ({"output_padding": -1}, ValueError, "output_padding is -1; needed at least 0"),
        ({"padding": 4}, ValueError, r"gives an output of \(-1, -1\); needed at least one pixel"),
    ],
)
def test_what_does_not_fit_together_transposed(change, error, message):
    refused("conv_transpose2d", change, error, message)


def test_an_empty_kernel_is_refused():
    for name in TORCH:
        weight = np.ones((*arguments(name)["weight"].shape[:-1], 0))
        refused(name, {"weight": weight}, ValueError, r"weight has shape .* none of them 0")


@each
def test_gradient_of_another_shape(name):
    with pytest.raises(ValueError, match=r"grad_output has shape \(\); needed the output's"):
        getattr(reference, f"{name}_backward")(1.0, **arguments(name))


@each
@pytest.mark.parametrize("odd", ["input", "weight", "bias"])
def test_the_other_half_is_named(name, odd):
    good = arguments(name)
    tensors = {k: as_tensor(v) for k, v in good.items()}
    with pytest.raises(TypeError, match=f"^{odd} is a torch tensor"):
        getattr(reference, name)(**{**good, odd: tensors[odd]})
    with pytest.raises(TypeError, match=rf"^{odd} is of type numpy\.ndarray"):
        getattr(accelerated, name)(**{**tensors, odd: good[odd]})


@each
@pytest.mark.parametrize("layout", ["Fortran", "strided"])
def test_gradients_may_arrive_in_any_layout_and_dtype(name, layout):
    kwargs = {k: v.astype(np.float32) if k != "groups" else v for k, v in arguments(name).items()}
    y = getattr(reference, name)(**kwargs)
    grad = np.random.default_rng(0).normal(size=y.shape)
    backward = getattr(reference, f"{name}_backward")
    for a, b in zip(
        backward(grad, **kwargs), backward(arrange(grad, layout), **kwargs), strict=True
    ):
        assert a.dtype == b.dtype == np.float32
        np.testing.assert_allclose(a, b, **TOLERANCES["float32"])


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("bias", [True, False])
def test_layers_are_torchs(name, bias):
    axes = int(name[4])
    options = {"stride": 2, "padding": 1, "dilation": 2, "groups": 2}
    layer = getattr(reference, name)(4, 6, 3, **options, bias=bias, rng=np.random.default_rng(0))
    twin = getattr(accelerated, name)(4, 6, 3, **options, bias=bias, generator=torch.Generator())
    torchs = LAYERS[name](4, 6, 3, **options, bias=bias, dtype=torch.float64)
    for ours, same, p in zip(
        layer.parameters(), twin.parameters(), torchs.parameters(), strict=True
    ):
        assert ours.shape == same.shape == p.shape and same.requires_grad
        assert same.dtype == torch.get_default_dtype()
        p.data = torch.from_numpy(ours)
        same.data = p.data.clone()
    x = torch.randn(3, 4, *(9,) * axes, dtype=torch.float64, requires_grad=True)
    y = torchs(x)
    unsigned = [np.abs(a.detach().numpy()) for a in (x, *torchs.parameters())]
    sizes = getattr(reference, name.lower())(*unsigned, **options)
    terms = unsigned[1][0].size + bias
    for output in (layer.forward(x.detach().numpy()), twin.forward(x).detach().numpy()):
        close_sums(y.detach().numpy(), output, sizes, terms)
    grads = torch.autograd.grad(y.square().sum(), [x, *torchs.parameters()])
    own = [layer.backward(2 * y.detach().numpy()), *layer.gradients()]
    twins = torch.autograd.grad(twin.forward(x).square().sum(), [x, *twin.parameters()])
    for a, b, c in zip(own, grads, twins, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-10)
        np.testing.assert_allclose(c, b, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("name", LAYERS)
def test_layers_start_within_torchs_bound(name):
    layer = getattr(reference, name)(8, 64, 5, groups=2, rng=np.random.default_rng(0))
    twin = getattr(accelerated, name)(8, 64, 5, groups=2, generator=torch.Generator())
    torchs = LAYERS[name](8, 64, 5, groups=2)
    bound = (4 * 5 ** int(name[4])) ** -0.5
    for parameters in (layer.parameters(), twin.parameters(), torchs.parameters()):
        for p in parameters:
            p = np.asarray(p.detach() if isinstance(p, torch.Tensor) else p)
            assert 0.9 * bound < np.abs(p).max() <= bound * (1 + 1e-6)
            assert abs(p.std() / (bound / 3**0.5) - 1) < 0.25


@pytest.mark.parametrize("name", LAYERS)
def test_layers_draw_from_their_generator(name):
    make = getattr(reference, name)
    first, again, other = (make(1, 2, 3, rng=np.random.default_rng(s)).weight for s in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert (first != other).all()
    assert make(1, 2, 3, rng=np.random.default_rng(0), dtype=np.float32).weight.dtype == np.float32


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize(
    "change, error, message",
    [
        ({"in_channels": 0}, ValueError, "in_channels is 0; needed a whole number of at least 1"),
        ({"out_channels": 2.0}, ValueError, r"out_channels is 2\.0; needed a whole number"),
        ({"groups": 0}, ValueError, "groups is 0; needed a whole number of at least 1"),
        ({"groups": 3}, ValueError, "in_channels is 4; needed a multiple of groups, 3"),
        ({"kernel_size": 0}, ValueError, "kernel_size is 0; needed at least 1"),
        ({"kernel_size": "3"}, TypeError, "kernel_size is '3'; needed a whole number"),
        ({"source": 0}, TypeError, "(rng|generator) is 0; needed"),
    ],
)
def test_layers_refuse_bad_arguments(name, change, error, message):
    for half, source, word in (
        (reference, np.random.default_rng(0), "rng"),
        (accelerated, torch.Generator(), "generator"),
    ):
        kwargs = {"in_channels": 4, "out_channels": 6, "kernel_size": 3, "source": source, **change}
        kwargs[word] = kwargs.pop("source")
        with pytest.raises(error, match=message):
            getattr(half, name)(**kwargs)


@pytest.mark.parametrize("name", LAYERS)
def test_layers_take_torchs_arguments(name):
    torchs = list(inspect.signature(LAYERS[name]).parameters.values())
    for half in (reference, accelerated):
        ours = list(inspect.signature(getattr(half, name)).parameters.values())[:8]
        assert [p.name for p in ours] == [p.name for p in torchs[:8]]
        assert [p.default for p in ours] == [p.default for p in torchs[:8]]
