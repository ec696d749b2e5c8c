"""Lab 04, regression_loss: squared, absolute and Huber's error, each with its gradient."""

import numpy as np

from dlcourse import reference
from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY

NAMES = ("mse", "l1", "huber")


def regression_loss_edges():
    # Errors 0, 0.5, 3, -7 and exactly delta: both pieces of Huber, both sides, and where they meet.
    errors, target = np.array([0.0, 0.5, 3.0, -7.0, 2.0]), np.array([10.0, 20.0, 5.0, 9.0, -1.0])
    return [(name, target + errors, target, delta) for name in NAMES for delta in (2.0, 0.5)]


def regression_loss_inputs(rng):
    table, truth = rng.normal(0, 3, (4, 3)), rng.normal(0, 3, (4, 3))
    return [(name, table, truth, float(rng.uniform(1.5, 3))) for name in NAMES]


def regression_loss_answer(name, input, target, delta):
    if name == "mse":
        loss, grad, options = reference.mse_loss, reference.mse_loss_backward, {}
    elif name == "l1":
        loss, grad, options = reference.l1_loss, reference.l1_loss_backward, {}
    else:
        loss, grad = reference.huber_loss, reference.huber_loss_backward
        options = {"delta": delta}
    return loss(input, target, **options), grad(1.0, input, target, **options)


def right_but(**changed):
    """Return a right answer in which (d, delta) -> (losses, slopes) replace the named ones."""

    def regression_loss(name, input, target, delta):
        if name not in changed:
            return regression_loss_answer(name, input, target, delta)
        losses, slopes = changed[name](input - target, delta)
        return losses.mean(), slopes / slopes.size

    return regression_loss


def right_but_loss(**changed):
    """Return a right answer in which the named losses, from (input, target), are replaced."""

    def regression_loss(name, input, target, delta):
        loss, grad = regression_loss_answer(name, input, target, delta)
        return (changed[name](input, target) if name in changed else loss), grad

    return regression_loss


def by_where(name, input, target, delta):
    d = input - target
    size = np.abs(d)
    losses, slopes = {
        "mse": (d**2, 2 * d),
        "l1": (size, np.sign(d)),
        "huber": (
            np.where(size <= delta, d**2 / 2, delta * (size - delta / 2)),
            np.where(size <= delta, d, delta * np.sign(d)),
        ),
    }[name]
    return losses.mean(), slopes / d.size


def by_loop(name, input, target, delta):
    total, grad = 0.0, np.zeros(input.shape)
    for where in np.ndindex(input.shape):
        d = float(input[where] - target[where])
        if name == "mse":
            loss, slope = d * d, 2 * d
        elif name == "l1" or abs(d) > delta:
            side = (d > 0) - (d < 0)
            scale, base = (1, 0) if name == "l1" else (delta, delta / 2)
            loss, slope = scale * (abs(d) - base), scale * side
        else:
            loss, slope = d * d / 2, d
        total += loss / input.size
        grad[where] = slope / input.size
    return total, grad


def by_clip(name, input, target, delta):
    d = (input - target) / input.size
    limit = {"mse": np.inf, "l1": 0.0, "huber": delta}[name] / input.size
    if name == "l1":
        return np.abs(d).sum(), ((d > 0) * 1.0 - (d < 0)) / input.size
    near = np.clip(d, -limit, limit)
    scale = 2.0 if name == "mse" else 1.0
    return scale * (near * (d - near / 2)).sum() * input.size, scale * near


def huber(d, delta, far=None, near=None, limit=None):
    """Return Huber's losses and slopes; a mistake passes its own part."""
    size, limit = np.abs(d), delta if limit is None else limit
    far = delta * (size - delta / 2) if far is None else far
    near = d**2 / 2 if near is None else near
    return np.where(size <= limit, near, far), np.clip(d, -delta, delta)


EXERCISE = Exercise(
    "regression_loss",
    points=3,
    answer=regression_loss_answer,
    edges=regression_loss_edges,
    inputs=regression_loss_inputs,
    forbidden=LIBRARY,
    also_right=[by_where, by_loop, by_clip],
    mistakes=[
        Mistake(
            "mse: half of it. Some books halve the square to tidy the slope; torch does not.",
            right_but(mse=lambda d, delta: (d**2 / 2, d)),
        ),
        Mistake(
            "mse: summed. Average, or the loss grows with the number of patients.",
            right_but_loss(mse=lambda a, b: ((a - b) ** 2).sum()),
        ),
        Mistake(
            "mse: that is its root, the RMSE. Good to report, but not what was asked.",
            right_but_loss(mse=lambda a, b: np.sqrt(((a - b) ** 2).mean())),
        ),
        Mistake(
            "mse: the square of the mean error. Errors of +5 and -5 then cancel. Square first.",
            right_but_loss(mse=lambda a, b: (a - b).mean() ** 2),
        ),
        Mistake(
            "mse: torch averages over every element, not over rows only.",
            right_but_loss(mse=lambda a, b: ((a - b) ** 2).reshape(len(a), -1).sum(-1).mean()),
        ),
        Mistake(
            "mse: each answer met every truth, not only its own: (n, 1) against (n,) is n² errors.",
            right_but_loss(mse=lambda a, b: ((a[:, None] - b) ** 2).mean()),
        ),
        Mistake(
            "l1: signed errors cancel. Take their size.",
            right_but_loss(l1=lambda a, b: (a - b).mean()),
        ),
        Mistake(
            "l1: at an error of exactly 0 the slope is 0, as in torch; there is nothing to mend.",
            right_but(l1=lambda d, delta: (np.abs(d), np.where(d >= 0, 1.0, -1.0))),
        ),
        Mistake(
            "l1: d / |d| is NaN at an error of exactly 0. np.sign gives 0 there.",
            right_but(l1=lambda d, delta: (np.abs(d), d / np.abs(d))),
        ),
        Mistake(
            "huber: a jump at delta. Subtract half of delta² there, so that the pieces meet.",
            right_but(huber=lambda d, delta: huber(d, delta, far=delta * np.abs(d))),
        ),
        Mistake(
            "huber: near 0 it is half of the square. Otherwise the slopes do not meet.",
            right_but(huber=lambda d, delta: huber(d, delta, near=d**2)),
        ),
        Mistake(
            "huber: you divided by delta. That is smooth L1; Huber's slope far off is delta.",
            right_but(huber=lambda d, delta: tuple(part / delta for part in huber(d, delta))),
        ),
        Mistake(
            "huber: the branches have changed places. Small errors are to be squared.",
            right_but(
                huber=lambda d, delta: (
                    np.where(np.abs(d) > delta, d**2 / 2, delta * (np.abs(d) - delta / 2)),
                    np.clip(d, -delta, delta),
                )
            ),
        ),
        Mistake(
            "huber: an error of -7 took the small branch. Compare its size with delta.",
            right_but(
                huber=lambda d, delta: (
                    np.where(d <= delta, d**2 / 2, delta * (np.abs(d) - delta / 2)),
                    np.where(d <= delta, d, delta * np.sign(d)),
                )
            ),
        ),
        Mistake(
            "huber: far off, the slope should be delta, not 1. A factor delta is missing.",
            right_but(huber=lambda d, delta: huber(d, delta, far=np.abs(d) - delta / 2)),
        ),
        Mistake(
            "huber: your answers do not change with delta.",
            right_but(huber=lambda d, delta: huber(d, 1.0)),
        ),
        Mistake(
            "huber: the gradient must not grow beyond delta, however large the error.",
            right_but(huber=lambda d, delta: (huber(d, delta)[0], d)),
        ),
        Mistake(
            "huber: an error of -7 has the slope -delta. You cut d off on one side only.",
            right_but(huber=lambda d, delta: (huber(d, delta)[0], np.minimum(d, delta))),
        ),
        Mistake(
            "huber: an error of -7 has the slope -delta. Yours is +delta on both sides.",
            right_but(
                huber=lambda d, delta: (huber(d, delta)[0], np.where(np.abs(d) <= delta, d, delta))
            ),
        ),
        Mistake(
            "A table has rows times columns entries. You divided the gradients by its rows only: "
            "input.size, not len(input).",
            lambda name, input, target, delta: (
                regression_loss_answer(name, input, target, delta)[0],
                regression_loss_answer(name, input, target, delta)[1] * input.size / len(input),
            ),
        ),
        Mistake(
            "The gradients are those of the sum. The loss is a mean, so divide them as well.",
            lambda name, input, target, delta: (
                regression_loss_answer(name, input, target, delta)[0],
                regression_loss_answer(name, input, target, delta)[1] * input.size,
            ),
        ),
        Mistake(
            "Gradients with the opposite sign: truth minus answer. Too high must push down.",
            lambda name, input, target, delta: (
                regression_loss_answer(name, input, target, delta)[0],
                -regression_loss_answer(name, input, target, delta)[1],
            ),
        ),
    ],
    hints=[
        "Begin with d = input - target. Each loss is a mean over all its entries.",
        "The slopes of one entry: 2d; the sign of d (np.sign); d cut off at ±delta (np.clip). "
        "Divide each by input.size, because the loss is a mean.",
        "Huber: np.where(size <= delta, d**2 / 2, delta * (size - delta / 2)), size = np.abs(d).",
    ],
)
