"""The plain recurrent cell: what is remembered is read again with each new step."""

from ...validation.sequences import OPERANDS
from ...validation.tensors import through_float32
from ..neurons.activations import tanh
from ._cell import weighted_sums


@through_float32(one_dtype=OPERANDS)
def rnn_tanh_cell(input, hx, w_ih, w_hh, b_ih=None, b_hh=None):
    """Take one step of a plain recurrent network.

    See dlcourse.reference.rnn_tanh_cell.
    """
    of_input, of_hidden = weighted_sums(input, {"hx": hx}, (w_ih, w_hh, b_ih, b_hh), gates=1)
    return tanh(of_input + of_hidden)
