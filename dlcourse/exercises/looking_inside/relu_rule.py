"""Lab 12, relu_rule: what a ReLU sends down, by three rules."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY

RULES = ("plain", "deconvnet", "guided")


def relu_rule_inputs(rng):
    grad, x = rng.normal(size=(2, 4, 5)).round(2)
    x[0, :3] = 0
    grad[0, :3], grad[1, 0] = (1, -1, 2), 0
    # All four pairs of signs occur, whatever was drawn.
    x[3, :4], grad[3, :4] = (0.5, 0.7, -0.6, -0.9), (0.8, -0.3, 0.4, -1.1)
    # Two films of three low, wide maps: an answer may not count on two axes.
    maps = rng.normal(size=(2, 2, 3, 1, 5)).round(2)
    return [(*pair, rule) for rule in RULES for pair in ((grad, x), maps)]


def relu_rule(grad, x, rule):
    if rule == "plain":
        return grad * (x > 0)
    if rule == "deconvnet":
        return np.maximum(grad, 0)
    return np.maximum(grad, 0) * (x > 0)


def by_where(grad, x, rule):
    passes = {"plain": x > 0, "deconvnet": grad > 0, "guided": (x > 0) & (grad > 0)}[rule]
    return np.where(passes, grad, 0)


def by_logic(grad, x, rule):
    return grad * ((x > 0) | (rule == "deconvnet")) * ((grad > 0) | (rule == "plain"))


def by_erasing(grad, x, rule):
    sent = grad.copy()
    if rule != "deconvnet":
        sent[x <= 0] = 0
    if rule != "plain":
        sent[sent < 0] = 0
    return sent


def rules(plain=None, deconvnet=None, guided=None):
    """Return an answer in which some of the rules are replaced."""
    given = {"plain": plain, "deconvnet": deconvnet, "guided": guided}

    def answer(grad, x, rule):
        return given[rule](grad, x) if given[rule] else relu_rule(grad, x, rule)

    return answer


def named(rule):
    return lambda grad, x: relu_rule(grad, x, rule)


def positive(a):
    return np.maximum(a, 0)


EXERCISE = Exercise(
    "relu_rule",
    points=2,
    answer=relu_rule,
    inputs=relu_rule_inputs,
    forbidden=LIBRARY,
    sitting=3,
    also_right=[by_where, by_logic, by_erasing],
    mistakes=[
        Mistake(
            "deconvnet and guided have changed places: guided is the one with both masks.",
            rules(deconvnet=named("guided"), guided=named("deconvnet")),
        ),
        Mistake(
            "Guided is still the plain gradient: mask it by its own sign as well.",
            rules(guided=named("plain")),
        ),
        Mistake(
            "Deconvnet does not ask what x was: only the gradient's own sign counts.",
            rules(deconvnet=named("guided")),
        ),
        Mistake(
            "All three are the plain gradient. Look at rule.",
            rules(deconvnet=named("plain"), guided=named("plain")),
        ),
        Mistake(
            "At x = 0 the ReLU's slope is 0 in torch: x > 0, not x >= 0.",
            rules(
                plain=lambda g, x: g * (x >= 0),
                guided=lambda g, x: positive(g) * (x >= 0),
            ),
            credit=0.5,
        ),
        Mistake(
            "grad * x > 0 lets two negatives through. Ask for each sign by itself.",
            rules(guided=lambda g, x: g * (g * x > 0)),
        ),
        Mistake(
            "The positive part, not the absolute value.",
            rules(
                deconvnet=lambda g, x: np.abs(g),
                guided=lambda g, x: np.abs(g) * (x > 0),
            ),
        ),
        Mistake(
            "You kept what is negative. Positive gradients pass.",
            rules(
                deconvnet=lambda g, x: np.minimum(g, 0),
                guided=lambda g, x: np.minimum(g, 0) * (x > 0),
            ),
        ),
        Mistake(
            "It is a gradient that is sent down, not the activation.",
            rules(guided=lambda g, x: positive(x) * (g > 0)),
        ),
        Mistake(
            "Those are the masks. Multiply the gradient by them.",
            rules(
                plain=lambda g, x: 1.0 * (x > 0),
                deconvnet=lambda g, x: 1.0 * (g > 0),
                guided=lambda g, x: 1.0 * ((g > 0) & (x > 0)),
            ),
        ),
        Mistake(
            "Times relu(x) is gradient times input. Only whether x is positive counts.",
            rules(
                plain=lambda g, x: g * positive(x),
                guided=lambda g, x: positive(g) * positive(x),
            ),
        ),
    ],
    hints=[
        "Two masks: (x > 0) from the way up, (grad > 0) from the way down.",
        "plain has the first, deconvnet the second, guided both.",
        "grad * (grad > 0) is np.maximum(grad, 0).",
    ],
)
