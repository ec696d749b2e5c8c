"""Pooling: one number for each window, so that later layers see more of the image with less.

No windows are copied. A tap, one position within the window, sees every stride-th pixel; all
that it sees is one slice of the images, and pooling combines the slices of the taps.
"""

import numpy as np

from ...validation.arrays import floating, gradient, through_float32
from ...validation.convolution import is_whole, pooling_geometry


def max_pool2d(input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False):
    """Keep the largest number of each window: it says whether the pattern was anywhere in it.

    Parameters
    ----------
    input : (batch, channels, height, width), or without the batch axis
    kernel_size : int or (height, width) of the window
    stride : int or (down, across), from one window to the next; kernel_size where it is None
    padding : int or (down, across), at most half of kernel_size
        Surrounds the image with minus infinity.
    dilation : int or (down, across), from one pixel of the window to the next
    ceil_mode : bool
        Keep a last window that hangs over the lower or right edge.

    Returns
    -------
    (batch, channels, (height + 2 padding - dilation (kernel_height - 1) - 1) // stride + 1,
    likewise across); with ceil_mode the division rounds up

    Raises
    ------
    TypeError, ValueError
        If no window fits, or an option makes no sense.

    Examples
    --------
    >>> max_pool2d(np.array([[[1.0, 2.0, 5.0, 3.0], [0.0, 4.0, 1.0, 1.0]]]), 2)
    array([[[4., 5.]]])
    """
    x = floating("input", input)
    geometry = pooling_geometry(x, kernel_size, stride, padding, dilation, ceil_mode)
    return _largest(x, geometry)


@through_float32
def max_pool2d_backward(
    grad_output, input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False
):
    """Return the gradient of input: all of it goes to the winner, in a tie to the first.

    The first in reading order, as in torch. Of several NaN in a window, the last wins.
    """
    output = max_pool2d(input, kernel_size, stride, padding, dilation, ceil_mode)
    return max_pool2d_backward_from(
        output, grad_output, input, kernel_size, stride, padding, dilation, ceil_mode
    )


@through_float32
def max_pool2d_backward_from(
    output, grad_output, input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False
):
    """Do the work of max_pool2d_backward for those who kept the ``output``, as layers do."""
    x = floating("input", input)
    geometry = pooling_geometry(x, kernel_size, stride, padding, dilation, ceil_mode)
    taps = list(_taps(geometry))
    grad_output = gradient(grad_output, output.shape, x.dtype)
    grad_input = np.zeros(x.shape, x.dtype)
    undecided = np.ones(output.shape, bool)
    overlap = any(
        d * (k - 1) >= s
        for k, s, d in zip(geometry.kernel, geometry.stride, geometry.dilation, strict=True)
    )
    # Times 0 or 1 is faster than a choice, but 0 times infinity is not 0.
    finite = np.isfinite(grad_output).all()
    for places, pixels in taps:
        wins = x[pixels] == output[places]
        wins &= undecided[places]
        undecided[places] ^= wins
        grad = grad_output[places]
        share = grad * wins if finite else np.where(wins, grad, 0)
        if overlap:
            grad_input[pixels] += share
        else:
            grad_input[pixels] = share
    if undecided.any():  # NaN equals nothing
        for places, pixels in reversed(taps):
            wins = undecided[places] & np.isnan(x[pixels])
            undecided[places] ^= wins
            grad_input[pixels] += np.where(wins, grad_output[places], 0)
    return grad_input


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

    Parameters
    ----------
    input, kernel_size, stride, ceil_mode : as in max_pool2d
    padding : int or (down, across), at most half of kernel_size
        Surrounds the image with zeros.
    count_include_pad : bool
        Divide by all pixels of the window, its padding included, or only by the image's.
    divisor_override : int, optional
        Divide by this instead, whatever the window holds.

    Returns
    -------
    (batch, channels, (height + 2 padding - kernel_height) // stride + 1, likewise across);
    with ceil_mode the division rounds up

    Raises
    ------
    TypeError, ValueError
        If no window fits, or an option makes no sense.

    Examples
    --------
    >>> avg_pool2d(np.array([[[1.0, 2.0, 5.0, 3.0], [0.0, 4.0, 1.0, 1.0]]]), 2)
    array([[[1.75, 2.5 ]]])
    """
    x = floating("input", input)
    geometry = pooling_geometry(x, kernel_size, stride, padding, 1, ceil_mode)
    output = np.zeros((*x.shape[:-2], *geometry.out), x.dtype)
    for places, pixels in _taps(geometry):
        output[places] += x[pixels]
    by = divisors(geometry, count_include_pad, divisor_override)
    return output / np.asarray(by, x.dtype)


@through_float32
def avg_pool2d_backward(
    grad_output,
    input,
    kernel_size,
    stride=None,
    padding=0,
    ceil_mode=False,
    count_include_pad=True,
    divisor_override=None,
):
    """Return the gradient of input: each window shares out equally."""
    x = floating("input", input)
    geometry = pooling_geometry(x, kernel_size, stride, padding, 1, ceil_mode)
    grad_output = gradient(grad_output, (*x.shape[:-2], *geometry.out), x.dtype)
    by = divisors(geometry, count_include_pad, divisor_override)
    share = grad_output / np.asarray(by, x.dtype)
    grad_input = np.zeros(x.shape, x.dtype)
    for places, pixels in _taps(geometry):
        grad_input[pixels] += share[places]
    return grad_input


def divisors(geometry, count_include_pad, divisor_override, arange=np.arange):
    """Return by what each window of avg_pool2d divides, (out_height, out_width) or one number.

    ``arange`` decides what counts: NumPy, or torch on the device of the images.
    """
    if divisor_override is not None:
        if not is_whole(divisor_override) or divisor_override == 0:
            raise ValueError(
                f"divisor_override is {divisor_override!r}; needed a whole number, not 0"
            )
        return divisor_override
    counts = []
    for n, out, k, s, (p, _) in zip(*geometry[:4], geometry.padding, strict=True):
        start = arange(out) * s - p
        # Beyond the padding, where ceil_mode may reach, nothing is ever counted.
        first, end = (start, n + p) if count_include_pad else (start.clip(0), n)
        counts.append((start + k).clip(max=end) - first)
    down, across = counts
    return down[:, None] * across


def _largest(x, geometry):
    output = np.full((*x.shape[:-2], *geometry.out), -np.inf, x.dtype)
    for places, pixels in _taps(geometry):
        np.maximum(output[places], x[pixels], out=output[places])
    return output


def _taps(geometry):
    """Yield, per tap in reading order, the windows where it lies on the image, and on what."""
    down, across = ([*_axis_taps(*axis)] for axis in zip(*geometry, strict=True))
    for rows, lines in down:
        for cols, across_pixels in across:
            yield (..., rows, cols), (..., lines, across_pixels)


def _axis_taps(size, out, kernel, stride, dilation, padding):
    for tap in range(kernel):
        shift = tap * dilation - padding[0]
        first = max(0, -(shift // stride))  # the first window with shift + window * stride >= 0
        last = min(out, (size - 1 - shift) // stride + 1)
        if first < last:
            start = first * stride + shift
            yield slice(first, last), slice(start, (last - 1) * stride + shift + 1, stride)
