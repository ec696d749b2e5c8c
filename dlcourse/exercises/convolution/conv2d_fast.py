"""Lab 09, conv2d_fast: the same sums as few large products."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY

from ._windows import framed, images, windows
from .conv2d import (
    conv2d_by_taps,
    conv2d_by_windows,
    conv2d_library,
    square_by_height,
    square_by_width,
    start_without_stride,
    stride_on_rows,
)


def conv2d_fast_inputs(rng):
    def case(x, weight, stride=1, padding=0):
        return (images(rng, *x), images(rng, *weight), images(rng, weight[0]), stride, padding)

    return [
        # As many columns as kernels: there a bias on the wrong axis has the right shape.
        case((2, 3, 6, 6), (4, 3, 3, 3)),
        case((2, 3, 7, 5), (4, 3, 3, 2), stride=2, padding=1),
        case((1, 2, 6, 9), (3, 2, 2, 3), stride=3, padding=2),
        case((3, 2, 4, 5), (5, 2, 1, 1)),
        case((2, 2, 5, 4), (1, 2, 2, 2)),
        # Tall and wide kernels. A count of places from the wrong size of the kernel is off here.
        case((1, 4, 9, 11), (6, 4, 5, 2), stride=3, padding=1),
        case((1, 3, 7, 10), (5, 3, 2, 4), stride=2, padding=1),
        # Long enough for four nested loops to be felt.
        case((2, 1, 40, 40), (32, 1, 3, 3), padding=1),
    ]


def parts(x, weight, stride, padding):
    """Return the windows (n, k, r, c, i, j) and the output's shape."""
    seen = windows(x, weight.shape[2:], stride, padding)
    return seen, (len(x), len(weight), *seen.shape[2:4])


def as_columns(x, weight, bias, stride=1, padding=0):
    seen, shape = parts(x, weight, stride, padding)
    columns = seen.transpose(0, 1, 4, 5, 2, 3).reshape(len(x), weight[0].size, -1)
    return (weight.reshape(len(weight), -1) @ columns + bias[:, None]).reshape(shape)


def as_rows(x, weight, bias, stride=1, padding=0):
    seen, (n, f, r, c) = parts(x, weight, stride, padding)
    rows = seen.transpose(0, 2, 3, 1, 4, 5).reshape(n * r * c, -1)
    answers = rows @ weight.reshape(f, -1).T + bias
    return answers.reshape(n, r, c, f).transpose(0, 3, 1, 2)


def by_tensordot(x, weight, bias, stride=1, padding=0):
    seen, _ = parts(x, weight, stride, padding)
    return (
        np.moveaxis(np.tensordot(seen, weight, ((1, 4, 5), (1, 2, 3))), 3, 1) + bias[:, None, None]
    )


def columns_not_turned(x, weight, bias, stride=1, padding=0):
    seen, shape = parts(x, weight, stride, padding)
    columns = seen.reshape(len(x), weight[0].size, -1)
    return (weight.reshape(len(weight), -1) @ columns + bias[:, None]).reshape(shape)


def taps_before_channels(x, weight, bias, stride=1, padding=0):
    seen, shape = parts(x, weight, stride, padding)
    columns = seen.transpose(0, 4, 5, 1, 2, 3).reshape(len(x), weight[0].size, -1)
    return (weight.reshape(len(weight), -1) @ columns + bias[:, None]).reshape(shape)


def dealt_out(x, weight, bias, stride=1, padding=0):
    seen, (n, f, r, c) = parts(x, weight, stride, padding)
    rows = seen.transpose(0, 2, 3, 1, 4, 5).reshape(n * r * c, -1)
    return (rows @ weight.reshape(f, -1).T + bias).reshape(n, f, r, c)


def channels_last(x, weight, bias, stride=1, padding=0):
    return as_rows(x, weight, bias, stride, padding).transpose(0, 2, 3, 1)


def batch_summed(x, weight, bias, stride=1, padding=0):
    seen, _ = parts(x, weight, stride, padding)
    return np.einsum("nkrcij,fkij->frc", seen, weight) + bias[:, None, None]


def padded_everywhere(x, weight, bias, stride=1, padding=0):
    return conv2d_by_windows(np.pad(x, padding), weight, bias, stride)


def last_tap(x, weight, bias, stride=1, padding=0):
    only = np.zeros_like(weight)
    only[:, :, -1, -1] = weight[:, :, -1, -1]
    return conv2d_by_windows(x, only, bias, stride, padding)


def strided_before(x, weight, bias, stride=1, padding=0):
    thinned = framed(x, padding)[:, :, ::stride, ::stride]
    return conv2d_by_windows(thinned, weight, bias)


EXERCISE = Exercise(
    "conv2d_fast",
    points=3,
    answer=conv2d_by_windows,
    inputs=conv2d_fast_inputs,
    forbidden=(*LIBRARY, "convolve", "correlate", "ndimage", "signal", "vectorize"),
    also_right=[conv2d_library, as_columns, as_rows, by_tensordot, conv2d_by_taps],
    mistakes=[
        Mistake(
            "reshape without a transpose mixes windows with places. Bring the axes into the order "
            "(n, channel, i, j, row, column) first.",
            columns_not_turned,
        ),
        Mistake(
            "The weight unrolls as (channel, i, j), your windows as (i, j, channel). Same order.",
            taps_before_channels,
        ),
        Mistake(
            "Your product is (n, r, c, f). reshape deals it out into other maps; reshape to "
            "(n, r, c, f), then transpose.",
            dealt_out,
        ),
        Mistake(
            "The channels came last. Images here are (n, f, row, column).",
            channels_last,
        ),
        Mistake(
            "The images of the batch were added together: keep n in the result.",
            batch_summed,
        ),
        Mistake(
            "The bias met the columns, the last axis. It belongs to the maps: bias[:, None, None].",
            lambda x, w, b, *how: conv2d_by_windows(x, w, 0 * b, *how) + b,
        ),
        Mistake(
            "The bias is missing.",
            lambda x, w, b, *how: conv2d_by_windows(x, w, 0 * b, *how),
        ),
        Mistake(
            "np.pad(x, padding) frames the batch and the channels too. Only the last two axes.",
            padded_everywhere,
        ),
        Mistake(
            "The stride picks windows, not pixels: within a window all pixels count.",
            strided_before,
        ),
        Mistake(
            "How many places there are across follows from the kernel's width, not its height.",
            square_by_height,
        ),
        Mistake(
            "How many places there are down follows from the kernel's height, not its width.",
            square_by_width,
        ),
        Mistake("The stride counts down *and* across.", stride_on_rows),
        Mistake(
            "Output (r, c) looks at the window that starts at (r * stride, c * stride): slice with "
            "the step, as in i : i + stride * rows : stride.",
            start_without_stride,
        ),
        Mistake(
            "The padding is not used.",
            lambda x, w, b, stride, padding: conv2d_by_windows(x, w, b, stride),
        ),
        Mistake(
            "Only the last tap of the kernel survived: in the loop over taps, += and not =.",
            last_tap,
        ),
        Mistake(
            "The bias is added once per output, not once per tap of the kernel.",
            lambda x, w, b, *how: conv2d_by_windows(x, w, b * w[0, 0].size, *how),
        ),
        Mistake(
            "You flipped the kernel. Libraries slide it as it is.",
            lambda x, w, b, *how: conv2d_by_windows(x, w[:, :, ::-1, ::-1], b, *how),
        ),
    ],
    hints=[
        "Two ways without a loop over places. Loop over the taps (i, j) of the kernel: for each, "
        "all places at once. Or no loop at all, with sliding_window_view. (The check does not look "
        "at the clock and lets four nested loops pass. The table of speed shows what they cost.)",
        "sliding_window_view(x, (kh, kw), axis=(2, 3))[:, :, ::stride, ::stride] has the shape "
        "(n, channels, rows, columns, kh, kw) and copies nothing.",
        "Bring it to (n, channels, kh, kw, rows, columns), reshape to (n, channels * kh * kw, "
        "rows * columns), and multiply with weight.reshape(out, -1) from the left.",
    ],
)
