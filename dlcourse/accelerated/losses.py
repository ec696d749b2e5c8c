"""Losses: one number that says how wrong, small when the network is right."""

import torch

from ..reference._validate import REDUCTIONS, choice
from ._validate import floating


def binary_cross_entropy(input, target, weight=None, reduction="mean"):
    """Charge for saying p where the truth was y.

    See dlcourse.reference.binary_cross_entropy. Where p (1 - p) is below 1e-12 the slope
    is set to torch's, (p - y) / 1e-12; autograd alone finds 0 * inf at p = 0 and p = 1.
    On a GPU the check that p and y lie within 0 to 1 waits for the result.
    """
    p, y = _pair(input, target)
    _within_0_and_1("input", p)
    cliff = p * (1 - p) < 1e-12
    edge = p.detach()
    # p - edge is 0 in value and 1 in slope: a straight line through the edge's own loss.
    line = _charge(edge, y) + (edge - y) / 1e-12 * (p - edge)
    loss = torch.where(cliff, line, _charge(torch.where(cliff, 0.5, p), y))
    return _reduce(_weighted(loss, weight), reduction)


def binary_cross_entropy_with_logits(input, target, weight=None, reduction="mean", pos_weight=None):
    """Take the logit z instead of p = sigmoid(z): stable however large z is.

    See dlcourse.reference.binary_cross_entropy_with_logits. The logarithm is one
    ``torch.logaddexp``, whose slope is right at 0, where the absolute value's is not.
    """
    z, y = _pair(input, target)
    softplus = torch.logaddexp(torch.zeros_like(z), -z)  # ln(1 + e^-z)
    loss = (1 - y) * z + _positive_share(y, pos_weight) * softplus
    return _reduce(_weighted(loss, weight), reduction)


def _charge(p, y):
    return -y * torch.log(p).clamp(min=-100) - (1 - y) * torch.log1p(-p).clamp(min=-100)


def _positive_share(y, pos_weight):
    return 1 if pos_weight is None else 1 + (_broadcast("pos_weight", pos_weight, y) - 1) * y


def _pair(input, target):
    x, y = floating("input", input), floating("target", target)
    if x.shape != y.shape:
        raise ValueError(
            f"target has shape {tuple(y.shape)}; needed the shape of input, {tuple(x.shape)}"
        )
    _within_0_and_1("target", y)
    return x, y.to(x.dtype)


def _within_0_and_1(name, tensor):
    if not torch.all((tensor >= 0) & (tensor <= 1)):
        raise ValueError(
            f"{name} runs from {tensor.min().item()} to {tensor.max().item()}; "
            "needed numbers from 0 to 1"
        )


def _weighted(loss, weight):
    return loss if weight is None else loss * _broadcast("weight", weight, loss)


def _broadcast(name, weight, like):
    """Return ``weight`` in the dtype of ``like``, to whose shape it must broadcast."""
    weight = floating(name, weight)
    try:
        weight.expand(like.shape)
    except RuntimeError:
        raise ValueError(
            f"{name} has shape {tuple(weight.shape)}; it must broadcast to {tuple(like.shape)}"
        ) from None
    return weight.to(like.dtype)


def _reduce(loss, reduction):
    if choice("reduction", reduction, REDUCTIONS) == "none":
        return loss
    return loss.sum() if reduction == "sum" else loss.mean()
