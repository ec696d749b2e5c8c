"""What the recurrent cells share: two weighted sums, of what comes in and of what is remembered."""

from ...validation import sequences as validate
from ...validation.tensors import floating
from ..layers.linear import linear


def weighted_sums(input, states, weights, gates):
    """Return the sums of input and of hidden state, (batch, gates * hidden) each."""
    checked = validate.cell(floating, input, states, weights, gates)
    x, hidden, w_ih, w_hh, b_ih, b_hh = checked
    return linear(x, w_ih, b_ih), linear(hidden, w_hh, b_hh)
