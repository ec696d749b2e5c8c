"""Activation maps: what each unit of a layer answers, place by place."""

import torch

from ._looked_at import last_maps, listening, undisturbed


@torch.no_grad()
def activation_maps(model, layer, input):
    """Return the output of ``layer`` when ``model`` looks at ``input`` in eval mode.

    Parameters
    ----------
    model : torch.nn.Module
    layer : the module in ``model`` whose output is kept; of several uses, the last
    input : (n, channels, height, width)

    Returns
    -------
    torch.Tensor
        (n, maps, rows, columns), cut off from the network

    Raises
    ------
    ValueError
        If ``layer`` is not used on the way, or its output has no rows and columns.
    """
    with listening(layer) as seen, undisturbed(model):
        model(input)
    return last_maps(seen)
