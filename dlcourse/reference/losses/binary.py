"""Losses: one number that says how wrong, small when the network is right.

Here are the losses for yes or no, which the course meets first, and the sum of several;
``regression``, ``classification``, ``information`` and ``survival`` have the others.
In all of them ``f_backward`` returns the gradient of input alone: targets are data.
"""

import numpy as np

from ...validation.arrays import floating, gradient, through_float32
from ...validation.losses import one_for_each_task, within_0_and_1
from ..neurons.activations import sigmoid
from ._reduction import broadcast, reduce, same_shape, spread, weighted


@through_float32
def binary_cross_entropy(input, target, weight=None, reduction="mean"):
    r"""Charge :math:`-y \ln p - (1 - y) \ln(1 - p)` for saying p where the truth was y.

    Each logarithm is clamped at -100, as in torch, so that being sure and wrong costs 100
    and not infinity. Where you have logits, use ``binary_cross_entropy_with_logits``.

    Parameters
    ----------
    input : probabilities from 0 to 1, any shape
    target : from 0 to 1, the shape of input
    weight : broadcasts to the shape of input, optional
    reduction : "none", "mean" or "sum"

    Raises
    ------
    ValueError
        If a probability or a target lies outside 0 to 1 or is NaN, or shapes differ.

    Examples
    --------
    >>> p = np.array([0.9, 0.1, 0.9, 0.1])
    >>> binary_cross_entropy(p, np.array([1, 0, 0, 1]), reduction="none").round(1)
    array([0.1, 0.1, 2.3, 2.3])
    """
    p, y = _pair(input, target)
    within_0_and_1("input", p)
    with np.errstate(divide="ignore"):
        loss = -y * np.maximum(np.log(p), -100) - (1 - y) * np.maximum(np.log1p(-p), -100)
    return reduce(weighted(loss, weight), reduction)


@through_float32
def binary_cross_entropy_backward(grad_output, input, target, weight=None, reduction="mean"):
    """Return the gradient of input, (p - y) / (p (1 - p)), the denominator at least 1e-12."""
    p, y = _pair(input, target)
    within_0_and_1("input", p)
    slope = (p - y) / np.maximum(p * (1 - p), p.dtype.type(1e-12))
    return spread(grad_output, slope, reduction) * weighted(slope, weight)


@through_float32
def binary_cross_entropy_with_logits(input, target, weight=None, reduction="mean", pos_weight=None):
    r"""Take the logit z instead of p = sigmoid(z): stable however large z is.

    :math:`(1 - y) z + \ln(1 + e^{-z})`, where the logarithm is rewritten so that the
    exponent is never positive. ``pos_weight`` multiplies what positive cases cost.

    Parameters
    ----------
    input : logits, any shape
    target : from 0 to 1, the shape of input
    weight, pos_weight : broadcast to the shape of input, optional
    reduction : "none", "mean" or "sum"

    Examples
    --------
    >>> z = np.array([-10000.0, 0.0])
    >>> binary_cross_entropy_with_logits(z, np.array([1.0, 1.0]), reduction="none").round(3)
    array([1.00e+04, 6.93e-01])
    """
    z, y = _pair(input, target)
    softplus = np.log1p(np.exp(-np.abs(z))) + np.maximum(-z, 0)  # ln(1 + e^-z)
    loss = (1 - y) * z + _positive_share(y, pos_weight) * softplus
    return reduce(weighted(loss, weight), reduction)


@through_float32
def binary_cross_entropy_with_logits_backward(
    grad_output, input, target, weight=None, reduction="mean", pos_weight=None
):
    """Return the gradient of input; without weights it is simply p - y."""
    z, y = _pair(input, target)
    slope = (1 - y) - _positive_share(y, pos_weight) * sigmoid(-z)
    return spread(grad_output, slope, reduction) * weighted(slope, weight)


@through_float32
def weighted_sum(losses, weights):
    """Add up the losses of several tasks that share a network, each by its weight.

    A network that estimates age and diagnosis at once has one loss for each; descent needs
    one number. The weights say what a unit of each loss is worth. Not in torch.

    Parameters
    ----------
    losses : (tasks,), or a sequence of single numbers
    weights : (tasks,)

    Examples
    --------
    >>> float(weighted_sum([0.5, 20.0], [1.0, 0.1]))
    2.5
    """
    losses, weights = _tasks(losses, weights)
    return (losses * weights).sum()


@through_float32
def weighted_sum_backward(grad_output, losses, weights):
    """Return the gradients of the losses, (tasks,): what to hand to each task's backward."""
    losses, weights = _tasks(losses, weights)
    return gradient(grad_output, (), losses.dtype) * weights


def _tasks(losses, weights):
    losses, weights = floating("losses", losses), floating("weights", weights)
    one_for_each_task(losses, weights)
    return losses, weights.astype(losses.dtype, copy=False)


def _positive_share(y, pos_weight):
    if pos_weight is None:
        return y.dtype.type(1)
    return 1 + (broadcast("pos_weight", pos_weight, y) - 1) * y


def _pair(input, target):
    x, y = same_shape(input, target)
    within_0_and_1("target", y)
    return x, y
