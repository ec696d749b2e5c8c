"""Lab 19, gain_interval: what a network adds to the baseline, in AUC, with its interval."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def case(rng, n, ill, draws, ties=False):
    y = rng.permutation((np.arange(n) < ill).astype(int))
    a = rng.normal(0.4 * y)
    b = 0.5 * a + rng.normal(1.2 * y)
    if ties:
        a, b = np.rint(2 * a) / 2, np.rint(2 * b) / 2
    return y, a, b, rng.integers(0, n, (draws, n))


def gain_interval_edges():
    rng = np.random.default_rng(19)
    y, a, b, draws = case(rng, 9, 2, 24)
    draws[3] = np.flatnonzero(y == 0)[0]  # nobody ill
    draws[10:12] = np.flatnonzero(y == 1)[0]  # nobody healthy
    return [(y, a, b, draws), case(rng, 12, 5, 30, ties=True), case(rng, 20, 8, 41)]


def gain_interval_inputs(rng):
    y, a, b, draws = case(rng, int(rng.integers(14, 20)), 5, 35)
    draws[0] = np.flatnonzero(y == 0)[0]
    return [(y, a, b, draws)]


def auc(y, score):
    pairs = score[y == 1][:, None] - score[y == 0]
    return np.mean((pairs > 0) + (pairs == 0) / 2)


def gain_interval(y, a, b, draws):
    gains = [
        auc(y[rows], b[rows]) - auc(y[rows], a[rows])
        for rows in draws
        if 0 < y[rows].sum() < len(rows)
    ]
    return tuple(np.percentile(gains, [2.5, 97.5]))


def by_ranks(y, a, b, draws):
    def area(y, score):
        below = (score[:, None] > score).sum(axis=1)
        rank = below + ((score[:, None] == score).sum(axis=1) + 1) / 2
        ill = int(y.sum())
        return (rank[y == 1].sum() - ill * (ill + 1) / 2) / (ill * (len(y) - ill))

    good = [rows for rows in draws if y[rows].min() < y[rows].max()]
    gains = [area(y[rows], b[rows]) - area(y[rows], a[rows]) for rows in good]
    return float(np.quantile(gains, 0.025)), float(np.quantile(gains, 0.975))


def by_pairs(y, a, b, draws):
    """All pairs once, then each as often as both of its people are drawn."""
    ill, healthy = np.flatnonzero(y == 1), np.flatnonzero(y == 0)

    def won(score):
        gap = score[ill][:, None] - score[healthy]
        return (np.sign(gap) + 1) / 2

    gain = won(b) - won(a)
    times = np.array([np.bincount(rows, minlength=len(y)) for rows in draws])
    up, down = times[:, ill], times[:, healthy]
    pairs = up.sum(axis=1) * down.sum(axis=1)
    sums = np.einsum("di,ij,dj->d", up, gain, down)
    return tuple(np.percentile(sums[pairs > 0] / pairs[pairs > 0], [2.5, 97.5]))


def by_steps(y, a, b, draws):
    def area(y, score):
        cuts = np.unique(score)[::-1]
        found = [0.0, *((score[y == 1] >= t).mean() for t in cuts)]
        called = [0.0, *((score[y == 0] >= t).mean() for t in cuts)]
        return np.sum(np.diff(called) * (np.array(found[1:]) + found[:-1]) / 2)

    gains = []
    for rows in draws:
        if len(set(y[rows].tolist())) == 2:
            gains.append(area(y[rows], b[rows]) - area(y[rows], a[rows]))
    low, high = np.percentile(gains, [2.5, 97.5])
    return low, high


def resampled(y, score, draws):
    """Return the AUC in each draw that has both kinds."""
    return np.array([auc(y[r], score[r]) for r in draws if 0 < y[r].sum() < len(r)])


def ends(values, low=2.5, high=97.5):
    return tuple(np.percentile(values, [low, high]))


def gains(y, a, b, draws, area=auc):
    good = [rows for rows in draws if 0 < y[rows].sum() < len(rows)]
    return np.array([area(y[r], b[r]) - area(y[r], a[r]) for r in good])


def ties_lose(y, score):
    return (score[y == 1][:, None] > score[y == 0]).mean()


def ties_win(y, score):
    return (score[y == 1][:, None] >= score[y == 0]).mean()


def accuracy(y, score):
    return ((score > 0) == (y == 1)).mean()


def empty_is_zero(y, a, b, draws):
    found = []
    for rows in draws:
        both = 0 < y[rows].sum() < len(rows)
        found.append(auc(y[rows], b[rows]) - auc(y[rows], a[rows]) if both else 0.0)
    return ends(found)


def empty_is_nan(y, a, b, draws):
    rows = [r for r in draws if 0 < y[r].sum() < len(r)]
    return ends(gains(y, a, b, draws)) if len(rows) == len(draws) else (np.nan, np.nan)


def unpaired(y, a, b, draws):
    good = [rows for rows in draws if 0 < y[rows].sum() < len(rows)]
    return ends(resampled(y, b, good) - resampled(y, a, good[::-1]))


def far_ends(y, a, b, draws):
    of_a, of_b = ends(resampled(y, a, draws)), ends(resampled(y, b, draws))
    return of_b[0] - of_a[1], of_b[1] - of_a[0]


def labels_stay(y, a, b, draws):
    return ends([auc(y, b[rows]) - auc(y, a[rows]) for rows in draws])


def as_if_normal(y, a, b, draws):
    found = gains(y, a, b, draws)
    return found.mean() - 1.96 * found.std(), found.mean() + 1.96 * found.std()


EXERCISE = Exercise(
    "gain_interval",
    points=3,
    answer=gain_interval,
    edges=gain_interval_edges,
    inputs=gain_interval_inputs,
    forbidden=LIBRARY,
    also_right=[by_ranks, by_pairs, by_steps],
    mistakes=[
        Mistake(
            "A draw without an ill person, or without a healthy one, has no AUC. You counted it as "
            "a gain of 0. Leave it out.",
            empty_is_zero,
            credit=0.5,
        ),
        Mistake(
            "NaN: some draw has nobody ill, or nobody healthy, and no AUC. Leave such draws out.",
            empty_is_nan,
            credit=0.5,
        ),
        Mistake(
            "You took a minus b. b is the network: b minus a.",
            lambda y, a, b, draws: ends(-gains(y, a, b, draws)),
            credit=0.5,
        ),
        Mistake(
            "Other people were drawn for a than for b. The same rows for both.",
            unpaired,
            credit=0.25,
        ),
        Mistake(
            "You subtracted the far ends of two intervals. Take the interval of the difference.",
            far_ends,
        ),
        Mistake(
            "You drew scores and left the labels in place. A person's row stays together.",
            labels_stay,
        ),
        Mistake(
            "Equal scores count one half. You counted them as lost.",
            lambda y, a, b, draws: ends(gains(y, a, b, draws, ties_lose)),
            credit=0.5,
        ),
        Mistake(
            "Equal scores count one half. You counted them as won.",
            lambda y, a, b, draws: ends(gains(y, a, b, draws, ties_win)),
            credit=0.5,
        ),
        Mistake(
            "That is the gain in accuracy at 0. The gain in AUC was asked for.",
            lambda y, a, b, draws: ends(gains(y, a, b, draws, accuracy)),
        ),
        Mistake(
            "That is the interval of b alone. Is it better than the baseline? b minus a.",
            lambda y, a, b, draws: ends(resampled(y, b, draws)),
            credit=0.25,
        ),
        Mistake(
            "5 to 95 is a 90 % interval. For 95 %: 2.5 to 97.5.",
            lambda y, a, b, draws: ends(gains(y, a, b, draws), 5, 95),
            credit=0.5,
        ),
        Mistake(
            "np.percentile counts to 100: 2.5 and 97.5, or np.quantile.",
            lambda y, a, b, draws: ends(gains(y, a, b, draws), 0.025, 0.975),
            credit=0.5,
        ),
        Mistake(
            "1.96 standard deviations take the draws for normal. Percentiles were asked for.",
            as_if_normal,
            credit=0.5,
        ),
        Mistake(
            "Low first, then high.",
            lambda y, a, b, draws: gain_interval(y, a, b, draws)[::-1],
            credit=0.75,
        ),
    ],
    hints=[
        "Write auc(y, score): over all pairs of an ill and a healthy person, the share that the "
        "ill one wins; equal scores count one half.",
        "For each row of draws: skip it unless 0 < y[rows].sum() < len(rows). Else auc(y[rows], "
        "b[rows]) - auc(y[rows], a[rows]).",
        "np.percentile(gains, [2.5, 97.5]).",
    ],
)
