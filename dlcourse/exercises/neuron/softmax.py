"""Lab 02, softmax: scores to shares, one row per patient."""

import numpy as np

from dlcourse import reference
from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY, SIX_DIGITS


def softmax_edges():
    return [
        (np.array([[1.0, 2.0, 3.0], [1000.0, 0.0, -1000.0], [0.0, 0.0, 0.0]]),),
        (np.array([[1000.0, 1001.0, 1002.0]]),),
    ]


def softmax_inputs(rng):
    return [
        (rng.normal(0, 2, (5, 4)),),
    ]


def softmax_by_rows(z):
    rows = []
    for row in z:
        e = np.exp(row - max(row))
        rows.append(e / sum(e))
    return np.array(rows)


def softmax_by_logs(z):
    m = z.max(-1, keepdims=True)
    return np.exp(z - m - np.log(np.exp(z - m).sum(-1, keepdims=True)))


def softmax_in_place(z):
    z -= z.max(-1, keepdims=True)
    e = np.exp(z)
    return e / e.sum(-1, keepdims=True)


def shares(e, axis=-1, keepdims=True):
    return e / e.sum(axis, keepdims=keepdims)


def from_maximum(z):
    return np.exp(z - z.max(-1, keepdims=True))


EXERCISE = Exercise(
    "softmax",
    points=2,
    answer=lambda z: reference.softmax(z, dim=-1),
    edges=softmax_edges,
    inputs=softmax_inputs,
    tolerance=SIX_DIGITS,
    forbidden=(*LIBRARY, "softmax", "log_softmax"),
    strict_floats=True,
    also_right=[
        softmax_by_rows,
        softmax_by_logs,
        lambda z: shares(np.exp(z - z.max())) if np.ptp(z) < 700 else softmax_by_rows(z),
    ],
    mistakes=[
        Mistake(
            "exp(1000) is inf. Only differences matter: subtract each row's maximum first.",
            lambda z: shares(np.exp(z)),
            credit=0.5,
        ),
        Mistake(
            "Your columns sum to 1. Each row is a patient: sum along the last axis.",
            lambda z: shares(from_maximum(z), axis=0),
        ),
        Mistake(
            "Without keepdims a square table hides it: row i was divided by the sum of row j.",
            lambda z: shares(from_maximum(z), keepdims=False),
        ),
        Mistake(
            "The whole batch shares one probability of 1. Each row needs its own.",
            lambda z: shares(from_maximum(z), axis=None),
        ),
        Mistake(
            "Subtracting the mean is not enough for [1000, 0, -1000]. "
            "What guarantees that no exponent is above 0?",
            lambda z: shares(np.exp(z - z.mean(-1, keepdims=True))),
        ),
        Mistake(
            "Dividing changes the differences between scores; subtracting does not.",
            lambda z: shares(np.exp(z / z.max(-1, keepdims=True))),
        ),
        Mistake(
            "Where is the exponential? Negative scores would give negative probabilities.",
            lambda z: z / z.sum(-1, keepdims=True),
        ),
        Mistake(
            "Right values, but -= changed the caller's array. Write z = z - ... instead.",
            softmax_in_place,
            credit=0.5,
        ),
    ],
    hints=[
        "Softmax of [1000, 1001] equals softmax of [0, 1]. Why?",
        "Subtract z.max(axis=-1, keepdims=True), then take exp, then divide by the row's sum.",
    ],
    sitting=2,
)
