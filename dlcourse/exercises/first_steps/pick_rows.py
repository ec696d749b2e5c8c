"""Lab 00, pick_rows: two conditions make one mask, and the mask picks rows."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def pick_rows_edges():
    X = np.array([[12.0, 1.0], [20.0, 5.0], [15.0, 9.0], [25.0, 2.0], [21.0, 7.0]])
    y = np.array([1, 0, 1, 1, 1])
    return [(X, y, 0, 20.0), (X, y, 1, 2.0), (X, y, 0, 15.0)]  # a value equals the limit


def pick_rows_inputs(rng):
    X, y = rng.normal(15, 4, (9, 3)), rng.permutation([0, 0, 0, 1, 1, 1, 1, 1, 1])
    column = int(rng.integers(3))
    ill, healthy = np.flatnonzero(y == 1), np.flatnonzero(y == 0)
    X[ill[:2], column], X[healthy[0], column], X[ill[2], column] = (18, 19), 20, 9
    return [(X, y, column, 16.0)]


def in_two_steps(X, y, column, limit):
    ill = X[y == 1]
    return ill[ill[:, column] > limit]


def by_loop(X, y, column, limit):
    rows = []
    for row, label in zip(X, y, strict=True):
        if label == 1 and row[column] > limit:
            rows.append(row)
    return np.array(rows)


def by_row_numbers(X, y, column, limit):
    return X[np.flatnonzero((y == 1) & (X[:, column] > limit))]


def by_numbers(X, y, column, limit):
    return X[y * (X[:, column] > limit) == 1]


def mask(X, y, column, limit):
    return (y == 1) & (X[:, column] > limit)


EXERCISE = Exercise(
    "pick_rows",
    points=2,
    answer=lambda X, y, column, limit: X[mask(X, y, column, limit)],
    edges=pick_rows_edges,
    inputs=pick_rows_inputs,
    forbidden=LIBRARY,
    also_right=[in_two_steps, by_loop, by_row_numbers, by_numbers],
    mistakes=[
        Mistake(
            "Both must hold. | means or; and is &.",
            lambda X, y, column, limit: X[(y == 1) | (X[:, column] > limit)],
        ),
        Mistake(
            "Healthy patients are among them: y == 1 is missing.",
            lambda X, y, column, limit: X[X[:, column] > limit],
        ),
        Mistake(
            "All ill patients, whatever was measured: the second condition is missing.",
            lambda X, y, column, limit: X[y == 1],
        ),
        Mistake(
            "Those are the healthy ones above the limit. Here 1 is ill.",
            lambda X, y, column, limit: X[(y == 0) & (X[:, column] > limit)],
        ),
        Mistake(
            "A value that equals the limit is not above it: > instead of >=.",
            lambda X, y, column, limit: X[(y == 1) & (X[:, column] >= limit)],
            credit=0.5,
        ),
        Mistake(
            "Those are the ill ones below the limit.",
            lambda X, y, column, limit: X[(y == 1) & (X[:, column] < limit)],
        ),
        Mistake(
            "That is the mask. X[mask] picks the rows.",
            mask,
        ),
        Mistake(
            "Those are the numbers of the rows. X[numbers] picks the rows.",
            lambda X, y, column, limit: np.flatnonzero(mask(X, y, column, limit)),
        ),
        Mistake(
            "Only the one measurement. Keep the whole rows: X[mask], without a column.",
            lambda X, y, column, limit: X[mask(X, y, column, limit), column],
        ),
    ],
    hints=[
        "One condition is y == 1, the other compares the column X[:, column] with limit.",
        "& joins two masks. Each needs brackets of its own: (y == 1) & (...).",
        "X[mask] keeps the rows for which the mask is true.",
    ],
)
