"""Lab 02, sigmoid_grad: the slope of the sigmoid, from its input."""

import numpy as np
from scipy.special import expit

from dlcourse import reference
from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def sigmoid_grad_edges():
    return [
        (np.array([-40, -3, -0.5, 0, 2, 6]),),
        (np.array([-1000.0, 1000.0]),),
    ]


def sigmoid_grad_inputs(rng):
    return [
        (rng.normal(0, 2, (3, 4)),),
    ]


EXERCISE = Exercise(
    "sigmoid_grad",
    points=1,
    answer=lambda x: reference.sigmoid_backward(np.ones(np.shape(x)), x),
    edges=sigmoid_grad_edges,
    inputs=sigmoid_grad_inputs,
    forbidden=LIBRARY,
    strict_floats=True,
    also_right=[
        lambda x: expit(x) * (1 - expit(x)),
        lambda x: 0.25 * (1 - np.tanh(x / 2) ** 2),
        lambda x: np.exp(-np.abs(x)) / (1 + np.exp(-np.abs(x))) ** 2,
    ],
    mistakes=[
        Mistake(
            "That formula wants σ(x), and x is the input. At 0 the slope is 1/4.",
            lambda x: x * (1 - x),
        ),
        Mistake("One of the two factors is still the raw input.", lambda x: expit(x) * (1 - x)),
        Mistake("That is the slope of tanh, fed with a sigmoid.", lambda x: 1 - expit(x) ** 2),
        Mistake("You returned the function, not its slope.", lambda x: expit(x)),
        Mistake("One factor σ too many.", lambda x: expit(x) ** 2 * (1 - expit(x))),
        Mistake(
            "The sigmoid rises everywhere. Can its slope be negative?",
            lambda x: expit(x) * (expit(x) - 1),
        ),
        Mistake(
            "You applied the sigmoid twice: once to x, once to the result.",
            lambda x: expit(expit(x)) * (1 - expit(expit(x))),
        ),
        Mistake(
            "Right on paper, but exp(1000) squared is inf and inf / inf is NaN.",
            lambda x: np.exp(-x) / (1 + np.exp(-x)) ** 2,
            credit=0.5,
        ),
    ],
    hints=[
        "Differentiate 1 / (1 + e^-x). The answer can be written with σ alone.",
        "The slope is σ(x) times one minus σ(x).",
    ],
    sitting=2,
)
