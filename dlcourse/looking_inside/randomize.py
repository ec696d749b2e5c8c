"""Randomize from the top: a network that has forgotten its last layers, to test a tool on."""

import copy

import torch
from torch import nn

from ..validation.descent import whole

WITH_WEIGHTS = (nn.Linear, nn.Conv1d, nn.Conv2d, nn.Conv3d)


def randomized(model, layers, seed):
    """Return a copy whose last ``layers`` layers are as before training.

    Convolutions and dense layers count; normalization behind one of them goes with it. Order
    is that of ``model.modules()``, in which a network is written down.

    Parameters
    ----------
    model : torch.nn.Module, which stays as it is
    layers : how many from the top, 0 to all
    seed : of the new weights

    Returns
    -------
    torch.nn.Module

    Raises
    ------
    ValueError
        If the network has fewer layers.

    Source: Adebayo and others, Sanity checks for saliency maps (2018),
    https://arxiv.org/abs/1810.03292.
    """
    changed = copy.deepcopy(model)
    parts = [part for part in changed.modules() if hasattr(part, "reset_parameters")]
    places = [i for i, part in enumerate(parts) if isinstance(part, WITH_WEIGHTS)]
    if whole("layers", layers, 0) > len(places):
        raise ValueError(f"layers is {layers}; needed at most what model has, {len(places)}")
    # Drawn on the CPU from a seed of its own; the caller's draws go on as if nothing had been.
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        for part in parts[places[-layers] :] if layers else ():
            part.reset_parameters()
    return changed
