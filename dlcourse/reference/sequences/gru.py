"""The gated recurrent unit: gates like those of an LSTM, but one state and three sums."""

import numpy as np

from ...validation.arrays import gradient, through_float32
from ...validation.sequences import OPERANDS
from ..neurons.activations import sigmoid, sigmoid_backward, tanh_backward
from ._cell import weighted_sums, weighted_sums_backward


@through_float32(one_dtype=OPERANDS)
def gru_cell(input, hx, w_ih, w_hh, b_ih=None, b_hh=None):
    r"""Take one step: a mixture of the old state and a new candidate.

    Three weighted sums of each, in torch's order r, z, n. With the gates
    :math:`r = \sigma(x_r + h_r)` and :math:`z = \sigma(x_z + h_z)`,

    .. math:: n = \tanh(x_n + r \odot h_n), \qquad h' = (1 - z) \odot n + z \odot h

    The reset gate r multiplies the weighted sum :math:`h_n`, its bias included, as torch
    and cuDNN have it; in the paper, Cho et al. (2014), it multiplies h before the weights.

    Parameters
    ----------
    input : (batch, in_features)
    hx : (batch, hidden)
    w_ih : (3 hidden, in_features), w_hh : (3 hidden, hidden)
    b_ih, b_hh : (3 hidden,), optional

    Returns
    -------
    (batch, hidden)

    Raises
    ------
    TypeError, ValueError
        If shapes or dtypes do not fit.

    Examples
    --------
    Both gates half open, candidate 0: half of the state is left.

    >>> gru_cell(np.zeros((1, 1)), np.array([[4.0]]), np.zeros((3, 1)), np.zeros((3, 1)))
    array([[2.]])
    """
    sums, h = _sums(input, hx, w_ih, w_hh, b_ih, b_hh)
    _, z, n = _gates(sums)
    return n + z * (h - n)


@through_float32(one_dtype=OPERANDS)
def gru_cell_backward(grad_output, input, hx, w_ih, w_hh, b_ih=None, b_hh=None):
    """Return the gradients of input, hx, w_ih, w_hh, b_ih and b_hh (None for what is None)."""
    sums, h = _sums(input, hx, w_ih, w_hh, b_ih, b_hh)
    (x_r, x_z, x_n), (h_r, h_z, h_n) = sums
    r, z, n = _gates(sums)
    grad = gradient(grad_output, h.shape, h.dtype)
    grad_n = tanh_backward(grad * (1 - z), x_n + r * h_n)
    grad_z = sigmoid_backward(grad * (h - n), x_z + h_z)
    grad_r = sigmoid_backward(grad_n * h_n, x_r + h_r)
    of_input = np.concatenate((grad_r, grad_z, grad_n), axis=1)  # (batch, 3 hidden)
    of_hidden = np.concatenate((grad_r, grad_z, grad_n * r), axis=1)
    grad_input, grad_hidden, *grad_weights = weighted_sums_backward(
        of_input, of_hidden, input, h, (w_ih, w_hh, b_ih, b_hh)
    )
    return grad_input, grad_hidden + grad * z, *grad_weights


def _sums(input, hx, w_ih, w_hh, b_ih, b_hh):
    """Return three weighted sums of the input and three of the state, and the state."""
    sums = weighted_sums(input, {"hx": hx}, (w_ih, w_hh, b_ih, b_hh), gates=3)
    return [np.split(each, 3, axis=1) for each in sums], np.asarray(hx, sums[0].dtype)


def _gates(sums):
    (x_r, x_z, x_n), (h_r, h_z, h_n) = sums
    r = sigmoid(x_r + h_r)
    return r, sigmoid(x_z + h_z), np.tanh(x_n + r * h_n)
