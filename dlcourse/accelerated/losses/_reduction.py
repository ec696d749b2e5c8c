"""From one loss per entry to one number; autograd finds the way back."""

import torch

from ...validation import losses as validate
from ...validation.arrays import REDUCTIONS, choice
from ...validation.tensors import floating


def reduce(loss, reduction, total=None):
    """Return ``loss`` as it is, its sum, or its sum over ``total``; see the reference."""
    if choice("reduction", reduction, REDUCTIONS) == "none":
        return loss
    if reduction == "sum":
        return loss.sum()
    total = torch.as_tensor(loss.numel() if total is None else total, device=loss.device)
    # Divided by 1 where nothing was counted, so that no 0 / 0 comes back as a gradient.
    mean = loss.sum() / torch.where(total == 0, 1, total).to(loss.dtype)
    return torch.where(total == 0, torch.nan, mean)


def weighted(loss, weight):
    """Multiply ``loss`` by ``weight``, which broadcasts to its shape; None leaves it alone."""
    return loss if weight is None else loss * broadcast("weight", weight, loss)


def broadcast(name, weight, like):
    """Return ``weight`` in the dtype of ``like``, to whose shape it must broadcast."""
    weight = floating(name, weight)
    validate.broadcasts(name, weight, like.shape)
    return weight.to(like.dtype)


def same_shape(input, target):
    """Check that ``target`` has the shape of ``input``; return both in the dtype of input."""
    x, y = floating("input", input), floating("target", target)
    validate.same_shape(x, y)
    return x, y.to(x.dtype)
