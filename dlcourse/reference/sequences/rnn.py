"""The plain recurrent cell: what is remembered is read again with each new step."""

import numpy as np

from ...validation.arrays import gradient, through_float32
from ...validation.sequences import OPERANDS
from ._cell import weighted_sums, weighted_sums_backward


@through_float32(one_dtype=OPERANDS)
def rnn_tanh_cell(input, hx, w_ih, w_hh, b_ih=None, b_hh=None):
    r"""Take one step: :math:`h' = \tanh(x W_{ih}^T + b_{ih} + h W_{hh}^T + b_{hh})`.

    The same weights serve at every step, so that a text may have any length. On the way back
    the gradient passes :math:`W_{hh}` and a slope of at most 1 at each step: over many it
    fades, or explodes. Elman (1990).

    Parameters
    ----------
    input : (batch, in_features), what comes at this step
    hx : (batch, hidden), what the steps before left
    w_ih : (hidden, in_features), w_hh : (hidden, hidden)
    b_ih, b_hh : (hidden,), optional; torch has two, though one would do

    Returns
    -------
    (batch, hidden), to be handed to the next step

    Raises
    ------
    TypeError, ValueError
        If shapes or dtypes do not fit.

    Examples
    --------
    >>> rnn_tanh_cell(np.array([[1.0]]), np.array([[0.5]]), np.array([[2.0]]), np.array([[-4.0]]))
    array([[0.]])
    """
    of_input, of_hidden = weighted_sums(input, {"hx": hx}, (w_ih, w_hh, b_ih, b_hh), gates=1)
    return np.tanh(of_input + of_hidden)


@through_float32(one_dtype=OPERANDS)
def rnn_tanh_cell_backward(grad_output, input, hx, w_ih, w_hh, b_ih=None, b_hh=None):
    """Return the gradients of input, hx, w_ih, w_hh, b_ih and b_hh (None for what is None).

    Those of the weights are this step's alone: over a text they add up.
    """
    h = rnn_tanh_cell(input, hx, w_ih, w_hh, b_ih, b_hh)
    grad_sum = gradient(grad_output, h.shape, h.dtype) * (1 - h * h)
    return weighted_sums_backward(grad_sum, grad_sum, input, hx, (w_ih, w_hh, b_ih, b_hh))
