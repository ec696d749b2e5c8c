"""Information: how much is left to learn, and how far one opinion is from another, in nats."""

import torch

from ...validation.arrays import REDUCTIONS, choice, dimension
from ...validation.losses import no_negative, within_0_and_1
from ...validation.tensors import floating, through_float32
from ._reduction import reduce, same_shape


@through_float32
def entropy(input, dim=-1):
    """Say how undecided probabilities are.

    See dlcourse.reference.entropy.
    """
    p = floating("input", input)
    dimension(dim, p.ndim)
    within_0_and_1("input", p)
    return -(p * p.clamp(min=torch.finfo(p.dtype).tiny).log()).sum(dim)


@through_float32
def kl_div(input, target, reduction="mean", log_target=False):
    """Charge what believing q costs where p is true.

    See dlcourse.reference.kl_div.
    """
    log_q, p = same_shape(input, target)
    if log_target:
        p, log_p = p.exp(), p
    else:
        no_negative("target", p)
        log_p = torch.where(p > 0, p, 1).log()
    total = None
    if choice("reduction", reduction, (*REDUCTIONS, "batchmean")) == "batchmean":
        reduction, total = "mean", log_q.shape[0] if log_q.ndim else 1
    return reduce(p * (log_p - log_q), reduction, total)
