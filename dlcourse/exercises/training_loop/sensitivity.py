"""Lab 07, sensitivity: of the ill, how many raise the alarm."""

import math

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def sensitivity_edges():
    return [
        (np.zeros(5, int), np.array([0, 1, 0, 1, 0])),
        (np.ones(4, int), np.array([1, 0, 1, 1])),
    ]


def sensitivity_inputs(rng):
    def case(ill, healthy, hits, alarms):
        y = np.repeat([1, 0], [ill, healthy])
        alarm = np.zeros(len(y), int)
        alarm[:hits], alarm[ill : ill + alarms] = 1, 1
        order = rng.permutation(len(y))
        return y[order], alarm[order]

    ill = int(rng.integers(6, 12))
    return [
        case(4, 6, 3, 1),
        case(3, 7, 0, 0),
        case(ill, 37, int(rng.integers(2, ill - 1)), int(rng.integers(3, 9))),
    ]


def counts(y, alarm):
    """Return true positives, false negatives, true negatives and false positives."""
    y, alarm = y == 1, alarm == 1
    return tuple(int(part.sum()) for part in (y & alarm, y & ~alarm, ~y & ~alarm, ~y & alarm))


def share(part, whole):
    return part / whole if whole else math.nan


def sensitivity_answer(y, alarm):
    ill = y == 1
    return alarm[ill].mean() if ill.any() else math.nan


def by_counts(y, alarm):
    tp, fn, _, _ = counts(y, alarm)
    return share(tp, tp + fn)


def by_product(y, alarm):
    with np.errstate(invalid="ignore"):
        return np.float64(y @ alarm) / y.sum()


def by_loop(y, alarm):
    found = ill = 0
    for truth, rang in zip(y.tolist(), alarm.tolist(), strict=True):
        ill += truth
        found += truth * rang
    return found / ill if ill else float("nan")


def specificity(y, alarm):
    _, _, tn, fp = counts(y, alarm)
    return share(tn, tn + fp)


def precision(y, alarm):
    tp, _, _, fp = counts(y, alarm)
    return share(tp, tp + fp)


EXERCISE = Exercise(
    "sensitivity",
    points=2,
    answer=sensitivity_answer,
    edges=sensitivity_edges,
    inputs=sensitivity_inputs,
    forbidden=LIBRARY,
    also_right=[by_counts, by_product, by_loop],
    mistakes=[
        Mistake(
            "That is precision: of the alarms, how many were right. Divide by the ill.",
            precision,
        ),
        Mistake(
            "That is accuracy, where the healthy majority votes. Look at the ill alone.",
            lambda y, alarm: (y == alarm).mean(),
        ),
        Mistake("That is specificity: the share of the healthy without alarm.", specificity),
        Mistake(
            "That is the share of the healthy who raised a false alarm. Look at the ill.",
            lambda y, alarm: 1 - specificity(y, alarm),
        ),
        Mistake(
            "You divided by all patients. Divide by the ill.",
            lambda y, alarm: counts(y, alarm)[0] / len(y),
        ),
        Mistake(
            "When nobody is ill, nothing can be said: undefined is NaN, not zero.",
            lambda y, alarm: sensitivity_answer(y, alarm) if y.any() else 0.0,
            credit=0.5,
        ),
        Mistake(
            "When nobody is ill, nothing can be said: undefined is NaN, not one.",
            lambda y, alarm: sensitivity_answer(y, alarm) if y.any() else 1.0,
            credit=0.5,
        ),
        Mistake(
            "Balanced accuracy is the mean of two shares; the question asked for one of them.",
            lambda y, alarm: (sensitivity_answer(y, alarm) + specificity(y, alarm)) / 2,
        ),
        Mistake(
            "That is the share of the ill who were missed. Turn it round.",
            lambda y, alarm: 1 - sensitivity_answer(y, alarm),
        ),
        Mistake(
            "You divided the alarms, false ones included, by the ill.",
            lambda y, alarm: share(int(alarm.sum()), int(y.sum())),
        ),
    ],
    hints=[
        "Among the patients with y == 1: which share has alarm == 1?",
        "alarm[y == 1].mean() is nearly all of it. What if nobody is ill?",
    ],
)
