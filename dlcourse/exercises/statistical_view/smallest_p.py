"""Lab 17, smallest_p: the first half of the Leekasso, columns by their p-value."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def table(rng, n, m, columns, spread=1.0):
    """Return X with columns of different spread, n healthy rows and m ill ones, and y."""
    y = np.repeat([0, 1], [n, m])
    X = rng.normal(size=(n + m, columns))
    X[y == 1] = X[y == 1] * spread + 0.8 * rng.normal(size=columns)
    return X * np.exp(rng.normal(size=columns)), y


def smallest_p_edges():
    rng = np.random.default_rng(11)
    X, y = table(rng, 10, 10, 8)
    X[:, [0, 3]] = 1.5  # two columns that never change
    few, many = table(rng, 5, 40, 25, np.exp(1.5 * rng.normal(size=25)))
    tiny = table(rng, 2, 3, 40, np.exp(rng.normal(size=40)))  # n - 1 is not nearly n
    return [(X, y, 5), (few, many, 20), (X[:, :3], y, 3), (*tiny, 40)]


def smallest_p_inputs(rng):
    X, y = table(rng, 10, 12, 12)
    rows = rng.permutation(22)
    return [(*table(rng, 12, 12, 12), 5), (X[rows], y[rows], 6), (*table(rng, 8, 9, 7), 7)]


def smallest_p(X, y, k):
    a, b = X[y == 0], X[y == 1]
    n, m = len(a), len(b)
    pooled = ((n - 1) * a.var(axis=0, ddof=1) + (m - 1) * b.var(axis=0, ddof=1)) / (n + m - 2)
    t = np.zeros(X.shape[1])
    varies = pooled > 0
    t[varies] = (b.mean(axis=0) - a.mean(axis=0))[varies] / np.sqrt(pooled[varies])
    return np.argsort(-np.abs(t), kind="stable")[:k]


def by_scipy(X, y, k):
    from scipy import stats

    with np.errstate(all="ignore"):
        p = stats.ttest_ind(X[y == 1], X[y == 0]).pvalue
    return np.argsort(np.where(np.isnan(p), 1, p), kind="stable")[:k]


def by_correlation(X, y, k):
    c = [0.0 if np.ptp(x) == 0 else abs(np.corrcoef(x, y)[0, 1]) for x in X.T]
    return np.argsort(-np.array(c), kind="stable")[:k]


def by_explained(X, y, k):
    total = ((X - X.mean(axis=0)) ** 2).sum(axis=0)
    within = sum(((X[y == c] - X[y == c].mean(axis=0)) ** 2).sum(axis=0) for c in (0, 1))
    share = np.where(total > 1e-12, within / np.where(total > 1e-12, total, 1), 1)
    return np.array(sorted(range(len(share)), key=lambda j: share[j])[:k])


def parts(X, y):
    """Return difference of means, pooled variance, and t with 0 where a column is constant."""
    a, b = X[y == 0], X[y == 1]
    n, m = len(a), len(b)
    pooled = ((n - 1) * a.var(axis=0, ddof=1) + (m - 1) * b.var(axis=0, ddof=1)) / (n + m - 2)
    difference = b.mean(axis=0) - a.mean(axis=0)
    return difference, pooled, difference / np.sqrt(np.where(pooled > 0, pooled, np.inf))


def ranked(score):
    """Return the answer that ranks columns by another score, largest first."""
    return lambda X, y, k: np.argsort(-score(X, y), kind="stable")[:k]


def unsorted_labels(X, y, k):
    return smallest_p(X, np.sort(y), k)


def plain_mean(X, y):
    a, b = X[y == 0], X[y == 1]
    s = np.sqrt((a.var(axis=0, ddof=1) + b.var(axis=0, ddof=1)) / 2)
    return np.abs(parts(X, y)[0]) / np.where(s > 0, s, np.inf)


def welch(X, y):
    a, b = X[y == 0], X[y == 1]
    s = np.sqrt(a.var(axis=0, ddof=1) / len(a) + b.var(axis=0, ddof=1) / len(b))
    return np.abs(parts(X, y)[0]) / np.where(s > 0, s, np.inf)


EXERCISE = Exercise(
    "smallest_p",
    points=3,
    answer=smallest_p,
    edges=smallest_p_edges,
    inputs=smallest_p_inputs,
    forbidden=LIBRARY,
    also_right=[by_scipy, by_correlation, by_explained],
    mistakes=[
        Mistake(
            "A column that is lower in the ill tells as much: take |t|.",
            ranked(lambda X, y: parts(X, y)[2]),
            credit=0.5,
        ),
        Mistake(
            "Those are the largest p-values. A small p goes with a large |t|.",
            ranked(lambda X, y: -np.abs(parts(X, y)[2])),
            credit=0.5,
        ),
        Mistake(
            "A difference of means says little without its spread: columns of large range win.",
            ranked(lambda X, y: np.abs(parts(X, y)[0])),
            credit=0.25,
        ),
        Mistake(
            "Divided by the variance. Divide by its root.",
            ranked(lambda X, y: np.abs(parts(X, y)[0]) / np.where((v := parts(X, y)[1]) > 0, v, 1)),
            credit=0.5,
        ),
        Mistake(
            "A constant column came first, as if p were 0. It counts as p = 1.",
            ranked(lambda X, y: np.where((p := parts(X, y))[1] > 0, np.abs(p[2]), np.inf)),
            credit=0.5,
        ),
        Mistake(
            "The right columns, sorted by number. Order them by p, smallest first.",
            lambda X, y, k: np.sort(smallest_p(X, y, k)),
            credit=0.5,
        ),
        Mistake(
            "The first rows were taken for healthy. Patients come in any order: select by y.",
            unsorted_labels,
            credit=0.5,
        ),
        Mistake(
            "Those are the columns that vary most. They need not differ between the groups.",
            ranked(lambda X, y: parts(X, y)[1]),
        ),
        Mistake(
            "Those are t-values. Asked for are the numbers of the columns.",
            lambda X, y, k: -np.sort(-np.abs(parts(X, y)[2]))[:k],
        ),
        Mistake(
            "The plain mean of both variances. The larger group knows more: weigh by n - 1.",
            ranked(plain_mean),
            credit=0.5,
        ),
        Mistake(
            "That is Welch's test, for unequal variances (equal_var=False). Here they are pooled.",
            ranked(welch),
            credit=0.5,
        ),
    ],
    hints=[
        "t is the difference of the group means, divided by the spread within the groups.",
        "Pool the variances, weighted by n - 1: every column then has the same degrees of freedom, "
        "so the order of p is the order of |t|, reversed.",
        "np.argsort(-np.abs(t), kind='stable')[:k], with t = 0 where a column is constant.",
    ],
)
