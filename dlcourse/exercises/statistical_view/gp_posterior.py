"""Lab 17, gp_posterior: what a Gaussian process believes after some patients."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def process(rng, n, m, noise):
    """Return kernels among n places and m others, prior variances, measurements and the noise."""
    x, z = np.linspace(-2, 2, n) + rng.uniform(-0.3, 0.3, n), rng.uniform(-3, 3, m)

    def kernel(a, b):
        return 2 * np.exp(-0.5 * (a[:, None] - b) ** 2)

    return kernel(x, x), kernel(z, x), np.full(m, 2.0), rng.normal(size=n) + 1, noise


def gp_posterior_inputs(rng):
    K, _, kss, y, _ = process(rng, 4, 2, 0.1)
    return [
        process(rng, 5, 4, 0.3),
        process(rng, 4, 4, 0.4),
        process(rng, 5, 3, 2.0),
        process(rng, 1, 3, 0.5),
        (K, K[:2].copy(), kss, y, 0.1),
    ]


def gp_posterior(K, Ks, kss, y, noise):
    A = K + noise**2 * np.eye(len(K))
    mean = Ks @ np.linalg.solve(A, y)
    variance = kss - (Ks * np.linalg.solve(A, Ks.T).T).sum(axis=1)
    return mean, np.sqrt(np.maximum(variance, 0))


def by_cholesky(K, Ks, kss, y, noise):
    L = np.linalg.cholesky(K + noise * noise * np.eye(len(K)))
    v = np.linalg.solve(L, Ks.T)
    return v.T @ np.linalg.solve(L, y), np.sqrt(np.maximum(kss - (v**2).sum(axis=0), 0))


def by_eigenvalues(K, Ks, kss, y, noise):
    w, U = np.linalg.eigh(K)
    P, scale = Ks @ U, w + noise**2
    return P @ ((U.T @ y) / scale), np.sqrt(np.maximum(kss - (P**2 / scale).sum(axis=1), 0))


def one_by_one(K, Ks, kss, y, noise):
    inverse = np.linalg.inv(K + np.diag(np.full(len(K), noise**2)))
    mean = np.array([k @ inverse @ y for k in Ks])
    variance = np.array([v - k @ inverse @ k for k, v in zip(Ks, kss, strict=True)])
    return mean, np.sqrt(variance.clip(0))


def wrong(
    *, added=lambda K, noise: noise**2 * np.eye(len(K)), spread=np.sqrt, extra=0, prior=1,
    measured=lambda y: y, weights=np.linalg.solve, alone=False,
):  # fmt: skip
    """Return an answer; the options are the ways in which it is done wrong."""

    def answer(K, Ks, kss, y, noise):
        A = K + added(K, noise)
        mean = Ks @ weights(A, measured(y))
        known = Ks**2 / np.diag(A) if alone else Ks * np.linalg.solve(A, Ks.T).T
        variance = kss + extra * noise**2 - known.sum(axis=1)
        variance = variance if prior else known.sum(axis=1)
        return mean, spread(np.maximum(variance, 0))

    return answer


def average(K, Ks, kss, y, noise):
    return (Ks / Ks.sum(axis=1, keepdims=True)) @ y, gp_posterior(K, Ks, kss, y, noise)[1]


EXERCISE = Exercise(
    "gp_posterior",
    points=3,
    sitting=3,
    answer=gp_posterior,
    inputs=gp_posterior_inputs,
    forbidden=LIBRARY,
    tolerance=(1e-5, 1e-7),
    also_right=[by_cholesky, by_eigenvalues, one_by_one],
    mistakes=[
        Mistake(
            "noise is an SD. On the diagonal stands its square, the variance.",
            wrong(added=lambda K, noise: noise * np.eye(len(K))),
            credit=0.5,
        ),
        Mistake(
            "The noise is missing: the curve would have to pass through every measurement.",
            wrong(added=lambda K, noise: 0 * K),
            credit=0.25,
        ),
        Mistake(
            "The noise was added to every entry. Noise of two patients is independent: diagonal "
            "only.",
            wrong(added=lambda K, noise: noise**2),
            credit=0.25,
        ),
        Mistake("That is the variance. Take its root.", wrong(spread=lambda v: v), credit=0.5),
        Mistake(
            "That is the spread of a new measurement. Asked for is the function, without its "
            "noise.",
            wrong(extra=1),
            credit=0.5,
        ),
        Mistake(
            "That is what was learned. Take it away from the prior variance kss.",
            wrong(prior=0),
            credit=0.25,
        ),
        Mistake(
            "Ks @ y counts what neighbours share several times: first solve with A = K + noise.",
            wrong(weights=lambda A, y: y),
            credit=0.25,
        ),
        Mistake(
            "Each patient was taken as if alone: what twins tell is counted twice.",
            wrong(alone=True),
            credit=0.25,
        ),
        Mistake(
            "The mean of y was taken off and not given back. The prior's mean is 0: use y as it "
            "is.",
            wrong(measured=lambda y: y - y.mean()),
            credit=0.25,
        ),
        Mistake(
            "That is a weighted average of neighbours (Nadaraya-Watson), no posterior.", average
        ),
    ],
    hints=[
        "A = K + noise**2 * np.eye(n) is the covariance of the measurements.",
        "The mean is Ks @ np.linalg.solve(A, y). What is learned at a new place is the diagonal of "
        "Ks @ inverse(A) @ Ks.T.",
        "sd = np.sqrt(kss - (Ks * np.linalg.solve(A, Ks.T).T).sum(axis=1)).",
    ],
)
