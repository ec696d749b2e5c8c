"""Lab 13, average_precision: the area under precision and recall, with the envelope."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def hits(text):
    return np.array([letter == "1" for letter in text], bool)


def average_precision_edges():
    return [
        (hits("10110"), 5),
        (hits("01101"), 4),
        (hits("111"), 3),
        (hits("00"), 2),
        (hits(""), 3),
        (hits("1"), 2),
    ]


def average_precision_inputs(rng):
    hit = rng.random(int(rng.integers(18, 25))) < 0.5
    hit[:3] = False, True, True
    return [(hit, int(hit.sum() + rng.integers(2, 6)))]


def average_precision(hit, n_truth):
    precision = np.cumsum(hit) / np.arange(1, len(hit) + 1)
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    return float(envelope[hit].sum() / n_truth)


def from_the_end(hit, n_truth):
    best, total, found = 0.0, 0.0, int(hit.sum())
    for boxes in range(len(hit), 0, -1):
        best = max(best, found / boxes)
        if hit[boxes - 1]:
            total += best
            found -= 1
    return total / n_truth


def by_steps(hit, n_truth):
    found = np.cumsum(hit)
    precision, recall = found / (np.arange(len(hit)) + 1), found / n_truth
    steps = np.diff(np.concatenate([[0], recall]))
    best = [max(precision[i:]) for i in range(len(hit))]
    return float(np.sum(steps * np.array(best)))


def lesion_by_lesion(hit, n_truth):
    """Add, for each lesion, the best precision of the lists that find so many."""
    found = [sum(hit[: k + 1]) for k in range(len(hit))]
    total = 0
    for wanted in range(1, n_truth + 1):
        total += max((f / (k + 1) for k, f in enumerate(found) if f >= wanted), default=0)
    return total / n_truth


def of_curve(formula):
    """Return an answer made of precision and recall, 0 for an empty list."""

    def answer(hit, n_truth):
        if not len(hit):
            return 0.0
        found = np.cumsum(hit)
        return float(formula(found / np.arange(1, len(hit) + 1), found / n_truth, hit, n_truth))

    return answer


def steps(recall):
    return np.diff(recall, prepend=0)


def at(points):
    def mean(precision, recall, hit, n_truth):
        grid = np.linspace(0, 1, points) - 1e-12
        return np.mean([precision[recall >= r].max(initial=0) for r in grid])

    return of_curve(mean)


def empty_is_nan(hit, n_truth):
    return from_the_end(hit, n_truth) if len(hit) else float("nan")


EXERCISE = Exercise(
    "average_precision",
    points=3,
    sitting=2,
    answer=average_precision,
    edges=average_precision_edges,
    inputs=average_precision_inputs,
    forbidden=LIBRARY,
    tolerance=(1e-6, 1e-9),
    also_right=[from_the_end, by_steps, lesion_by_lesion],
    mistakes=[
        Mistake(
            "The envelope is missing. In detection each precision is first replaced by the best "
            "at this recall or higher.",
            of_curve(lambda p, r, hit, n: (steps(r) * p).sum()),
            credit=0.5,
        ),
        Mistake("Read off at 11 recalls: VOC 2007. Here the exact area.", at(11), credit=0.5),
        Mistake("Read off at 101 recalls: COCO. Here the exact area.", at(101), credit=0.5),
        Mistake(
            "Straight lines from point to point. Between two points nothing was measured: steps.",
            of_curve(lambda p, r, hit, n: np.trapezoid(np.append(1, p), np.append(0, r))),
            credit=0.25,
        ),
        Mistake(
            "You divided by the hits. Lesions that no box found must cost: divide by n_truth.",
            of_curve(lambda p, r, hit, n: from_the_end(hit, max(hit.sum(), 1))),
            credit=0.25,
        ),
        Mistake(
            "The envelope ran from the left. It is the best precision at this recall or "
            "*higher*: accumulate from the right.",
            of_curve(lambda p, r, hit, n: (steps(r) * np.maximum.accumulate(p)).sum()),
            credit=0.25,
        ),
        Mistake(
            "Averaged over all boxes. Only a hit raises recall: count there.",
            of_curve(lambda p, r, hit, n: np.maximum.accumulate(p[::-1]).mean()),
        ),
        Mistake(
            "That is the precision of the whole list, one point of the curve.",
            of_curve(lambda p, r, hit, n: p[-1]),
        ),
        Mistake(
            "That is the recall of the whole list, one point of the curve.",
            of_curve(lambda p, r, hit, n: r[-1]),
        ),
        Mistake(
            "You divided by the boxes. Recall is the share of lesions: divide by n_truth.",
            of_curve(lambda p, r, hit, n: from_the_end(hit, len(hit))),
        ),
        Mistake(
            "That is F1 of the whole list: one threshold only.",
            of_curve(lambda p, r, hit, n: 2 * hit.sum() / (len(hit) + n)),
        ),
        Mistake(
            "You divided by the hits, without an envelope, as scikit-learn does with this list: it "
            "never hears of lesions that no box found. Divide by n_truth.",
            of_curve(lambda p, r, hit, n: (p * hit).sum() / max(hit.sum(), 1)),
            credit=0.25,
        ),
        Mistake(
            "NaN for an empty list. There are lesions, and none was found: 0.",
            empty_is_nan,
            credit=0.75,
        ),
    ],
    hints=[
        "np.cumsum(hit) / np.arange(1, len(hit) + 1) is the precision after each box.",
        "np.maximum.accumulate(precision[::-1])[::-1] is the best from here on.",
        "Each hit raises recall by 1 / n_truth: add up the envelope at the hits and divide.",
    ],
)
