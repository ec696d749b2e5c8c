"""Lab 01, scan: the line of least squares by trying every pair on a grid."""

import itertools

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.classical import least_squares
from dlcourse.exercises import LIBRARY

SLOPES, INTERCEPTS = np.linspace(-3, 3, 7), np.linspace(-4, 4, 9)


def scan_edges():
    x = np.array([0.0, 1.0, 2.0, 3.0, 4.0])
    outlier = np.array([0.3, 1.6, 2.4, 3.5, 12.5])
    # The best intercept is the last one, and the grid too coarse to leave only noise over.
    edge = np.array([1.0, 2.0, 4.0]), np.array([6.0, 2.0, 7.0]), SLOPES, np.array([-3.0, -1.0, 1.0])
    return [
        (x, outlier, SLOPES, INTERCEPTS),
        (x, -outlier, SLOPES, INTERCEPTS),
        (np.array([1.0, 2.0, 4.0]), np.array([3.0, 2.0, 1.5]), SLOPES, np.linspace(-2, 4.1, 5)),
        edge,
    ]


def scan_inputs(rng):
    tilt = rng.choice([-1.0, 1.0])
    drawn = rng.normal(size=6)
    noisy = tilt * drawn + rng.uniform(-2.5, 2.5) + rng.normal(0, 0.3, 6)
    return [
        (drawn, noisy, np.linspace(-1.9, 2.1, 13), np.linspace(-3.1, 2.9, 11)),
    ]


def scan_answer(x, y, slopes, intercepts):
    return least_squares.scan(x, y, slopes, intercepts)


def residuals(x, y, slopes, intercepts):
    return slopes[:, None, None] * x + intercepts[:, None] - y  # (s, i, n)


def at(best, slopes, intercepts):
    row, column = np.unravel_index(best, (len(slopes), len(intercepts)))
    return slopes[row], intercepts[column]


def by_loops(x, y, slopes, intercepts):
    best, answer = np.inf, None
    for w in slopes:
        for b in intercepts:
            error = np.mean((w * x + b - y) ** 2)
            if error < best:
                best, answer = error, (w, b)
    return answer


def by_product(x, y, slopes, intercepts):
    pairs = itertools.product(slopes, intercepts)
    return min(pairs, key=lambda pair: ((pair[0] * x + pair[1] - y) ** 2).sum())


def by_sum_of_squares(x, y, slopes, intercepts):
    error = (residuals(x, y, slopes, intercepts) ** 2).sum(axis=-1)
    return at(error.argmin(), slopes, intercepts)


def scan_worst(x, y, slopes, intercepts):
    error = (residuals(x, y, slopes, intercepts) ** 2).mean(axis=-1)
    return at(error.argmax(), slopes, intercepts)


def scan_signed(x, y, slopes, intercepts):
    return at(residuals(x, y, slopes, intercepts).mean(axis=-1).argmin(), slopes, intercepts)


def scan_absolute(x, y, slopes, intercepts):
    error = np.abs(residuals(x, y, slopes, intercepts)).mean(axis=-1)
    return at(error.argmin(), slopes, intercepts)


def scan_flat_index(x, y, slopes, intercepts):
    error = (residuals(x, y, slopes, intercepts) ** 2).mean(axis=-1)
    return slopes[error.argmin()], intercepts[error.argmin()]


def scan_separately(x, y, slopes, intercepts):
    error = (residuals(x, y, slopes, intercepts) ** 2).mean(axis=-1)
    return slopes[error.mean(axis=1).argmin()], intercepts[error.mean(axis=0).argmin()]


def scan_indices(x, y, slopes, intercepts):
    error = (residuals(x, y, slopes, intercepts) ** 2).mean(axis=-1)
    return np.unravel_index(error.argmin(), error.shape)


def scan_square_of_mean(x, y, slopes, intercepts):
    error = residuals(x, y, slopes, intercepts).mean(axis=-1) ** 2
    return at(error.argmin(), slopes, intercepts)


def scan_largest(x, y, slopes, intercepts):
    error = np.abs(residuals(x, y, slopes, intercepts)).max(axis=-1)
    return at(error.argmin(), slopes, intercepts)


def scan_in_step(x, y, slopes, intercepts):
    pairs = zip(slopes, intercepts, strict=False)
    return min(pairs, key=lambda pair: ((pair[0] * x + pair[1] - y) ** 2).mean())


def scan_one_slope(x, y, slopes, intercepts):
    return scan_answer(x, y, slopes[:1], intercepts)


def scan_last(x, y, slopes, intercepts):
    return slopes[-1], intercepts[-1]


def scan_minus_intercept(x, y, slopes, intercepts):
    slope, intercept = scan_answer(x, y, slopes, -intercepts)
    return slope, -intercept


EXERCISE = Exercise(
    "scan",
    points=3,
    answer=scan_answer,
    edges=scan_edges,
    inputs=scan_inputs,
    forbidden=(*LIBRARY, "lstsq", "polyfit"),
    also_right=[by_loops, by_product, by_sum_of_squares],
    mistakes=[
        Mistake("You found the worst line on the grid.", scan_worst),
        Mistake(
            "Positive and negative errors cancel, and very negative wins. Square first.",
            scan_signed,
        ),
        Mistake(
            "A fine loss, but another one: it ignores the outlier. Here: squared.",
            scan_absolute,
        ),
        Mistake(
            "argmin counts through the whole table. "
            "Turn it into row and column with np.unravel_index.",
            scan_flat_index,
        ),
        Mistake("The two choices interact. Search pairs.", scan_separately),
        Mistake("You returned the positions. Return the values at them.", scan_indices),
        Mistake(
            "You made the largest error small, so one outlier decides. Average the squares.",
            scan_largest,
        ),
        Mistake(
            "zip walks both lists in step, so most pairs are never tried. Put one loop inside "
            "the other.",
            scan_in_step,
        ),
        Mistake(
            "Only the first slope was tried. Does your return stand inside the outer loop?",
            scan_one_slope,
        ),
        Mistake(
            "The last pair of the grid always wins. Do you update the best error so far?",
            scan_last,
        ),
        Mistake(
            "The residual is y - (m x + b). Mind the brackets: b is subtracted too.",
            scan_minus_intercept,
        ),
        Mistake(
            "First square, then average: the square of the mean lets errors cancel.",
            scan_square_of_mean,
        ),
    ],
    hints=[
        "Two loops, one inside the other: for each pair, the mean of (w * x + b - y) ** 2.",
        "Remember the best error so far, starting from np.inf, and the pair that gave it.",
    ],
    sitting=2,
)
