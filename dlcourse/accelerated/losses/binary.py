"""Losses: one number that says how wrong, small when the network is right."""

import torch

from ...validation.losses import one_for_each_task, within_0_and_1
from ...validation.tensors import floating, through_float32
from ._reduction import broadcast, reduce, same_shape, weighted


@through_float32
def binary_cross_entropy(input, target, weight=None, reduction="mean"):
    """Charge for saying p where the truth was y.

    See dlcourse.reference.binary_cross_entropy. Where p (1 - p) is below 1e-12 the slope
    is set to torch's, (p - y) / 1e-12; autograd alone finds 0 * inf at p = 0 and p = 1.
    On a GPU the check that p and y lie within 0 to 1 waits for the result.
    """
    p, y = _pair(input, target)
    within_0_and_1("input", p)
    cliff = p * (1 - p) < 1e-12
    edge = p.detach()
    # p - edge is 0 in value and 1 in slope: a straight line through the edge's own loss.
    line = _charge(edge, y) + (edge - y) / 1e-12 * (p - edge)
    loss = torch.where(cliff, line, _charge(torch.where(cliff, 0.5, p), y))
    return reduce(weighted(loss, weight), reduction)


@through_float32
def binary_cross_entropy_with_logits(input, target, weight=None, reduction="mean", pos_weight=None):
    """Take the logit z instead of p = sigmoid(z): stable however large z is.

    See dlcourse.reference.binary_cross_entropy_with_logits. The logarithm is one
    ``torch.logaddexp``, whose slope is right at 0, where the absolute value's is not.
    """
    z, y = _pair(input, target)
    softplus = torch.logaddexp(torch.zeros_like(z), -z)  # ln(1 + e^-z)
    loss = (1 - y) * z + _positive_share(y, pos_weight) * softplus
    return reduce(weighted(loss, weight), reduction)


@through_float32
def weighted_sum(losses, weights):
    """Add up the losses of several tasks that share a network, each by its weight.

    See dlcourse.reference.weighted_sum. A list of losses is stacked into one tensor.
    """
    if isinstance(losses, list | tuple):
        losses = torch.stack([floating("losses", loss) for loss in losses])
    losses, weights = floating("losses", losses), floating("weights", weights)
    one_for_each_task(losses, weights)
    return (losses * weights.to(losses.dtype)).sum()


def _charge(p, y):
    return -y * torch.log(p).clamp(min=-100) - (1 - y) * torch.log1p(-p).clamp(min=-100)


def _positive_share(y, pos_weight):
    return 1 if pos_weight is None else 1 + (broadcast("pos_weight", pos_weight, y) - 1) * y


def _pair(input, target):
    x, y = same_shape(input, target)
    within_0_and_1("target", y)
    return x, y
