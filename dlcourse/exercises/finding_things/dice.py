"""Lab 13, dice: one number a patient, and an open decision where both masks are empty."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def dice_edges():
    rng = np.random.default_rng(13)
    pred, truth = rng.random((6, 4, 5)) < 0.4, rng.random((6, 4, 5)) < 0.3
    pred[1] = truth[1]
    pred[2] = truth[2] = False
    truth[3] = False
    pred[4] = False
    pred[5], truth[5] = False, False
    truth[5, 0, 0] = True  # one pixel, missed
    return [(pred, truth), *((pred[i : i + 1], truth[i : i + 1]) for i in (0, 2, 3, 4))]


def dice_inputs(rng):
    n = int(rng.integers(2, 5))
    return [(rng.random((n, 6, 7)) < 0.5, rng.random((n, 6, 7)) < 0.4)]


def counts(pred, truth):
    """Return the common pixels and the sum of both areas, (n,) each."""
    both = (pred & truth).sum(axis=(1, 2))
    return both, pred.sum(axis=(1, 2)) + truth.sum(axis=(1, 2))


def dice(pred, truth):
    both = (pred & truth).sum(axis=(1, 2))
    areas = pred.sum(axis=(1, 2)) + truth.sum(axis=(1, 2))
    with np.errstate(invalid="ignore"):
        return 2 * both / areas


def by_f1(pred, truth):
    found = []
    for p, t in zip(pred, truth, strict=True):
        hit, false, missed = (p & t).sum(), (p & ~t).sum(), (~p & t).sum()
        right = 2 * hit + false + missed
        found.append(2 * hit / right if right else np.nan)
    return np.array(found)


def by_jaccard(pred, truth):
    flat = [m.reshape(len(m), -1) for m in (pred & truth, pred | truth)]
    both, either = (m.sum(axis=1).astype(float) for m in flat)
    j = np.divide(both, either, out=np.full(len(pred), np.nan), where=either > 0)
    return 2 * j / (1 + j)


def by_means(pred, truth):
    p, t = pred.astype(float), truth.astype(float)
    above, below = 2 * np.einsum("nhw,nhw->n", p, t), np.einsum("nhw->n", p + t)
    return np.where(below > 0, above / np.maximum(below, 1), np.nan)


def of_counts(formula):
    """Return an answer made of the common pixels, the sum of areas and the two masks."""

    def answer(pred, truth):
        with np.errstate(all="ignore"):
            return formula(*counts(pred, truth), pred, truth)

    return answer


def with_background(both, areas, pred, truth):
    other, others = counts(~pred, ~truth)
    return (2 * both / areas + 2 * other / others) / 2


EXERCISE = Exercise(
    "dice",
    points=2,
    answer=dice,
    edges=dice_edges,
    inputs=dice_inputs,
    forbidden=LIBRARY,
    also_right=[by_f1, by_jaccard, by_means],
    mistakes=[
        Mistake(
            "Below stands the union. Dice has the sum of the two areas there. (pred + truth of two "
            "arrays of bools is their union, too.)",
            of_counts(lambda both, areas, p, t: 2 * both / (areas - both)),
            credit=0.25,
        ),
        Mistake(
            "That is the other measure, intersection over union. Dice counts the overlap twice, "
            "above and below.",
            of_counts(lambda both, areas, p, t: both / (areas - both)),
            credit=0.25,
        ),
        Mistake(
            "The 2 is missing: two equal masks must give 1.",
            of_counts(lambda both, areas, p, t: both / areas),
            credit=0.5,
        ),
        Mistake(
            "All patients in one pot: large lesions decide. One number for each patient.",
            of_counts(lambda both, areas, p, t: np.full(len(p), 2 * both.sum() / areas.sum())),
        ),
        Mistake(
            "You averaged. One number for each patient was asked for.",
            of_counts(lambda both, areas, p, t: np.nanmean(2 * both / areas)),
            credit=0.25,
        ),
        Mistake(
            "1 where both masks are empty rewards an empty answer for everybody. Here: NaN, and "
            "whoever averages decides.",
            of_counts(lambda both, areas, p, t: np.where(areas > 0, 2 * both / areas, 1.0)),
            credit=0.5,
        ),
        Mistake(
            "0 where both masks are empty punishes a right answer. Here: NaN, and whoever averages "
            "decides.",
            of_counts(lambda both, areas, p, t: np.where(areas > 0, 2 * both / areas, 0.0)),
            credit=0.5,
        ),
        Mistake(
            "+ 1 above and below belongs to the loss, where a slope is needed. A missed lesion "
            "scores 0.",
            of_counts(lambda both, areas, p, t: (2 * both + 1) / (areas + 1)),
            credit=0.25,
        ),
        Mistake(
            "NaN wherever the truth is empty: a false alarm on a healthy scan is 0, not missing.",
            of_counts(
                lambda both, areas, p, t: np.where(t.any(axis=(1, 2)), 2 * both / areas, np.nan)
            ),
            credit=0.5,
        ),
        Mistake(
            "That is the share of pixels that agree. The background decides it.",
            of_counts(lambda both, areas, p, t: (p == t).mean(axis=(1, 2))),
        ),
        Mistake(
            "You averaged with the background's Dice, which is near 1 whatever you paint.",
            of_counts(with_background),
        ),
        Mistake(
            "That is recall: only the true area stands below. The painted one belongs there too.",
            of_counts(lambda both, areas, p, t: both / t.sum(axis=(1, 2))),
        ),
        Mistake(
            "That is precision: only the painted area stands below. The true one belongs there "
            "too.",
            of_counts(lambda both, areas, p, t: both / p.sum(axis=(1, 2))),
        ),
    ],
    hints=[
        "pred & truth is what both have. Count it per patient: .sum(axis=(1, 2)).",
        "Below stand two sums, pred's pixels and truth's pixels.",
        "NumPy makes NaN of 0 / 0 by itself; np.errstate(invalid='ignore') keeps it quiet.",
    ],
)
