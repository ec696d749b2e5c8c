"""Ascent: an image that climbs to where the score is large."""

import torch

from ..validation.descent import rate, whole
from ._looked_at import input_gradient


def ascend(model, input, target, steps, lr, decay=0.0, toward=0.5):
    r"""Return images that were changed, step by step, to raise their own score.

    A step is :math:`x \leftarrow \mathrm{clip}(x + \eta\, g / \lVert g \rVert - \eta \lambda
    (x - x_0),\ 0,\ 1)` with g the gradient of the score by the image; each image's g has
    length 1, so that neither a flat nor a steep score decides how far it goes.

    Parameters
    ----------
    model : torch.nn.Module, images to scores (n, units); a part of a network will do
    input : (n, channels, height, width), from 0 to 1: where to start
    target : (n,) numbers of units, or one for all
    steps : how many
    lr : length of a step, eta
    decay : lambda, how strongly each step pulls back
    toward : x_0, the grey that ``decay`` pulls to

    Returns
    -------
    torch.Tensor
        of the shape of ``input``, from 0 to 1; ``input`` stays as it was

    Raises
    ------
    ValueError
        If a target is no unit, or a number is negative.

    Source: Erhan and others, Visualizing higher-layer features of a deep network (2009), no DOI.
    """
    whole("steps", steps, 0), rate("lr", lr), rate("decay", decay)
    image = input.detach().clone()
    for _ in range(steps):
        slope = input_gradient(model, image, target)
        length = slope.flatten(1).norm(dim=1).clamp(min=torch.finfo(slope.dtype).tiny)
        step = slope / length.reshape(-1, 1, 1, 1) - decay * (image - toward)
        image = (image + lr * step).clamp(0, 1)
    return image
