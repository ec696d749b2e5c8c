"""Lab 17, least_norm: of all solutions that fit exactly, the smallest."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def least_norm_edges():
    rng = np.random.default_rng(2)
    twice = rng.normal(size=(6, 3))
    return [(np.column_stack([twice, twice[:, 0]]), rng.normal(size=6))]


def least_norm_inputs(rng):
    def case(n, p):
        return rng.normal(size=(n, p)), rng.normal(size=n)

    square = rng.normal(size=(5, 5)) + 4 * np.eye(5)
    return [case(8, 3), case(4, 9), (square, rng.normal(size=5)), case(3, 30)]


def least_norm(P, y):
    U, s, V = np.linalg.svd(P, full_matrices=False)
    large = s > 1e-10 * s[0]
    return V[large].T @ ((U.T @ y)[large] / s[large])


def by_pinv(P, y):
    return np.linalg.pinv(P) @ y


def by_lstsq(P, y):
    return np.linalg.lstsq(P, y, rcond=None)[0]


def by_patients(P, y):
    w, Q = np.linalg.eigh(P @ P.T)
    large = w > 1e-10 * w[-1]
    return P.T @ (Q[:, large] @ ((Q.T @ y)[large] / w[large]))


def normal_equations(P, y):
    with np.errstate(all="ignore"):
        try:
            return np.linalg.solve(P.T @ P, P.T @ y)
        except np.linalg.LinAlgError:
            return np.full(P.shape[1], np.nan)


def some_columns(P, y):
    w, k = np.zeros(P.shape[1]), min(P.shape)
    w[:k] = np.linalg.lstsq(P[:, :k], y, rcond=None)[0]
    return w


def descent(P, y):
    w = np.zeros(P.shape[1])
    for _ in range(100):
        w = w - 0.01 * P.T @ (P @ w - y)
    return w


def descent_from_ones(P, y):
    return least_norm(P, y) + (np.eye(P.shape[1]) - np.linalg.pinv(P) @ P).sum(axis=1)


EXERCISE = Exercise(
    "least_norm",
    points=2,
    sitting=4,
    answer=least_norm,
    edges=least_norm_edges,
    inputs=least_norm_inputs,
    forbidden=LIBRARY,
    tolerance=(1e-5, 1e-9),
    also_right=[by_lstsq, by_pinv, by_patients],
    mistakes=[
        Mistake(
            "A ridge of 0.01: close, but it no longer fits exactly. The peak of double descent "
            "would vanish.",
            lambda P, y: np.linalg.solve(P.T @ P + 0.01 * np.eye(P.shape[1]), P.T @ y),
            credit=0.5,
        ),
        Mistake(
            "The first columns alone fit exactly, and a smaller solution exists: use all.",
            some_columns,
            credit=0.25,
        ),
        Mistake(
            "A limit of 0.3 throws away directions that count. rcond=None.",
            lambda P, y: np.linalg.lstsq(P, y, rcond=0.3)[0],
            credit=0.5,
        ),
        Mistake(
            "Each column by itself. Columns share what they explain: solve for all at once.",
            lambda P, y: P.T @ y / (P**2).sum(axis=0),
        ),
        Mistake(
            "The right direction, since descent from 0 ends at the least norm, and too few steps.",
            descent,
            credit=0.5,
        ),
        Mistake(
            "It fits, and something was added that no patient sees. Start from 0, not from ones.",
            descent_from_ones,
            credit=0.5,
        ),
        Mistake(
            "pinv(P) is (p, n) already. Transposed, it only runs because P is square.",
            lambda P, y: (np.linalg.pinv(P).T if len(set(P.shape)) == 1 else np.linalg.pinv(P)) @ y,
            credit=0.5,
        ),
    ],
    hints=[
        "Where n > p the usual least squares; where p > n many solutions fit exactly.",
        "NumPy's pseudo-inverse, and its lstsq, give the smallest of them.",
        "np.linalg.pinv(P) @ y.",
    ],
)
