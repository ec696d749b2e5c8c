"""Long short-term memory: a second state, which is kept, written to and read through gates."""

from ...validation.sequences import OPERANDS, pair
from ...validation.tensors import through_float32
from ..neurons.activations import sigmoid, tanh
from ._cell import weighted_sums


@through_float32(one_dtype=OPERANDS)
def lstm_cell(input, hx, w_ih, w_hh, b_ih=None, b_hh=None):
    """Take one step: keep some of the cell state, write some, show some.

    See dlcourse.reference.lstm_cell. The four gates come out of one large product.
    """
    h, c = pair(hx)
    states = {"hx[0]": h, "hx[1]": c}
    of_input, of_hidden = weighted_sums(input, states, (w_ih, w_hh, b_ih, b_hh), gates=4)
    i, f, g, o = (of_input + of_hidden).chunk(4, 1)
    c = sigmoid(f) * c + sigmoid(i) * tanh(g)
    return sigmoid(o) * tanh(c), c
