"""Lab 02, neuron_grads: the gradient of the mean cross-entropy of one neuron."""

import numpy as np
from scipy.special import expit

from dlcourse import reference
from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY

from .neuron import neuron_edges, neuron_inputs


def neuron_grads_edges():
    return [(X, np.array([1.0, 0.0]), w, b) for X, w, b in neuron_edges()]


def neuron_grads_inputs(rng):
    return [(X, rng.integers(0, 2, len(X)).astype(float), w, b) for X, w, b in neuron_inputs(rng)]


def neuron_grads_answer(X, y, w, b):
    grad_logit = reference.binary_cross_entropy_with_logits_backward(1.0, X @ w + b, y)
    _, grad_w, grad_b = reference.linear_backward(grad_logit[:, None], X, w[None], np.array([b]))
    return grad_w[0], grad_b[0]


def error(X, y, w, b):
    return expit(X @ w + b) - y


def neuron_grads_by_loop(X, y, w, b):
    dw, db = np.zeros(len(w)), 0.0
    for x_i, y_i in zip(X, y, strict=True):
        e = 1 / (1 + np.exp(-(x_i @ w + b))) - y_i
        dw, db = dw + e * x_i / len(y), db + e / len(y)
    return dw, db


def neuron_grads_by_columns(X, y, w, b):
    e = error(X, y, w, b)[:, None]
    return (e * X).mean(axis=0), e.mean()


def neuron_grads_augmented(X, y, w, b):
    g = np.c_[X, np.ones(len(X))].T @ error(X, y, w, b) / len(y)
    return g[:-1], g[-1]


def neuron_grads_squared(X, y, w, b):
    p = expit(X @ w + b)
    e = (p - y) * p * (1 - p)
    return X.T @ e / len(y), e.mean()


def neuron_grads_table(X, y, w, b):
    e = expit(X @ w + b)[:, None] - y
    return (X.T @ e).mean(axis=1) / len(y), e.mean()


def grads_of(X, e):
    return X.T @ e / len(X), e.mean()


EXERCISE = Exercise(
    "neuron_grads",
    points=3,
    answer=neuron_grads_answer,
    edges=neuron_grads_edges,
    inputs=neuron_grads_inputs,
    forbidden=LIBRARY,
    also_right=[neuron_grads_by_loop, neuron_grads_by_columns, neuron_grads_augmented],
    mistakes=[
        Mistake(
            "Minus sign: a step against this gradient makes the loss larger. It is p - y.",
            lambda X, y, w, b: grads_of(X, y - expit(X @ w + b)),
        ),
        Mistake(
            "That is the squared error's gradient. With cross-entropy the p (1 - p) cancels.",
            neuron_grads_squared,
        ),
        Mistake(
            "Summed over patients: double the data and your step doubles. Divide by n.",
            lambda X, y, w, b: (X.T @ error(X, y, w, b), error(X, y, w, b).sum()),
            credit=0.5,
        ),
        Mistake(
            "dw is a mean over patients, db a sum. Divide both.",
            lambda X, y, w, b: (X.T @ error(X, y, w, b) / len(y), error(X, y, w, b).sum()),
        ),
        Mistake(
            "You compared the logit with y. Apply the sigmoid first.",
            lambda X, y, w, b: grads_of(X, X @ w + b - y),
        ),
        Mistake(
            "Divide by the number of patients, not by the number of table cells.",
            lambda X, y, w, b: (X.T @ error(X, y, w, b) / X.size, error(X, y, w, b).mean()),
        ),
        Mistake(
            "(n, 1) minus (n,) is an (n, n) table, and NumPy does not complain. "
            "Compare the shapes of p and y.",
            neuron_grads_table,
        ),
        Mistake(
            "The same number for every weight: each weight's share is scaled by its own input.",
            lambda X, y, w, b: (
                np.full(w.shape, error(X, y, w, b).mean()),
                error(X, y, w, b).mean(),
            ),
        ),
    ],
    hints=[
        "With p = σ(Xw + b), the slope of the loss with respect to each logit is (p - y) / n.",
        "Each weight touched every patient through one column of X: dw = X.T @ (p - y) / n.",
        "The bias touched every patient with weight 1: db is the mean of p - y.",
    ],
)
