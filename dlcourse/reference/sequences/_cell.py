"""What the recurrent cells share: two weighted sums, of what comes in and of what is remembered."""

from ...validation import sequences as validate
from ...validation.arrays import floating
from ..layers.linear import linear, linear_backward


def weighted_sums(input, states, weights, gates):
    """Return the sums of input and of hidden state, (batch, gates * hidden) each."""
    checked = validate.cell(floating, input, states, weights, gates)
    x, hidden, w_ih, w_hh, b_ih, b_hh = checked
    return linear(x, w_ih, b_ih), linear(hidden, w_hh, b_hh)


def weighted_sums_backward(grad_of_input, grad_of_hidden, input, hidden, weights):
    """Return the gradients of input, hidden, w_ih, w_hh, b_ih and b_hh from those of the sums."""
    w_ih, w_hh, b_ih, b_hh = weights
    grad_input, grad_w_ih, grad_b_ih = linear_backward(grad_of_input, input, w_ih, b_ih)
    grad_hidden, grad_w_hh, grad_b_hh = linear_backward(grad_of_hidden, hidden, w_hh, b_hh)
    return grad_input, grad_hidden, grad_w_ih, grad_w_hh, grad_b_ih, grad_b_hh
