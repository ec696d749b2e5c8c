"""Lab 00, differences: every value of one array minus every value of another, by broadcasting."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def differences_edges():
    return [
        (np.array([5.0, 1.0]), np.array([2.0, 4.0, 7.0])),
        (np.array([1, 6, 2]), np.array([3, 1, 4])),  # as many: a - b is no error
        (np.array([2.5]), np.array([0.5, 3.0])),
    ]


def differences_inputs(rng):
    return [
        (rng.normal(17, 3, 4), rng.normal(12, 2, 3)),
        (rng.normal(17, 3, 3), rng.normal(12, 2, 3)),
    ]


def by_loop(a, b):
    D = np.empty((len(a), len(b)))
    for i in range(len(a)):
        for j in range(len(b)):
            D[i, j] = a[i] - b[j]
    return D


def by_copies(a, b):
    return np.repeat(a[:, None], len(b), axis=1) - np.tile(b, (len(a), 1))


EXERCISE = Exercise(
    "differences",
    points=2,
    answer=lambda a, b: a[:, None] - b,
    edges=differences_edges,
    inputs=differences_inputs,
    forbidden=LIBRARY,
    also_right=[
        by_loop,
        by_copies,
        lambda a, b: np.subtract.outer(a, b),
        lambda a, b: a.reshape(-1, 1) - b.reshape(1, -1),
        lambda a, b: np.array([value - b for value in a]),
    ],
    mistakes=[
        Mistake(
            "Turned round: row i belongs to a[i]. Make a the column: a[:, None].",
            lambda a, b: a - b[:, None],
        ),
        Mistake(
            "b - a has the opposite sign.",
            lambda a, b: b - a[:, None],
        ),
        Mistake(
            "First minus first, second minus second. Every pair is asked: make a a column first.",
            lambda a, b: a - b,
        ),
        Mistake(
            "Distances have no sign. Here it counts which of the two is larger.",
            lambda a, b: np.abs(a[:, None] - b),
        ),
        Mistake(
            "Those are the sums of all pairs.",
            lambda a, b: a[:, None] + b,
        ),
        Mistake(
            "Those are the products of all pairs.",
            lambda a, b: a[:, None] * b,
        ),
        Mistake(
            "All pairs are there, in one long row. Keep the table: one row for each value of a.",
            lambda a, b: (a[:, None] - b).ravel(),
        ),
        Mistake(
            "You subtracted a from itself. The second array is b.",
            lambda a, b: a[:, None] - a,
        ),
    ],
    hints=[
        "You want shape (n, m). Which shapes of a and b broadcast to that?",
        "a[:, None] has shape (n, 1): a column. b has shape (m,), which is read as a row.",
    ],
)
