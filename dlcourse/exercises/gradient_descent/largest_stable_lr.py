"""Lab 05, largest_stable_lr: where full-batch descent on a linear model begins to explode."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def largest_stable_lr_edges():
    return [
        (np.zeros((3, 2)),),
        (np.array([[1.0], [2.0], [4.0]]),),
    ]


def largest_stable_lr_inputs(rng):
    def table(n, features):
        # Unequal scales and means away from 0: there the ones column matters.
        return rng.normal(1.5, 1.0, (n, features)) * rng.uniform(0.3, 3.0, features)

    return [
        (table(6, 2),),
        (table(3, 4),),
        (table(9, 3),),
    ]


def with_ones(X):
    return np.column_stack([X, np.ones(len(X))])


def hessian(A):
    return 2 * A.T @ A / len(A)


def steepest(H):
    return np.linalg.eigvalsh(H)[-1]


def largest_stable_lr_answer(X):
    return 2 / steepest(hessian(with_ones(X)))


def by_singular_value(X):
    A = with_ones(X)
    return len(A) / np.linalg.svd(A, compute_uv=False)[0] ** 2


def by_power_iteration(X):
    H = hessian(with_ones(X))
    way = np.ones(len(H))
    for _ in range(5000):
        way = H @ way
        way /= np.linalg.norm(way)
    return 2 / (way @ H @ way)


def by_norm(X):
    return 2 / np.linalg.norm(hessian(with_ones(X)), ord=2)


def by_smallest(X):
    return 2 / np.linalg.eigvalsh(hessian(with_ones(X)))[0]


def standardized(X, std):
    return 2 / steepest(hessian(with_ones((X - X.mean(axis=0)) / std)))


def standardized_unless_constant(X):
    std = X.std(axis=0)
    return standardized(X, np.where(std > 0, std, 1))


EXERCISE = Exercise(
    "largest_stable_lr",
    points=3,
    answer=largest_stable_lr_answer,
    edges=largest_stable_lr_edges,
    inputs=largest_stable_lr_inputs,
    forbidden=LIBRARY,
    also_right=[by_singular_value, by_power_iteration, by_norm],
    mistakes=[
        Mistake(
            "X.T @ X / n is the Hessian of half the loss: your rate is twice too bold.",
            lambda X: 2 / steepest(hessian(with_ones(X)) / 2),
        ),
        Mistake(
            "1 / L is safe, and it is not the limit: up to 2 / L the walk jumps across the "
            "bottom and still converges.",
            lambda X: 1 / steepest(hessian(with_ones(X))),
        ),
        Mistake(
            "The steepest direction explodes first. Take the largest eigenvalue.",
            by_smallest,
        ),
        Mistake(
            "np.linalg.norm of a table is the root of all squared entries, a little more than its "
            "largest eigenvalue.",
            lambda X: 2 / np.linalg.norm(hessian(with_ones(X))),
        ),
        Mistake(
            "You standardized X. That changes the limit; descent here runs on X as it is.",
            lambda X: standardized(X, X.std(axis=0)),
        ),
        Mistake(
            "You standardized X. That changes the limit, and descent here runs on X as it is.",
            standardized_unless_constant,
        ),
        Mistake(
            "Where is the bias? It is a weight whose input is always 1, and it has curvature too.",
            lambda X: 2 / max(steepest(hessian(X)), 1e-300),
        ),
        Mistake(
            "Divide by n: the loss is the mean over patients, not the sum.",
            lambda X: 2 / steepest(2 * with_ones(X).T @ with_ones(X)),
        ),
        Mistake(
            "n is the number of rows, the patients.",
            lambda X: 2 / steepest(2 * with_ones(X).T @ with_ones(X) / X.shape[1]),
        ),
        Mistake(
            "n is the number of rows, not the number of table entries.",
            lambda X: 2 / steepest(2 * with_ones(X).T @ with_ones(X) / X.size),
        ),
        Mistake(
            "That is the largest singular value. Curvature goes with its square, twice, over n.",
            lambda X: 2 / np.linalg.svd(with_ones(X), compute_uv=False)[0],
        ),
        Mistake(
            "The trace adds up all curvatures: safe, and smaller than the limit.",
            lambda X: 2 / np.trace(hessian(with_ones(X))),
        ),
        Mistake(
            "The largest entry on the diagonal is the curvature along one axis. The steepest "
            "direction may lie between the axes.",
            lambda X: 2 / np.diag(hessian(with_ones(X))).max(),
        ),
        Mistake(
            "That is the table of patients by patients: X @ X.T. The Hessian has one row per "
            "weight. The eigenvalue is the same, but then divide by the patients.",
            lambda X: 2 / steepest(2 * with_ones(X) @ with_ones(X).T / (X.shape[1] + 1)),
        ),
        Mistake(
            "Subtracting the mean removes what the bias does to the curvature, and descent "
            "will run on X as it is.",
            lambda X: 2 / steepest(hessian(with_ones(X - X.mean(axis=0)))),
        ),
    ],
    hints=[
        "Put a column of ones beside X. Call the result A: (n, p + 1).",
        "The Hessian of the mean squared error is 2 * A.T @ A / n.",
        "np.linalg.eigvalsh returns the eigenvalues of a symmetric matrix, smallest first.",
    ],
)
