"""Lab 09, conv2d: the window at every place, for batches, channels, strides and padding."""

import numpy as np

from dlcourse import reference
from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY

from ._windows import framed, images, windows


def conv2d_edges():
    return [
        # The lecture's example, with a kernel that no turn leaves as it is.
        (
            np.arange(20.0).reshape(1, 1, 4, 5) % 7,
            np.array([[[[1.0, 2.0, 0.0], [0.0, -1.0, 0.0], [3.0, 0.0, 0.0]]]]),
            np.array([10.0]),
            1,
            0,
        ),
    ]


def conv2d_inputs(rng):
    def case(x, weight, stride=1, padding=0):
        return (images(rng, *x), images(rng, *weight), images(rng, weight[0]), stride, padding)

    return [
        case((2, 3, 6, 5), (4, 3, 3, 3)),
        case((2, 3, 7, 6), (4, 3, 3, 3), stride=2, padding=1),
        case((1, 2, 6, 9), (3, 2, 2, 3), stride=3, padding=2),
        case((3, 2, 4, 4), (2, 2, 1, 1), stride=2),
        case((2, 1, 5, 8), (2, 1, 3, 3), stride=1, padding=2),
        case((1, 2, 4, 5), (1, 2, 2, 2), stride=1, padding=1),
        # Tall and wide kernels. A count of places from the wrong size of the kernel is off here.
        case((1, 4, 9, 11), (6, 4, 5, 2), stride=3, padding=1),
        case((1, 3, 7, 10), (5, 3, 2, 4), stride=2, padding=1),
    ]


def conv2d_library(x, weight, bias, stride=1, padding=0):
    return reference.conv2d(x, weight, bias, stride, padding)


def conv2d_by_loops(x, weight, bias, stride=1, padding=0):
    x = framed(x, padding)
    f, _, kh, kw = weight.shape
    rows, columns = (x.shape[2] - kh) // stride + 1, (x.shape[3] - kw) // stride + 1
    y = np.zeros((len(x), f, rows, columns))
    for n, g, r, c in np.ndindex(y.shape):
        top, left = r * stride, c * stride
        y[n, g, r, c] = (x[n, :, top : top + kh, left : left + kw] * weight[g]).sum() + bias[g]
    return y


def conv2d_by_taps(x, weight, bias, stride=1, padding=0, counted=None):
    """Return the maps; a mistake counts the places with other sizes of the kernel."""
    x = framed(x, padding)
    kh, kw = weight.shape[2:]
    down, across = counted or (kh, kw)
    rows, columns = (x.shape[2] - down) // stride + 1, (x.shape[3] - across) // stride + 1
    y = np.zeros((len(x), len(weight), rows, columns)) + bias[:, None, None]
    for i, j in np.ndindex(kh, kw):
        seen = x[:, :, i : i + stride * rows : stride, j : j + stride * columns : stride]
        y += np.einsum("nkrc,fk->nfrc", seen[:, :, :rows, :columns], weight[:, :, i, j])
    return y


def conv2d_by_windows(x, weight, bias, stride=1, padding=0):
    seen = windows(x, weight.shape[2:], stride, padding)
    return np.einsum("nkrcij,fkij->nfrc", seen, weight) + bias[:, None, None]


def square_by_height(x, weight, *rest):
    return conv2d_by_taps(x, weight, *rest, counted=weight.shape[2:3] * 2)


def square_by_width(x, weight, *rest):
    return conv2d_by_taps(x, weight, *rest, counted=weight.shape[3:] * 2)


def start_without_stride(x, weight, bias, stride=1, padding=0):
    right = conv2d_by_windows(x, weight, bias, stride, padding)
    return conv2d_by_windows(x, weight, bias, 1, padding)[..., : right.shape[2], : right.shape[3]]


def stride_on_rows(x, weight, bias, stride=1, padding=0):
    return conv2d_by_windows(x, weight, bias, 1, padding)[:, :, ::stride]


def padded_at_the_end(x, weight, bias, stride=1, padding=0):
    ends = ((0, 0), (0, 0), (0, 2 * padding), (0, 2 * padding))
    return conv2d_by_windows(np.pad(x, ends), weight, bias, stride)


EXERCISE = Exercise(
    "conv2d",
    points=4,
    answer=conv2d_by_windows,
    edges=conv2d_edges,
    inputs=conv2d_inputs,
    forbidden=(*LIBRARY, "convolve", "correlate", "ndimage", "signal"),
    also_right=[conv2d_library, conv2d_by_loops, conv2d_by_taps],
    mistakes=[
        Mistake(
            "You flipped the kernel. Libraries slide it as it is: cross-correlation.",
            lambda x, w, b, *how: conv2d_by_windows(x, w[:, :, ::-1, ::-1], b, *how),
        ),
        Mistake(
            "Rows and columns of the kernel have changed places: edges turned by 90 degrees.",
            lambda x, w, b, *how: conv2d_by_windows(x, w.swapaxes(2, 3), b, *how),
        ),
        Mistake(
            "Only channel 0 was read. Sum over all input channels.",
            lambda x, w, b, *how: conv2d_by_windows(x[:, :1], w[:, :1], b, *how),
        ),
        Mistake(
            "Only the last channel survived: in the loop over channels, use += and not =.",
            lambda x, w, b, *how: conv2d_by_windows(x[:, -1:], w[:, -1:], b, *how),
        ),
        Mistake(
            "The bias is added once per output, not once per input channel.",
            lambda x, w, b, *how: conv2d_by_windows(x, w, b * x.shape[1], *how),
        ),
        Mistake(
            "The bias is added once per output, not once per product: after the sum.",
            lambda x, w, b, *how: conv2d_by_windows(x, w, b * w[0].size, *how),
        ),
        Mistake(
            "The bias is missing.",
            lambda x, w, b, *how: conv2d_by_windows(x, w, 0 * b, *how),
        ),
        Mistake(
            "Output (r, c) looks at the window that starts at (r * stride, c * stride).",
            start_without_stride,
        ),
        Mistake(
            "The last row and the last column of windows are missing: "
            "(height - kernel height) // stride + 1 fit, with the + 1.",
            lambda *a: conv2d_by_windows(*a)[:, :, :-1, :-1],
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
            "The stride is not used.",
            lambda x, w, b, stride, padding: conv2d_by_windows(x, w, b, 1, padding),
        ),
        Mistake(
            "All padding went to one end, and the image has moved: p on each side.",
            padded_at_the_end,
        ),
        Mistake(
            "The padding is not used.",
            lambda x, w, b, stride, padding: conv2d_by_windows(x, w, b, stride),
        ),
        Mistake(
            "All maps came from the first kernel. Each has its own.",
            lambda x, w, b, *how: conv2d_by_windows(x, np.repeat(w[:1], len(w), 0), b, *how),
        ),
        Mistake(
            "The images of the batch were added together. Each keeps its own maps.",
            lambda x, *a: conv2d_by_windows(np.repeat(x.sum(0, keepdims=True), len(x), 0), *a),
        ),
        Mistake(
            "A window's products are summed, not averaged.",
            lambda x, w, b, *how: conv2d_by_windows(x, w / w[0].size, b, *how),
        ),
        Mistake(
            "ReLU is the next layer's business: negative answers must come through.",
            lambda *a: np.maximum(conv2d_by_windows(*a), 0),
        ),
    ],
    hints=[
        "First the frame: np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding))). "
        "Then an array of zeros of the output's shape.",
        "Loop over image n, kernel f, row r, column c. The window is "
        "x[n, :, r * stride : r * stride + kh, c * stride : c * stride + kw], all channels at "
        "once.",
        "y[n, f, r, c] = (window * weight[f]).sum() + bias[f].",
    ],
)
