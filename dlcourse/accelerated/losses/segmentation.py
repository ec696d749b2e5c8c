"""Segmentation: what to charge for a mask where nearly every pixel is healthy."""

from ...validation.arrays import above_0
from ...validation.losses import image_axes, within_0_and_1
from ...validation.tensors import through_float32
from ..neurons.activations import sigmoid
from ._reduction import reduce, same_shape


@through_float32
def dice_loss(input, target, smooth=1.0, reduction="mean"):
    """Charge 1 less the overlap of what was painted, p = sigmoid(input), and the target.

    See dlcourse.reference.dice_loss. On a GPU the check that targets lie within 0 to 1 waits
    for the result.
    """
    x, t = same_shape(input, target)
    axes = image_axes(x)
    within_0_and_1("target", t)
    above_0("smooth", smooth)
    p = sigmoid(x)
    below = p.sum(axes) + t.sum(axes) + smooth
    return reduce(1 - (2 * (p * t).sum(axes) + smooth) / below, reduction)
