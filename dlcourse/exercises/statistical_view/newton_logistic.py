"""Lab 17, newton_logistic: logistic regression as statistics fits it, step by step."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def patients(rng, n, k, shift=0.0):
    """Return X (n, k + 1) with its column of ones, and y drawn from a mild logistic model."""
    X = np.column_stack([np.ones(n), rng.normal(size=(n, k))])
    w = 0.5 * rng.normal(size=k + 1)
    w[0] += shift
    y = (rng.random(n) < 1 / (1 + np.exp(-X @ w))).astype(float)
    y[:2] = 0, 1
    return X, y


def newton_logistic_edges():
    rng = np.random.default_rng(5)
    X, y = patients(rng, 60, 2)
    return [(X * np.array([1, 1000.0, 1]), y, 6), (*patients(rng, 90, 2, -1.5), 6)]


def newton_logistic_inputs(rng):
    return [
        (*patients(rng, 40, 2), 1),
        (*patients(rng, 50, 3), 2),
        (*patients(rng, 100, 3), 7),
    ]


def newton_logistic(X, y, steps):
    w = np.zeros(X.shape[1])
    for _ in range(steps):
        p = 1 / (1 + np.exp(-X @ w))
        H = X.T @ (X * (p * (1 - p))[:, None])
        w = w + np.linalg.solve(H, X.T @ (y - p))
    return w


def reweighted(X, y, steps):
    w = np.zeros(X.shape[1])
    for _ in range(steps):
        z = X @ w
        p = 1 / (1 + np.exp(-z))
        v = p * (1 - p)
        root = np.sqrt(v)
        w = np.linalg.lstsq(X * root[:, None], (z + (y - p) / v) * root, rcond=None)[0]
    return w


def downhill_by_einsum(X, y, steps):
    w = np.zeros(X.shape[1])
    for _ in range(steps):
        p = 0.5 * (1 + np.tanh(X @ w / 2))
        mean = np.einsum("ni,n,nj->ij", X, p * (1 - p), X) / len(X)
        w = w - np.linalg.inv(mean) @ (X.T @ (p - y) / len(X))
    return w


def patient_by_patient(X, y, steps):
    w = np.zeros(X.shape[1])
    for _ in range(steps):
        H, g = np.zeros((len(w), len(w))), np.zeros(len(w))
        for x, t in zip(X, y, strict=True):
            p = 1 / (1 + np.exp(-(x @ w)))
            H += p * (1 - p) * np.outer(x, x)
            g += (t - p) * x
        w = w + np.linalg.solve(H, g)
    return w


def stepping(
    *, weight=lambda p: p * (1 - p), sign=1, residual=lambda y, p: y - p, scale=lambda n: 1,
    ridge=0, fewer=0, first=0, solve=np.linalg.solve, start=0.0,
):  # fmt: skip
    """Return an answer; the options are the ways in which it is done wrong."""

    def answer(X, y, steps):
        w = np.full(X.shape[1], start)
        with np.errstate(all="ignore"):
            for _ in range(steps - fewer):
                p = 1 / (1 + np.exp(-X[:, first:] @ w[first:]))
                H = X.T @ (X * weight(p)[:, None]) + ridge * np.eye(len(w))
                g = X.T @ residual(y, p) / scale(len(y)) - ridge * w
                try:
                    w = w + sign * solve(H, g)
                except np.linalg.LinAlgError:
                    return np.full(len(w), np.nan)
        return w

    return answer


EXERCISE = Exercise(
    "newton_logistic",
    points=3,
    answer=newton_logistic,
    edges=newton_logistic_edges,
    inputs=newton_logistic_inputs,
    forbidden=(*LIBRARY, "statsmodels"),
    tolerance=(1e-5, 1e-9),
    also_right=[reweighted, downhill_by_einsum, patient_by_patient],
    mistakes=[
        Mistake(
            "X.T @ X is the curvature of least squares. Weigh each patient by p (1 - p).",
            stepping(weight=lambda p: 0 * p + 1),
            credit=0.25,
        ),
        Mistake(
            "The weight of a patient is p (1 - p), the variance of a yes or no, and not p.",
            stepping(weight=lambda p: p),
            credit=0.25,
        ),
        Mistake(
            "That walks away from the maximum. With y - p the step is added, with p - y taken off.",
            stepping(sign=-1),
            credit=0.5,
        ),
        Mistake(
            "The residual keeps using the first p, one half. Compute p anew in each step.",
            stepping(residual=lambda y, p: y - 0.5),
            credit=0.25,
        ),
        Mistake(
            "Those are steps of gradient descent at rate 1. Newton's step divides by the "
            "curvature: solve(H, gradient).",
            stepping(solve=lambda H, g: g, scale=lambda n: n),
        ),
        Mistake(
            "The gradient is a mean and the curvature a sum: divide both by n, or neither.",
            stepping(scale=lambda n: n),
            credit=0.5,
        ),
        Mistake(
            "That is a penalty like the default of scikit-learn, C = 1, here on the intercept "
            "too. None was asked for.",
            stepping(ridge=1),
            credit=0.25,
        ),
        Mistake("One step too few: range(steps).", stepping(fewer=1), credit=0.5),
        Mistake(
            "Labels -1 and 1 belong to another form of the loss. Here y is 0 or 1, as it comes.",
            stepping(residual=lambda y, p: 2 * y - 1 - p),
        ),
        Mistake(
            "Only the diagonal of the curvature: it forgets that measurements are correlated.",
            stepping(solve=lambda H, g: g / np.diag(H)),
            credit=0.25,
        ),
        Mistake(
            "The column of ones, the intercept, was left out of the logit.",
            stepping(first=1),
            credit=0.25,
        ),
        Mistake("The start is 0 for all coefficients, not 1.", stepping(start=1.0), credit=0.5),
    ],
    hints=[
        "In each step: p = sigmoid(X @ w), the gradient X.T @ (y - p), the curvature of the "
        "summed loss.",
        "The curvature is X.T @ (X * (p * (1 - p))[:, None]), one row and column per coefficient.",
        "w = w + np.linalg.solve(curvature, gradient), repeated steps times from zeros.",
    ],
)
