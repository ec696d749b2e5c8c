"""Pooling: one number for each window, so that later layers see more of the image with less."""

from functools import partial

import torch

from ...reference.convolution.pooling import divisors
from ...validation.convolution import pooling_geometry
from ...validation.tensors import floating, through_float32
from .padding import pad


@through_float32  # for the way back, where windows that overlap add up
def max_pool2d(input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False):
    """Keep the largest number of each window: it says whether the pattern was anywhere in it.

    See dlcourse.reference.max_pool2d. ``Tensor.max`` along a dimension gives the gradient to
    one winner, the first; ``amax`` would share it out in a tie. Two rarities differ from the
    reference: of several NaN in a window the first wins, and where a window holds nothing but
    minus infinity, the padding wins and takes the gradient with it.
    """
    x = floating("input", input)
    geometry = pooling_geometry(x, kernel_size, stride, padding, dilation, ceil_mode)
    x = pad(x, _sides(geometry), value=-torch.inf)
    return _windows(x, geometry).flatten(-2).max(-1).values


@through_float32
def avg_pool2d(
    input,
    kernel_size,
    stride=None,
    padding=0,
    ceil_mode=False,
    count_include_pad=True,
    divisor_override=None,
):
    """Average each window: it says how much of the pattern is in it.

    See dlcourse.reference.avg_pool2d.
    """
    x = floating("input", input)
    geometry = pooling_geometry(x, kernel_size, stride, padding, 1, ceil_mode)
    arange = partial(torch.arange, device=x.device)
    by = divisors(geometry, count_include_pad, divisor_override, arange)
    return _windows(pad(x, _sides(geometry)), geometry).sum((-2, -1)) / by


def _sides(geometry):
    """Return how much to pad so that the windows fill the images exactly, in pad's order."""
    sides = []
    for axis in (-1, -2):
        before = geometry.padding[axis][0]
        # ceil_mode may look further than the padding, a stride may stop short of it.
        end = (geometry.out[axis] - 1) * geometry.stride[axis] + _reach(geometry, axis)
        sides += [before, end - before - geometry.size[axis]]
    return sides


def _windows(x, geometry):
    """Return (..., channels, out_height, out_width, kernel_height, kernel_width)."""
    for axis in (0, 1):
        # Places stay in the axis that is unfolded, taps come last: so the next axis is -2 again.
        x = x.unfold(-2, _reach(geometry, axis), geometry.stride[axis])
        x = x[..., :: geometry.dilation[axis]]
    return x


def _reach(geometry, axis):
    return geometry.dilation[axis] * (geometry.kernel[axis] - 1) + 1
