"""Losses for numbers: the target is a quantity, and the loss grows with the distance to it."""

import numpy as np

from ...validation import losses as validate
from ...validation.arrays import above_0, floating, through_float32
from ._reduction import reduce, same_shape, spread, weighted


@through_float32
def mse_loss(input, target, reduction="mean", weight=None):
    r"""Charge the square of the error, :math:`(x - y)^2`: large errors count most.

    The best constant guess is the mean of the targets.

    Parameters
    ----------
    input, target : the same shape (torch broadcasts, with a warning, which hides mistakes)
    reduction : "none", "mean" or "sum"
    weight : the shape of input, optional; then "mean" divides by the sum of the weights

    Raises
    ------
    TypeError, ValueError
        If an argument is not real, shapes differ, or the reduction is unknown.

    Examples
    --------
    >>> float(mse_loss(np.array([1.0, 5.0]), np.array([1.0, 2.0])))
    4.5
    """
    d = _error(input, target, weight)
    return reduce(weighted(d * d, weight), reduction, _total(weight))


@through_float32
def mse_loss_backward(grad_output, input, target, reduction="mean", weight=None):
    """Return the gradient of input, 2 (x - y): the pull grows with the error."""
    d = _error(input, target, weight)
    return spread(grad_output, d, reduction, _total(weight)) * weighted(2 * d, weight)


@through_float32
def l1_loss(input, target, reduction="mean", weight=None):
    r"""Charge the size of the error, :math:`|x - y|`: one outlier does not outvote the rest.

    The best constant guess is the median of the targets. Arguments as in ``mse_loss``.

    >>> float(l1_loss(np.array([1.0, 5.0]), np.array([1.0, 2.0])))
    1.5
    """
    d = _error(input, target, weight)
    return reduce(weighted(np.abs(d), weight), reduction, _total(weight))


@through_float32
def l1_loss_backward(grad_output, input, target, reduction="mean", weight=None):
    """Return the gradient of input, the sign of the error: the same pull near and far, 0 at 0."""
    d = _error(input, target, weight)
    sign = (d > 0).astype(d.dtype) - (d < 0)  # unlike np.sign, 0 at NaN, as in torch
    return spread(grad_output, d, reduction, _total(weight)) * weighted(sign, weight)


@through_float32
def huber_loss(input, target, reduction="mean", delta=1.0, weight=None):
    r"""Charge small errors their square, large ones their size: smooth at 0, calm far off.

    :math:`d^2 / 2` for an error d of at most ``delta``, else
    :math:`\delta (|d| - \delta / 2)`. Arguments as in ``mse_loss``, but here, as in
    torch, the weighted mean divides by the number of entries.

    Source: Huber, Robust estimation of a location parameter (1964).

    >>> huber_loss(np.array([0.5, 3.0]), np.zeros(2), reduction="none")
    array([0.125, 2.5  ])
    """
    size = np.abs(_error(input, target, weight))
    capped = np.minimum(size, size.dtype.type(above_0("delta", delta)))
    return reduce(weighted(capped * (size - capped / 2), weight), reduction)


@through_float32
def huber_loss_backward(grad_output, input, target, reduction="mean", delta=1.0, weight=None):
    """Return the gradient of input, the error itself but never beyond ``delta``."""
    d = _error(input, target, weight)
    delta = d.dtype.type(above_0("delta", delta))
    return spread(grad_output, d, reduction) * weighted(np.clip(d, -delta, delta), weight)


@through_float32
def smooth_l1_loss(input, target, reduction="mean", beta=1.0):
    r"""Return ``huber_loss`` over its delta, here ``beta``: slope 1 far off, whatever beta.

    ``beta=0`` is ``l1_loss``. Source: Girshick, Fast R-CNN (2015).
    """
    if beta == 0:
        return l1_loss(input, target, reduction)
    loss = huber_loss(input, target, reduction, above_0("beta", beta))
    return loss / loss.dtype.type(beta)


@through_float32
def smooth_l1_loss_backward(grad_output, input, target, reduction="mean", beta=1.0):
    """Return the gradient of input: that of ``huber_loss``, over ``beta``."""
    if beta == 0:
        return l1_loss_backward(grad_output, input, target, reduction)
    slope = huber_loss_backward(grad_output, input, target, reduction, above_0("beta", beta))
    return slope / slope.dtype.type(beta)


def _error(input, target, weight):
    x, y = same_shape(input, target)
    if weight is not None:
        validate.same_shape(x, floating("weight", weight), "weight")
    return x - y


def _total(weight):
    return None if weight is None else np.sum(weight)
