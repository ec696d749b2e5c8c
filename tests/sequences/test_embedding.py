import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from oracle import arrays, check_function, dtypes, on_every_device, shapes

from dlcourse import accelerated, reference


def draw(data, dtype, least=1):
    """Draw numbers of words of any shape, and a table."""
    words, features = data.draw(st.integers(least, 5)), data.draw(st.integers(0, 4))
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    input = rng.integers(0, words, data.draw(shapes)).astype(data.draw(st.sampled_from("il")))
    return input, data.draw(arrays((words, features), dtype))


def check(input, weight, padding_idx, device="cpu"):
    """Hold the halves and torch together; the oracle differentiates by the table, argument 1."""
    check_function(
        "embedding",
        (input, weight),
        {"padding_idx": padding_idx},
        torch_function=F.embedding,
        differentiable=(1,),
        device=device,
        differences=padding_idx is None,  # the padding's row has a slope, which is left out
    )


@on_every_device
@given(data=st.data(), dtype=dtypes)
def test_drawn(device, data, dtype):
    input, weight = draw(data, dtype)
    words = len(weight)
    padding_idx = data.draw(st.none() | st.integers(-words, words - 1))
    check(input, weight, padding_idx, device)


def test_a_word_that_stands_there_twice_gets_two_gradients_and_padding_none():
    weight, grad = np.arange(8.0).reshape(4, 2), np.ones((4, 2))
    _, grad_weight = reference.embedding_backward(grad, [1, 3, 1, 0], weight)
    np.testing.assert_array_equal(grad_weight[:, 0], [1, 2, 0, 1])
    for padding_idx in (3, -1):
        np.testing.assert_array_equal(
            reference.embedding([3], weight, padding_idx), [[6, 7]]
        )  # looked up like any other
        _, grad_weight = reference.embedding_backward(grad, [1, 3, 1, 0], weight, padding_idx)
        np.testing.assert_array_equal(grad_weight[:, 0], [1, 2, 0, 0])


def test_it_is_a_linear_layer_of_one_hot_words():
    weight, input = np.random.default_rng(0).normal(size=(5, 3)), np.array([4, 0, 4])
    one_hot = np.eye(5)[input]
    np.testing.assert_array_equal(
        reference.embedding(input, weight), reference.linear(one_hot, weight.T)
    )
    grad = np.ones((3, 3))
    _, as_linear, _ = reference.linear_backward(grad, one_hot, weight.T)
    np.testing.assert_array_equal(reference.embedding_backward(grad, input, weight)[1], as_linear.T)


def test_nothing_to_look_up():
    check(np.zeros((0, 3), int), np.ones((4, 2)), None)
    check(np.zeros(0, int), np.ones((0, 2)), None)
    check(np.zeros(0, int), np.ones((0, 2)), 0)  # torch lets it pass


@pytest.mark.parametrize(
    "change, error, message",
    [
        ({"input": np.array([4])}, ValueError, "input runs from 4 to 4; needed .* from 0 to 3"),
        ({"input": np.array([-1, 1])}, ValueError, "input runs from -1 to 1"),
        ({"input": np.array([1.0])}, TypeError, "input has dtype .*float64; needed int32 or int64"),
        ({"input": np.array([True])}, TypeError, "input has dtype .*bool"),
        ({"input": np.array([1], np.int8)}, TypeError, "input has dtype .*int8"),
        ({"weight": np.ones(3)}, ValueError, r"weight has shape \(3,\); needed \(words, features"),
        ({"weight": np.ones((1, 3, 2))}, ValueError, r"weight has shape \(1, 3, 2\)"),
        ({"padding_idx": 4}, ValueError, "padding_idx is 4; needed from -4 to 3"),
        ({"padding_idx": -5}, ValueError, "padding_idx is -5"),
        ({"padding_idx": 1.0}, TypeError, r"padding_idx is 1\.0; needed a whole number"),
        ({"padding_idx": True}, TypeError, "padding_idx is True"),
    ],
)
def test_both_halves_refuse_what_torch_refuses(change, error, message):
    kwargs = {"input": np.array([0, 3]), "weight": np.ones((4, 2)), **change}
    with pytest.raises(error, match=message):
        reference.embedding(**kwargs)
    with pytest.raises(error, match=message):
        reference.embedding_backward(np.ones((2, 2)), **kwargs)
    tensors = {k: torch.from_numpy(v) if hasattr(v, "dtype") else v for k, v in kwargs.items()}
    with pytest.raises(error, match=message):
        accelerated.embedding(**tensors)
    with pytest.raises((RuntimeError, IndexError, AssertionError, TypeError)):
        F.embedding(**tensors)


def test_the_wrong_half_is_named():
    with pytest.raises(TypeError, match="weight is a torch tensor"):
        reference.embedding(np.array([0]), torch.ones(2, 2))
    with pytest.raises(TypeError, match="input is of type ndarray; needed a torch tensor"):
        accelerated.embedding(np.array([0]), torch.ones(2, 2))
