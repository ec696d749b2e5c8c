"""Lab 04, bce_with_logits: what a yes or no costs, from its logit, however sure it was."""

import numpy as np
from scipy.special import expit, log_expit

from dlcourse import reference
from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def bce_with_logits_edges():
    return [
        (np.array([-1000.0, -2.0, -0.4, 0.3, 1000.0]), np.array([0.0, 1.0, 0.0, 1.0, 1.0])),
        (np.array([-1000.0, 3.0, 20.0]), np.array([1.0, 0.0, 0.0])),
    ]


def bce_with_logits_inputs(rng):
    labels = (rng.random(7) < 0.5).astype(float)
    return [
        (rng.normal(0, 2, 7), labels),
        (rng.normal(0, 2, 2), np.array([1.0, 0.0])),
    ]


def bce_with_logits_answer(z, y):
    return (
        reference.binary_cross_entropy_with_logits(z, y),
        reference.binary_cross_entropy_with_logits_backward(1.0, z, y),
    )


def slope(z, y):
    return (expit(z) - y) / len(z)


def by_logaddexp(z, y):
    return (np.logaddexp(0, z) - y * z).mean(), slope(z, y)


def by_max(z, y):
    e = np.exp(-np.abs(z))
    p = np.where(z >= 0, 1, e) / (1 + e)
    return (np.maximum(z, 0) - y * z + np.log1p(e)).mean(), (p - y) / y.size


def by_margin(z, y):
    margin = (2 * y - 1) * z  # positive where the answer is on the right side
    return -log_expit(margin).mean(), (1 - 2 * y) * expit(-margin) / len(y)


def by_loop(z, y):
    total, grad = 0.0, []
    for logit, truth in zip(z, y, strict=True):
        total += max(logit, 0) - truth * logit + np.log1p(np.exp(-abs(logit)))
        grad.append((expit(logit) - truth) / len(z))
    return total / len(z), np.array(grad)


def plain(z, y, p):
    return -(y * np.log(p) + (1 - y) * np.log(1 - p)).mean()


def right_loss(z, y):
    return bce_with_logits_answer(z, y)[0]


EXERCISE = Exercise(
    "bce_with_logits",
    points=3,
    answer=bce_with_logits_answer,
    edges=bce_with_logits_edges,
    inputs=bce_with_logits_inputs,
    forbidden=(*LIBRARY, "log_expit"),
    strict_floats=True,
    also_right=[by_logaddexp, by_max, by_margin, by_loop],
    mistakes=[
        Mistake(
            "At 1000, p is exactly 1, and 0 times log 0 is NaN. Stay with the logit.",
            lambda z, y: (plain(z, y, expit(z)), slope(z, y)),
            credit=0.5,
        ),
        Mistake(
            "Clipped: the loss of z = -1000 with y = 1 should be 1000, and yours stops at 16.1.",
            lambda z, y: (plain(z, y, np.clip(expit(z), 1e-7, 1 - 1e-7)), slope(z, y)),
            credit=0.5,
        ),
        Mistake(
            "Clipped at 1e-15: the loss of z = -1000 with y = 1 is 1000, and yours stops at 34.5.",
            lambda z, y: (plain(z, y, np.clip(expit(z), 1e-15, 1 - 1e-15)), slope(z, y)),
            credit=0.5,
        ),
        Mistake(
            "Right, but 1 / (1 + exp(-z)) overflows at z = -1000. expit(z) does not.",
            lambda z, y: (right_loss(z, y), (1 / (1 + np.exp(-z)) - y) / len(z)),
            credit=0.5,
        ),
        Mistake(
            "exp(1000) overflowed in log1p(exp(-z)). It needs -|z| in the exponent, and the rest "
            "put outside.",
            lambda z, y: (((1 - y) * z + np.log1p(np.exp(-z))).mean(), slope(z, y)),
            credit=0.5,
        ),
        Mistake(
            "Right on paper: log(1 + exp(z)) - z y. For large z, exp(z) overflows.",
            lambda z, y: ((np.log(1 + np.exp(z)) - z * y).mean(), slope(z, y)),
            credit=0.5,
        ),
        Mistake(
            "Healthy patients cost nothing. What of a false alarm? The term (1 - y) is missing.",
            lambda z, y: ((y * np.logaddexp(0, -z)).mean(), slope(z, y)),
        ),
        Mistake(
            "Base 2: a factor of 1.44. In nats, p = 0.9 costs 0.105 and not 0.152.",
            lambda z, y: (right_loss(z, y) / np.log(2), slope(z, y)),
        ),
        Mistake(
            "A minus sign: a loss is never below 0.",
            lambda z, y: (-right_loss(z, y), slope(z, y)),
        ),
        Mistake(
            "The loss is summed. Average over patients.",
            lambda z, y: (right_loss(z, y) * len(z), slope(z, y)),
        ),
        Mistake(
            "z and y have changed places: first what was said, then what was true.",
            lambda z, y: (by_logaddexp(y, z)[0], slope(y, z)),
        ),
        Mistake(
            "Ill and healthy have changed places: the loss of y = 1 must fall as z rises.",
            lambda z, y: bce_with_logits_answer(z, 1 - y),
        ),
        Mistake(
            "The loss is right. Its gradient is p - y, not y - p: too high must push down.",
            lambda z, y: (right_loss(z, y), -slope(z, y)),
        ),
        Mistake(
            "The loss is right. It is a mean, so its gradient is (p - y) / n.",
            lambda z, y: (right_loss(z, y), slope(z, y) * len(z)),
        ),
        Mistake(
            "The loss is right. The p (1 - p) in its gradient cancels; yours is flat when wrong.",
            lambda z, y: (right_loss(z, y), slope(z, y) * expit(z) * expit(-z)),
        ),
        Mistake(
            "The loss is right. In its gradient the logit stands where its sigmoid should.",
            lambda z, y: (right_loss(z, y), (z - y) / len(z)),
        ),
    ],
    hints=[
        "With p = σ(z), -ln p = ln(1 + e^-z) and -ln(1 - p) = ln(1 + e^z). Neither needs p.",
        "ln(1 + e^z) = max(z, 0) + ln(1 + e^-|z|): here no exponent is above 0. np.log1p(x) is "
        "ln(1 + x).",
        "Loss: the mean of max(z, 0) - y z + ln(1 + e^-|z|). Gradient: (σ(z) - y) / n.",
    ],
)
