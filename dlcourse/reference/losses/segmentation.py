"""Segmentation: what to charge for a mask where nearly every pixel is healthy.

Cross-entropy is a mean over pixels, and the healthy ones outvote a small lesion. The Dice loss
looks at the overlap alone. ``dlcourse.metrics`` has the score of a finished mask.
"""

import numpy as np

from ...validation.arrays import above_0, through_float32
from ...validation.losses import image_axes, within_0_and_1
from ..neurons.activations import sigmoid
from ._reduction import reduce, same_shape, spread


@through_float32
def dice_loss(input, target, smooth=1.0, reduction="mean"):
    r"""Charge 1 less the overlap of what was painted, p = sigmoid(input), and the target.

    .. math:: 1 - \frac{2 \sum p\,t + s}{\sum p + \sum t + s}

    for each channel of each image, its sums over pixels: below stands the sum of both areas,
    not the union. Not in torch.

    **Empty masks.** With s = ``smooth`` above and below, a scan without lesion costs
    :math:`1 - s / (\sum p + s)`: nothing if it is left empty, nearly 1 if much is painted.
    The price is that its slope fades as more is wrong, so this loss alone hardly learns to
    leave a scan empty: add a cross-entropy. MONAI has s = 1e-5, where one pixel painted costs
    as much as a thousand; segmentation-models-pytorch charges nothing for an empty target,
    and sums over the batch, where large lesions pay for small ones.

    Source: Milletari, Navab and Ahmadi, V-Net (2016), doi:10.1109/3DV.2016.79, who have the
    squares of p and t below.

    Parameters
    ----------
    input : logits (batch, channels, ...), with at least one axis of pixels
    target : from 0 to 1, the shape of input
    smooth : s, above 0
    reduction : "none", (batch, channels); "mean" or "sum" over them

    Raises
    ------
    ValueError
        If shapes differ, there is no axis of pixels, or a target lies outside 0 to 1.

    Examples
    --------
    Two pixels of four are ill. All are painted, then the right two, then none:

    >>> target = np.array([[[1.0, 1.0, 0.0, 0.0]]] * 3)
    >>> logits = np.array([[[99.0, 99, 99, 99]], [[99, 99, -99, -99]], [[-99, -99, -99, -99]]])
    >>> dice_loss(logits, target, reduction="none")[:, 0].round(2)
    array([0.29, 0.  , 0.67])
    """
    p, t, axes = _painted(input, target)
    above, below = _parts(p, t, axes, smooth)
    return reduce(1 - (above / below), reduction)


@through_float32
def dice_loss_backward(grad_output, input, target, smooth=1.0, reduction="mean"):
    """Return the gradient of input: p (1 - p) times (above / below - 2 t) / below."""
    p, t, axes = _painted(input, target)
    above, below = _parts(p, t, axes, smooth)
    share = above / below
    upstream = spread(grad_output, share, reduction)
    upstream, share, below = (np.expand_dims(each, axes) for each in (upstream, share, below))
    return upstream * (share - 2 * t) / below * p * (1 - p)


def _painted(input, target):
    """Return what was painted, the target, and the axes of pixels."""
    x, t = same_shape(input, target)
    axes = image_axes(x)
    within_0_and_1("target", t)
    return sigmoid(x), t, axes


def _parts(p, t, axes, smooth):
    """Return twice the common area and the sum of both, each with ``smooth``."""
    s = p.dtype.type(above_0("smooth", smooth))
    return 2 * (p * t).sum(axis=axes) + s, p.sum(axis=axes) + t.sum(axis=axes) + s
