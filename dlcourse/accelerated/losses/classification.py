"""Losses for one class of several: the price of the probability given to the truth."""

import torch

from ...validation import losses as validate
from ...validation.tensors import floating, through_float32
from ..neurons.activations import log_softmax
from ._reduction import reduce, same_shape


@through_float32
def nll_loss(input, target, weight=None, ignore_index=-100, reduction="mean"):
    """Charge the negative log-probability of the true class.

    See dlcourse.reference.nll_loss. On a GPU the check of the labels waits for the result.
    """
    x, axis = _classes(input)
    y, w = _labels(x, axis, target, weight, ignore_index)
    loss = torch.where(w == 0, 0, -w * x.gather(axis, y)).squeeze(axis)
    return reduce(loss, reduction, w.sum())


@through_float32
def cross_entropy(
    input, target, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    """Take scores z instead of log-probabilities.

    See dlcourse.reference.cross_entropy.
    """
    z, axis = _classes(input)
    log_p = log_softmax(z, axis)
    if _are_labels(target, z, axis) and label_smoothing == 0:
        return nll_loss(log_p, target, weight, ignore_index, reduction)
    t, total = _shares(z, axis, target, weight, ignore_index, label_smoothing)
    # Where t is 0, log p may be -inf; autograd must not meet 0 * inf there.
    return reduce(-(t * torch.where(t == 0, 0, log_p)).sum(axis), reduction, total)


def _classes(input):
    """Return the input as a tensor, and the axis along which its classes lie."""
    x = floating("input", input)
    return x, validate.class_axis(x)


def _are_labels(target, x, axis):
    shape = floating("target", target).shape
    return tuple(shape) == validate.without_classes(x, axis) or not target.is_floating_point()


def _labels(x, axis, target, weight, ignore_index):
    floating("target", target)
    if target.is_floating_point() or target.dtype == torch.bool:
        raise TypeError(f"target has dtype {target.dtype}; needed integers, the class numbers")
    validate.labels_shape(target, x, axis)
    y = target.long()
    kept = y != ignore_index
    y = torch.where(kept, y, 0)
    validate.labels_within(y, x.shape[axis], ignore_index)
    w = _class_weights(x, axis, weight)[y] * kept
    return y.unsqueeze(axis), w.unsqueeze(axis)


def _class_weights(x, axis, weight):
    classes = x.shape[axis]
    if weight is None:
        return torch.ones(classes, dtype=x.dtype, device=x.device)
    validate.one_per_class(floating("weight", weight), classes)
    return weight.to(x.dtype)


def _shares(x, axis, target, weight, ignore_index, label_smoothing):
    """Return the weighted shares t, in the shape of x, and what the mean divides by."""
    classes = x.shape[axis]
    validate.smoothing(label_smoothing)
    if _are_labels(target, x, axis):
        y, w = _labels(x, axis, target, weight, ignore_index)
        total, kept = w.sum(), (target != ignore_index).unsqueeze(axis)
        t = torch.zeros_like(x).scatter(axis, y, 1)
    else:
        validate.nothing_ignored(ignore_index)
        _, t = same_shape(x, target)
        validate.no_negative("target", t)
        total, kept = x.numel() // classes, 1
    t = t * (1 - label_smoothing) + label_smoothing / classes
    weight = _class_weights(x, axis, weight).reshape(classes, *[1] * (x.ndim - axis - 1))
    return t * weight * kept, total
