"""Lab 03, hinges: a hidden layer that goes through any points, without training."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def hinges_edges():
    # Uneven on purpose: rise is not slope.
    return [
        (np.array([0.0, 1.0, 3.0, 3.5]), np.array([1.0, 3.0, 2.0, 2.0])),
        (np.array([-2.0, 2.0]), np.array([3.0, 1.0])),
    ]


def hinges_inputs(rng):
    def points(n):
        knots = np.cumsum(rng.uniform(0.2, 2.0, n)) - 1
        return knots, rng.normal(0, 2, n)

    return [
        points(6),
        points(9),
    ]


def slopes(knots, values):
    return np.diff(values) / np.diff(knots)


def changes(knots, values):
    return np.diff(slopes(knots, values), prepend=0)


def hinges_answer(knots, values):
    return -knots[:-1], changes(knots, values), values[0]


def hinges_by_loop(knots, values):
    coef, slope = [], 0.0
    for i in range(len(knots) - 1):
        wanted = (values[i + 1] - values[i]) / (knots[i + 1] - knots[i])
        coef.append(wanted - slope)
        slope = wanted
    return -knots[:-1], np.array(coef), float(values[0])


def hinges_by_solving(knots, values):
    features = np.maximum(knots[1:, None] - knots[None, :-1], 0)
    return -knots[:-1], np.linalg.solve(features, values[1:] - values[0]), values[0]


def hinges_one_by_one(knots, values):
    coef = np.zeros(len(knots) - 1)
    for i in range(len(coef)):
        so_far = values[0] + np.maximum(knots[i + 1] - knots[:-1], 0) @ coef
        coef[i] = (values[i + 1] - so_far) / (knots[i + 1] - knots[i])
    return -knots[:-1], coef, values[0]


EXERCISE = Exercise(
    "hinges",
    points=3,
    sitting=3,
    answer=hinges_answer,
    edges=hinges_edges,
    inputs=hinges_inputs,
    forbidden=(*LIBRARY, "interp", "interpolate"),
    also_right=[hinges_by_loop, hinges_by_solving, hinges_one_by_one],
    mistakes=[
        Mistake(
            "Those are slopes. Earlier hinges keep rising, so add only the change of slope.",
            lambda knots, values: (-knots[:-1], slopes(knots, values), values[0]),
        ),
        Mistake(
            "ReLU(x + b) bends at -b.",
            lambda knots, values: (knots[:-1], changes(knots, values), values[0]),
        ),
        Mistake(
            "The first piece must bend at the first knot; nothing need bend at the last.",
            lambda knots, values: (-knots[1:], changes(knots, values), values[0]),
        ),
        Mistake(
            "Offset 0: at the first knot all hinges are 0. What is the value there?",
            lambda knots, values: (-knots[:-1], changes(knots, values), 0.0),
        ),
        Mistake(
            "Not the mean: at the first knot all hinges are 0. What is the value there?",
            lambda knots, values: (-knots[:-1], changes(knots, values), values.mean()),
        ),
        Mistake(
            "Slope is rise over run, and the knots are uneven.",
            lambda knots, values: (
                -knots[:-1],
                np.diff(np.diff(values), prepend=0),
                values[0],
            ),
        ),
        Mistake(
            "Before the first knot the slope is 0, so its change there is the whole slope.",
            lambda knots, values: (
                -knots[:-1],
                np.concatenate([[0.0], np.diff(slopes(knots, values))]),
                values[0],
            ),
        ),
        Mistake(
            "np.diff makes one fewer. The slope before the first knot is 0: put it in front, "
            "with prepend=0.",
            lambda knots, values: (-knots[:-1], np.diff(slopes(knots, values)), values[0]),
        ),
        Mistake(
            "The 0 belongs in front: the slope is 0 before the first knot, not after the last.",
            lambda knots, values: (
                -knots[:-1],
                np.diff(slopes(knots, values), append=0),
                values[0],
            ),
        ),
        Mistake(
            "At the first knot all hinges are 0, so the offset is the first value, not the last.",
            lambda knots, values: (-knots[:-1], changes(knots, values), values[-1]),
        ),
        Mistake(
            "Heights are not slopes.",
            lambda knots, values: (-knots[:-1], values[:-1], values[0]),
        ),
    ],
    hints=[
        "n points need n - 1 hinges, one at every knot but the last: bias = -knots[:-1].",
        "Left of all hinges the network answers the offset. So offset = values[0].",
        "slopes = np.diff(values) / np.diff(knots). Hinge i adds what the slope changes by; "
        "before the first knot it was 0.",
    ],
)
