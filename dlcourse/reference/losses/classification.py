r"""Losses for one class of several: the price of the probability given to the truth.

Both losses are :math:`-\sum_c t_c \ln p_c`, where the target t says how the truth is shared
among the classes: all of it on one class, or spread out. The classes lie along axis 1, or
along axis 0 of a single case: (classes,), (batch, classes), (batch, classes, height, width).
"""

import numpy as np

from ...validation import losses as validate
from ...validation.arrays import floating, through_float32
from ..neurons.activations import log_softmax, log_softmax_backward, softmax
from ._reduction import reduce, same_shape, spread


@through_float32
def nll_loss(input, target, weight=None, ignore_index=-100, reduction="mean"):
    """Charge the negative log-probability of the true class.

    Parameters
    ----------
    input : log-probabilities, as from ``log_softmax``, (batch, classes, ...) or (classes,)
    target : class numbers from 0 to classes - 1, integers, the shape of input without classes
    weight : (classes,), optional; counts the cases of a class so many times
    ignore_index : int
        Cases with this target cost nothing.
    reduction : "none", "mean" or "sum"
        The mean is weighted: it divides by the sum of the weights of the cases counted.
        Where nothing is counted it is NaN, and its gradient 0.

    Raises
    ------
    TypeError, ValueError
        If a target is no integer or no class, or shapes do not fit.

    Examples
    --------
    >>> p = np.array([[0.5, 0.25, 0.25], [0.1, 0.1, 0.8]])
    >>> nll_loss(np.log(p), np.array([0, 2]), reduction="none").round(3)
    array([0.693, 0.223])
    """
    x, axis = _classes(input)
    y, w = _labels(x, axis, target, weight, ignore_index)
    loss = np.where(w == 0, 0, -w * np.take_along_axis(x, y, axis)).squeeze(axis)
    return reduce(loss, reduction, w.sum())


@through_float32
def nll_loss_backward(grad_output, input, target, weight=None, ignore_index=-100, reduction="mean"):
    """Return the gradient of input: minus the weight at the true class, 0 elsewhere."""
    x, axis = _classes(input)
    y, w = _labels(x, axis, target, weight, ignore_index)
    upstream = spread(grad_output, w.squeeze(axis), reduction, w.sum())
    grad_input = np.zeros_like(x)
    np.put_along_axis(grad_input, y, -w * np.expand_dims(upstream, axis), axis)
    return grad_input


@through_float32
def cross_entropy(
    input, target, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    r"""Take scores z instead of log-probabilities: ``nll_loss`` of ``log_softmax``.

    Parameters
    ----------
    input : scores, (batch, classes, ...) or (classes,)
    target : class numbers as in ``nll_loss``, or probabilities in the shape of input
    weight, ignore_index, reduction : as in ``nll_loss``
        With probabilities, ``ignore_index`` must stay negative, and the mean divides by the
        number of cases, whatever the weights.
    label_smoothing : from 0 to 1
        This part of every target is spread evenly over the classes, so that no score need
        grow without end (Szegedy et al., Rethinking the Inception architecture, 2016).

    Raises
    ------
    TypeError, ValueError
        If a target is no class or no probability, or shapes do not fit.

    Examples
    --------
    >>> z = np.array([[0.0, 0.0], [10000.0, 0.0]])
    >>> cross_entropy(z, np.array([0, 1]), reduction="none").round(3)
    array([6.93e-01, 1.00e+04])
    """
    z, axis = _classes(input)
    log_p = log_softmax(z, axis)
    if _are_labels(target, z, axis) and label_smoothing == 0:
        return nll_loss(log_p, target, weight, ignore_index, reduction)
    t, total = _shares(z, axis, target, weight, ignore_index, label_smoothing)
    # A class without a share costs nothing, even at log p = -inf.
    return reduce(-(t * np.where(t == 0, 0, log_p)).sum(axis), reduction, total)


@through_float32
def cross_entropy_backward(
    grad_output,
    input,
    target,
    weight=None,
    ignore_index=-100,
    reduction="mean",
    label_smoothing=0.0,
):
    """Return the gradient of input, p - t: what was said less what was true.

    With weights the shares t of a case sum to some w, and it is w p - t. For labels this
    comes out of the chain rule through ``log_softmax``, which never fills in the zeros of t.
    """
    z, axis = _classes(input)
    if _are_labels(target, z, axis) and label_smoothing == 0:
        grad_log_p = nll_loss_backward(grad_output, z, target, weight, ignore_index, reduction)
        return log_softmax_backward(grad_log_p, z, axis)
    t, total = _shares(z, axis, target, weight, ignore_index, label_smoothing)
    w = t.sum(axis)
    upstream = np.expand_dims(spread(grad_output, w, reduction, total), axis)
    return (np.expand_dims(w, axis) * softmax(z, axis) - t) * upstream


def _classes(input):
    """Return the input as an array, and the axis along which its classes lie."""
    x = floating("input", input)
    return x, validate.class_axis(x)


def _are_labels(target, x, axis):
    """Tell labels from probabilities: by shape, or where it fits neither, by dtype."""
    floating("target", target)
    return (
        np.shape(target) == validate.without_classes(x, axis)
        or np.asarray(target).dtype.kind != "f"
    )


def _labels(x, axis, target, weight, ignore_index):
    """Return the labels and their weights, both of length 1 along the classes.

    Where a case is ignored, its label becomes 0, to be a class, and so does its weight.
    """
    floating("target", target)
    y = np.asarray(target)
    if y.dtype.kind not in "iu":
        raise TypeError(f"target has dtype {y.dtype}; needed integers, the class numbers")
    validate.labels_shape(y, x, axis)
    kept = y != ignore_index
    y = np.where(kept, y, 0)
    validate.labels_within(y, x.shape[axis], ignore_index)
    w = _class_weights(x, axis, weight)[y] * kept
    return np.expand_dims(y, axis), np.expand_dims(w, axis)


def _class_weights(x, axis, weight):
    classes = x.shape[axis]
    if weight is None:
        return np.ones(classes, x.dtype)
    weight = floating("weight", weight)
    validate.one_per_class(weight, classes)
    return weight.astype(x.dtype, copy=False)


def _shares(x, axis, target, weight, ignore_index, label_smoothing):
    """Return the weighted shares t, in the shape of x, and what the mean divides by."""
    classes = x.shape[axis]
    validate.smoothing(label_smoothing)
    if _are_labels(target, x, axis):
        y, w = _labels(x, axis, target, weight, ignore_index)
        total, kept = w.sum(), np.expand_dims(np.not_equal(target, ignore_index), axis)
        t = np.zeros_like(x)
        np.put_along_axis(t, y, 1, axis)
    else:
        validate.nothing_ignored(ignore_index)
        _, t = same_shape(x, target)
        validate.no_negative("target", t)
        total, kept = x.size // classes, 1
    even = x.dtype.type(label_smoothing / classes)
    t = t * x.dtype.type(1 - label_smoothing) + even
    weight = _class_weights(x, axis, weight).reshape(classes, *[1] * (x.ndim - axis - 1))
    return t * weight * kept, total
