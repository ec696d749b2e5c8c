"""Where a kernel stands on an image: the counting that convolution and pooling share.

Everything here looks at shapes and dtypes alone, so it serves arrays and tensors alike.
"""

from typing import NamedTuple

import numpy as np

from .arrays import choice
from .layers import one_dtype

PADDING_MODES = ("constant", "reflect", "replicate", "circular")


class Geometry(NamedTuple):
    """One kernel on one image; every field has one entry per axis of the image.

    ``size`` is the image's, ``out`` the number of places where the kernel stands, and
    ``padding`` holds (before, after). Along an axis, the kernel's tap t at place r lies on
    pixel ``r * stride + t * dilation - before``.
    """

    size: tuple
    out: tuple
    kernel: tuple
    stride: tuple
    dilation: tuple
    padding: tuple


def whole(name, value, least, axes):
    """Return ``value`` as one whole number per axis; a single one serves all axes."""
    numbers = value if isinstance(value, tuple | list) else (value,)
    if len(numbers) not in (1, axes) or not all(map(is_whole, numbers)):
        needed = "a whole number" if axes == 1 else f"a whole number or {axes} of them"
        raise TypeError(f"{name} is {value!r}; needed {needed}")
    if min(numbers) < least:
        raise ValueError(f"{name} is {value!r}; needed at least {least}")
    return tuple(map(int, numbers)) * (axes // len(numbers))


def is_whole(value):
    """Say whether ``value`` is a whole number; True and False are not."""
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def convolution_geometry(input, weight, bias, stride, padding, dilation, groups, axes=2):
    """Check the arguments of a convolution over ``axes`` axes; return its Geometry."""
    _check_weight(weight, "(out_channels, in_channels / groups, ", axes)
    _check_operands(input, weight, bias, weight.shape[0], axes)
    if whole("groups", groups, 1, 1) and weight.shape[0] % groups:
        raise ValueError(
            f"weight has {weight.shape[0]} output channels; needed a multiple of groups, {groups}"
        )
    _check_channels(input, weight.shape[1] * groups, weight, axes)
    size, kernel = tuple(input.shape[-axes:]), tuple(weight.shape[2:])
    stride, dilation = whole("stride", stride, 1, axes), whole("dilation", dilation, 1, axes)
    if padding == "same":
        if max(stride) > 1:
            raise ValueError(f"stride is {stride} and padding is 'same', which needs a stride of 1")
        # An even kernel needs an odd number of zeros; the odd one goes after, as in torch.
        total = [d * (k - 1) for d, k in zip(dilation, kernel, strict=True)]
        padding = tuple((t // 2, t - t // 2) for t in total)
    elif isinstance(padding, str) and padding != "valid":
        raise ValueError(f"padding is {padding!r}; needed 'same', 'valid' or whole numbers")
    else:
        sides = whole("padding", 0 if padding == "valid" else padding, 0, axes)
        padding = tuple((p, p) for p in sides)
    room = [
        n + sum(p) - d * (k - 1) - 1
        for n, p, d, k in zip(size, padding, dilation, kernel, strict=True)
    ]
    if min(room) < 0:
        raise ValueError(
            f"weight has a kernel of {kernel} with dilation {dilation}, which does not fit into "
            f"the input of {size} with padding {padding}"
        )
    out = tuple(r // s + 1 for r, s in zip(room, stride, strict=True))
    return Geometry(size, out, kernel, stride, dilation, padding)


def one_pixel_high(geometry, padding, groups):
    """Return conv2d's options for a conv1d whose signals become images one pixel high."""
    return {
        "stride": (1, *geometry.stride),
        "padding": padding if isinstance(padding, str) else (0, geometry.padding[0][0]),
        "dilation": (1, *geometry.dilation),
        "groups": groups,
    }


def transposed_geometry(input, weight, bias, stride, padding, output_padding, groups, dilation):
    """Check the arguments of a transposed convolution; return that of the convolution back.

    So ``size`` is that of the transposed convolution's output, ``out`` that of its input.
    """
    _check_weight(weight, "(in_channels, out_channels / groups, ", 2)
    whole("groups", groups, 1, 1)
    _check_operands(input, weight, bias, weight.shape[1] * groups, 2)
    if weight.shape[0] % groups:
        raise ValueError(
            f"weight has {weight.shape[0]} input channels; needed a multiple of groups, {groups}"
        )
    _check_channels(input, weight.shape[0], weight, 2)
    out, kernel = tuple(input.shape[-2:]), tuple(weight.shape[2:])
    stride, dilation = whole("stride", stride, 1, 2), whole("dilation", dilation, 1, 2)
    padding, extra = whole("padding", padding, 0, 2), whole("output_padding", output_padding, 0, 2)
    if any(e >= max(s, d) for e, s, d in zip(extra, stride, dilation, strict=True)):
        raise ValueError(
            f"output_padding is {extra}; needed less than stride {stride} or dilation {dilation}"
        )
    size = tuple(
        (n - 1) * s + d * (k - 1) + 1 + e - 2 * p
        for n, s, d, k, e, p in zip(out, stride, dilation, kernel, extra, padding, strict=True)
    )
    if min(*size, *out) < 1:
        raise ValueError(f"an input of {out} gives an output of {size}; needed at least one pixel")
    return Geometry(size, out, kernel, stride, dilation, tuple((p, p) for p in padding))


def parameter_shape(in_channels, out_channels, kernel_size, groups, axes):
    """Return the shape of a convolution's weight, and the bound of its first draw."""
    counts = {"groups": groups, "in_channels": in_channels, "out_channels": out_channels}
    for name, value in counts.items():
        if not is_whole(value) or value < 1:
            raise ValueError(f"{name} is {value!r}; needed a whole number of at least 1")
        if value % groups:
            raise ValueError(f"{name} is {value}; needed a multiple of groups, {groups}")
    kernel = whole("kernel_size", kernel_size, 1, axes)
    shape = (out_channels, in_channels // groups, *kernel)
    return shape, np.prod(shape[1:]) ** -0.5


def _check_weight(weight, channels, axes):
    if weight.ndim != axes + 2 or 0 in weight.shape:
        kernel = ("kernel_height, kernel_width)", "kernel_length)")[axes == 1]
        raise ValueError(
            f"weight has shape {tuple(weight.shape)}; needed {channels}{kernel}, none of them 0"
        )


def _check_operands(input, weight, bias, out_channels, axes):
    if input.ndim not in (axes + 1, axes + 2):
        size = ("height, width)", "length)")[axes == 1]
        raise ValueError(
            f"input has shape {tuple(input.shape)}; needed (batch, channels, {size} "
            f"or (channels, {size}"
        )
    if bias is not None and tuple(bias.shape) != (out_channels,):
        raise ValueError(f"bias has shape {tuple(bias.shape)}; needed ({out_channels},)")
    one_dtype(input=input, weight=weight, bias=bias)


def _check_channels(input, needed, weight, axes):
    if input.shape[-axes - 1] != needed:
        raise ValueError(
            f"input has {input.shape[-axes - 1]} channels; needed {needed}, since weight has "
            f"shape {tuple(weight.shape)}"
        )


def pooling_geometry(input, kernel_size, stride, padding, dilation, ceil_mode):
    """Check the arguments of a pooling; return its Geometry."""
    if input.ndim not in (3, 4) or 0 in input.shape[-3:]:
        raise ValueError(
            f"input has shape {tuple(input.shape)}; needed (batch, channels, height, width) "
            "or (channels, height, width), none but batch 0"
        )
    if not isinstance(ceil_mode, bool | np.bool_):
        raise TypeError(f"ceil_mode is {ceil_mode!r}; needed True or False")
    kernel = whole("kernel_size", kernel_size, 1, 2)
    stride = kernel if stride is None else whole("stride", stride, 1, 2)
    padding, dilation = whole("padding", padding, 0, 2), whole("dilation", dilation, 1, 2)
    if any(2 * p > k for p, k in zip(padding, kernel, strict=True)):
        raise ValueError(f"padding is {padding}; needed at most half of kernel_size, {kernel}")
    size, out = tuple(input.shape[-2:]), []
    for n, k, s, p, d in zip(size, kernel, stride, padding, dilation, strict=True):
        room = n + 2 * p - d * (k - 1) - 1
        places = (room + (s - 1 if ceil_mode else 0)) // s + 1
        # A window that starts in the padding below or right would see nothing.
        out.append(places - (ceil_mode and (places - 1) * s >= n + p))
    if min(out) < 1:
        raise ValueError(
            f"kernel_size is {kernel} with dilation {dilation}, which does not fit into the "
            f"input of {size} with padding {padding}"
        )
    return Geometry(size, tuple(out), kernel, stride, dilation, tuple((p, p) for p in padding))


def padding_pairs(shape, pad, mode, value):
    """Check ``pad`` against the input's shape; return (before, after) for every axis."""
    choice("mode", mode, PADDING_MODES)
    if mode != "constant" and value is not None:
        raise ValueError(f"value is {value!r} and mode is {mode!r}, which takes no value")
    if not isinstance(pad, tuple | list) or not all(map(is_whole, pad)) or len(pad) % 2:
        raise TypeError(f"pad is {pad!r}; needed an even number of whole numbers")
    if len(pad) > 2 * len(shape):
        raise ValueError(f"pad is {pad!r}; needed at most two numbers per axis of {tuple(shape)}")
    listed = [(int(pad[i]), int(pad[i + 1])) for i in range(0, len(pad), 2)]
    pairs = ((0, 0),) * (len(shape) - len(listed)) + tuple(reversed(listed))
    for n, pair in zip(shape, pairs, strict=True):
        left = n + sum(min(p, 0) for p in pair)
        most = {"reflect": max(n - 1, 0), "circular": left}.get(mode, np.inf)
        nothing_to_copy = mode != "constant" and left < 1 and any(pair)
        if n + sum(pair) < 0 or max(pair) > most or nothing_to_copy:
            raise ValueError(f"pad is {pad!r}, too much for mode {mode!r} and shape {tuple(shape)}")
    return pairs
