"""Lab 09, max_pool2d_backward: the winner takes it all, in a tie the first."""

import numpy as np

from dlcourse import reference
from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY

from ._windows import images


def max_pool2d_backward_edges():
    tied = np.array([[[[0.0, 2.0, 0.0, 0.0, 7.0], [2.0, 1.0, 0.0, 0.0, 8.0]]]])
    return [
        (np.array([[[[10.0, 20.0]]]]), tied, 2),
    ]


def max_pool2d_backward_inputs(rng):
    def case(n, channels, h, w, k, relu=True):
        x = images(rng, n, channels, h, w)
        x = np.maximum(x - 0.5, 0) if relu else x - 5
        return images(rng, n, channels, h // k, w // k), x, k

    return [
        # Neither rows nor columns of windows number k: axes that change places must show.
        case(2, 3, 6, 10, 2),
        case(3, 2, 7, 13, 3),
        case(1, 2, 5, 4, 2, relu=False),
        case(2, 1, 4, 4, 4),
    ]


def by_library(grad, x, k):
    return reference.max_pool2d_backward(grad, x, k)


def in_windows(x, k):
    """Return (batch, channels, rows, columns, k * k), a window's pixels in reading order."""
    n, c, h, w = x.shape
    x = x[:, :, : h // k * k, : w // k * k].reshape(n, c, h // k, k, w // k, k)
    return x.transpose(0, 1, 2, 4, 3, 5).reshape(n, c, h // k, w // k, k * k)


def back(shares, x, k):
    """Put shares (batch, channels, rows, columns, k * k) where their pixels are."""
    n, c, rows, columns, _ = shares.shape
    whole = shares.reshape(n, c, rows, columns, k, k).transpose(0, 1, 2, 4, 3, 5)
    grad_x = np.zeros(x.shape)
    grad_x[:, :, : rows * k, : columns * k] = whole.reshape(n, c, rows * k, columns * k)
    return grad_x


def shared(grad, x, k, share):
    """Return grad_x if each window's pixels get ``share`` (of its pixels) of the slope."""
    return back(grad[..., None] * share(in_windows(x, k)), x, k)


def first(pixels):
    return np.arange(pixels.shape[-1]) == pixels.argmax(-1)[..., None]


def last(pixels):
    return first(pixels[..., ::-1])[..., ::-1]


def winners(pixels):
    return pixels == pixels.max(-1, keepdims=True)


def by_loops(grad, x, k):
    grad_x = np.zeros_like(x)
    for n, c, r, s in np.ndindex(grad.shape):
        window = x[n, c, r * k : (r + 1) * k, s * k : (s + 1) * k]
        i, j = np.unravel_index(window.argmax(), window.shape)
        grad_x[n, c, r * k + i, s * k + j] = grad[n, c, r, s]
    return grad_x


def by_taps(grad, x, k):
    grad_x, best = np.zeros(x.shape), reference.max_pool2d(x, k)
    rows, columns = grad.shape[2:]
    open_ = np.ones(grad.shape, bool)
    for i, j in np.ndindex(k, k):
        at = np.s_[:, :, i : rows * k : k, j : columns * k : k]
        wins = (x[at] == best) & open_
        grad_x[at] = np.where(wins, grad, 0)
        open_ &= ~wins
    return grad_x


def by_put(grad, x, k):
    pixels = in_windows(x, k)
    shares = np.zeros(pixels.shape)
    np.put_along_axis(shares, pixels.argmax(-1)[..., None], grad[..., None], -1)
    return back(shares, x, k)


def into_the_first_window(grad, x, k):
    grad_x = np.zeros(x.shape)
    for n, c, r, s in np.ndindex(grad.shape):
        window = x[n, c, r * k : (r + 1) * k, s * k : (s + 1) * k]
        i, j = np.unravel_index(window.argmax(), window.shape)
        grad_x[n, c, i, j] = grad[n, c, r, s]
    return grad_x


def down_first(grad, x, k):
    return by_loops(grad.swapaxes(2, 3), x.swapaxes(2, 3), k).swapaxes(2, 3)


def without_rest(grad, x, k):
    right = shared(grad, x, k, first)
    return right[:, :, : grad.shape[2] * k, : grad.shape[3] * k]


EXERCISE = Exercise(
    "max_pool2d_backward",
    points=3,
    answer=by_loops,
    edges=max_pool2d_backward_edges,
    inputs=max_pool2d_backward_inputs,
    forbidden=LIBRARY,
    also_right=[by_library, by_taps, by_put, lambda grad, x, k: shared(grad, x, k, first)],
    mistakes=[
        Mistake(
            "In a tie every winner was paid in full, so the slope was multiplied. Pay the first, "
            "as torch does.",
            lambda grad, x, k: shared(grad, x, k, winners),
        ),
        Mistake(
            "You split the slope between tied winners. Fair, and the sums agree, but torch pays "
            "the first.",
            lambda grad, x, k: shared(
                grad, x, k, lambda p: winners(p) / winners(p).sum(-1, keepdims=True)
            ),
            credit=0.5,
        ),
        Mistake(
            "In a tie you paid the last. The first in reading order wins.",
            lambda grad, x, k: shared(grad, x, k, last),
            credit=0.5,
        ),
        Mistake(
            "Every pixel of the window was paid. Only the winner moved the output.",
            lambda grad, x, k: shared(grad, x, k, np.ones_like),
        ),
        Mistake(
            "That is average pooling's backward: equal shares. Here the winner takes all.",
            lambda grad, x, k: shared(grad, x, k, lambda p: np.full_like(p, 1 / k**2)),
        ),
        Mistake(
            "You multiplied by the pixel's value. The slope of the maximum is 1.",
            lambda grad, x, k: shared(grad, x, k, lambda p: first(p) * p),
        ),
        Mistake(
            "The upper left pixel was paid. Find out where the largest was.",
            lambda grad, x, k: shared(grad, x, k, lambda p: first(0 * p)),
        ),
        Mistake(
            "argmax counts within its window: in the image the winner lies at "
            "(r * k + i, c * k + j).",
            into_the_first_window,
        ),
        Mistake(
            "The winner was paid 1. It gets its window's slope, from grad.",
            lambda grad, x, k: shared(np.ones_like(grad), x, k, first),
        ),
        Mistake(
            "In a tie you went down the columns. Reading order is row by row.",
            down_first,
            credit=0.5,
        ),
        Mistake(
            "The smallest was paid, not the largest.",
            lambda grad, x, k: shared(grad, x, k, lambda p: first(-p)),
        ),
        Mistake(
            "grad_x must have the shape of x. Rows and columns that filled no window get 0.",
            without_rest,
        ),
        Mistake(
            "Where a window is all 0 the slope was lost. A maximum of 0 has a winner too, the "
            "first.",
            lambda grad, x, k: shared(grad, x, k, lambda p: first(p) & (p != 0)),
        ),
    ],
    hints=[
        "Start with zeros of x's shape. For each window, one pixel gets the slope of that window.",
        "window.argmax() returns the first largest, counted in reading order; np.unravel_index "
        "turns it into (row, column).",
        "Without loops over places: go through the k * k taps in reading order, and keep an array "
        "that remembers which windows have paid already.",
    ],
    sitting=4,
)
