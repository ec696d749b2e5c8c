"""Lab 14, operating_point: the highest threshold that still finds as many as were wanted."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def operating_point_edges():
    rng = np.random.default_rng(14)
    y = np.array([1, 0, 1, 0, 0, 1, 1, 0, 1])
    score = np.array([0.9, 0.7, 0.3, 0.75, 0.2, 0.8, 0.6, 0.1, 0.5])
    ten = np.array([1] * 10 + [0] * 4)
    tied = np.array([3.0, 1, 4, 4, 2, 2, 2, 1, 4, 3, 2.5, 0, 5, 1.5])
    most = (np.arange(40) % 8 < 5).astype(int)  # 25 ill
    return [
        (y, score, 0.6),  # exactly three of five
        (y, score, 0.9),
        (y, score, 1.0),
        (ten, tied, 0.5),  # between equal scores
        (ten, tied, 0.9),
        (np.array([1, 1, 0, 1, 1]), np.array([0.2, 0.4, 0.5, 0.6, 0.8]), 0.45),  # 1.8 of four
        (most, rng.permutation(40) / 10 - 1.0, 0.56),  # exactly 14 of 25
        (np.array([1, 1, 1]), np.array([0.2, 0.9, 0.4]), 0.5),  # nobody healthy
        (np.array([0, 1]), np.array([0.7, -0.4]), 0.01),  # one ill patient
    ]


def operating_point_inputs(rng):
    n = int(rng.integers(30, 40))
    y = (np.arange(n) % 5 < 2).astype(int)
    return [(y, rng.normal(size=n) + y, float(rng.choice([0.62, 0.77, 0.88])))]


def operating_point(y, score, wanted):
    ill = score[y == 1]
    return max(t for t in ill if (ill >= t).mean() >= wanted)


def by_counting(y, score, wanted):
    ill = np.sort(score[y == 1])[::-1]
    return ill[int(np.ceil(wanted * len(ill) - 1e-9)) - 1]


def from_above(y, score, wanted):
    for t in np.unique(score)[::-1]:
        found = np.sum((score >= t) & (y == 1)) / np.sum(y == 1)
        if found >= wanted and t in score[y == 1]:
            return float(t)


def by_search(y, score, wanted):
    ill = -np.sort(-score[y == 1])
    shares = np.arange(1, len(ill) + 1) / len(ill)
    return ill[np.searchsorted(shares, wanted)]


def share_at(y, score, wanted, thresholds):
    return np.array([(score[y == 1] >= t).mean() for t in thresholds])


def at_rank(rank):
    """Return an answer that takes another of the ill patients, counted from the highest."""

    def answer(y, score, wanted):
        ill = np.sort(score[y == 1])[::-1]
        return ill[int(np.clip(rank(wanted, len(ill)), 0, len(ill) - 1))]

    return answer


def interpolated(y, score, wanted):
    return np.quantile(score[y == 1], 1 - wanted)


def over_everybody(y, score, wanted):
    return max(t for t in score if (score >= t).mean() >= wanted)


def for_specificity(y, score, wanted):
    healthy = score[y == 0]
    good = [t for t in np.unique(score) if len(healthy) and (healthy < t).mean() >= wanted]
    return min(good, default=score.max())


def youden(y, score, wanted):
    cuts = np.unique(score)
    healthy = score[y == 0]
    called = np.array([(healthy >= t).mean() if len(healthy) else 0 for t in cuts])
    return cuts[np.argmax(share_at(y, score, wanted, cuts) - called)]


def nearest(y, score, wanted):
    cuts = np.unique(score[y == 1])[::-1]
    return cuts[np.argmin(np.abs(share_at(y, score, wanted, cuts) - wanted))]


def lowest(y, score, wanted):
    return score.min()


def strictly_above(y, score, wanted):
    ill = score[y == 1]
    good = [t for t in np.unique(score) if (ill > t).mean() >= wanted]
    return max(good, default=score.min())


def more_than_wanted(y, score, wanted):
    ill = score[y == 1]
    return max((t for t in ill if (ill >= t).mean() > wanted), default=ill.min())


def sensitivity_itself(y, score, wanted):
    return (score[y == 1] >= operating_point(y, score, wanted)).mean()


EXERCISE = Exercise(
    "operating_point",
    points=3,
    answer=operating_point,
    edges=operating_point_edges,
    inputs=operating_point_inputs,
    forbidden=LIBRARY,
    also_right=[by_counting, from_above, by_search],
    mistakes=[
        Mistake(
            "np.quantile goes between two patients, to a score that nobody has: there the "
            "sensitivity can just miss. Take an ill patient's score.",
            interpolated,
            credit=0.5,
        ),
        Mistake(
            "np.quantile counts gaps between patients, fewer than patients by one: its lower "
            "neighbour is often one patient too low. Count patients.",
            lambda y, score, wanted: np.quantile(score[y == 1], 1 - wanted, method="lower"),
            credit=0.5,
        ),
        Mistake(
            "The sensitivity that is wanted is a share of patients, not a score.",
            lambda y, score, wanted: wanted,
        ),
        Mistake(
            "Rounded down: one patient too few is found. Round the count up.",
            at_rank(lambda wanted, n: np.floor(wanted * n + 1e-9) - 1),
            credit=0.5,
        ),
        Mistake(
            "One patient too far: Python counts from 0.",
            at_rank(lambda wanted, n: np.ceil(wanted * n - 1e-9)),
            credit=0.5,
        ),
        Mistake(
            "0.56 * 25 is 14.000000000000002 in a computer, and ceil made 15 of it. Compare "
            "shares, or take off 1e-9 first.",
            at_rank(lambda wanted, n: np.ceil(wanted * n) - 1),
            credit=0.75,
        ),
        Mistake(
            "You counted from the lowest score. The highest ill patients are found first.",
            at_rank(lambda wanted, n: n - np.ceil(wanted * n - 1e-9)),
        ),
        Mistake(
            "Sensitivity is a share of the ill. You took the share of all patients.",
            over_everybody,
            credit=0.25,
        ),
        Mistake(
            "That threshold reaches the *specificity*. Sensitivity was wanted.",
            for_specificity,
            credit=0.25,
        ),
        Mistake(
            "That is Youden's point, the largest sensitivity + specificity. It is another rule, "
            "which nobody asked what a miss costs.",
            youden,
        ),
        Mistake(
            "The nearest sensitivity may lie below what was wanted. It must be reached.",
            nearest,
            credit=0.5,
        ),
        Mistake(
            "An alarm for everybody reaches it, too. Of all thresholds that do, the highest.",
            lowest,
        ),
        Mistake(
            "At the threshold the alarm rings (>=). You counted scores above it only.",
            strictly_above,
            credit=0.5,
        ),
        Mistake(
            "Exactly what was wanted is enough: >=, not >.",
            more_than_wanted,
            credit=0.5,
        ),
        Mistake(
            "That is the sensitivity reached. The threshold was asked for.",
            sensitivity_itself,
            credit=0.5,
        ),
    ],
    hints=[
        "Only the ill matter here: ill = score[y == 1].",
        "The highest threshold is an ill patient's score. Try each: (ill >= t).mean().",
        "Of those that reach what is wanted, take the largest.",
    ],
)
