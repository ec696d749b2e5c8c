"""Long short-term memory: a second state, which is kept, written to and read through gates."""

import numpy as np

from ...validation.arrays import gradient, through_float32
from ...validation.sequences import OPERANDS, pair
from ..neurons.activations import sigmoid, sigmoid_backward, tanh_backward
from ._cell import weighted_sums, weighted_sums_backward


@through_float32(one_dtype=OPERANDS)
def lstm_cell(input, hx, w_ih, w_hh, b_ih=None, b_hh=None):
    r"""Take one step: keep some of the cell state, write some, show some.

    Four weighted sums, in torch's order i, f, g, o; others put g last, so weights from
    elsewhere may need their rows sorted. With the gates i, f and o after a sigmoid and the
    candidate g after a tanh,

    .. math:: c' = f \odot c + i \odot g, \qquad h' = o \odot \tanh c'

    On the way back c passes f alone, no weights and no slope: where f is near 1, a gradient
    survives many steps. Hochreiter and Schmidhuber (1997); Gers et al. (2000) for f.

    Parameters
    ----------
    input : (batch, in_features)
    hx : pair of (batch, hidden), the hidden state h and the cell state c
    w_ih : (4 hidden, in_features), w_hh : (4 hidden, hidden)
    b_ih, b_hh : (4 hidden,), optional

    Returns
    -------
    The pair (h', c'), (batch, hidden) each

    Raises
    ------
    TypeError, ValueError
        If shapes or dtypes do not fit, or ``hx`` is no pair.

    Examples
    --------
    Nothing comes in, the forget gate is wide open: the cell keeps what it has.

    >>> state = np.array([[0.0]]), np.array([[2.0]])
    >>> bias = np.array([-100.0, 100.0, 0.0, 100.0])
    >>> h, c = lstm_cell(np.zeros((1, 1)), state, np.zeros((4, 1)), np.zeros((4, 1)), bias)
    >>> h.round(3), c
    (array([[0.964]]), array([[2.]]))
    """
    sums, c = _sums(input, hx, w_ih, w_hh, b_ih, b_hh)
    (i, f, o), g = map(sigmoid, (sums[0], sums[1], sums[3])), np.tanh(sums[2])
    c = f * c + i * g
    return o * np.tanh(c), c


@through_float32(one_dtype=OPERANDS)
def lstm_cell_backward(grad_output, input, hx, w_ih, w_hh, b_ih=None, b_hh=None):
    """Return the gradients of input, hx (a pair), w_ih, w_hh, b_ih and b_hh.

    ``grad_output`` is a pair too: that of h' comes from this step's output and the next
    step's gates, that of c' from the next step's cell.
    """
    sums, c = _sums(input, hx, w_ih, w_hh, b_ih, b_hh)
    (i, f, o), g = map(sigmoid, (sums[0], sums[1], sums[3])), np.tanh(sums[2])
    bent = np.tanh(f * c + i * g)
    grad_h, grad_c = (gradient(grad, c.shape, c.dtype) for grad in pair(grad_output, "grad_output"))
    grad_c = grad_c + grad_h * o * (1 - bent * bent)  # c' is handed on, and read for h'
    grad_sums = (
        sigmoid_backward(grad_c * g, sums[0]),
        sigmoid_backward(grad_c * c, sums[1]),
        tanh_backward(grad_c * i, sums[2]),
        sigmoid_backward(grad_h * bent, sums[3]),
    )
    grad_sum = np.concatenate(grad_sums, axis=1)  # (batch, 4 hidden)
    grad_input, grad_hidden, *grad_weights = weighted_sums_backward(
        grad_sum, grad_sum, input, hx[0], (w_ih, w_hh, b_ih, b_hh)
    )
    return grad_input, (grad_hidden, grad_c * f), *grad_weights


def _sums(input, hx, w_ih, w_hh, b_ih, b_hh):
    """Return the four weighted sums, (batch, hidden) each, and the cell state."""
    h, c = pair(hx)
    states = {"hx[0]": h, "hx[1]": c}
    of_input, of_hidden = weighted_sums(input, states, (w_ih, w_hh, b_ih, b_hh), gates=4)
    return np.split(of_input + of_hidden, 4, axis=1), np.asarray(c, of_input.dtype)
