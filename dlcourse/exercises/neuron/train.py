"""Lab 02, train: descent from zero, full batch."""

import numpy as np
from scipy.special import expit

from dlcourse import reference
from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY

from .neuron_grads import error, grads_of, neuron_grads_by_loop, neuron_grads_squared


def train_inputs(rng):
    def table(n, features):
        X = rng.normal(size=(n, features))
        return X, (X[:, 0] + rng.normal(size=n) > 0).astype(float)

    return [(*table(6, 2), 0.5, 1), (*table(5, 3), 0.1, 2), (*table(9, 3), 0.5, 10)]


def descend(X, y, lr, steps, w=0.0, grads=lambda X, y, w, b: grads_of(X, error(X, y, w, b))):
    w, b = np.full(X.shape[1], w), 0.0
    for _ in range(steps):
        dw, db = grads(X, y, w, b)
        w, b = w - lr * dw, b - lr * db
    return w, b


def train_with_neuron(X, y, lr, steps):
    neuron = reference.Neuron(X.shape[1])
    optimizer = reference.SGD(neuron.parameters(), lr=lr)
    for _ in range(steps):
        p = neuron.forward(X)
        neuron.backward(reference.binary_cross_entropy_backward(1.0, p, y))
        optimizer.step(neuron.gradients())
    return neuron.weight, float(neuron.bias)


def train_augmented(X, y, lr, steps):
    A, v = np.c_[X, np.ones(len(X))], np.zeros(X.shape[1] + 1)
    for _ in range(steps):
        v -= lr * A.T @ (expit(A @ v) - y) / len(y)
    return v[:-1], v[-1]


def train_recursive(X, y, lr, steps):
    if steps == 0:
        return np.zeros(X.shape[1]), 0.0
    w, b = train_recursive(X, y, lr, steps - 1)
    dw, db = neuron_grads_by_loop(X, y, w, b)
    return w - lr * dw, b - lr * db


def train_stale_gradient(X, y, lr, steps):
    w, b = np.zeros(X.shape[1]), 0.0
    dw, db = grads_of(X, error(X, y, w, b))
    return w - steps * lr * dw, b - steps * lr * db


def train_one_after_the_other(X, y, lr, steps):
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(steps):
        w = w - lr * X.T @ error(X, y, w, b) / len(y)
        b = b - lr * error(X, y, w, b).mean()
    return w, b


EXERCISE = Exercise(
    "train",
    points=3,
    answer=train_with_neuron,
    inputs=train_inputs,
    forbidden=LIBRARY,
    also_right=[train_augmented, train_recursive, descend],
    mistakes=[
        Mistake(
            "Uphill: the loss grew with every step. The gradient points up; go against it.",
            lambda X, y, lr, steps: descend(X, y, -lr, steps),
        ),
        Mistake(
            "You returned after the first step. Is the return inside the loop?",
            lambda X, y, lr, steps: descend(X, y, lr, 1),
        ),
        Mistake(
            "Where is the learning rate?",
            lambda X, y, lr, steps: descend(X, y, 1.0, steps),
        ),
        Mistake(
            "The gradient was computed once, before the loop. "
            "It changes with every step: compute it inside.",
            train_stale_gradient,
        ),
        Mistake(
            "You moved w, then computed b's slope at the new w. "
            "Take both slopes at the same spot, then move.",
            train_one_after_the_other,
        ),
        Mistake(
            "The gradients were summed, so the step grows with the number of patients.",
            lambda X, y, lr, steps: descend(X, y, lr * len(y), steps),
        ),
        Mistake(
            "The bias never moved. It is a weight too.",
            lambda X, y, lr, steps: descend(
                X, y, lr, steps, grads=lambda *a: (grads_of(a[0], error(*a))[0], 0.0)
            ),
        ),
        Mistake(
            "One step too many: range(steps) already counts from 0.",
            lambda X, y, lr, steps: descend(X, y, lr, steps + 1),
        ),
        Mistake(
            "Start from w = 0, as the exercise says; you started from 1.",
            lambda X, y, lr, steps: descend(X, y, lr, steps, w=1.0),
        ),
        Mistake(
            "That is descent on the squared error. With cross-entropy the p (1 - p) cancels.",
            lambda X, y, lr, steps: descend(X, y, lr, steps, grads=neuron_grads_squared),
        ),
    ],
    hints=[
        "Start with w = np.zeros(X.shape[1]) and b = 0.0, then loop `steps` times.",
        "In the loop: p, then e = p - y, then dw = X.T @ e / n and db = e.mean().",
        "Last in the loop: w = w - lr * dw and b = b - lr * db. Return both after the loop.",
    ],
)
