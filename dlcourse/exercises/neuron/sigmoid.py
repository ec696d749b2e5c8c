"""Lab 02, sigmoid: the sigmoid, without a warning at ±1000."""

import numpy as np
from scipy.special import expit

from dlcourse import reference
from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY, SIX_DIGITS


def sigmoid_edges():
    return [
        (np.array([-1000, -30, -1, 0, 0.5, 30, 1000]),),
        (np.array([-2, 0, 3]),),
    ]


def sigmoid_inputs(rng):
    return [
        (rng.normal(0, 3, (4, 3)),),
    ]


def sigmoid_by_masks(x):
    x = np.asarray(x, float)
    out = np.empty_like(x)
    out[x >= 0] = 1 / (1 + np.exp(-x[x >= 0]))
    out[x < 0] = np.exp(x[x < 0]) / (1 + np.exp(x[x < 0]))
    return out


def sigmoid_in_integer_buffer(x):
    out = np.empty_like(x)
    out[...] = expit(x)
    return out


def sigmoid_by_where(x):
    return np.where(x >= 0, 1 / (1 + np.exp(-x)), np.exp(x) / (1 + np.exp(x)))


EXERCISE = Exercise(
    "sigmoid",
    points=2,
    answer=lambda x: reference.sigmoid(x),
    edges=sigmoid_edges,
    inputs=sigmoid_inputs,
    tolerance=SIX_DIGITS,
    forbidden=(*LIBRARY, "expit", "log_expit", "stats"),
    strict_floats=True,
    also_right=[
        sigmoid_by_masks,
        lambda x: 0.5 * (1 + np.tanh(x / 2)),
        lambda x: np.exp(-np.logaddexp(0, -x)),
        lambda x: 1 / (1 + np.exp(-np.clip(x, -700, 700))),
    ],
    mistakes=[
        Mistake(
            "The value is right, but exp(1000) overflowed on the way. "
            "Take exp of negative numbers only.",
            lambda x: 1 / (1 + np.exp(-x)),
            credit=0.5,
        ),
        Mistake(
            "At 1000 this is inf / inf. The form is fine for x < 0; use the other one for x >= 0.",
            lambda x: np.exp(x) / (1 + np.exp(x)),
        ),
        Mistake(
            "np.where computes both branches for every element, then picks: "
            "the branch it throws away still overflows.",
            sigmoid_by_where,
            credit=0.5,
        ),
        Mistake(
            "It falls where it should rise. Check the sign in the exponent.",
            lambda x: 1 / (1 + np.exp(x)),
        ),
        Mistake(
            "Clipping at 20 turns σ(-30) into σ(-20): twenty thousand times too large.",
            lambda x: 1 / (1 + np.exp(-np.clip(x, -20, 20))),
        ),
        Mistake(
            "Nearly: tanh of half of x.",
            lambda x: 0.5 * (1 + np.tanh(x)),
        ),
        Mistake(
            "Brackets: you computed 1 plus e to the -x, because / binds before +.",
            lambda x: 1 / 1 + np.exp(-x),
        ),
        Mistake(
            "For integer x your buffer is integer too, so every probability is cut to 0 or 1.",
            sigmoid_in_integer_buffer,
        ),
    ],
    hints=[
        "What does np.exp(-x) do at x = -1000? And what is e^x / (1 + e^x) for negative x?",
        "Let e = np.exp(-np.abs(x)). It is never above 1.",
        "For x >= 0 the answer is 1 / (1 + e); for x < 0 it is e / (1 + e).",
    ],
)
