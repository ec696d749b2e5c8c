"""Lab 12, rank_correlation: how far two maps agree in what is hotter than what."""

import numpy as np
from scipy.stats import rankdata

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def rank_correlation_edges():
    rising = np.arange(6.0).reshape(2, 3)
    return [
        (rising, np.exp(rising)),
        (np.ones((2, 2)), np.arange(4.0).reshape(2, 2)),
        (np.array([[3.0, 1.0], [2.0, 2.0]]), np.array([[-1.0, 5.0], [0.5, 4.0]])),
        # Two pixels have the smallest spread of ranks that there is; then all alike but one.
        (np.array([[0.2, 0.1]]), np.array([[3.0, 8.0]])),
        (np.array([[0.0, 0.0, 0.0, 0.7]]).T, np.array([[2.0, 1.0, 5.0, 4.0]]).T),
    ]


def rank_correlation_inputs(rng):
    def half_zero(*shape):
        # As a Grad-CAM: whatever was drawn, at least a third is exactly 0 and a third is not.
        drawn = rng.permutation(np.prod(shape)).reshape(shape) - np.prod(shape) // 2
        return np.maximum(drawn, 0) / 10

    a = rng.normal(size=(4, 5)).round(2)
    return [
        (a, (0.8 * a + rng.normal(size=(4, 5))).round(2)),
        (half_zero(5, 4), half_zero(5, 4)),
        (half_zero(3, 6), -half_zero(3, 6)),
    ]


def mean_ranks(values):
    _, inverse, count = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(count) - (count - 1) / 2)[inverse.reshape(-1)]


def pearson(x, y):
    x, y = x - x.mean(), y - y.mean()
    spread = np.sqrt((x**2).sum() * (y**2).sum())
    return float((x * y).sum() / spread) if spread > 0 else np.nan


def rank_correlation(a, b):
    return pearson(rankdata(a.ravel()), rankdata(b.ravel()))


def by_counts(a, b):
    return pearson(mean_ranks(a.ravel()), mean_ranks(b.ravel()))


def by_corrcoef(a, b):
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        return np.nan
    return np.corrcoef(rankdata(a.ravel()), rankdata(b.ravel()))[0, 1]


def by_counting(a, b):
    def ranks(v):
        v = v.ravel()
        return ((v[:, None] > v).sum(axis=1) + (v[:, None] >= v).sum(axis=1)) / 2

    return pearson(ranks(a), ranks(b))


def by_signs(a, b):
    signs = [np.sign(v.reshape(-1, 1) - v.ravel()).sum(axis=1) for v in (a, b)]
    return pearson(*signs)


def ranked(ranks):
    """Return an answer that ranks in another way."""
    return lambda a, b: pearson(1.0 * ranks(a.ravel()), 1.0 * ranks(b.ravel()))


def of(change):
    """Return an answer that changes the right number."""
    return lambda a, b: change(rank_correlation(a, b))


def order(v):
    return np.argsort(v, kind="stable")


def without_ties(a, b):
    d = rankdata(a.ravel()) - rankdata(b.ravel())
    return 1 - 6 * (d**2).sum() / (a.size**3 - a.size)


def row_by_row(a, b):
    rows = [rank_correlation(x, y) for x, y in zip(a, b, strict=True)]
    return float(np.mean(rows))


def kendall(a, b):
    signs = [np.sign(v.reshape(-1, 1) - v.ravel()) for v in (a, b)]
    return float((signs[0] * signs[1]).sum() / (a.size * (a.size - 1)))


EXERCISE = Exercise(
    "rank_correlation",
    points=2,
    answer=rank_correlation,
    edges=rank_correlation_edges,
    inputs=rank_correlation_inputs,
    forbidden=(*LIBRARY, "spearmanr"),
    sitting=3,
    also_right=[by_corrcoef, by_counts, by_counting, by_signs],
    mistakes=[
        Mistake(
            "That correlates the values: one hot pixel decides. Rank first.",
            ranked(lambda v: v),
        ),
        Mistake(
            "argsort says who stands at rank i. Ranks are the inverse: argsort twice, or rankdata.",
            ranked(order),
        ),
        Mistake(
            "Ties got an order by their place. Half of a Grad-CAM is exactly 0: equal pixels share "
            "their mean rank.",
            ranked(lambda v: order(order(v))),
        ),
        Mistake(
            "Ties got their lowest rank. Equal pixels share their mean rank.",
            ranked(lambda v: np.searchsorted(np.sort(v), v)),
        ),
        Mistake(
            "Ties share a rank, but they take up only one: the next pixel's rank must count them "
            "all.",
            ranked(lambda v: np.unique(v, return_inverse=True)[1].reshape(-1)),
        ),
        Mistake(
            "1 - 6 * sum of d squared / (n ** 3 - n) holds without ties only.",
            without_ties,
        ),
        Mistake(
            "The maps come as they are: no absolute values before ranking.",
            lambda a, b: rank_correlation(np.abs(a), np.abs(b)),
        ),
        Mistake("Maps in the opposite order have -1: keep the sign.", of(abs)),
        Mistake("Not squared: it is a correlation.", of(lambda r: r**2)),
        Mistake("All pixels in one list, not row by row.", row_by_row),
        Mistake(
            "Of a constant map there is no order: NaN, not 0.",
            of(lambda r: 0.0 if np.isnan(r) else r),
            credit=0.5,
        ),
        Mistake(
            "A factor (n - 1) / n is left over: take the same divisor above and below.",
            lambda a, b: rank_correlation(a, b) * (a.size - 1) / a.size,
        ),
        Mistake("That compares pairs: Kendall's tau. Correlate the ranks.", kendall),
    ],
    hints=[
        "scipy.stats.rankdata gives mean ranks to ties.",
        "Then the usual correlation of the two lists of ranks: subtract the means, multiply, "
        "divide by the root of both sums of squares.",
        "If one of the lists is constant, that root is 0: return NaN.",
    ],
)
