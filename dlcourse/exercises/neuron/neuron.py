"""Lab 02, neuron: one neuron, all patients at once."""

import math

import numpy as np
from scipy.special import expit

from dlcourse import reference
from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY, SIX_DIGITS


def neuron_edges():
    # The sums are 3.5 and -0.5: one on each side of 0.
    return [(np.array([[1.0, -1.0], [0.5, 2.0]]), np.array([2.0, -1.0]), 0.5)]


def neuron_inputs(rng):
    return [
        (rng.normal(size=(n, features)), rng.normal(size=features), float(rng.normal()))
        for n, features in ((3, 3), (5, 3), (7, 4))
    ]


def neuron_by_loops(X, w, b):
    out = []
    for row in X:
        total = b
        for value, weight in zip(row, w, strict=True):
            total += value * weight
        out.append(1 / (1 + math.exp(-total)))
    return np.array(out)


EXERCISE = Exercise(
    "neuron",
    points=2,
    answer=lambda X, w, b: reference.sigmoid(X @ w + b),
    edges=neuron_edges,
    inputs=neuron_inputs,
    tolerance=SIX_DIGITS,
    forbidden=LIBRARY,
    also_right=[
        neuron_by_loops,
        lambda X, w, b: expit((X * w).sum(axis=1) + b),
        lambda X, w, b: expit(np.einsum("ij,j->i", X, w) + b),
        lambda X, w, b: 1 / (1 + np.exp(-(np.c_[X, np.ones(len(X))] @ np.append(w, b)))),
    ],
    mistakes=[
        Mistake(
            "Shape (n, features): the products were never added up.",
            lambda X, w, b: expit(X * w + b),
        ),
        Mistake(
            "The bias was added once per feature. It belongs to the neuron: add it once.",
            lambda X, w, b: expit((X * w + b).sum(-1)),
        ),
        Mistake("First sum, then squash.", lambda X, w, b: expit(X * w).sum(-1) + b),
        Mistake(
            "A hard threshold has no slope to learn from. Use the sigmoid.",
            lambda X, w, b: X @ w + b > 0,
        ),
        Mistake("The sign of b: it is added.", lambda X, w, b: expit(X @ w - b)),
        Mistake("The bias belongs inside the sigmoid.", lambda X, w, b: expit(X @ w) + b),
        Mistake("That is the logit. Squash it.", lambda X, w, b: X @ w + b),
        Mistake("Where is the bias?", lambda X, w, b: expit(X @ w)),
        Mistake(
            "w @ X works only when there are as many patients as features. Try n = 5.",
            lambda X, w, b: expit(w @ X + b),
        ),
    ],
    hints=[
        "One weighted sum per patient. Which operation multiplies each row by w and adds up?",
        "X @ w has shape (n,). Add b, then apply expit.",
    ],
)
