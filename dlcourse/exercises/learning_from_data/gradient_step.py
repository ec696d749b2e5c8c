"""Lab 01, gradient_step: one step down the slope of the mean squared error."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.classical import least_squares
from dlcourse.exercises import LIBRARY


def gradient_step_edges():
    return [
        (0.0, 0.0, np.array([1.0, 2.0]), np.array([3.0, 4.0]), 0.1),
        (0.5, -1.0, np.array([1.0, 20.0]), np.array([2.0, -3.0]), 0.01),
    ]


def gradient_step_inputs(rng):
    x = rng.normal(3, 1, 5)
    return [
        (float(rng.normal()), float(rng.normal()), x, x + rng.normal(size=5), 0.05),
    ]


def gradient_step_answer(w, b, x, y, lr):
    return least_squares.gradient_step(w, b, x, y, lr)


def by_loop(w, b, x, y, lr):
    dw = db = 0.0
    for xi, yi in zip(x, y, strict=True):
        r = w * xi + b - yi
        dw, db = dw + 2 * r * xi / len(x), db + 2 * r / len(x)
    return w - lr * dw, b - lr * db


def by_matrix(w, b, x, y, lr):
    A = np.column_stack([x, np.ones(len(x))])
    step = lr * 2 / len(x) * A.T @ (A @ [w, b] - y)
    return w - step[0], b - step[1]


def by_flipped_residual(w, b, x, y, lr):
    r = y - (w * x + b)
    return w + 2 * lr * np.mean(r * x), b + 2 * lr * np.mean(r)


def residual(w, b, x, y):
    return w * x + b - y


def slopes(w, b, x, y):
    r = residual(w, b, x, y)
    return 2 * (r * x).mean(), 2 * r.mean()


def moved(w, b, lr, dw, db):
    return w - lr * dw, b - lr * db


def one_after_the_other(w, b, x, y, lr):
    w = w - lr * slopes(w, b, x, y)[0]
    return w, b - lr * slopes(w, b, x, y)[1]


EXERCISE = Exercise(
    "gradient_step",
    points=3,
    answer=gradient_step_answer,
    edges=gradient_step_edges,
    inputs=gradient_step_inputs,
    forbidden=LIBRARY,
    also_right=[by_loop, by_matrix, by_flipped_residual],
    mistakes=[
        Mistake(
            "Uphill: your loss rose. The gradient points up; go against it.",
            lambda w, b, x, y, lr: moved(w, b, -lr, *slopes(w, b, x, y)),
        ),
        Mistake(
            "Half the step: the derivative of r² is 2r.",
            lambda w, b, x, y, lr: moved(w, b, lr / 2, *slopes(w, b, x, y)),
            credit=0.5,
        ),
        Mistake(
            "n times too far. The loss is a mean.",
            lambda w, b, x, y, lr: moved(w, b, lr * len(x), *slopes(w, b, x, y)),
        ),
        Mistake(
            "You moved w, then took b's slope at the new w. "
            "Take both slopes at the same spot, then move.",
            one_after_the_other,
        ),
        Mistake(
            "Changing w moves each prediction by its own x.",
            lambda w, b, x, y, lr: moved(w, b, lr, *[2 * residual(w, b, x, y).mean()] * 2),
        ),
        Mistake(
            "Where is the learning rate?",
            lambda w, b, x, y, lr: moved(w, b, 1.0, *slopes(w, b, x, y)),
        ),
        Mistake(
            "The intercept is a weight too.",
            lambda w, b, x, y, lr: (w - lr * slopes(w, b, x, y)[0], b),
        ),
        Mistake(
            "A signed error has no minimum. Square it.",
            lambda w, b, x, y, lr: moved(w, b, lr, x.mean(), 1.0),
        ),
        Mistake(
            "The prediction is w x + b. Your residual leaves b out.",
            lambda w, b, x, y, lr: moved(w, b, lr, *slopes(w, 0.0, x, y)),
        ),
        Mistake(
            "Multiply each residual by its own x, then average. "
            "The product of two means is another number.",
            lambda w, b, x, y, lr: moved(
                w, b, lr, slopes(w, b, x, y)[1] * x.mean(), slopes(w, b, x, y)[1]
            ),
        ),
        Mistake(
            "You used w's slope for b. Moving b shifts every prediction by 1, not by x.",
            lambda w, b, x, y, lr: moved(w, b, lr, *[slopes(w, b, x, y)[0]] * 2),
        ),
        Mistake(
            "You returned the step. Return where it ends: old value plus step.",
            lambda w, b, x, y, lr: moved(0.0, 0.0, lr, *slopes(w, b, x, y)),
        ),
        Mistake(
            "You returned the slopes. Return where the step ends: old value minus lr times slope.",
            lambda w, b, x, y, lr: slopes(w, b, x, y),
        ),
    ],
    hints=[
        "With r = w * x + b - y, the loss is the mean of r². What is its derivative by w? By b?",
        "The slopes are 2 * (r * x).mean() and 2 * r.mean(), both at the old w and b.",
        "Return w - lr * slope_w and b - lr * slope_b.",
    ],
    sitting=2,
)
