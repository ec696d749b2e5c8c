"""Convolution: one small kernel looks at every place of an image for the same thing.

``Tensor.unfold`` shows every window without copying, and one matrix product over channels
and taps does the rest: few, large operations, as a GPU wants them.
"""

import torch

from ...validation.convolution import (
    convolution_geometry,
    one_pixel_high,
    transposed_geometry,
)
from ...validation.tensors import floating, through_float32
from .padding import pad


@through_float32(one_dtype=("weight", "bias"))
def conv2d(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    """Slide each kernel over the images; write down how well it fits, place by place.

    See dlcourse.reference.conv2d.
    """
    x, weight, bias = _floating(input, weight, bias)
    geometry = convolution_geometry(x, weight, bias, stride, padding, dilation, groups)
    (top, bottom), (left, right) = geometry.padding
    x = pad(x, (left, right, top, bottom))
    return _with_bias(_slide(x, weight, geometry.stride, geometry.dilation, groups), bias)


@through_float32(one_dtype=("weight", "bias"))
def conv1d(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    """Slide each kernel along signals: conv2d on images one pixel high.

    See dlcourse.reference.conv1d.
    """
    x, weight, bias = _floating(input, weight, bias)
    geometry = convolution_geometry(x, weight, bias, stride, padding, dilation, groups, axes=1)
    options = one_pixel_high(geometry, padding, groups)
    return conv2d(x[..., None, :], weight[..., None, :], bias, **options)[..., 0, :]


@through_float32(one_dtype=("weight", "bias"))
def conv_transpose2d(
    input, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1
):
    """Paint instead of look: each pixel stamps the kernel, times its value, on a larger image.

    See dlcourse.reference.conv_transpose2d. Here it is a convolution too: the kernel, turned
    by half, slides with stride 1 over the image with zeros between its pixels.
    """
    x, weight, bias = _floating(input, weight, bias)
    way_back = transposed_geometry(
        x, weight, bias, stride, padding, output_padding, groups, dilation
    )
    (down, across), (rows, cols) = way_back.stride, way_back.out
    spaced = x.new_zeros(*x.shape[:-2], (rows - 1) * down + 1, (cols - 1) * across + 1)
    spaced[..., ::down, ::across] = x
    sides = []
    for axis in (-1, -2):
        reach = way_back.dilation[axis] * (way_back.kernel[axis] - 1)
        before = reach - way_back.padding[axis][0]
        sides += [before, way_back.size[axis] + reach - before - spaced.shape[axis]]
    # (in, out / groups, ...) becomes (out, in / groups, ...)
    turned = weight.flip(-2, -1).unflatten(0, (groups, -1)).transpose(1, 2).flatten(0, 1)
    return _with_bias(_slide(pad(spaced, sides), turned, (1, 1), way_back.dilation, groups), bias)


def _slide(x, weight, stride, dilation, groups):
    """Return the sums of weights times windows, (..., out_channels, out_height, out_width)."""
    for size, s, d in zip(weight.shape[-2:], stride, dilation, strict=True):
        # Places stay in the axis that is unfolded, taps come last: so the next axis is -2 again.
        x = x.unfold(-2, d * (size - 1) + 1, s)[..., ::d]
    windows = x.unflatten(-5, (groups, -1))  # (..., groups, channels, out_h, out_w, kh, kw)
    kernels = weight.unflatten(0, (groups, -1))  # (groups, features, channels, kh, kw)
    return torch.einsum("...gcrsij,gfcij->...gfrs", windows, kernels).flatten(-4, -3)


def _with_bias(output, bias):
    return output if bias is None else output + bias[:, None, None]


def _floating(input, weight, bias):
    bias = None if bias is None else floating("bias", bias)
    return floating("input", input), floating("weight", weight), bias
