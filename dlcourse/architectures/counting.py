"""What a network costs: its weights, and the multiply-adds of one input, layer by layer.

The convention: a multiplication with its addition counts once, additions of biases do not
count, and neither do pooling, normalization and activations. What others call FLOPs is often
this, and often twice this.
"""

import math
from typing import NamedTuple

from torch import nn


class LayerCount(NamedTuple):
    """One use of one layer; ``shape`` is that of its output for a single input.

    ``activations`` is how many numbers such an output has.
    """

    name: str
    kind: str
    shape: tuple
    parameters: int
    macs: int
    activations: int


def count_parameters(module, trainable=False):
    """Return the number of weights and biases of ``module``; shared ones count once.

    Parameters
    ----------
    module : torch.nn.Module
    trainable : only those that an optimizer would change

    Examples
    --------
    >>> count_parameters(nn.Linear(30, 16))
    496
    """
    return sum(p.numel() for p in module.parameters() if p.requires_grad or not trainable)


def count_macs(module, *inputs):
    """Return the multiply-adds of one input through Conv, ConvTranspose and Linear layers.

    Parameters
    ----------
    module : torch.nn.Module
    inputs : what its forward takes, a batch of at least one; the result is for one of them

    Raises
    ------
    ValueError
        If the batch is empty.

    Examples
    --------
    >>> import torch
    >>> count_macs(nn.Conv2d(16, 32, 3, padding=1), torch.zeros(4, 16, 8, 8))
    294912
    """
    return sum(layer.macs for layer in count_layers(module, *inputs))


def count_activations(module, *inputs):
    """Return how many numbers the Conv, ConvTranspose and Linear layers give for one input.

    These are a network's "neurons". What normalization, activations and pooling make of them
    is not counted, although training keeps much of it.

    Parameters
    ----------
    module : torch.nn.Module
    inputs : what its forward takes, a batch of at least one; the result is for one of them
    """
    return sum(layer.activations for layer in count_layers(module, *inputs) if layer.macs)


def count_layers(module, *inputs):
    """Return a LayerCount for each use of a layer that holds weights, in order of use.

    The list makes a table: ``pandas.DataFrame(count_layers(network, image))``. A layer that is
    used twice works twice, but its parameters count at the first use only. The module runs in
    eval mode, so that no running average moves, and is left as it was.
    """
    batch = len(inputs[0])
    if batch == 0:
        raise ValueError("the batch is empty; needed at least one input, to see shapes")
    found, seen = [], set()

    def note(name):
        def hook(layer, given, output):
            parameters = 0 if layer in seen else count_parameters(layer)
            seen.add(layer)
            macs = _macs(layer, given[0], output) // batch
            kind, shape = type(layer).__name__, tuple(output.shape[1:])
            found.append(LayerCount(name, kind, shape, parameters, macs, math.prod(shape)))

        return hook

    modes = {part: part.training for part in module.modules()}
    hooks = [
        part.register_forward_hook(note(name))
        for name, part in module.named_modules()
        if not [*part.children()] and [*part.parameters()]
    ]
    try:
        module.eval()(*inputs)
    finally:
        for hook in hooks:
            hook.remove()
        for part, training in modes.items():
            part.training = training
    return found


CONVOLUTIONS = (nn.Conv1d, nn.Conv2d, nn.Conv3d)
TRANSPOSED = (nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)


def _macs(layer, given, output):
    """Return the multiply-adds of a whole batch."""
    if isinstance(layer, CONVOLUTIONS):
        # At each output place a filter meets in_channels / groups maps: weight[0] has them.
        return output.numel() * layer.weight[0].numel()
    if isinstance(layer, TRANSPOSED):
        # The other way round: each input place scatters out_channels / groups kernels.
        return given.numel() * layer.weight[0].numel()
    if isinstance(layer, nn.Linear):
        return math.prod(output.shape) * layer.in_features
    return 0
