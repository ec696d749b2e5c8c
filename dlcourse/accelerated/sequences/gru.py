"""The gated recurrent unit: gates like those of an LSTM, but one state and three sums."""

from ...validation.sequences import OPERANDS
from ...validation.tensors import through_float32
from ..neurons.activations import sigmoid, tanh
from ._cell import weighted_sums


@through_float32(one_dtype=OPERANDS)
def gru_cell(input, hx, w_ih, w_hh, b_ih=None, b_hh=None):
    """Take one step: a mixture of the old state and a new candidate.

    See dlcourse.reference.gru_cell.
    """
    of_input, of_hidden = weighted_sums(input, {"hx": hx}, (w_ih, w_hh, b_ih, b_hh), gates=3)
    (x_r, x_z, x_n), (h_r, h_z, h_n) = of_input.chunk(3, 1), of_hidden.chunk(3, 1)
    n = tanh(x_n + sigmoid(x_r + h_r) * h_n)
    return n + sigmoid(x_z + h_z) * (hx - n)
