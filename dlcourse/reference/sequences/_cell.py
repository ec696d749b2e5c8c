"""What the recurrent cells share: two weighted sums, of what comes in and of what is remembered."""

from ...validation import sequences as validate
from ...validation.arrays import floating
from ...validation.sequences import OPERANDS
from ..layers.linear import linear, linear_backward


def weighted_sums(input, states, weights, gates):
    """Check the arguments of a cell; return its two sums, (batch, gates * hidden) each.

    Parameters
    ----------
    input : (batch, in_features)
    states : dict of what is remembered, (batch, hidden) each; the first enters the sums
    weights : (w_ih, w_hh, b_ih, b_hh), the last two perhaps None
    gates : how many sums per number of the state
    """
    w_ih, w_hh, b_ih, b_hh = (
        value if value is None else floating(name, value)
        for name, value in zip(OPERANDS[1:], weights, strict=True)
    )
    states = {name: floating(name, value) for name, value in states.items()}
    x, (hidden, *_) = floating("input", input), states.values()
    validate.cell(x, states, w_ih, w_hh, b_ih, b_hh, gates)
    return linear(x, w_ih, b_ih), linear(hidden, w_hh, b_hh)


def weighted_sums_backward(grad_of_input, grad_of_hidden, input, hidden, weights):
    """Return the gradients of input, hidden, w_ih, w_hh, b_ih and b_hh from those of the sums."""
    w_ih, w_hh, b_ih, b_hh = weights
    grad_input, grad_w_ih, grad_b_ih = linear_backward(grad_of_input, input, w_ih, b_ih)
    grad_hidden, grad_w_hh, grad_b_hh = linear_backward(grad_of_hidden, hidden, w_hh, b_hh)
    return grad_input, grad_hidden, grad_w_ih, grad_w_hh, grad_b_ih, grad_b_hh
