"""Survival: what to charge where many patients are, happily, still alive."""

import torch

from ...reference.losses.survival import TIES
from ...validation.arrays import choice
from ...validation.losses import survival
from ...validation.tensors import floating, through_float32
from ..neurons.activations import log_softmax
from ._reduction import reduce


@through_float32
def cox_ph_loss(input, time, event, ties="efron", reduction="mean"):
    """Charge, at each death, the surprise that it was this patient of all those at risk.

    See dlcourse.reference.cox_ph_loss. The matrix of (deaths, patients) makes every death
    one row of the same large operations. On a GPU its size, and the checks of time and
    event, wait for results.
    """
    eta = floating("input", input)
    event = floating("event", event)
    floating("time", time)  # checked; its own dtype stays, or whole days might be rounded
    survival(eta, time, event)
    (died,) = torch.nonzero(event, as_tuple=True)
    weight = (time >= time[died, None]).to(eta.dtype)
    if choice("ties", ties, TIES) == "efron":
        together = (time == time[died, None]) & (event == 1)  # (deaths, patients)
        d = together.sum(1, keepdim=True)
        k = together[:, died].tril(-1).sum(1, keepdim=True)  # rows before this one
        weight = weight - together * (k.to(eta.dtype) / d)
    scores = torch.where(weight > 0, eta + weight.log(), -torch.inf)
    own = torch.arange(len(died), device=eta.device), died
    surprise = weight[own].log() - log_softmax(scores, 1)[own]
    return reduce(torch.zeros_like(eta).index_put((died,), surprise), reduction, len(died))
