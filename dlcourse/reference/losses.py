"""Losses: one number that says how wrong, small when the network is right."""

import numpy as np

from ._validate import REDUCTIONS, choice, floating, gradient
from .activations import sigmoid


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
    _within_0_and_1("input", p)
    with np.errstate(divide="ignore"):
        loss = -y * np.maximum(np.log(p), -100) - (1 - y) * np.maximum(np.log1p(-p), -100)
    return _reduce(_weighted(loss, weight), reduction)


def binary_cross_entropy_backward(grad_output, input, target, weight=None, reduction="mean"):
    """Return the gradient of input, (p - y) / (p (1 - p)), the denominator at least 1e-12."""
    p, y = _pair(input, target)
    _within_0_and_1("input", p)
    slope = (p - y) / np.maximum(p * (1 - p), p.dtype.type(1e-12))
    return _spread(grad_output, _weighted(slope, weight), reduction)


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
    return _reduce(_weighted(loss, weight), reduction)


def binary_cross_entropy_with_logits_backward(
    grad_output, input, target, weight=None, reduction="mean", pos_weight=None
):
    """Return the gradient of input; without weights it is simply p - y."""
    z, y = _pair(input, target)
    slope = (1 - y) - _positive_share(y, pos_weight) * sigmoid(-z)
    return _spread(grad_output, _weighted(slope, weight), reduction)


def _positive_share(y, pos_weight):
    if pos_weight is None:
        return y.dtype.type(1)
    return 1 + (_broadcast("pos_weight", pos_weight, y) - 1) * y


def _pair(input, target):
    x, y = floating("input", input), floating("target", target)
    if x.shape != y.shape:
        raise ValueError(f"target has shape {y.shape}; needed the shape of input, {x.shape}")
    _within_0_and_1("target", y)
    return x, y.astype(x.dtype, copy=False)


def _within_0_and_1(name, array):
    if not np.all((array >= 0) & (array <= 1)):
        raise ValueError(
            f"{name} runs from {array.min()} to {array.max()}; needed numbers from 0 to 1"
        )


def _weighted(loss, weight):
    return loss if weight is None else loss * _broadcast("weight", weight, loss)


def _broadcast(name, weight, like):
    """Return ``weight`` in the dtype of ``like``, to whose shape it must broadcast."""
    weight = floating(name, weight)
    try:
        np.broadcast_to(weight, like.shape)
    except ValueError:
        raise ValueError(
            f"{name} has shape {weight.shape}; it must broadcast to {like.shape}"
        ) from None
    return weight.astype(like.dtype, copy=False)


def _reduce(loss, reduction):
    if choice("reduction", reduction, REDUCTIONS) == "none":
        return loss
    if reduction == "sum":
        return loss.sum()
    return loss.mean() if loss.size else loss.dtype.type("nan")


def _spread(grad_output, slope, reduction):
    """Chain backward through the reduction: the mean shares out, the sum hands on."""
    if choice("reduction", reduction, REDUCTIONS) == "none":
        return gradient(grad_output, slope.shape, slope.dtype) * slope
    grad_output = gradient(grad_output, (), slope.dtype)
    return grad_output * slope / (max(slope.size, 1) if reduction == "mean" else 1)
