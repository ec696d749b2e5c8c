"""From one loss per entry to one number, and the gradient's way back."""

import numpy as np

from ...validation import losses as validate
from ...validation.arrays import REDUCTIONS, choice, floating, gradient


def reduce(loss, reduction, total=None):
    """Return ``loss`` as it is ("none"), its sum, or its sum over ``total``.

    Parameters
    ----------
    loss : any shape
    reduction : "none", "mean" or "sum"
    total : what "mean" divides by; None for the number of entries. NaN comes of a total of 0.
    """
    if choice("reduction", reduction, REDUCTIONS) == "none":
        return loss
    if reduction == "sum":
        return loss.sum()
    total = loss.size if total is None else total
    return loss.sum() / loss.dtype.type(total) if total else loss.dtype.type("nan")


def spread(grad_output, like, reduction, total=None):
    """Return the gradient that reaches each loss, in the shape of ``like``: the way back.

    The sum hands on, the mean shares out. A total of 0 means that nothing was counted:
    the gradient is 0, as in torch.
    """
    if choice("reduction", reduction, REDUCTIONS) == "none":
        return gradient(grad_output, like.shape, like.dtype)
    grad_output = gradient(grad_output, (), like.dtype)
    if reduction == "mean":
        total = like.size if total is None else total
        grad_output = grad_output / like.dtype.type(total) if total else 0 * grad_output
    return np.broadcast_to(grad_output, like.shape)


def weighted(loss, weight):
    """Multiply ``loss`` by ``weight``, which broadcasts to its shape; None leaves it alone."""
    return loss if weight is None else loss * broadcast("weight", weight, loss)


def broadcast(name, weight, like):
    """Return ``weight`` in the dtype of ``like``, to whose shape it must broadcast."""
    weight = floating(name, weight)
    validate.broadcasts(name, weight, like.shape)
    return weight.astype(like.dtype, copy=False)


def same_shape(input, target):
    """Check that ``target`` has the shape of ``input``; return both in the dtype of input."""
    x, y = floating("input", input), floating("target", target)
    validate.same_shape(x, y)
    return x, y.astype(x.dtype, copy=False)
