import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from oracle import TOLERANCES, arrays, as_tensor, close, dtypes, on_every_device

from dlcourse import accelerated, reference
from dlcourse.reference.neurons.neuron import ACTIVATIONS


def pair(in_features, activation, dtype, device):
    """Return the same neuron in both halves, with weights drawn by the reference."""
    ours = reference.Neuron(in_features, activation, np.random.default_rng(3), dtype)
    twin = accelerated.Neuron(in_features, activation, dtype=getattr(torch, dtype), device=device)
    with torch.no_grad():
        for mine, theirs in zip(ours.parameters(), twin.parameters(), strict=True):
            theirs.copy_(torch.as_tensor(mine))
    return ours, twin


@pytest.mark.parametrize("activation", ACTIVATIONS)
@on_every_device
@given(data=st.data(), n=st.integers(0, 5), in_features=st.integers(1, 4), dtype=dtypes)
def test_halves_agree(activation, device, data, n, in_features, dtype):
    ours, twin = pair(in_features, activation, dtype, device)
    x = data.draw(arrays((n, in_features), dtype))
    tensor = as_tensor(x, device).requires_grad_()

    answer, got = ours.forward(x), twin.forward(tensor)
    assert answer.dtype == dtype and answer.shape == (n,)
    close("forward", answer, got.detach().cpu().numpy(), dtype)

    grad_output = np.ones(n, dtype)
    grad_input = ours.backward(grad_output)
    got.backward(as_tensor(grad_output, device))
    for what, wanted, leaf in [
        ("input", grad_input, tensor),
        ("weight", ours.grad_weight, twin.weight),
        ("bias", ours.grad_bias, twin.bias),
    ]:
        assert wanted.dtype == dtype
        close(what, np.asarray(wanted), leaf.grad.cpu().numpy(), dtype)


def test_gradients_come_in_the_order_of_parameters():
    neuron = reference.Neuron(2)
    neuron.forward(np.array([[1.0, 2.0]]))
    neuron.backward(np.ones(1))
    assert [g.shape for g in neuron.gradients()] == [p.shape for p in neuron.parameters()]
    np.testing.assert_allclose(neuron.gradients()[0], [0.25, 0.5])
    np.testing.assert_allclose(neuron.gradients()[1], 0.25)


def test_weights_start_at_zero_without_randomness():
    for half in (reference, accelerated):
        for parameter in half.Neuron(3).parameters():
            assert not parameter.any()


def test_random_weights_repeat_and_stay_within_bounds():
    def numpy_weights(seed):
        return reference.Neuron(400, rng=np.random.default_rng(seed)).weight

    def torch_weights(seed):
        generator = torch.Generator().manual_seed(seed)
        return accelerated.Neuron(400, generator=generator).weight.detach().numpy()

    for weights in (numpy_weights, torch_weights):
        np.testing.assert_array_equal(weights(1), weights(1))
        assert not np.array_equal(weights(1), weights(2))
        assert 0.045 < np.abs(weights(1)).max() <= 0.05  # 1 / sqrt(400)
        assert abs(weights(1).mean()) < 0.01


def test_twin_starts_in_torchs_default_dtype_and_needs_gradients():
    weight, bias = accelerated.Neuron(3).parameters()
    assert weight.dtype == bias.dtype == torch.get_default_dtype()
    assert weight.requires_grad and bias.requires_grad and weight.is_leaf and bias.is_leaf


def test_forward_leaves_its_input_alone():
    x = np.array([[1.0, -2.0]])
    neuron = reference.Neuron(2, rng=np.random.default_rng(0))
    neuron.forward(x)
    neuron.backward(np.ones(1))
    np.testing.assert_array_equal(x, [[1.0, -2.0]])


def test_a_neuron_learns_to_tell_two_groups_apart():
    rng = np.random.default_rng(0)
    y = np.repeat([0.0, 1.0], 50)
    x = rng.normal(size=(100, 2)) + 4 * y[:, None]
    neuron = reference.Neuron(2)
    optimizer = reference.SGD(neuron.parameters(), lr=1.0)
    losses = []
    for _ in range(200):
        p = neuron.forward(x)
        losses.append(reference.binary_cross_entropy(p, y))
        neuron.backward(reference.binary_cross_entropy_backward(1.0, p, y))
        optimizer.step(neuron.gradients())
    np.testing.assert_allclose(losses[0], np.log(2), **TOLERANCES["float64"])
    assert losses[-1] < 0.05 and np.mean((neuron.forward(x) > 0.5) == y) >= 0.98


@pytest.mark.parametrize("half, zeros", [(reference, np.zeros), (accelerated, torch.zeros)])
class TestBadInput:
    def test_no_features(self, half, zeros):
        with pytest.raises(ValueError, match="in_features is 0; needed at least 1"):
            half.Neuron(0)

    def test_unknown_activation(self, half, zeros):
        with pytest.raises(ValueError, match="activation is 'softmax'; needed one of 'step', 'sig"):
            half.Neuron(2, "softmax")

    def test_another_number_of_features(self, half, zeros):
        with pytest.raises(ValueError, match=r"input has shape \(5, 3\); needed \(\.\.\., 2\)"):
            half.Neuron(2).forward(zeros((5, 3)))


def test_gradient_of_another_shape():
    neuron = reference.Neuron(2)
    neuron.forward(np.zeros((3, 2)))
    with pytest.raises(ValueError, match=r"grad_output has shape \(2,\).*\(3,\)"):
        neuron.backward(np.ones(2))
