"""Pooling against torch, autograd and differences, on drawn arguments."""

import inspect

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from oracle import (
    arrange,
    as_tensor,
    check_function,
    close_sums,
    differentiate,
    dtypes,
    on_every_device,
)

from dlcourse import accelerated, reference

TORCH = {"max_pool2d": F.max_pool2d, "avg_pool2d": F.avg_pool2d}
each = pytest.mark.parametrize("name", TORCH)
LAYERS = {"MaxPool2d": torch.nn.MaxPool2d, "AvgPool2d": torch.nn.AvgPool2d}


@st.composite
def poolings(draw, name):
    """Draw images whose numbers all lie well apart, and options that fit them."""
    dtype, one = draw(dtypes), draw(st.booleans())
    kernel = (draw(st.integers(1, 3)),) * 2 if one else tuple(draw(st.integers(1, 3)) for _ in "hw")
    dilation = draw(st.integers(1, 2)) if name == "max_pool2d" else 1
    padding = [draw(st.integers(0, k // 2)) for k in kernel]
    least = [max(1, dilation * (k - 1) + 1 - 2 * p) for k, p in zip(kernel, padding, strict=True)]
    size = [n + draw(st.integers(0, 5)) for n in least]
    shape = (*draw(st.sampled_from([(), (0,), (1,), (3,)])), draw(st.integers(1, 2)), *size)
    # Distinct numbers, 0.25 apart: no tie for differences to stumble over.
    values = np.random.default_rng(draw(st.integers(0, 2**32 - 1))).permutation(np.prod(shape))
    x = (values.reshape(shape) * 0.25 - 4).astype(dtype)
    options = {
        "kernel_size": kernel[0] if one else kernel,
        "stride": draw(st.none() | st.integers(1, 3) | st.tuples(*[st.integers(1, 3)] * 2)),
        "padding": padding,
        "ceil_mode": draw(st.booleans()),
    }
    if name == "max_pool2d":
        options["dilation"] = dilation
        # torch writes outside its memory where dilation carries a window over a small image.
        assume(all_windows_see_something(x, options))
    else:
        options["count_include_pad"] = draw(st.booleans())
        options["divisor_override"] = draw(st.none() | st.sampled_from([3, -2]))
    return arrange(x, draw(st.sampled_from(["C", "Fortran", "strided"]))), options


def all_windows_see_something(x, options):
    seen = reference.max_pool2d(np.zeros(x.shape), **options)
    return (seen == 0).all()


@each
@on_every_device
@settings(max_examples=120)
@given(data=st.data())
def test_drawn(name, device, data):
    x, options = data.draw(poolings(name))
    check_function(name, (x,), options, torch_function=TORCH[name], device=device)


@on_every_device
@given(data=st.data(), dtype=dtypes)
def test_in_a_tie_the_first_wins(device, data, dtype):
    x, options = data.draw(poolings("max_pool2d"))
    x = np.round(x / 2).astype(dtype)  # three numbers or so share each value
    check_function(
        "max_pool2d",
        (x,),
        options,
        torch_function=F.max_pool2d,
        device=device,
        differences=False,
    )


def test_the_first_of_four_equals():
    grad = reference.max_pool2d_backward(np.ones((1, 1, 1)), np.zeros((1, 2, 2)), 2)
    np.testing.assert_array_equal(grad, [[[1, 0], [0, 0]]])


@pytest.mark.parametrize("size", [9, 10, 11, 12, 13])
@pytest.mark.parametrize("kernel, stride, padding", [(2, 3, 1), (3, 2, 1), (3, 3, 0), (2, 5, 0)])
@each
def test_ceil_mode_keeps_what_torch_keeps(name, size, kernel, stride, padding):
    x = np.random.default_rng(0).normal(size=(1, 1, size, size + 1))
    options = {"kernel_size": kernel, "stride": stride, "padding": padding, "ceil_mode": True}
    check_function(name, (x,), options, torch_function=TORCH[name], differences=False)


@each
def test_nan_goes_through_as_in_torch(name):
    x = np.arange(32.0).reshape(1, 2, 4, 4)
    x[0, 0, 1, 0] = np.nan
    check_function(name, (x,), {"kernel_size": 2}, torch_function=TORCH[name], differences=False)


@each
@pytest.mark.parametrize("options", [{"kernel_size": 2}, {"kernel_size": 3, "stride": 1}])
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_gradients_without_end_go_where_torchs_go(name, options, bad):
    x = np.random.default_rng(0).normal(size=(1, 2, 4, 4))
    grad = np.ones(getattr(reference, name)(x, **options).shape)
    grad[0, 1, 1, 1] = bad
    _, (own,) = differentiate(TORCH[name], (x,), options, grad, (0,), "cpu")
    ours = getattr(reference, f"{name}_backward")(grad, x, **options)
    np.testing.assert_allclose(ours, own, rtol=1e-12)


def test_of_several_nan_the_last_wins_as_in_torch():
    x = np.array([[[np.nan, 1, np.nan, np.inf]]])
    _, (own,) = differentiate(
        F.max_pool2d, (x,), {"kernel_size": (1, 4)}, np.ones((1, 1, 1)), (0,), "cpu"
    )
    ours = reference.max_pool2d_backward(np.ones((1, 1, 1)), x, (1, 4))
    np.testing.assert_array_equal(ours, own)
    np.testing.assert_array_equal(ours, [[[0, 0, 1, 0]]])


@pytest.mark.parametrize("fill", [-np.inf, np.inf])
def test_windows_of_infinities(fill):
    x = np.full((1, 1, 4, 4), fill)
    options = {"kernel_size": 3, "stride": 1, "padding": 1}
    one = np.ones_like(x)
    value, (grad,) = differentiate(F.max_pool2d, (x,), options, one, (0,), "cpu")
    np.testing.assert_array_equal(reference.max_pool2d(x, **options), value)
    np.testing.assert_array_equal(reference.max_pool2d_backward(one, x, **options), grad)
    twin = accelerated.max_pool2d(torch.from_numpy(x), **options)
    np.testing.assert_array_equal(twin, value)


def test_a_window_that_sees_only_padding_is_minus_infinity_and_has_no_gradient():
    options = {"kernel_size": 2, "padding": 1, "dilation": 2}  # taps at -1 and 1 of one pixel
    x, one = np.ones((1, 1, 1)), np.ones((1, 1, 1))
    assert reference.max_pool2d(x, **options) == -np.inf
    assert accelerated.max_pool2d(torch.from_numpy(x), **options) == -torch.inf
    assert reference.max_pool2d_backward(one, x, **options) == 0


BAD = [
    ({"input": np.ones((4, 4))}, ValueError, r"input has shape \(4, 4\); needed \(batch, channels"),
    ({"input": np.ones((2, 0, 4, 4))}, ValueError, "none but batch 0"),
    ({"input": np.ones((2, 1, 0, 4))}, ValueError, "none but batch 0"),
    ({"input": np.ones(3, complex)}, TypeError, "input has dtype .*complex128; needed real"),
    ({"kernel_size": 0}, ValueError, "kernel_size is 0; needed at least 1"),
    ({"kernel_size": 2.0}, TypeError, r"kernel_size is 2\.0; needed a whole number"),
    ({"kernel_size": (2, 2, 2)}, TypeError, "kernel_size is .*; needed a whole number or 2"),
    ({"kernel_size": 5}, ValueError, r"kernel_size is \(5, 5\) .* does not fit into the input"),
    ({"stride": 0}, ValueError, "stride is 0; needed at least 1"),
    ({"stride": -2}, ValueError, "stride is -2; needed at least 1"),
    ({"padding": -1}, ValueError, "padding is -1; needed at least 0"),
    ({"padding": 2}, ValueError, r"padding is \(2, 2\); needed at most half of kernel_size"),
    ({"padding": "same"}, TypeError, "padding is 'same'; needed a whole number"),
    ({"ceil_mode": 1}, TypeError, "ceil_mode is 1; needed True or False"),
]


@each
@pytest.mark.parametrize("change, error, message", BAD)
def test_bad_input(name, change, error, message):
    refused(name, change, error, message)


def test_bad_options_of_one_pooling():
    refused("max_pool2d", {"dilation": 0}, ValueError, "dilation is 0; needed at least 1")
    refused("max_pool2d", {"dilation": 4}, ValueError, "with dilation .* does not fit")
    for divisor in (0, 1.5, True):
        refused(
            "avg_pool2d",
            {"divisor_override": divisor},
            ValueError,
            f"divisor_override is {divisor}; needed a whole number, not 0",
        )


def refused(name, change, error, message):
    kwargs = {"input": np.ones((2, 3, 4, 4)), "kernel_size": 2, **change}
    assert set(change) <= set(inspect.signature(getattr(reference, name)).parameters)
    with pytest.raises(error, match=message):
        getattr(reference, name)(**kwargs)
    with pytest.raises(error, match=message):
        # Of the output's shape where the divisor is wrong and nothing else.
        getattr(reference, f"{name}_backward")(np.ones((2, 3, 2, 2)), **kwargs)
    with pytest.raises(error, match=message):
        getattr(accelerated, name)(**{k: as_tensor(v) for k, v in kwargs.items()})


@each
def test_gradient_of_another_shape(name):
    with pytest.raises(ValueError, match=r"grad_output has shape \(2,\); needed .* \(1, 2, 2\)"):
        getattr(reference, f"{name}_backward")(np.ones(2), np.ones((1, 4, 4)), 2)


@each
def test_the_other_half_is_named(name):
    with pytest.raises(TypeError, match=r"^input is a torch tensor"):
        getattr(reference, name)(torch.zeros(1, 4, 4), 2)
    with pytest.raises(TypeError, match=r"^input is of type numpy\.ndarray"):
        getattr(accelerated, name)(np.zeros((1, 4, 4)), 2)


@each
def test_whole_numbers_become_float64_and_gradients_take_the_inputs_dtype(name):
    x = np.arange(16).reshape(1, 4, 4)
    assert getattr(reference, name)(x, 2).dtype == np.float64
    backward = getattr(reference, f"{name}_backward")
    assert backward(np.ones((1, 2, 2)), x.astype(np.float32), 2).dtype == np.float32


@pytest.mark.parametrize("name", LAYERS)
@given(data=st.data())
def test_layers_are_torchs(name, data):
    x, options = data.draw(poolings({"MaxPool2d": "max_pool2d", "AvgPool2d": "avg_pool2d"}[name]))
    assume(x.ndim == 4)
    layer, twin = (getattr(half, name)(**options) for half in (reference, accelerated))
    t = torch.from_numpy(x).requires_grad_()
    y = LAYERS[name](**options)(t)
    # A largest number is one of those given; an average adds kernel_size ** 2, and divides.
    sizes = np.abs(layer.forward(np.abs(x))) if name == "AvgPool2d" else np.zeros(y.shape)
    terms = np.prod(np.broadcast_to(options["kernel_size"], 2)) + 1
    for output in (layer.forward(x), twin.forward(t).detach().numpy()):
        close_sums(y.detach().numpy(), output, sizes, terms)
    grad = np.random.default_rng(0).normal(size=y.shape).astype(x.dtype)
    (own,) = torch.autograd.grad(y, t, torch.from_numpy(grad))
    np.testing.assert_allclose(layer.backward(grad), own, rtol=1e-5, atol=1e-6)
    assert layer.parameters() == layer.gradients() == twin.parameters() == []


@pytest.mark.parametrize("name", LAYERS)
def test_layers_take_torchs_arguments(name):
    torchs = inspect.signature(LAYERS[name]).parameters
    for half in (reference, accelerated):
        ours = inspect.signature(getattr(half, name)).parameters
        assert list(ours) == [n for n in torchs if n != "return_indices"]
        assert [p.default for p in ours.values()] == [torchs[n].default for n in ours]
