"""Occlusion: what the score loses when one place is covered."""

import torch

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
