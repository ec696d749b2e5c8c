"""Lab 02, boundary: where the neuron changes its mind, in the clinic's units."""

import math

import numpy as np
from scipy.special import expit, xlog1py

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def boundary_edges():
    return [
        (2.0, -1.0, 0.5, 14.0, 3.5),
        (2.0, -1.0, 0.1, 14.0, 3.5),
        (-0.5, 1.0, 0.9, 14.0, 3.5),
        (0.5, -1.0, 0.9, 14.0, 3.5),
    ]


def boundary_inputs(rng):
    w, b, mean, std = rng.uniform((0.5, -2, 5, 1.5), (4, 2, 20, 5)).tolist()
    return [
        (-w, b, float(rng.uniform(0.6, 0.9)), mean, std),
    ]


def logit(p):
    return math.log(p / (1 - p))


def boundary_by_bisection(w, b, threshold, mean, std):
    low, high = -1e3, 1e3
    for _ in range(200):
        middle = (low + high) / 2
        if (expit(w * middle + b) < threshold) == (w > 0):
            low = middle
        else:
            high = middle
    return mean + std * low


EXERCISE = Exercise(
    "boundary",
    points=2,
    answer=lambda w, b, threshold, mean, std: mean + std * (logit(threshold) - b) / w,
    edges=boundary_edges,
    inputs=boundary_inputs,
    forbidden=LIBRARY,
    also_right=[
        boundary_by_bisection,
        lambda w, b, threshold, mean, std: np.float64(
            mean - std / w * (b + np.log(1 / threshold - 1))
        ),
        lambda w, b, threshold, mean, std: (
            (xlog1py(-1, -threshold) + math.log(threshold) - (b - w * mean / std)) * std / w
        ),
    ],
    mistakes=[
        Mistake(
            "Right at a threshold of 0.5 only. Where is p = 0.1?",
            lambda w, b, threshold, mean, std: mean - std * b / w,
        ),
        Mistake(
            "The threshold is a probability, b is a logit. Convert with ln(t / (1 - t)).",
            lambda w, b, threshold, mean, std: mean + std * (threshold - b) / w,
        ),
        Mistake(
            "Put it back in: is the logit at your boundary that of the threshold? Mind b's sign.",
            lambda w, b, threshold, mean, std: mean + std * (logit(threshold) + b) / w,
        ),
        Mistake(
            "Upside down: w is per unit of x, so you divide by w.",
            lambda w, b, threshold, mean, std: mean + std * w / (logit(threshold) - b),
        ),
        Mistake(
            "Not divided by w. A steeper neuron needs a smaller move.",
            lambda w, b, threshold, mean, std: mean + std * (logit(threshold) - b),
        ),
        Mistake(
            "You answer in standard deviations; the clinic measures in its own units.",
            lambda w, b, threshold, mean, std: (logit(threshold) - b) / w,
        ),
        Mistake(
            "Undo both steps of standardizing: multiply by std, then add mean.",
            lambda w, b, threshold, mean, std: std * (logit(threshold) - b) / w,
        ),
        Mistake(
            "Undo in reverse order: first multiply by std, then add mean.",
            lambda w, b, threshold, mean, std: std * ((logit(threshold) - b) / w + mean),
        ),
    ],
    hints=[
        "At the boundary σ(w z + b) equals the threshold. What is the logit there?",
        "w z + b = ln(t / (1 - t)). Solve for z.",
        "z = (x - mean) / std, so x = mean + std z.",
    ],
)
