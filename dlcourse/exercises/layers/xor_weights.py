"""Lab 03, xor_weights: two hidden units that notice disagreement, set by hand.

Many weights are right, so the four answers are judged and not the weights.
"""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY

SHAPES = {"W1": (2, 2), "b1": (2,), "w2": (2,), "b2": ()}
DISAGREE = np.array([False, True, True, False])


def xor_edges():
    # The tests' units differ from case to case, so that no fixed weights serve.
    return [(1.0, 1.0), (1.0, 4.0)]


def xor_inputs(rng):
    return [(float(rng.uniform(2, 9)), float(rng.uniform(0.1, 0.6)))]


def answers(high_a, high_b, W1, b1, w2, b2):
    """Return the network's output at 00, 01, 10 and 11, shape (4,)."""
    corners = np.array([[0, 0], [0, high_b], [high_a, 0], [high_a, high_b]])
    return np.maximum(corners @ W1.T + b1, 0) @ w2 + b2


def weights(high_a, high_b, W1=((1, 1), (1, 1)), b1=(0, -1), w2=(1, -2), b2=0.0):
    """Return weights for tests that say 0 or 1, turned to the units of these tests."""
    units = np.array([high_a, high_b])
    return np.array(W1) / units, np.array(b1, float), np.array(w2, float), b2


def weights_by_counting(high_a, high_b):
    return weights(high_a, high_b)


def weights_of_two_detectors(high_a, high_b):
    return weights(high_a, high_b, W1=((1, -1), (-1, 1)), b1=(0, 0), w2=(1, 1))


def weights_by_subtraction(high_a, high_b):
    return weights(high_a, high_b, b1=(0, -1), w2=(3, -6), b2=-1.0)


def weights_of_neither_and_both(high_a, high_b):
    return weights(high_a, high_b, W1=((-1, -1), (1, 1)), b1=(1, -1), w2=(-1, -1), b2=1)


UNITS = "Right for tests that report 0 or 1. A test that reports 4 needs a quarter of the weight."
MISTAKES = (
    Mistake(
        "That is OR: where both are positive it must be pulled down by 2, not by 1.",
        lambda high_a, high_b: weights(high_a, high_b, w2=(1, -1)),
    ),
    Mistake(
        "That is AND. Useful: subtract it twice from the sum.",
        lambda high_a, high_b: weights(high_a, high_b, w2=(0, 1)),
    ),
    Mistake(
        "That is agreement, the opposite: flip the output's sign.",
        lambda high_a, high_b: weights(high_a, high_b, w2=(-1, 2), b2=1.0),
    ),
    Mistake(
        "Both units are equal. Give the second one a threshold: bias -1.",
        lambda high_a, high_b: weights(high_a, high_b, b1=(0, 0)),
    ),
    Mistake(
        "The second unit must pull down, so its output weight is negative.",
        lambda high_a, high_b: weights(high_a, high_b, w2=(1, 2)),
    ),
    Mistake(
        "One detector: A without B. You need its mirror image too.",
        lambda high_a, high_b: weights(high_a, high_b, W1=((1, -1), (-1, 1)), b1=(0, 0), w2=(1, 0)),
    ),
    Mistake(
        "Two detectors, subtracted. Add them.",
        lambda high_a, high_b: weights(
            high_a, high_b, W1=((1, -1), (-1, 1)), b1=(0, 0), w2=(1, -1)
        ),
    ),
    Mistake(
        "The threshold's sign: a bias of -1 means 'only from 1 upwards'.",
        lambda high_a, high_b: weights(high_a, high_b, b1=(0, 1)),
    ),
    Mistake(
        "Where both are positive it says 2: nothing pulls it down there. Let unit 2 add both "
        "tests too, wake up from 1 (bias -1, not -2), and count -2.",
        lambda high_a, high_b: weights(high_a, high_b, b1=(0, -2)),
    ),
    Mistake(
        "The output is compared with 1/2 already. Subtracting another 1/2 puts it on the line.",
        lambda high_a, high_b: weights(high_a, high_b, b2=-0.5),
    ),
    Mistake(
        "You multiply by the units. A test that reports 4 needs a quarter of the weight: divide.",
        lambda high_a, high_b: weights(1 / high_a, 1 / high_b),
    ),
    Mistake(
        "Rows of W1 are hidden units and columns are tests, so each row is [1/high_a, 1/high_b].",
        lambda high_a, high_b: weights(
            1, 1, W1=((1 / high_a, 1 / high_a), (1 / high_b, 1 / high_b))
        ),
    ),
    Mistake(UNITS, lambda high_a, high_b: weights(1, 1)),
)


def xor_problem(args, value):
    """Return None where the network says > 1/2 exactly for the two corners that disagree."""
    try:
        parts = [np.asarray(part, float) for part in value]
    except (TypeError, ValueError, OverflowError):
        return "return four things: W1, b1, w2, b2"
    if any(map(np.iscomplexobj, value)):
        return "real numbers, please: a weight has no imaginary part"
    if len(parts) != 4:
        return f"returned {len(parts)} things; expected four: W1, b1, w2, b2"
    for part, (name, shape) in zip(parts, SHAPES.items(), strict=True):
        if part.shape != shape:
            return f"your {name} has shape {part.shape}; expected {shape or 'a plain number'}"
    given = answers(*args, *parts)
    if np.isfinite(given).all() and np.array_equal(given > 0.5, DISAGREE):
        return None
    numbers = ", ".join(f"{g:.3g}" for g in given)
    found = f"at 00, 01, 10 and 11 your network answers {numbers}. "
    if np.array_equal(answers(1.0, 1.0, *parts) > 0.5, DISAGREE):
        return found + UNITS
    alike = (m.hint for m in MISTAKES if np.allclose(given, answers(*args, *m.function(*args))))
    return found + next(alike, "Above 1/2 is wanted at 01 and 10 only.")


EXERCISE = Exercise(
    "xor_weights",
    points=3,
    answer=weights_by_counting,
    edges=xor_edges,
    inputs=xor_inputs,
    forbidden=LIBRARY,
    verify=xor_problem,
    also_right=[weights_of_two_detectors, weights_by_subtraction, weights_of_neither_and_both],
    mistakes=MISTAKES,
    hints=[
        "Begin with tests that say 0 or 1. How does 'how many are positive' (0, 1, 1 or 2) help?",
        "Let unit 1 count the positives, and unit 2 fire only from two: bias -1. "
        "Then output = unit 1 - 2 * unit 2.",
        "A test that says high_a instead of 1 gets the weight 1 / high_a.",
    ],
)
