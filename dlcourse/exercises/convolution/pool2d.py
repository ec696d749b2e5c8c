"""Lab 09, pool2d: one number for each window, the largest or the mean."""

import numpy as np

from dlcourse import reference
from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY

from ._windows import images, windows


def pool2d_edges():
    # All negative, and a row left over: zeros smuggled in would win.
    negative = -np.arange(1.0, 21.0).reshape(1, 1, 5, 4)
    return [(negative, 2, "max"), (negative, 2, "avg")]


def pool2d_inputs(rng):
    cases = []
    for kind in ("max", "avg"):
        cases += [
            # Neither rows nor columns of windows number k: axes that change places must show.
            (images(rng, 2, 3, 6, 10), 2, kind),
            (images(rng, 3, 2, 7, 13), 3, kind),
            (images(rng, 3, 1, 3, 4), 1, kind),
            (images(rng, 1, 2, 4, 4), 4, kind),
        ]
    return cases


def by_library(x, k, kind):
    return reference.max_pool2d(x, k) if kind == "max" else reference.avg_pool2d(x, k)


def cut(x, k):
    return x[:, :, : x.shape[2] // k * k, : x.shape[3] // k * k]


def blocks(x, k):
    """Return (batch, channels, rows, k, columns, k)."""
    n, c, h, w = cut(x, k).shape
    return cut(x, k).reshape(n, c, h // k, k, w // k, k)


def reduced(array, kind, axes):
    return array.max(axis=axes) if kind == "max" else array.mean(axis=axes)


def by_loops(x, k, kind):
    out = np.zeros((*x.shape[:2], x.shape[2] // k, x.shape[3] // k))
    for r, c in np.ndindex(out.shape[2:]):
        window = x[:, :, r * k : (r + 1) * k, c * k : (c + 1) * k]
        out[:, :, r, c] = reduced(window, kind, (2, 3))
    return out


def by_taps(x, k, kind):
    x = cut(x, k)
    seen = np.stack([x[:, :, i::k, j::k] for i, j in np.ndindex(k, k)])
    return reduced(seen, kind, 0)


def other(kind):
    return "avg" if kind == "max" else "max"


def pooled(x, k, kind):
    return reduced(blocks(x, k), kind, (3, 5))


def padded_to_fit(x, k, kind):
    down, across = -x.shape[2] % k, -x.shape[3] % k
    return pooled(np.pad(x, ((0, 0), (0, 0), (0, down), (0, across))), k, kind)


def wrong_reshape(x, k, kind):
    n, c, h, w = cut(x, k).shape
    return reduced(cut(x, k).reshape(n, c, h // k, w // k, k, k), kind, (4, 5))


def hanging_over(x, k, kind):
    height, width = x.shape[2:]
    shape = (*x.shape[:2], -(-height // k), -(-width // k))
    out = np.zeros(shape)
    for r, c in np.ndindex(shape[2:]):
        out[:, :, r, c] = reduced(x[:, :, r * k : r * k + k, c * k : c * k + k], kind, (2, 3))
    return out


def over_channels(x, k, kind):
    shape = pooled(x, k, kind).shape
    return np.broadcast_to(pooled(x, k, kind).max(axis=1, keepdims=True), shape)


EXERCISE = Exercise(
    "pool2d",
    points=3,
    answer=pooled,
    edges=pool2d_edges,
    inputs=pool2d_inputs,
    forbidden=(*LIBRARY, "ndimage"),
    also_right=[
        by_library,
        by_loops,
        by_taps,
        lambda x, k, kind: reduced(windows(x, (k, k), k), kind, (4, 5)),
    ],
    mistakes=[
        Mistake("max and avg have changed places.", lambda x, k, kind: pooled(x, k, other(kind))),
        Mistake(
            "It always averages: look at kind.",
            lambda x, k, kind: pooled(x, k, "avg"),
        ),
        Mistake(
            "It always takes the largest: look at kind.",
            lambda x, k, kind: pooled(x, k, "max"),
        ),
        Mistake(
            "That picks the upper left pixel of each window. Look at all of them.",
            lambda x, k, kind: cut(x, k)[:, :, ::k, ::k],
        ),
        Mistake(
            "Your windows overlap: they must move by k, not by 1.",
            lambda x, k, kind: reduced(windows(x, (k, k)), kind, (4, 5)),
        ),
        Mistake(
            "You filled up with zeros, which beat negative numbers. What does not fill a window is "
            "dropped.",
            padded_to_fit,
        ),
        Mistake(
            "Right shape, wrong pixels: reshape to (n, c, rows, k, columns, k), in this order, and "
            "reduce axes 3 and 5.",
            wrong_reshape,
        ),
        Mistake(
            "You kept the places within a window and mixed the windows: reduce axes 3 and 5, the "
            "two that count to k.",
            lambda x, k, kind: reduced(blocks(x, k), kind, (2, 4)),
        ),
        Mistake(
            "The windows at the end hang over and see fewer pixels. They are dropped: "
            "x.shape[2] // k fit, not one more.",
            hanging_over,
        ),
        Mistake(
            "All-negative windows became 0: that is a ReLU too many.",
            lambda x, k, kind: pooled(np.maximum(x, 0), k, kind),
        ),
        Mistake(
            "Each channel is pooled by itself; the channels stay apart.",
            over_channels,
        ),
        Mistake(
            "The largest, not the strongest: no absolute values.",
            lambda x, k, kind: pooled(np.abs(x), k, kind),
        ),
        Mistake(
            "A window has k * k pixels; you divided the sum by k.",
            lambda x, k, kind: pooled(x, k, kind) * (1 if kind == "max" else k),
        ),
        Mistake(
            "That is the sum of each window. The average divides it by k * k.",
            lambda x, k, kind: pooled(x, k, kind) * (1 if kind == "max" else k * k),
        ),
    ],
    hints=[
        "x.shape[2] // k windows fit down, x.shape[3] // k across. Cut off what is left over.",
        "Loop over windows: x[:, :, r * k : (r + 1) * k, c * k : (c + 1) * k], and reduce its last "
        "two axes.",
        "Or without a loop: reshape to (n, channels, rows, k, columns, k), then .max(axis=(3, 5)).",
    ],
)
