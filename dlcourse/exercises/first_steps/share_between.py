"""Lab 00, share_between: two comparisons make a mask, and the mean of a mask is a share."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def share_between_edges():
    return [
        (np.array([1, 2, 2, 3, 4, 5, 9]), 2, 5),  # values equal both limits
        (np.array([0.5, 0.1, 0.3]), 0.9, 2.0),  # none is between them
        (np.array([7, 8]), 1, 10),  # all are
    ]


def share_between_inputs(rng):
    x = rng.integers(10, 30, 11)
    ordered = np.sort(x)
    return [
        (x, int(ordered[3]), int(ordered[8]) + 1),
        (rng.normal(14, 4, 9), 12.5, 15.5),
    ]


def by_loop(x, low, high):
    count = 0
    for value in x:
        if low <= value < high:
            count += 1
    return count / len(x)


def mean_of_those_between(x, low, high):
    between = x[(x >= low) & (x < high)]
    return between.mean() if len(between) else 0.0


def mask(x, low, high):
    return (x >= low) & (x < high)


EXERCISE = Exercise(
    "share_between",
    points=1,
    answer=lambda x, low, high: ((x >= low) & (x < high)).mean(),
    edges=share_between_edges,
    inputs=share_between_inputs,
    forbidden=LIBRARY,
    also_right=[
        by_loop,
        lambda x, low, high: np.count_nonzero(mask(x, low, high)) / x.size,
        lambda x, low, high: len(x[mask(x, low, high)]) / len(x),
        lambda x, low, high: (x < high).mean() - (x < low).mean(),
        lambda x, low, high: np.logical_and(low <= x, high > x).sum() / len(x),
    ],
    mistakes=[
        Mistake(
            "That is how many. A share is how many of how many: divide by all, or take the mean.",
            lambda x, low, high: mask(x, low, high).sum(),
        ),
        Mistake(
            "high itself is outside: x < high, without =.",
            lambda x, low, high: ((x >= low) & (x <= high)).mean(),
            credit=0.5,
        ),
        Mistake(
            "low itself is inside: x >= low, with =.",
            lambda x, low, high: ((x > low) & (x < high)).mean(),
            credit=0.5,
        ),
        Mistake(
            "| means or, and every value is above the one limit or below the other. And is &.",
            lambda x, low, high: ((x >= low) | (x < high)).mean(),
        ),
        Mistake(
            "The upper limit is missing: that is the share of everything from low on.",
            lambda x, low, high: (x >= low).mean(),
        ),
        Mistake(
            "The lower limit is missing: that is the share of everything below high.",
            lambda x, low, high: (x < high).mean(),
        ),
        Mistake(
            "That is the share outside of the limits.",
            lambda x, low, high: 1 - mask(x, low, high).mean(),
        ),
        Mistake(
            "A percentage. A share goes from 0 to 1.",
            lambda x, low, high: 100 * mask(x, low, high).mean(),
        ),
        Mistake(
            "That is the mean of the values between the limits. "
            "Take the mean of the mask, not of what it picks.",
            mean_of_those_between,
        ),
        Mistake(
            "That is the mask: one true or false for each value. One step is missing: its mean.",
            mask,
        ),
        Mistake(
            "// drops what is behind the point, so a share becomes 0. Divide with /.",
            lambda x, low, high: mask(x, low, high).sum() // len(x),
        ),
    ],
    hints=[
        "x >= low compares all values at once. What does it return?",
        "Join two comparisons with &, each in brackets: (x >= low) & (x < high).",
        "True counts as 1 and False as 0, so the mean of that mask is the share.",
    ],
)
