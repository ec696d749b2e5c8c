r"""Information: how much is left to learn, and how far one opinion is from another.

In nats, the unit that goes with the natural logarithm; divide by ln 2 for bits.
Cross-entropy is the sum of the two: :math:`H(p, q) = H(p) + D(p \| q)`.
"""

import numpy as np

from ...validation.arrays import REDUCTIONS, choice, dimension, floating, gradient, through_float32
from ...validation.losses import no_negative, within_0_and_1
from ._reduction import reduce, same_shape, spread


@through_float32
def entropy(input, dim=-1):
    r"""Say how undecided probabilities are: :math:`-\sum_i p_i \ln p_i` along ``dim``.

    0 for one sure class, ln n for n equal ones. Not in torch.nn.functional.

    Source: Shannon, A mathematical theory of communication (1948).

    Parameters
    ----------
    input : probabilities; that they sum to 1 along dim is yours to see to
    dim : int

    Raises
    ------
    ValueError
        If a number lies outside 0 to 1 or is NaN.

    Examples
    --------
    >>> entropy(np.array([[0.5, 0.5], [1.0, 0.0]])).round(3)
    array([0.693, 0.   ])
    """
    p = _probabilities(input, dim)
    return (p * -np.log(_at_least_tiny(p))).sum(axis=dim)


@through_float32
def entropy_backward(grad_output, input, dim=-1):
    r"""Return the gradient of input, :math:`-\ln p_i - 1`, kept finite at 0.

    The true slope at 0 is infinite. Here p counts as at least the dtype's smallest normal
    number, so that softmax, whose own slope is 0 there, does not make NaN of it.
    """
    p = _probabilities(input, dim)
    shape = p.sum(axis=dim).shape
    upstream = np.expand_dims(gradient(grad_output, shape, p.dtype), dim if p.ndim else ())
    return upstream * (-np.log(_at_least_tiny(p)) - (p >= np.finfo(p.dtype).tiny))


@through_float32
def kl_div(input, target, reduction="mean", log_target=False):
    r"""Charge what believing q costs where p is true: :math:`\sum_i p_i (\ln p_i - \ln q_i)`.

    Source: Kullback and Leibler, On information and sufficiency (1951).

    Parameters
    ----------
    input : log-probabilities ln q, any shape (torch takes the logarithm of q alone)
    target : probabilities p, or ln p with ``log_target``, the shape of input
    reduction : "none", "mean", "sum" or "batchmean"
        Only "batchmean", the sum over the length of axis 0, is a divergence per case:
        "mean" divides by the number of classes too.
    log_target : bool

    Raises
    ------
    ValueError
        If a probability in target is negative or NaN, or shapes differ.

    Examples
    --------
    >>> q, p = np.array([[0.5, 0.5]]), np.array([[1.0, 0.0]])
    >>> float(kl_div(np.log(q), p, reduction="batchmean").round(3))
    0.693
    """
    log_q, p, log_p = _beliefs(input, target, log_target)
    return reduce(p * (log_p - log_q), *_divisor(reduction, log_q))


@through_float32
def kl_div_backward(grad_output, input, target, reduction="mean", log_target=False):
    """Return the gradient of input, -p: only the target counts, not how far off q is."""
    log_q, p, _ = _beliefs(input, target, log_target)
    return spread(grad_output, log_q, *_divisor(reduction, log_q)) * -p


def _probabilities(input, dim):
    p = floating("input", input)
    dimension(dim, p.ndim)
    within_0_and_1("input", p)
    return p


def _at_least_tiny(p):
    return np.maximum(p, np.finfo(p.dtype).tiny)


def _beliefs(input, target, log_target):
    """Return ln q, p and ln p; where p is 0 a 0 for ln p serves as well as -inf."""
    log_q, p = same_shape(input, target)
    if log_target:
        return log_q, np.exp(p), p
    no_negative("target", p)
    return log_q, p, np.log(np.where(p > 0, p, 1))


def _divisor(reduction, like):
    """Return the reduction and its total, "batchmean" as a mean over axis 0."""
    if choice("reduction", reduction, (*REDUCTIONS, "batchmean")) != "batchmean":
        return reduction, None
    return "mean", like.shape[0] if like.ndim else 1
