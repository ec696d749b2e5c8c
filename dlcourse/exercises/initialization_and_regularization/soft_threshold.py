"""Lab 08, soft_threshold: the step that lets L1 reach exactly 0."""

import numpy as np

from dlcourse import reference
from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def soft_threshold_edges():
    w = np.array([-3.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0])
    return [
        (w, 1.0),
        (w, 0.0),
        (w, 0.75),
    ]


def soft_threshold_inputs(rng):
    return [
        (rng.normal(size=9), float(rng.uniform(0.2, 1.2))),
        (rng.normal(size=(4, 3)), float(rng.uniform(0.2, 1.2))),
        (5 * rng.normal(size=6), 2.5),
    ]


def soft_threshold_answer(w, t):
    return reference.soft_threshold(w, t)


def by_sign(w, t):
    return np.sign(w) * np.maximum(np.abs(w) - t, 0)


def by_cases(w, t):
    return np.where(w > t, w - t, np.where(w < -t, w + t, 0.0))


def by_parts(w, t):
    return np.maximum(w - t, 0) - np.maximum(-w - t, 0)


EXERCISE = Exercise(
    "soft_threshold",
    points=2,
    sitting=3,
    answer=soft_threshold_answer,
    edges=soft_threshold_edges,
    inputs=soft_threshold_inputs,
    forbidden=LIBRARY,
    also_right=[by_sign, by_cases, by_parts],
    mistakes=[
        Mistake(
            "Small weights jump across 0 and back, for ever. They should stop at 0.",
            lambda w, t: w - t * np.sign(w),
        ),
        Mistake(
            "Hard threshold: the small ones are 0, but the survivors should shrink by t too.",
            lambda w, t: w * (np.abs(w) > t),
            credit=0.5,
        ),
        Mistake(
            "Negative weights count as well: -3 with t = 1 becomes -2.",
            lambda w, t: np.maximum(w - t, 0),
        ),
        Mistake("The sign got lost. Put it back.", lambda w, t: np.maximum(np.abs(w) - t, 0)),
        Mistake(
            "You kept what was to be removed: w minus that is the answer.",
            lambda w, t: np.clip(w, -t, t),
        ),
        Mistake(
            "That is L2's way: it shrinks all by one factor, and none becomes 0.",
            lambda w, t: w / (1 + t),
        ),
        Mistake(
            "Move towards 0 from below as well: negative weights gain t.",
            lambda w, t: np.where(np.abs(w) < t, 0.0, w - t),
        ),
        Mistake(
            "You subtracted t from all. Negative ones then move away from 0, small ones past it.",
            lambda w, t: w - t,
        ),
        Mistake(
            "What is nearer to 0 than t becomes 0. You left it as it was.",
            lambda w, t: np.where(np.abs(w) > t, w - t * np.sign(w), w),
            credit=0.5,
        ),
        Mistake(
            "The survivors went away from 0. Subtract t from their size.",
            lambda w, t: np.where(np.abs(w) > t, w + t * np.sign(w), 0.0),
        ),
        Mistake(
            "One size for all: you used the norm of the whole array. Each weight on its own.",
            lambda w, t: w * max(1 - t / np.linalg.norm(w), 0),
        ),
    ],
    hints=[
        "Two things to find: the sign, np.sign(w), and the new size.",
        "The new size is abs(w) - t, or 0 where that is negative: np.maximum(..., 0).",
    ],
)
