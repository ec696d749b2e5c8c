"""Losses for numbers: the target is a quantity, and the loss grows with the distance to it."""

import torch

from ...validation import losses as validate
from ...validation.arrays import above_0
from ...validation.tensors import floating, through_float32
from ._reduction import reduce, same_shape, weighted


@through_float32
def mse_loss(input, target, reduction="mean", weight=None):
    """Charge the square of the error: large errors count most.

    See dlcourse.reference.mse_loss.
    """
    d = _error(input, target, weight)
    return reduce(weighted(d * d, weight), reduction, _total(weight))


@through_float32
def l1_loss(input, target, reduction="mean", weight=None):
    """Charge the size of the error: one outlier does not outvote the rest.

    See dlcourse.reference.l1_loss.
    """
    d = _error(input, target, weight)
    return reduce(weighted(d.abs(), weight), reduction, _total(weight))


@through_float32
def huber_loss(input, target, reduction="mean", delta=1.0, weight=None):
    """Charge small errors their square, large ones their size: smooth at 0, calm far off.

    See dlcourse.reference.huber_loss. One formula serves both sides of ``delta``, so
    autograd follows no branch that is thrown away.
    """
    size = _error(input, target, weight).abs()
    capped = size.clamp(max=above_0("delta", delta))
    return reduce(weighted(capped * (size - capped / 2), weight), reduction)


@through_float32
def smooth_l1_loss(input, target, reduction="mean", beta=1.0):
    """Return ``huber_loss`` over its delta, here ``beta``: slope 1 far off, whatever beta.

    See dlcourse.reference.smooth_l1_loss.
    """
    if beta == 0:
        return l1_loss(input, target, reduction)
    return huber_loss(input, target, reduction, above_0("beta", beta)) / beta


def _error(input, target, weight):
    x, y = same_shape(input, target)
    if weight is not None:
        validate.same_shape(x, floating("weight", weight), "weight")
    return x - y


def _total(weight):
    return None if weight is None else torch.sum(weight)
