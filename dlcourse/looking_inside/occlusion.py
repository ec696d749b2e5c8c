"""Occlusion: what the score loses when one place is covered."""

import torch
import torch.nn.functional as F

from ..validation.descent import whole
from ._looked_at import one_score, undisturbed


@torch.no_grad()
def occlusion(model, input, target, size, stride=1, value=0.0):
    """Return by how much the score falls with a square covered, for each place of the square.

    Parameters
    ----------
    model : torch.nn.Module, images (n, channels, height, width) to scores (n, classes)
    input : (n, channels, height, width)
    target : (n,) class numbers, or one for all
    size : side of the square, in pixels
    stride : pixels from one place to the next
    value : what it is painted with; the mean of the images is less of a shock than 0

    Returns
    -------
    torch.Tensor
        (n, rows, columns), where rows = (height - size) // stride + 1; negative where the
        covered place spoke against the class

    Raises
    ------
    ValueError
        If the square does not fit into the image.

    Source: Zeiler and Fergus, Visualizing and understanding convolutional networks (2014),
    doi:10.1007/978-3-319-10590-1_53.
    """
    whole("size", size, 1), whole("stride", stride, 1)
    height, width = input.shape[-2:]
    if size > min(height, width):
        raise ValueError(f"size is {size}; needed at most the image's, {height} x {width}")
    rows, columns = range(0, height - size + 1, stride), range(0, width - size + 1, stride)
    fall = input.new_empty(len(input), len(rows), len(columns))
    with undisturbed(model):
        whole_score = one_score(model(input), target)
        for i, top in enumerate(rows):
            for j, left in enumerate(columns):
                covered = input.clone()
                covered[..., top : top + size, left : left + size] = value
                fall[:, i, j] = whole_score - one_score(model(covered), target)
    return fall


def per_pixel(fall, size, stride, shape):
    """Return the mean, at each pixel, of what ``occlusion`` found for the squares that covered it.

    Parameters
    ----------
    fall : (n, rows, columns), from ``occlusion`` with the same ``size`` and ``stride``
    shape : (height, width) of the images

    Returns
    -------
    torch.Tensor
        (n, height, width); NaN at pixels that no square has covered

    Raises
    ------
    ValueError
        If squares at these places do not lie inside the images.
    """
    whole("size", size, 1), whole("stride", stride, 1)
    covered = [(places - 1) * stride + size for places in fall.shape[1:]]
    if fall.ndim != 3 or any(c > s for c, s in zip(covered, shape, strict=True)):
        raise ValueError(
            f"fall has shape {tuple(fall.shape)}, which covers {covered}; "
            f"needed (n, rows, columns) that fit into {tuple(shape)}"
        )
    square = fall.new_ones(1, 1, size, size)
    each = F.conv_transpose2d(fall[:, None], square, stride=stride)
    count = F.conv_transpose2d(torch.ones_like(fall[:1, None]), square, stride=stride)
    missing = [s - c for c, s in zip(covered, shape, strict=True)]
    # Where squares lie apart the count is 0 as well, and 0 / 0 is NaN.
    return F.pad((each / count)[:, 0], (0, missing[1], 0, missing[0]), value=float("nan"))
