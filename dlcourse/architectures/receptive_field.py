"""How many pixels one unit can see, by arithmetic, and how many matter to it, by the gradient."""

from typing import NamedTuple

import torch

from ..validation.descent import whole


class ReceptiveField(NamedTuple):
    """What unit 0 of the last layer sees, along one axis, in pixels of the input.

    ``size`` is how many pixels, ``jump`` how far apart neighbours look, and ``start`` the
    centre of what unit 0 sees, where pixel 0 lies at 0; it may lie outside the image.
    """

    size: int
    jump: int
    start: float


def receptive_field(layers):
    """Return the ReceptiveField after a chain of convolutions and pooling.

    A kernel of span s = dilation * (kernel - 1) + 1 stands on a grid whose neighbours are
    ``jump`` pixels apart, so it adds (s - 1) * jump pixels; its stride multiplies the jump;
    padding moves the field and adds nothing to it.

    Parameters
    ----------
    layers : (kernel, stride, padding, dilation) of each, the first layer first

    Raises
    ------
    TypeError, ValueError
        If one of the four is no whole number, or is too small.

    Examples
    --------
    >>> receptive_field([(3, 1, 1, 1)] * 3)
    ReceptiveField(size=7, jump=1, start=0.0)
    """
    size, jump, start = 1, 1, 0.0
    for i, (kernel, stride, padding, dilation) in enumerate(layers):
        for name, value, least in (
            ("kernel", kernel, 1), ("stride", stride, 1),
            ("padding", padding, 0), ("dilation", dilation, 1),
        ):  # fmt: skip
            whole(f"layers[{i}]: {name}", value, least)
        reach = dilation * (kernel - 1)
        start += (reach / 2 - padding) * jump
        size += reach * jump
        jump *= stride
    return ReceptiveField(size, jump, start)


def effective_receptive_field(network, input):
    """Return how much each pixel moves the unit in the middle of the last maps, as shares.

    The gradient of the middle unit, its size averaged over images and summed over input
    channels, each map of the output taken by itself. Within the box of ``receptive_field``
    it is far from even: most of it lies near the centre.

    Shapes: ``input`` (n, channels, h, w); the result (h, w), 0 or more, with the sum 1.

    Parameters
    ----------
    network : function of images that gives maps (n, maps, rows, columns)
    input : images; random ones show what the architecture does, real ones what it has learned

    Raises
    ------
    ValueError
        If the network gives no maps, or no pixel moves the middle unit.

    Source: Luo, Li, Urtasun and Zemel, Understanding the effective receptive field in deep
    convolutional neural networks (2016), doi:10.48550/arXiv.1701.04128.
    """
    input = input.detach().clone().requires_grad_()
    maps = network(input)
    if maps.ndim != 4:
        raise ValueError(
            f"the network gives shape {tuple(maps.shape)}; needed (n, maps, rows, columns)"
        )
    middle = maps[:, :, maps.shape[2] // 2, maps.shape[3] // 2].sum(dim=0)  # (maps,)
    total = input.new_zeros(input.shape[2:])
    for unit in middle:
        # Images do not see each other: the gradient of the sum is each one's own.
        (slope,) = torch.autograd.grad(unit, input, retain_graph=True)
        total += slope.abs().sum(dim=(0, 1))
    if total.sum() == 0:
        raise ValueError("no pixel moves the middle unit; needed weights that are not all 0")
    return total / total.sum()
