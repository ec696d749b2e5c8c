"""What the recurrent cells share: two weighted sums, of what comes in and of what is remembered."""

from ...validation import sequences as validate
from ...validation.sequences import OPERANDS
from ...validation.tensors import floating
from ..layers.linear import linear


def weighted_sums(input, states, weights, gates):
    """Check the arguments of a cell; return its two sums; see the reference's ``_cell``."""
    w_ih, w_hh, b_ih, b_hh = (
        value if value is None else floating(name, value)
        for name, value in zip(OPERANDS[1:], weights, strict=True)
    )
    states = {name: floating(name, value) for name, value in states.items()}
    x, (hidden, *_) = floating("input", input), states.values()
    validate.cell(x, states, w_ih, w_hh, b_ih, b_hh, gates)
    return linear(x, w_ih, b_ih), linear(hidden, w_hh, b_hh)
