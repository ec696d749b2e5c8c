"""Layers as objects, in both halves, against torch.nn."""

import inspect

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from oracle import STEP, agree, arrays, as_array, as_tensor, close, dtypes, on_every_device, shapes
from torch import nn

from dlcourse import accelerated, reference

ACTIVATIONS = {
    "Sigmoid": {},
    "Tanh": {},
    "ReLU": {},
    "LeakyReLU": {"negative_slope": 0.2},
    "GELU": {"approximate": "tanh"},
    "Softmax": {"dim": -1},
}


def rng():
    return np.random.default_rng(3)


def generator(device="cpu"):
    return torch.Generator(device).manual_seed(3)


def linear_layers(in_features, out_features, bias, dtype, device):
    """Return (reference, accelerated, torch.nn) with the weights of the first."""
    tensors = {"dtype": getattr(torch, dtype), "device": device}
    ours = reference.Linear(in_features, out_features, bias, rng=rng(), dtype=dtype)
    twin = accelerated.Linear(
        in_features, out_features, bias, generator=generator(device), **tensors
    )
    torchs = nn.Linear(in_features, out_features, bias, **tensors)
    for other in (twin, torchs):
        copy_parameters(ours, other)
    return ours, twin, torchs


def copy_parameters(ours, other):
    with torch.no_grad():
        for mine, theirs in zip(ours.parameters(), other.parameters(), strict=True):
            theirs.copy_(torch.as_tensor(mine))


def hold_together(ours, twin, torchs, x, device):
    """Assert equal values, input gradients and parameter gradients of three layers."""
    before = x.copy()
    expected = ours.forward(x)
    grad_output = np.random.default_rng(0).uniform(0.5, 1.5, expected.shape).astype(x.dtype)
    gradients = [ours.backward(grad_output), *ours.gradients()]
    np.testing.assert_array_equal(x, before)
    for what, layer in (("accelerated", twin), ("torch.nn", torchs)):
        tensor = as_tensor(x.copy(), device).requires_grad_()
        value = layer(tensor) if isinstance(layer, nn.Module) else layer.forward(tensor)
        agree(f"forward against {what}", expected, as_array(value))
        leaves = [tensor, *layer.parameters()]
        theirs = torch.autograd.grad(value, leaves, as_tensor(grad_output, device))
        for wanted, got in zip(gradients, theirs, strict=True):
            agree(f"gradient against {what}", wanted, as_array(got))
    return gradients


@pytest.mark.parametrize("bias", [True, False])
@on_every_device
@given(
    data=st.data(),
    batch=shapes,
    features=st.tuples(st.integers(1, 4), st.integers(1, 4)),
    dtype=dtypes,
)
def test_linear_layer(bias, device, data, batch, features, dtype):
    x = data.draw(arrays((*batch, features[0]), dtype, kinks=()))
    ours, twin, torchs = linear_layers(*features, bias, dtype, device)
    hold_together(ours, twin, torchs, x, device)


@pytest.mark.parametrize("name", ACTIVATIONS)
@on_every_device
@given(data=st.data(), batch=shapes, dtype=dtypes)
def test_activation_layers(name, device, data, batch, dtype):
    x = data.draw(arrays((*batch, 3), dtype))
    layers = [getattr(module, name)(**ACTIVATIONS[name]) for module in (reference, accelerated, nn)]
    hold_together(*layers, x, device)


@on_every_device
@given(data=st.data(), shape=st.lists(st.integers(0, 3), min_size=1, max_size=4), dtype=dtypes)
def test_flatten(device, data, shape, dtype):
    x = data.draw(arrays(tuple(shape), dtype))
    start = data.draw(st.integers(0, x.ndim - 1))
    end = data.draw(st.integers(start, x.ndim - 1))
    if data.draw(st.booleans()):
        start, end = start - x.ndim, end - x.ndim
    layers = [module.Flatten(start, end) for module in (reference, accelerated, nn)]
    hold_together(*layers, x, device)


def test_flatten_of_a_single_number_is_a_row_of_one():
    for layer, x in [
        (reference.Flatten(0), np.array(2.0)),
        (accelerated.Flatten(0), torch.tensor(2.0)),
    ]:
        assert (
            tuple(layer.forward(x).shape) == (1,) == tuple(nn.Flatten(0)(torch.tensor(2.0)).shape)
        )


@on_every_device
@given(data=st.data(), n=st.integers(0, 4), dtype=dtypes)
def test_a_network_with_every_kind_of_layer(device, data, n, dtype):
    x = data.draw(arrays((n, 2, 3), dtype))
    tensors = {"dtype": getattr(torch, dtype), "device": device}

    def build(module, **options):
        return module.Sequential(
            module.Flatten(),
            module.Linear(6, 5, **options),
            module.Tanh(),
            module.Sequential(module.Linear(5, 4, bias=False, **options), module.GELU()),
            module.Linear(4, 3, **options),
            module.Softmax(dim=1),
        )

    ours = build(reference, rng=rng(), dtype=dtype)
    twin = build(accelerated, generator=generator(device), **tensors)
    torchs = build(nn, **tensors)
    for other in (twin, torchs):
        copy_parameters(ours, other)
    gradients = hold_together(ours, twin, torchs, x, device)
    assert [g.shape for g in gradients[1:]] == [p.shape for p in ours.parameters()]


def test_backward_of_a_network_against_central_differences():
    layers = reference.Linear(3, 4, rng=rng()), reference.Tanh(), reference.Linear(4, 2, rng=rng())
    network = reference.Sequential(*layers)
    x = rng().normal(size=(5, 3))
    network.forward(x)
    network.backward(np.ones((5, 2)))
    for parameter, slope in zip(network.parameters(), network.gradients(), strict=True):
        numeric = np.zeros_like(parameter)
        for index in np.ndindex(parameter.shape):
            kept, sides = parameter[index], []
            for h in (STEP, -STEP):
                parameter[index] = kept + h
                sides.append(network.forward(x).sum())
            parameter[index] = kept
            numeric[index] = (sides[0] - sides[1]) / (2 * STEP)
        close("differences", numeric, slope, "differences")


def test_parameters_are_the_arrays_themselves():
    network = reference.Sequential(reference.Linear(2, 3, rng=rng()), reference.ReLU())
    network.parameters()[0][...] = 0
    network.parameters()[1][...] = 7
    np.testing.assert_array_equal(network.forward(np.ones((1, 2))), [[7, 7, 7]])


def test_gradients_are_those_of_the_latest_backward():
    layer = reference.Linear(2, 1, rng=rng())
    for scale in (1.0, 3.0):
        layer.forward(np.array([[1.0, 2.0]]))
        layer.backward(np.array([[scale]]))
    np.testing.assert_array_equal(layer.grad_weight, [[3, 6]])


def test_a_network_learns_xor_with_sgd():
    x, y = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]), np.array([[0.0], [1], [1], [0]])
    first = reference.Linear(2, 4, rng=np.random.default_rng(0))
    network = reference.Sequential(
        first, reference.Tanh(), reference.Linear(4, 1, rng=np.random.default_rng(1))
    )
    optimizer = reference.SGD(network.parameters(), lr=0.5)
    for _ in range(2000):
        z = network.forward(x)
        network.backward(reference.binary_cross_entropy_with_logits_backward(1.0, z, y))
        optimizer.step(network.gradients())
    np.testing.assert_array_equal(network.forward(x) > 0, y)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_weights_start_as_torchs_do(dtype):
    # A uniform draw within 1/sqrt(400) = 0.05 has standard deviation 0.05/sqrt(3) = 0.0289.
    ours = reference.Linear(400, 50, rng=rng(), dtype=dtype)
    twin = accelerated.Linear(400, 50, generator=generator(), dtype=getattr(torch, dtype))
    torch.manual_seed(0)
    for layer in (ours, twin, nn.Linear(400, 50, dtype=getattr(torch, dtype))):
        weight, bias = map(as_array, layer.parameters())
        assert weight.dtype == bias.dtype == dtype
        assert 0.0499 < np.abs(weight).max() <= 0.05 + 1e-8
        assert 0.04 < np.abs(bias).max() <= 0.05 + 1e-8
        np.testing.assert_allclose(weight.std(), 0.0289, atol=3e-4)
        assert abs(weight.mean()) < 1e-3


def test_weights_repeat_with_the_seed_only():
    def ours(seed):
        return reference.Linear(3, 2, rng=np.random.default_rng(seed)).weight

    def twins(seed):
        g = torch.Generator().manual_seed(seed)
        return accelerated.Linear(3, 2, generator=g).weight.detach().numpy()

    for weight in (ours, twins):
        np.testing.assert_array_equal(weight(1), weight(1))
        assert not np.array_equal(weight(1), weight(2))


def test_twins_parameters_are_leaves_in_torchs_default_dtype():
    for parameter in accelerated.Linear(3, 2, generator=generator()).parameters():
        assert parameter.is_leaf and parameter.requires_grad
        assert parameter.dtype == torch.get_default_dtype()


@pytest.mark.parametrize("half", [reference, accelerated])
def test_train_and_eval_reach_the_layers_that_care(half):
    class Moody(half.ReLU):
        training = True

        def train(self, mode=True):
            self.training = mode

    moody = Moody()
    network = half.Sequential(half.Flatten(), half.Sequential(moody))
    assert network.training
    assert network.eval() is network and not network.training and not moody.training
    assert network.train() is network and network.training and moody.training


@pytest.mark.parametrize("name", ["Linear", "Flatten", "Sequential", *ACTIVATIONS])
def test_arguments_and_methods_of_the_halves_correspond(name):
    ours, twin = getattr(reference, name), getattr(accelerated, name)
    wanted = ["generator" if n == "rng" else n for n in inspect.signature(ours).parameters]
    got = list(inspect.signature(twin).parameters)
    assert [n for n in got if n != "device"] == wanted
    methods = {n for n in dir(ours) if not n.startswith("_")} - {"backward", "gradients"}
    assert methods == {n for n in dir(twin) if not n.startswith("_")}


HALVES = [(reference, "rng", rng, np.zeros), (accelerated, "generator", generator, torch.zeros)]


@pytest.mark.parametrize("half, random, draw, zeros", HALVES)
class TestBadInput:
    @pytest.mark.parametrize("sizes, name", [((0, 2), "in_features"), ((2, 1.5), "out_features")])
    def test_sizes(self, half, random, draw, zeros, sizes, name):
        found = dict(zip(("in_features", "out_features"), sizes, strict=True))[name]
        with pytest.raises(ValueError, match=f"{name} is {found}; needed a whole number"):
            half.Linear(*sizes, **{random: draw()})

    def test_no_random_numbers(self, half, random, draw, zeros):
        with pytest.raises(TypeError, match=f"{random} is 0; needed"):
            half.Linear(2, 2, **{random: 0})

    def test_another_number_of_features(self, half, random, draw, zeros):
        network = half.Sequential(half.Linear(2, 3, **{random: draw()}), half.ReLU())
        with pytest.raises(ValueError, match=r"input has shape \(5, 4\); needed \(\.\.\., 2\)"):
            network.forward(zeros((5, 4)))

    def test_axes_in_the_wrong_order(self, half, random, draw, zeros):
        with pytest.raises(ValueError, match="start_dim is axis 2, after end_dim, axis 1"):
            half.Flatten(2, 1).forward(zeros((2, 3, 4)))

    def test_axes_that_are_not_there(self, half, random, draw, zeros):
        with pytest.raises(ValueError, match="start_dim is 1; needed from -1 to 0 for 1 axes"):
            half.Flatten().forward(zeros((2,)))
        with pytest.raises(TypeError, match=r"end_dim is 1\.5; needed an integer"):
            half.Flatten(0, 1.5).forward(zeros((2, 2)))

    def test_a_class_or_a_list_among_the_layers(self, half, random, draw, zeros):
        with pytest.raises(TypeError, match=r"layers\[1\] is <class .*; needed a layer"):
            half.Sequential(half.Flatten(), half.ReLU)
        with pytest.raises(TypeError, match=r"layers\[0\] is \[.*; needed a layer"):
            half.Sequential([half.Flatten()])

    def test_an_option_that_does_not_exist(self, half, random, draw, zeros):
        with pytest.raises(ValueError, match="approximate is 'fast'; needed one of"):
            half.GELU("fast").forward(zeros((2,)))


@pytest.mark.parametrize(
    "layer", [reference.Flatten(), reference.ReLU(), reference.Linear(4, 4, rng=rng())]
)
def test_gradient_of_another_shape(layer):
    layer.forward(np.zeros((3, 4)))
    with pytest.raises(ValueError, match=r"grad_output has shape \(4, 3\).*\(3, 4\)"):
        layer.backward(np.ones((4, 3)))
