"""Lab 02, activation: four bends, each with its slope."""

import math

import numpy as np
from scipy.special import erf, erfc, expit

from dlcourse import reference
from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY

BENDS = ("tanh", "relu", "leaky_relu", "gelu")


def activation_edges():
    return [(name, np.array([-1000, -2, -0.5, 0, 0.5, 3, 1000])) for name in BENDS]


def activation_inputs(rng):
    return [(name, rng.normal(0, 2, (3, 4))) for name in BENDS]


def activation_answer(name, x):
    slope = getattr(reference, f"{name}_backward")(np.ones(np.shape(x)), x)
    return getattr(reference, name)(x), slope


def right_but(**changed):
    """Return a right answer to ``activation`` in which the named bends are replaced."""

    def activation(name, x):
        return changed[name](x) if name in changed else activation_answer(name, x)

    return activation


def normal_cdf(x):
    return (1 + erf(x / np.sqrt(2))) / 2


def normal_pdf(x):
    return np.exp(-x * x / 2) / np.sqrt(2 * np.pi)


def gelu_tanh(x):
    return (
        reference.gelu(x, approximate="tanh"),
        reference.gelu_backward(np.ones(x.shape), x, approximate="tanh"),
    )


def gelu_sigmoid(x):
    s = expit(1.702 * x)
    return x * s, s + 1.702 * x * s * (1 - s)


def tanh_by_exp(x):
    y = (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))
    return y, 1 - y**2


def activation_by_where(name, x):
    if name == "tanh":
        return 2 * expit(2 * x) - 1, 4 * expit(2 * x) * expit(-2 * x)
    if name == "gelu":
        return x * erfc(-x / np.sqrt(2)) / 2, normal_cdf(x) + x * normal_pdf(x)
    leak = 0.01 if name == "leaky_relu" else 0.0
    return np.where(x > 0, x, leak * x), np.where(x > 0, 1.0, leak)


def activation_by_loop(name, x):
    y, slope = np.empty(x.shape), np.empty(x.shape)
    for i in np.ndindex(x.shape):
        value, leak = x[i], 0.01 if name == "leaky_relu" else 0.0
        if name == "tanh":
            y[i], slope[i] = math.tanh(value), 1 - math.tanh(value) ** 2
        elif name == "gelu":
            share = (1 + math.erf(value / math.sqrt(2))) / 2
            y[i], slope[i] = value * share, share + value * normal_pdf(value)
        else:
            y[i], slope[i] = (value, 1) if value > 0 else (leak * value, leak)
    return y, slope


def activation_by_maximum(name, x):
    if name == "relu":
        return np.maximum(x, 0), (x > 0).astype(float)
    if name == "leaky_relu":
        return np.maximum(x, 0.01 * x), np.where(x > 0, 1, 0.01)
    return activation_answer(name, x)


EXERCISE = Exercise(
    "activation",
    points=3,
    answer=activation_answer,
    edges=activation_edges,
    inputs=activation_inputs,
    forbidden=LIBRARY,
    strict_floats=True,
    also_right=[activation_by_where, activation_by_loop, activation_by_maximum],
    mistakes=[
        Mistake(
            "ReLU at exactly 0: its slope is not defined there, and torch takes 0. Do the same.",
            right_but(relu=lambda x: (np.maximum(x, 0), (x >= 0) * 1.0)),
            credit=0.5,
        ),
        Mistake(
            "ReLU's slope where it is awake is 1, not x.",
            right_but(relu=lambda x: (np.maximum(x, 0), np.maximum(x, 0))),
        ),
        Mistake(
            "Leaky ReLU leaks in its slope too: 0.01 for x <= 0, not 0.",
            right_but(leaky_relu=lambda x: (np.maximum(x, 0.01 * x), (x > 0) * 1.0)),
        ),
        Mistake(
            "Your leaky ReLU is positive on the left: it is 0.01 x there, and x is negative.",
            right_but(
                leaky_relu=lambda x: (
                    np.where(x > 0, x, 0.01 * np.abs(x)),
                    np.where(x > 0, 1, 0.01),
                )
            ),
        ),
        Mistake(
            "tanh' is 1 - y² with y = tanh(x). You squared x itself.",
            right_but(tanh=lambda x: (np.tanh(x), 1 - x**2)),
        ),
        Mistake(
            "tanh from four exponentials: at 1000 it is inf / inf. np.tanh knows better.",
            right_but(tanh=tanh_by_exp),
            credit=0.5,
        ),
        Mistake(
            "That is GELU's tanh form, off by up to 5e-4. Here: with erf.",
            right_but(gelu=gelu_tanh),
            credit=0.5,
        ),
        Mistake(
            "x σ(1.702 x) is a quick stand-in for GELU, off by up to 0.02. Here: with erf.",
            right_but(gelu=gelu_sigmoid),
        ),
        Mistake(
            "GELU is a product, x times Φ(x): its slope needs both halves of the product rule.",
            right_but(gelu=lambda x: (x * normal_cdf(x), normal_cdf(x))),
        ),
        Mistake(
            "Φ(x) is (1 + erf(x / √2)) / 2. The √2 is missing.",
            right_but(gelu=lambda x: (x * (1 + erf(x)) / 2, (1 + erf(x)) / 2 + x * normal_pdf(x))),
        ),
    ],
    hints=[
        "Take the four one at a time: the check tries tanh first, and says which one failed.",
        "Slopes: 1 - y² for tanh; 0 or 1 for ReLU; 0.01 or 1 for the leaky one.",
        "GELU is x Φ(x). Product rule: Φ(x) + x φ(x), where φ is the bell curve "
        "exp(-x²/2) / √(2π).",
    ],
    sitting=2,
)
