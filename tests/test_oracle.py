"""The oracle must be able to fail: planted mistakes, each of which it has to name."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from oracle import arrange, check_function, close_sums

X = np.linspace(-2, 2, 12).reshape(3, 4)


def square(input):
    return input**2


def square_backward(grad_output, input):
    return 2 * input * grad_output


def halves(forward=square, backward=square_backward, twin=square):
    return {
        "reference": SimpleNamespace(square=forward, square_backward=backward),
        "accelerated": SimpleNamespace(square=twin),
    }


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("layout", ["C", "Fortran", "strided"])
def test_right_functions_pass(dtype, layout):
    x = arrange(X.astype(dtype), layout)
    check_function("square", (x,), torch_function=torch.square, **halves())


@pytest.mark.parametrize("layout", ["Fortran", "strided"])
def test_layouts_differ_in_memory_and_not_in_values(layout):
    x = arrange(X, layout)
    assert not x.flags.c_contiguous
    np.testing.assert_array_equal(x, X)


def widens(input):
    return (input.astype(np.float64)) ** 2


def overwrites(input):
    input **= 2
    return input.copy()


MISTAKES = {
    "reference against accelerated": {"twin": lambda input: input**2 + 1e-3},
    "backward against autograd": {"backward": lambda g, input: input * g},
    "turned float32 into float64": {"forward": widens},
    "was changed": {"forward": overwrites},
    "gradient of argument 0 became float64": {
        "backward": lambda g, input: square_backward(g.astype(np.float64), input)
    },
    "shape": {"backward": lambda g, input: square_backward(g, input).sum(axis=0)},
}


@pytest.mark.parametrize("message", MISTAKES)
def test_mistakes_are_found(message):
    with pytest.raises(AssertionError, match=message):
        check_function("square", (X.astype(np.float32),), **halves(**MISTAKES[message]))


def test_differences_find_what_autograd_does_not():
    def straight_through(input):
        return input + (input**2 - input).detach()

    with pytest.raises(AssertionError, match="backward against differences"):
        check_function("square", (X,), **halves(backward=lambda g, input: g, twin=straight_through))


def test_torch_finds_a_mistake_that_both_halves_share():
    both = halves(np.abs, lambda g, input: g * np.sign(input), torch.abs)
    with pytest.raises(AssertionError, match="accelerated against torch"):
        check_function("square", (X,), torch_function=torch.square, **both)


def test_sums_agree_in_any_order_even_where_they_nearly_cancel():
    numbers = np.random.default_rng(0).normal(size=(200, 64)).astype(np.float32)
    numbers[:, 0] = -numbers[:, 1:].sum(1)
    sizes = np.abs(numbers).sum(1)
    close_sums(numbers.sum(1), numbers[:, ::-1].cumsum(1)[:, -1], sizes, 64)
    with pytest.raises(AssertionError, match="differ by more than"):
        close_sums(numbers.sum(1), numbers.sum(1) + 1e-2, sizes, 64)
    nothing = np.array([np.nan, np.inf])
    close_sums(nothing, nothing.copy(), np.ones(2), 1)
    with pytest.raises(AssertionError, match="differ"):
        close_sums(nothing, np.array([np.nan, -np.inf]), np.ones(2), 1)
