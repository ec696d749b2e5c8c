"""Lab 00, farthest: the column in which each row lies farthest from average."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def farthest_edges():
    return [
        (np.array([[0.5, -2.0, 1.0], [3.0, 0.1, -0.2]]),),
        (np.array([[-1.5, 1.0], [0.2, -0.1], [-0.3, 2.0]]),),
    ]


def farthest_inputs(rng):
    # In the first row the farthest lies below the average and in the second above it.
    Z = rng.normal(0, 1, (5, 4))
    Z[0, rng.integers(1, 4)], Z[1, rng.integers(1, 4)] = -4, 4
    return [
        (Z,),
        (rng.normal(0, 1, (3, 6)),),
    ]


def by_loop(Z):
    found = []
    for row in Z:
        best = 0
        for j in range(1, len(row)):
            if abs(row[j]) > abs(row[best]):
                best = j
        found.append(best)
    return np.array(found)


def by_highest_and_lowest(Z):
    below = Z.max(axis=1) < -Z.min(axis=1)
    return np.where(below, Z.argmin(axis=1), Z.argmax(axis=1))


EXERCISE = Exercise(
    "farthest",
    points=2,
    answer=lambda Z: np.abs(Z).argmax(axis=1),
    edges=farthest_edges,
    inputs=farthest_inputs,
    forbidden=LIBRARY,
    also_right=[
        by_loop,
        by_highest_and_lowest,
        lambda Z: np.argsort(Z**2, axis=1)[:, -1],
        lambda Z: np.array([np.argmax(np.abs(row)) for row in Z]),
    ],
    mistakes=[
        Mistake(
            "That is where each patient is highest. Far below the average counts too: "
            "take absolute values first.",
            lambda Z: Z.argmax(axis=1),
        ),
        Mistake(
            "One number for each column: which patient is farthest. The axis that goes should be "
            "that of the columns, axis=1.",
            lambda Z: np.abs(Z).argmax(axis=0),
        ),
        Mistake(
            "Without an axis the table is read as one long row. One number for each patient is "
            "asked: axis=1.",
            lambda Z: np.abs(Z).argmax(),
        ),
        Mistake(
            "That is how far. In which column? argmax instead of max.",
            lambda Z: np.abs(Z).max(axis=1),
        ),
        Mistake(
            "That is where each patient is closest to average.",
            lambda Z: np.abs(Z).argmin(axis=1),
        ),
        Mistake(
            "Columns are counted from 0.",
            lambda Z: np.abs(Z).argmax(axis=1) + 1,
        ),
        Mistake(
            "That is where each patient is lowest. Far above the average counts too.",
            lambda Z: Z.argmin(axis=1),
        ),
    ],
    hints=[
        "What matters is the size, not the sign: np.abs(Z).",
        "max returns the largest value, argmax where it stands.",
        "One number for each row: the columns go, so axis=1.",
    ],
)
