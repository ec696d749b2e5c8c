"""Batch norm and layer norm, as functions and as layers, against torch."""

import inspect
import math
from types import SimpleNamespace

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from oracle import (
    agree,
    arrays,
    as_array,
    as_tensor,
    assert_unchanged,
    check_function,
    dtypes,
    on_every_device,
    snapshot,
)
from torch import nn

from dlcourse import accelerated, reference

each_dtype = pytest.mark.parametrize("dtype", ["float32", "float64"])
# A NumPy scalar would widen float32 if it could.
EPS = np.float64(
    1e-2
)  # with torch's 1e-5, 1/std is up to 300 and float32 resolves little where x is flat


@st.composite
def batches(draw, ndims=(2, 3, 4), max_n=5):
    """Draw input, weight, bias, running_mean, running_var; not one value per channel."""
    dtype, channels = draw(dtypes), draw(st.integers(1, 4))
    rest = tuple(draw(st.integers(1, 3)) for _ in range(draw(st.sampled_from(ndims)) - 2))
    n = draw(st.integers(0, max_n).filter(lambda n: n * math.prod(rest) != 1))
    x = draw(arrays((n, channels, *rest), dtype, kinks=()))
    weight, bias, mean = (draw(arrays((channels,), dtype, kinks=())) for _ in range(3))
    return x, weight, bias, mean, draw(arrays((channels,), dtype, 0.1, 2.0, kinks=()))


def with_statistics(function, mean, var, **options):
    """Return batch norm as a function of input, weight and bias, with fresh statistics."""

    def call(*args):
        *front, x, weight, bias = args
        fresh = [a if a is None else like(x, a) for a in (mean, var)]
        return function(*front, x, *fresh, weight, bias, **options)

    return call


def contiguous(function):
    """Give torch's own function rows in plain order.

    Torch 2.13 on the CPU errs in the gradients of batch norm, by a factor of 2, if input and
    gradient lie differently in memory, (1, 2, 1, 2) with strides (1, 1, 2, 2), say.
    """
    return lambda *args: function(
        *(a.contiguous() if isinstance(a, torch.Tensor) else a for a in args)
    )


def like(x, array):
    return (
        torch.tensor(array, device=x.device)
        if isinstance(x, torch.Tensor)
        else array.astype(x.dtype)
    )


@pytest.mark.parametrize("training", [True, False])
@on_every_device
@given(drawn=batches(), with_weight=st.booleans(), with_bias=st.booleans(), recorded=st.booleans())
def test_batch_norm(training, device, drawn, with_weight, with_bias, recorded):
    x, weight, bias, mean, var = drawn
    if training and not recorded:
        mean = var = None
    options = {"training": training, "eps": EPS}
    halves = {
        half: SimpleNamespace(
            **{
                name: with_statistics(getattr(half, name), mean, var, **options)
                for name in ("batch_norm", "batch_norm_backward")
                if hasattr(half, name)
            }
        )
        for half in (reference, accelerated)
    }
    check_function(
        "batch_norm",
        (x, weight if with_weight else None, bias if with_bias else None),
        torch_function=contiguous(with_statistics(F.batch_norm, mean, var, **options)),
        differentiable=[0] + [1] * with_weight + [2] * with_bias,
        device=device,
        reference=halves[reference],
        accelerated=halves[accelerated],
    )


@on_every_device
@given(
    drawn=batches(),
    training=st.booleans(),
    momentum=st.sampled_from([0.1, np.float64(0.9), 0.0, 1.0]),
)
def test_running_statistics(device, drawn, training, momentum):
    x, weight, bias, mean, var = drawn
    ours = mean.copy(), var.copy()
    reference.batch_norm(x, *ours, weight, bias, training, momentum)
    for function in (accelerated.batch_norm, F.batch_norm):
        theirs = [torch.tensor(a, device=device) for a in (mean, var)]
        rest = [as_tensor(a, device) for a in (weight, bias)]
        function(as_tensor(x, device), *theirs, *rest, training, momentum)
        for mine, other in zip(ours, theirs, strict=True):
            agree("running statistics", mine, as_array(other))
    if not training:
        assert_unchanged([mean, var], ours)


@given(drawn=batches())
def test_backward_leaves_the_running_statistics_alone(drawn):
    x, weight, bias, mean, var = drawn
    before = snapshot([mean, var])
    for training in (True, False):
        reference.batch_norm_backward(np.ones_like(x), x, mean, var, weight, bias, training)
    assert_unchanged(before, [mean, var])


@st.composite
def rows(draw):
    """Draw input, normalized_shape, weight, bias."""
    dtype = draw(dtypes)
    lead = draw(st.lists(st.integers(0, 3), max_size=2))
    last = tuple(draw(st.lists(st.integers(1, 4), min_size=1, max_size=2)))
    x = draw(arrays((*lead, *last), dtype, kinks=()))
    weight, bias = (draw(st.none() | arrays(last, dtype, kinks=())) for _ in range(2))
    return x, last, weight, bias


@on_every_device
@given(drawn=rows())
def test_layer_norm(device, drawn):
    x, normalized_shape, weight, bias = drawn

    def reorder(function):
        """Bring the arguments with gradients to the front, as check_function counts them."""
        return lambda *args: function(*args[:-2], normalized_shape, *args[-2:], EPS)

    halves = [
        SimpleNamespace(layer_norm=reorder(half.layer_norm)) for half in (reference, accelerated)
    ]
    halves[0].layer_norm_backward = reorder(reference.layer_norm_backward)
    check_function(
        "layer_norm",
        (x, weight, bias),
        torch_function=contiguous(reorder(F.layer_norm)),
        differentiable=[0] + [1] * (weight is not None) + [2] * (bias is not None),
        device=device,
        reference=halves[0],
        accelerated=halves[1],
    )


def test_layer_norm_takes_a_size_or_several():
    x = np.random.default_rng(0).normal(size=(2, 3))
    for shape in (3, (3,), [3], np.int64(3)):
        wanted = F.layer_norm(torch.tensor(x), (3,)).numpy()
        np.testing.assert_allclose(reference.layer_norm(x, shape), wanted, rtol=1e-10, atol=1e-12)
        twin = accelerated.layer_norm(torch.tensor(x), shape)
        np.testing.assert_allclose(twin.numpy(), wanted, rtol=1e-10, atol=1e-12)


class TestALargeMean:
    """In float32 numbers near 10,000 lie 0.001 apart: what is given must not get worse."""

    x = (1e4 + np.random.default_rng(0).normal(size=(64, 3, 8, 8))).astype(np.float32)

    def exact(self, axes):
        x = self.x.astype(np.float64)
        return (x - x.mean(axes, keepdims=True)) / np.sqrt(x.var(axes, keepdims=True) + 1e-5)

    @on_every_device
    def test_batch_norm(self, device):
        ours = reference.batch_norm(self.x, None, None, training=True)
        twin = accelerated.batch_norm(as_tensor(self.x, device), None, None, training=True)
        for got in (ours, as_array(twin)):
            np.testing.assert_allclose(got, self.exact((0, 2, 3)), atol=1e-5)

    @on_every_device
    def test_layer_norm(self, device):
        ours = reference.layer_norm(self.x, (8, 8))
        twin = accelerated.layer_norm(as_tensor(self.x, device), (8, 8))
        for got in (ours, as_array(twin)):
            np.testing.assert_allclose(got, self.exact((2, 3)), atol=1e-5)

    def test_running_variance(self):
        mean, var = np.zeros(3, np.float32), np.zeros(3, np.float32)
        reference.batch_norm(self.x, mean, var, training=True, momentum=1.0)
        exact = self.x.astype(np.float64)
        np.testing.assert_allclose(mean, exact.mean((0, 2, 3)), rtol=1e-7)
        np.testing.assert_allclose(var, exact.var((0, 2, 3), ddof=1), rtol=1e-5)

    def test_the_form_in_one_pass_fails_here(self):
        folded = (self.x**2).mean((0, 2, 3)) - self.x.mean((0, 2, 3)) ** 2
        assert np.abs(folded - 1).max() > 0.5


@each_dtype
@on_every_device
def test_a_constant_channel_gives_its_bias(dtype, device):
    x = np.full((5, 2), 3.0, dtype)
    weight, bias = np.array([2, 3], dtype), np.array([7, -7], dtype)
    output = reference.batch_norm(x, None, None, weight, bias, True)
    np.testing.assert_array_equal(output, np.broadcast_to(bias, (5, 2)))
    tensors = [as_tensor(a, device) for a in (x, weight, bias)]
    twin = accelerated.batch_norm(tensors[0], None, None, *tensors[1:], True)
    np.testing.assert_array_equal(as_array(twin), output)
    gradients = reference.batch_norm_backward(np.ones_like(x), x, None, None, weight, bias, True)
    assert all(np.isfinite(g).all() for g in gradients)


def test_nan_spoils_its_channel_as_in_torch():
    x = np.array([[1.0, 2.0, 3.0], [np.nan, 3.0, 4.0]])
    ours, theirs = (np.zeros(3), np.ones(3)), (torch.zeros(3).double(), torch.ones(3).double())
    wanted = F.batch_norm(torch.tensor(x), *theirs, training=True).numpy()
    np.testing.assert_allclose(
        reference.batch_norm(x, *ours, training=True), wanted, rtol=1e-7, atol=1e-12
    )
    for mine, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(mine, other.numpy(), rtol=1e-7, atol=1e-12)


def test_rows_depend_on_each_other_in_training_only():
    x = np.random.default_rng(0).normal(size=(6, 2))
    one_row = np.zeros((6, 2))
    one_row[2] = [1.0, -0.5]
    statistics = np.zeros(2), np.ones(2)
    alone = reference.batch_norm_backward(one_row, x, *statistics, training=False)[0]
    together = reference.batch_norm_backward(one_row, x, *statistics, training=True)[0]
    np.testing.assert_array_equal(alone.any(axis=1), [0, 0, 1, 0, 0, 0])
    assert together.any(axis=1).all()
    np.testing.assert_allclose(together.sum(axis=0), 0, atol=1e-12)


# --- layers ------------------------------------------------------------------------------


LAYERS = [("BatchNorm1d", (2, 3)), ("BatchNorm2d", (4,))]


@pytest.mark.parametrize("name, ndims", LAYERS)
@pytest.mark.parametrize("momentum", [0.3, None])
@pytest.mark.parametrize("affine", [True, False])
@on_every_device
@given(data=st.data())
def test_batch_norm_layers_over_several_batches(name, ndims, momentum, affine, device, data):
    x, weight, bias, _, _ = data.draw(batches(ndims))
    options = {"eps": EPS, "momentum": momentum, "affine": affine}
    tensors = {"dtype": getattr(torch, str(x.dtype)), "device": device}
    ours = getattr(reference, name)(x.shape[1], **options, dtype=x.dtype)
    others = [getattr(m, name)(x.shape[1], **options, **tensors) for m in (accelerated, nn)]
    if affine:
        ours.weight[:], ours.bias[:] = weight, bias
    for other in others:
        copy_parameters(ours, other)
    for scale, training in [(1, True), (-2, True), (3, False), (1, True)]:
        batch = x * x.dtype.type(scale)
        gradients = run(ours.train(training), batch)
        for other in others:
            theirs = run_torch(other.train(training), batch, device)
            agree_all(name, gradients, theirs, ours)
            agree("running mean", ours.running_mean, as_array(other.running_mean))
            agree("running var", ours.running_var, as_array(other.running_var))
            assert ours.num_batches_tracked == int(other.num_batches_tracked)


@pytest.mark.parametrize("affine, with_bias", [(True, True), (True, False), (False, True)])
@on_every_device
@given(drawn=rows())
def test_layer_norm_layer(affine, with_bias, device, drawn):
    x, shape, weight, bias = drawn
    options = {"eps": EPS, "elementwise_affine": affine, "bias": with_bias}
    tensors = {"dtype": getattr(torch, str(x.dtype)), "device": device}
    ours = reference.LayerNorm(shape, **options, dtype=x.dtype)
    others = [m.LayerNorm(shape, **options, **tensors) for m in (accelerated, nn)]
    for parameter, drawn_value in zip(ours.parameters(), (weight, bias), strict=False):
        if drawn_value is not None:
            parameter[...] = drawn_value
    gradients = run(ours, x)
    for other in others:
        copy_parameters(ours, other)
        agree_all("LayerNorm", gradients, run_torch(other, x, device), ours)


def agree_all(what, expected, found, layer):
    """Assert that output and gradients agree; the input's, as far as rounding lets them.

    x - mean is off by a rounding of x, at most 4. On the way back 1/std counts twice, at most
    1/EPS, and what arrives is at most 1.5 times the weight.
    """
    weights = [abs(p).max(initial=1) for p in layer.parameters()]
    eps = np.finfo(expected[0].dtype).eps
    off = 2 * eps * 4 * 1.5 * max(weights, default=1) / EPS
    for i, (wanted, got) in enumerate(zip(expected, found, strict=True)):
        agree(what, wanted, got, off if i == 1 else 0.0)


def copy_parameters(ours, other):
    with torch.no_grad():
        for mine, theirs in zip(ours.parameters(), other.parameters(), strict=True):
            theirs.copy_(torch.as_tensor(mine))


def run(layer, x):
    """Return the output, the gradient of the input and those of the parameters."""
    before = snapshot([x])
    output = layer.forward(x)
    grad_input = layer.backward(np.linspace(0.5, 1.5, x.size).reshape(x.shape).astype(x.dtype))
    assert_unchanged(before, [x])
    return [output, grad_input, *layer.gradients()]


def run_torch(layer, x, device):
    x = torch.tensor(np.ascontiguousarray(x), device=device, requires_grad=True)
    output = layer(x) if isinstance(layer, nn.Module) else layer.forward(x)
    grad = torch.linspace(0.5, 1.5, x.numel(), dtype=torch.float64).reshape(x.shape).to(x)
    theirs = torch.autograd.grad(output, [x, *layer.parameters()], grad)
    return [as_array(t) for t in (output, *theirs)]


def test_backward_belongs_to_the_mode_of_its_forward():
    layer, x = reference.BatchNorm1d(1), np.array([[1.0], [3.0]])
    layer.forward(x)
    layer.eval()
    np.testing.assert_allclose(layer.backward(np.ones((2, 1))), 0, atol=1e-12)


@pytest.mark.parametrize("half", [reference, accelerated])
def test_a_network_switches_its_batch_norms(half):
    layer = half.BatchNorm1d(2)
    network = half.Sequential(half.Flatten(), layer)
    assert layer.training
    network.eval()
    assert not layer.training
    assert network.train() is network and layer.training


def test_torchs_arguments():
    for name in ("BatchNorm1d", "BatchNorm2d", "LayerNorm"):
        torchs = inspect.signature(getattr(nn, name)).parameters
        for half in (reference, accelerated):
            ours = dict(inspect.signature(getattr(half, name)).parameters)
            del ours["dtype"]
            ours.pop("device", None)
            assert list(ours) == list(torchs)[: len(ours)]
            assert [p.default for p in ours.values()] == [torchs[n].default for n in ours]
    ours = inspect.signature(reference.batch_norm).parameters
    torchs = inspect.signature(F.batch_norm).parameters
    assert list(ours) == list(torchs)
    assert [p.default for p in ours.values()] == [p.default for p in torchs.values()]


# --- refusals ----------------------------------------------------------------------------


X, C, WIDE = np.zeros((4, 3)), np.ones(3), np.ones(3, np.float32)
BAD_BATCH = [
    ({"input": np.zeros(3)}, ValueError, r"input has shape \(3,\); needed \(n, channels\)"),
    ({"running_mean": None}, ValueError, "both or not at all"),
    ({"running_var": None}, ValueError, "both or not at all"),
    ({"running_mean": None, "running_var": None}, ValueError, "running_mean is None; evaluation"),
    ({"running_mean": np.ones(2)}, ValueError, r"running_mean has shape \(2,\); needed \(3,\)"),
    ({"running_var": np.ones((3, 1))}, ValueError, r"running_var has shape \(3, 1\)"),
    ({"weight": np.ones(4)}, ValueError, r"weight has shape \(4,\); needed \(3,\)"),
    ({"bias": np.ones(())}, ValueError, r"bias has shape \(\); needed \(3,\)"),
    ({"weight": WIDE}, TypeError, "weight has dtype .*float32; needed input's, .*float64"),
    ({"running_var": WIDE}, TypeError, "running_var has dtype .*float32"),
    ({"input": np.zeros((1, 3)), "training": True}, ValueError, "one value per channel"),
    ({"input": np.zeros((1, 3, 1, 1)), "training": True}, ValueError, "one value per channel"),
    ({"eps": -1.0}, ValueError, "eps is -1.0; needed 0 or more"),
    ({"eps": 0.0, "training": True}, ValueError, "eps is 0.0; needed above 0"),
    ({"input": np.zeros((4, 3), complex)}, TypeError, "input has dtype .*complex128"),
]
BAD_LAYER = [
    ({"normalized_shape": (2,)}, ValueError, r"input has shape \(4, 3\); .* end in \(2,\)"),
    ({"normalized_shape": (4, 4, 3)}, ValueError, r"needed it to end in \(4, 4, 3\)"),
    ({"normalized_shape": ()}, ValueError, r"normalized_shape is \(\); needed sizes"),
    ({"normalized_shape": 1.5}, ValueError, r"normalized_shape is 1\.5; needed sizes"),
    ({"weight": np.ones(4)}, ValueError, r"weight has shape \(4,\); needed \(3,\)"),
    ({"bias": WIDE}, TypeError, "bias has dtype .*float32; needed input's"),
    ({"eps": -1.0}, ValueError, "eps is -1.0"),
]


@pytest.mark.parametrize(
    "name, change, error, message",
    [("batch_norm", *bad) for bad in BAD_BATCH] + [("layer_norm", *bad) for bad in BAD_LAYER],
)
def test_bad_input(name, change, error, message):
    kwargs = {"input": X, "weight": C, "bias": C}
    if name == "batch_norm":
        kwargs |= {"running_mean": np.zeros(3), "running_var": np.ones(3)}
    else:
        kwargs["normalized_shape"] = (3,)
    kwargs |= change
    with pytest.raises(error, match=message):
        getattr(reference, name)(**kwargs)
    with pytest.raises(error, match=message):
        getattr(reference, f"{name}_backward")(np.zeros_like(kwargs["input"]), **kwargs)
    with pytest.raises(error, match=message):
        tensors = {key: as_tensor(value) for key, value in kwargs.items()}
        getattr(accelerated, name)(**tensors)


def test_one_value_per_channel_is_refused_by_torch_too():
    with pytest.raises(ValueError, match="more than 1 value per channel"):
        F.batch_norm(torch.zeros(1, 3), None, None, training=True)


def test_statistics_that_cannot_be_changed_in_place():
    with pytest.raises(TypeError, match=r"running_mean is \[0\.0\]; needed an array"):
        reference.batch_norm(np.zeros((2, 1)), [0.0], np.ones(1), training=True)
    with pytest.raises(TypeError, match="running_mean is of type list"):
        accelerated.batch_norm(torch.zeros(2, 1), [0.0], torch.ones(1))


@pytest.mark.parametrize("name", ["batch_norm", "layer_norm"])
def test_the_other_half_is_named_and_gradients_have_a_shape(name):
    rest = (np.zeros(3), np.ones(3)) if name == "batch_norm" else (3,)
    with pytest.raises(TypeError, match="input is a torch tensor"):
        getattr(reference, name)(torch.zeros(4, 3), *rest)
    with pytest.raises(TypeError, match=r"input is of type numpy\.ndarray"):
        getattr(accelerated, name)(X, *rest)
    with pytest.raises(ValueError, match=r"grad_output has shape \(3, 4\).*\(4, 3\)"):
        getattr(reference, f"{name}_backward")(np.zeros((3, 4)), X, *rest)


@pytest.mark.parametrize("half, zeros", [(reference, np.zeros), (accelerated, torch.zeros)])
def test_layers_refuse(half, zeros):
    for size in (0, 2.5, "3"):
        with pytest.raises(ValueError, match=f"num_features is {size!r}; needed a whole number"):
            half.BatchNorm2d(size)
    with pytest.raises(ValueError, match=r"input has shape \(2, 3\); needed 4 axes"):
        half.BatchNorm2d(3).forward(zeros((2, 3)))
    with pytest.raises(ValueError, match="needed 2 or 3 axes"):
        half.BatchNorm1d(3).forward(zeros((2, 3, 4, 5)))
    with pytest.raises(ValueError, match="one value per channel"):
        half.BatchNorm1d(3).forward(zeros((1, 3)))
    with pytest.raises(ValueError, match=r"normalized_shape is \(0\.5,\)"):
        half.LayerNorm((0.5,))
