"""Lab 01, gaussian_log_joint: what naive Bayes adds up for each patient and class."""

import math

import numpy as np
from scipy.stats import multivariate_normal, norm

from dlcourse.checks import Exercise, Mistake
from dlcourse.classical import naive_bayes
from dlcourse.exercises import LIBRARY


def gaussian_log_joint_edges():
    return [
        (
            np.array([[0.0, 1.0], [2.0, -1.0], [1.0, 1.0], [-3.0, 0.5]]),
            np.array([[0.0, 1.0], [2.0, 0.0]]),
            np.array([[1.0, 4.0], [0.25, 2.0]]),
            np.array([0.9, 0.1]),
        ),
    ]


def gaussian_log_joint_inputs(rng):
    def case(n, p, k):
        means, X = rng.normal(size=(k, p)), rng.normal(size=(n, p))
        return X, means, rng.uniform(0.3, 3, (k, p)), rng.dirichlet(np.full(k, 5.0))

    return [
        case(2, 400, 2),
        case(5, 3, 4),
    ]


def gaussian_log_joint_answer(X, mean, var, prior):
    return naive_bayes.gaussian_log_joint(X, mean, var, prior)


def by_loops(X, mean, var, prior):
    out = np.empty((len(X), len(prior)))
    for i, row in enumerate(X):
        for c, share in enumerate(prior):
            total = math.log(share)
            for x, m, v in zip(row, mean[c], var[c], strict=True):
                total -= 0.5 * math.log(2 * math.pi * v) + (x - m) ** 2 / (2 * v)
            out[i, c] = total
    return out


def by_scipy(X, mean, var, prior):
    return norm.logpdf(X[:, None], mean, np.sqrt(var)).sum(axis=-1) + np.log(prior)


def by_multivariate(X, mean, var, prior):
    parts = zip(mean, var, prior, strict=True)
    columns = [multivariate_normal(m, np.diag(v)).logpdf(X) + np.log(q) for m, v, q in parts]
    return np.column_stack(columns)


def squares(X, mean):
    return (X[:, None] - mean) ** 2  # (n, k, p)


def likelihood(X, mean, var):
    """Return the log density of each measurement, (n, k, p)."""
    return -np.log(2 * np.pi * var) / 2 - squares(X, mean) / (2 * var)


def normalised(X, mean, var, prior):
    score = gaussian_log_joint_answer(X, mean, var, prior)
    return score - np.logaddexp.reduce(score, axis=1, keepdims=True)


def by_product(X, mean, var, prior):
    density = np.exp(-squares(X, mean) / (2 * var)) / np.sqrt(2 * np.pi * var)
    return np.log(density.prod(axis=-1) * prior)


EXERCISE = Exercise(
    "gaussian_log_joint",
    points=3,
    answer=gaussian_log_joint_answer,
    edges=gaussian_log_joint_edges,
    inputs=gaussian_log_joint_inputs,
    forbidden=LIBRARY,
    strict_floats=True,
    also_right=[by_loops, by_scipy, by_multivariate],
    mistakes=[
        Mistake(
            "In a clinic where 1 in 1,000 is ill, should nothing change? The prior is missing.",
            lambda X, mean, var, prior: likelihood(X, mean, var).sum(-1),
        ),
        Mistake(
            "Everything else is a logarithm. So must the prior be.",
            lambda X, mean, var, prior: likelihood(X, mean, var).sum(-1) + prior,
        ),
        Mistake(
            "The prior is a fact about the patient, not about each column. Count it once.",
            lambda X, mean, var, prior: (
                likelihood(X, mean, var).sum(-1) + X.shape[1] * np.log(prior)
            ),
        ),
        Mistake(
            "The square is divided by the variance, not by the standard deviation.",
            lambda X, mean, var, prior: likelihood(X, mean, np.sqrt(var)).sum(-1) + np.log(prior),
        ),
        Mistake(
            "The constant that depends on the width is missing. It differs by class: "
            "a wide class is penalised.",
            lambda X, mean, var, prior: (-squares(X, mean) / (2 * var)).sum(-1) + np.log(prior),
        ),
        Mistake(
            "Where is the ½ in front of the square?",
            lambda X, mean, var, prior: (
                (likelihood(X, mean, var) - squares(X, mean) / (2 * var)).sum(-1) + np.log(prior)
            ),
        ),
        Mistake(
            "Every class is off by the same: the 2π is missing under the logarithm.",
            lambda X, mean, var, prior: (
                (likelihood(X, mean, var) + np.log(2 * np.pi) / 2).sum(-1) + np.log(prior)
            ),
        ),
        Mistake("400 small numbers multiply to 0. Add logarithms.", by_product, credit=0.5),
        Mistake(
            "Where is the ½ in front of the logarithm?",
            lambda X, mean, var, prior: (
                (likelihood(X, mean, var) - np.log(2 * np.pi * var) / 2).sum(-1) + np.log(prior)
            ),
        ),
        Mistake(
            "var is already the variance, σ². You squared it once more.",
            lambda X, mean, var, prior: likelihood(X, mean, var**2).sum(-1) + np.log(prior),
        ),
        Mistake(
            "/ 2 * var divides by 2 and then multiplies by var. Write / (2 * var).",
            lambda X, mean, var, prior: (
                (-np.log(2 * np.pi * var) / 2 - squares(X, mean) / 2 * var).sum(-1) + np.log(prior)
            ),
        ),
        Mistake(
            "You went one step further, to probabilities that add up to 1. "
            "The score itself was asked, before the division.",
            normalised,
        ),
        Mistake(
            "These are the terms, one for each measurement. Sum over the measurements.",
            lambda X, mean, var, prior: likelihood(X, mean, var),
        ),
        Mistake(
            "Independent evidence adds up; it is not averaged.",
            lambda X, mean, var, prior: likelihood(X, mean, var).mean(-1) + np.log(prior),
        ),
        Mistake(
            "Base 10 in the prior, base e in the rest. np.log is the natural logarithm.",
            lambda X, mean, var, prior: likelihood(X, mean, var).sum(-1) + np.log10(prior),
        ),
    ],
    hints=[
        "One class c at a time: X - mean[c] has shape (n, p). Sum over the p measurements.",
        "The log density is -0.5 * np.log(2 * np.pi * var[c]) - (X - mean[c])**2 / (2 * var[c]).",
        "Sum it over axis 1, add np.log(prior[c]), and that is column c of the answer.",
    ],
    sitting=3,
)
