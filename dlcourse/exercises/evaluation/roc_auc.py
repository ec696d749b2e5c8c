"""Lab 14, roc_auc: how many pairs of an ill and a healthy patient stand in the right order."""

import numpy as np
from scipy import stats

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def roc_auc_edges():
    y = np.array([0, 1, 0, 1, 1, 0, 1])
    rng = np.random.default_rng(14)
    few = (rng.random(40) < 0.3).astype(int)
    rounded = (rng.normal(size=40) + few).round(1)
    return [
        (y, np.array([0.1, 0.4, 0.35, 0.8, 0.3, 0.6, 0.9])),
        (y, np.array([0.2, 0.5, 0.5, 0.5, 0.1, 0.8, 0.5])),  # ties between ill and healthy
        (few, rounded),
        (1 - few, rounded),  # below one half, and left there
        (y, np.full(7, 3.0)),  # all tied
        (np.array([1, 0, 1]), np.array([-2.0, -3.0, 7.0])),  # no probabilities; all in order
        (np.array([0, 1]), np.array([0.4, 0.4])),
        (np.array([1, 1]), np.array([0.3, 0.4])),  # nobody healthy
        (np.array([0]), np.array([0.3])),  # nobody ill
    ]


def roc_auc_inputs(rng):
    n = int(rng.integers(25, 35))
    y = np.arange(n) % 3 == 0
    rng.shuffle(y)
    return [(y.astype(int), (rng.normal(size=n) + y).round(1))]


def roc_auc(y, score):
    ill, healthy = score[y == 1][:, None], score[y == 0]
    won = (ill > healthy).sum() + 0.5 * (ill == healthy).sum()
    with np.errstate(invalid="ignore"):  # without pairs 0 / 0, which is NaN
        return won / ((y == 1).sum() * (y == 0).sum())


def pair_by_pair(y, score):
    ill, healthy = score[y == 1], score[y == 0]
    if len(ill) == 0 or len(healthy) == 0:
        return np.nan
    return np.mean([1.0 if a > b else 0.5 if a == b else 0.0 for a in ill for b in healthy])


def by_midranks(y, score):
    m, n = (y == 1).sum(), (y == 0).sum()
    if m * n == 0:
        return np.nan
    return (stats.rankdata(score)[y == 1].sum() - m * (m + 1) / 2) / (m * n)


def by_test_of_ranks(y, score):
    if len(set(y.tolist())) < 2:
        return float("nan")
    u = stats.mannwhitneyu(score[y == 1], score[y == 0]).statistic
    return u / (np.sum(y) * np.sum(1 - y))


def by_trapezoid(y, score):
    if not 0 < y.sum() < len(y):
        return np.nan
    cuts = [np.inf, *np.unique(score)[::-1]]
    called = np.array([score >= cut for cut in cuts])
    return np.trapezoid(called[:, y == 1].mean(axis=1), called[:, y == 0].mean(axis=1))


def pairs(y, score):
    return np.sign(score[y == 1][:, None] - score[y == 0])


def wrong(value):
    """Return an answer that makes something else of the pairs; NaN where there are none."""

    def answer(y, score):
        signs = pairs(y, score)
        return float(value(signs)) if signs.size else np.nan

    return answer


def changed(change):
    """Return an answer that makes something else of a right one, which is below one half or not."""
    return lambda y, score: change(roc_auc(y, score))


def of_ranks(rank):
    """Return an answer by ranks of another kind."""

    def answer(y, score):
        m, n = (y == 1).sum(), (y == 0).sum()
        if m * n == 0:
            return np.nan
        return (rank(score)[y == 1].sum() - m * (m + 1) / 2) / (m * n)

    return answer


def of_calls(y, score):
    return roc_auc(y, (score >= 0.5).astype(float))


def of_all_pairs(y, score):
    n = len(y)
    won = by_midranks(y, score) * (y == 1).sum() * (y == 0).sum()
    return won / (n * (n - 1) / 2) if n > 1 else np.nan


def rank_sum(y, score):
    m, n = (y == 1).sum(), (y == 0).sum()
    return stats.rankdata(score)[y == 1].sum() / (m * n) if m * n else np.nan


def without_the_start(y, score):
    if not 0 < y.sum() < len(y):
        return np.nan
    called = np.array([score >= cut for cut in np.unique(score)[::-1]])
    return np.trapezoid(called[:, y == 1].mean(axis=1), called[:, y == 0].mean(axis=1))


def one_half(y, score):
    found = by_midranks(y, score)
    return 0.5 if np.isnan(found) else found


EXERCISE = Exercise(
    "roc_auc",
    points=3,
    answer=roc_auc,
    edges=roc_auc_edges,
    inputs=roc_auc_inputs,
    forbidden=LIBRARY,
    also_right=[pair_by_pair, by_midranks, by_test_of_ranks, by_trapezoid],
    mistakes=[
        Mistake(
            "A tie counted as lost. It is worth one half.",
            wrong(lambda signs: (signs > 0).mean()),
            credit=0.5,
        ),
        Mistake(
            "A tie counted as won (>=). It is worth one half.",
            wrong(lambda signs: (signs >= 0).mean()),
            credit=0.5,
        ),
        Mistake(
            "Ties were left out of the count of pairs, too. They stay: a tie is half a win.",
            wrong(lambda signs: (signs > 0).sum() / (signs != 0).sum() if signs.any() else np.nan),
            credit=0.5,
        ),
        Mistake(
            "argsort of argsort gives equal scores different ranks, by their order in the file. "
            "scipy.stats.rankdata gives them the mean rank.",
            of_ranks(lambda score: np.argsort(np.argsort(score, kind="stable")) + 1),
            credit=0.5,
        ),
        Mistake(
            "Won minus lost is 2 * AUC - 1, another index (Gini).",
            wrong(lambda signs: signs.mean()),
            credit=0.5,
        ),
        Mistake(
            "Upside down: a pair is in order if the *ill* patient has the higher score.",
            changed(lambda auc: 1 - auc),
            credit=0.25,
        ),
        Mistake(
            "Below one half you turned it round. A program that ranks backwards should be seen.",
            changed(lambda auc: np.maximum(auc, 1 - auc)),
            credit=0.5,
        ),
        Mistake(
            "That many pairs are in order. Divide by how many there are.",
            wrong(lambda signs: (signs > 0).sum() + (signs == 0).sum() / 2),
            credit=0.5,
        ),
        Mistake(
            "Your curve lacks its first point, (0, 0), where nobody is called: the strip under the "
            "first step is missing.",
            without_the_start,
            credit=0.75,
        ),
        Mistake(
            "You cut the scores at 0.5 first. The order among those called is lost, and a score "
            "need not be a probability.",
            of_calls,
        ),
        Mistake(
            "You divided by all pairs of patients. Two ill patients have no right order: count "
            "pairs of an ill and a healthy one.",
            of_all_pairs,
            credit=0.25,
        ),
        Mistake(
            "The ill have ranks among themselves, too: take off m * (m + 1) / 2 first.",
            rank_sum,
            credit=0.25,
        ),
        Mistake(
            "Without an ill or a healthy patient there is no pair, so no AUC: NaN, not one half.",
            one_half,
            credit=0.75,
        ),
    ],
    hints=[
        "score[y == 1][:, None] and score[y == 0] compare every ill with every healthy.",
        "Count the pairs where the ill one's score is higher, and half of those that are equal.",
        "Divide by the number of ill times the number of healthy. NumPy makes 0 / 0 NaN.",
    ],
)
