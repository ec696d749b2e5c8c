import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from oracle import arrays, check_function, dtypes, on_every_device

from dlcourse import accelerated, reference


@on_every_device
@given(data=st.data(), tasks=st.integers(0, 4), dtype=dtypes)
def test_drawn(device, data, tasks, dtype):
    losses, weights = (data.draw(arrays((tasks,), dtype)) for _ in range(2))
    check_function("weighted_sum", (losses, weights), torch_function=torch.dot, device=device)


def test_a_list_of_losses():
    losses = [np.float32(0.5), np.float32(20)]
    total = reference.weighted_sum(losses, [1, 0.1])
    assert total == np.float32(2.5) and total.dtype == np.float32
    tensors = [torch.tensor(loss, requires_grad=True) for loss in (0.5, 20.0)]
    twin = accelerated.weighted_sum(tensors, torch.tensor([1, 0.1]))
    twin.backward()
    assert twin == 2.5
    np.testing.assert_array_equal([t.grad for t in tensors], np.array([1, 0.1], np.float32))
    np.testing.assert_array_equal(
        reference.weighted_sum_backward(1.0, losses, [1, 0.1]), np.array([1, 0.1], np.float32)
    )


def test_two_heads_train_as_one():
    x, age, ill = np.array([0.5, -1.0]), np.array([1.0, 0.0]), np.array([1.0, 0.0])
    weights = np.array([2.0, 3.0])
    losses = np.array(
        [reference.mse_loss(x, age), reference.binary_cross_entropy_with_logits(x, ill)]
    )
    of_age, of_ill = reference.weighted_sum_backward(1.0, losses, weights)
    slope = reference.mse_loss_backward(of_age, x, age)
    slope += reference.binary_cross_entropy_with_logits_backward(of_ill, x, ill)
    z = torch.tensor(x, requires_grad=True)
    accelerated.weighted_sum(
        (
            accelerated.mse_loss(z, torch.tensor(age)),
            accelerated.binary_cross_entropy_with_logits(z, torch.tensor(ill)),
        ),
        torch.tensor(weights),
    ).backward()
    np.testing.assert_allclose(slope, z.grad, rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize(
    "losses, weights", [(np.ones(2), np.ones(3)), (np.ones((2, 1)), np.ones((2, 1)))]
)
def test_bad_shapes(losses, weights):
    with pytest.raises(ValueError, match=r"losses has shape .* needed one number for each task"):
        reference.weighted_sum(losses, weights)
    with pytest.raises(ValueError, match=r"losses has shape .* needed one number for each task"):
        reference.weighted_sum_backward(1.0, losses, weights)
    with pytest.raises(ValueError, match=r"losses has shape .* needed one number for each task"):
        accelerated.weighted_sum(torch.from_numpy(losses), torch.from_numpy(weights))


def test_bad_types():
    with pytest.raises(TypeError, match="weights is a torch tensor"):
        reference.weighted_sum(np.ones(2), torch.ones(2))
    with pytest.raises(TypeError, match="losses is of type float"):
        accelerated.weighted_sum([1.0, 2.0], torch.ones(2))
    with pytest.raises(TypeError, match=r"weights is of type numpy\.ndarray"):
        accelerated.weighted_sum(torch.ones(2), np.ones(2))
    with pytest.raises(ValueError, match=r"grad_output has shape \(2,\); needed .* \(\)"):
        reference.weighted_sum_backward(np.ones(2), np.ones(2), np.ones(2))
