"""Lab 17, standard_errors: how well a coefficient is known, from the curvature."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def standard_errors_edges():
    rng = np.random.default_rng(3)
    Q = np.linalg.qr(rng.normal(size=(8, 3)))[0] * 2
    return [
        (Q, rng.uniform(0.2, 0.9, 8)),
        (np.column_stack([np.ones(30), rng.normal(size=(30, 2))]), np.full(30, 0.5)),
        (np.column_stack([np.ones(3), [1.0, 4, 2], [3.0, 1, 7]]), np.array([0.2, 0.6, 0.7])),
    ]


def standard_errors_inputs(rng):
    X = np.column_stack([np.ones(40), rng.normal(size=(40, 3))])
    return [
        (X @ np.triu(np.ones((4, 4))), rng.uniform(0.05, 0.95, 40)),
        (X[:, :2] * np.array([1, 10.0]), rng.uniform(0.02, 0.3, 40)),
    ]


def information(X, p):
    return X.T @ (X * (p * (1 - p))[:, None])


def standard_errors(X, p):
    return np.sqrt(np.diag(np.linalg.inv(information(X, p))))


def by_qr(X, p):
    R = np.linalg.qr(X * np.sqrt(p * (1 - p))[:, None])[1]
    return np.linalg.norm(np.linalg.inv(R), axis=1)


def by_svd(X, p):
    _, s, V = np.linalg.svd(X * np.sqrt(p * (1 - p))[:, None], full_matrices=False)
    return np.sqrt(((V.T / s) ** 2).sum(axis=1))


def one_by_one(X, p):
    J = sum(q * (1 - q) * np.outer(x, x) for x, q in zip(X, p, strict=True))
    return np.array([np.linalg.solve(J, e)[i] ** 0.5 for i, e in enumerate(np.eye(len(J)))])


def wrong(finish, weight=lambda p: p * (1 - p)):
    """Return an answer from another weight, or another last step."""
    return lambda X, p: finish(X.T @ (X * weight(p)[:, None]), X)


def usual(J, X):
    return np.sqrt(np.diag(np.linalg.inv(J)))


EXERCISE = Exercise(
    "standard_errors",
    points=2,
    answer=standard_errors,
    edges=standard_errors_edges,
    inputs=standard_errors_inputs,
    forbidden=(*LIBRARY, "statsmodels"),
    tolerance=(1e-5, 1e-9),
    also_right=[by_qr, by_svd, one_by_one],
    mistakes=[
        Mistake(
            "Those are variances. A standard error is their root.",
            wrong(lambda J, X: np.diag(np.linalg.inv(J))),
            credit=0.5,
        ),
        Mistake(
            "First invert, then take the diagonal. 1 / diagonal forgets that measurements share "
            "what they know.",
            wrong(lambda J, X: np.sqrt(1 / np.diag(J))),
            credit=0.25,
        ),
        Mistake(
            "The root belongs at the end, on the diagonal of the inverse, not inside the matrix.",
            wrong(lambda J, X: np.diag(np.linalg.inv(np.sqrt(np.abs(J))))),
        ),
        Mistake(
            "That is the matrix of least squares: the weights p (1 - p) are missing.",
            wrong(usual, lambda p: 0 * p + 1),
            credit=0.25,
        ),
        Mistake(
            "A patient's weight is the variance p (1 - p), not its root.",
            wrong(usual, lambda p: np.sqrt(p * (1 - p))),
            credit=0.5,
        ),
        Mistake("The weight is p (1 - p), not p.", wrong(usual, lambda p: p), credit=0.25),
        Mistake(
            "Divided by the root of n: the patients are already in the sum.",
            wrong(lambda J, X: usual(J, X) / np.sqrt(len(X))),
            credit=0.5,
        ),
        Mistake(
            "That is for the mean loss: its curvature is n times too small. Sum over the patients.",
            wrong(lambda J, X: usual(J, X) * np.sqrt(len(X))),
            credit=0.5,
        ),
        Mistake(
            "That is the root of the information. Uncertainty is its inverse.",
            wrong(lambda J, X: np.sqrt(np.diag(J))),
            credit=0.25,
        ),
        Mistake(
            "The diagonal only: the other entries are covariances.",
            wrong(lambda J, X: np.sqrt(np.abs(np.linalg.inv(J).sum(axis=0)))),
            credit=0.25,
        ),
    ],
    hints=[
        "The information is X.T @ W @ X, with p (1 - p) on the diagonal of W.",
        "X.T @ (X * (p * (1 - p))[:, None]) needs no large W.",
        "Invert it, take np.diag, take the root: in this order.",
    ],
)
