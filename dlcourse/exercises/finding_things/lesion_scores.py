"""Lab 13, lesion_scores: count lesions found, lesions, and alarms where nothing is."""

import numpy as np
from scipy import ndimage

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY

EIGHT = np.ones((3, 3))


def drawn(*rectangles, shape=(12, 13)):
    """Return a mask of rectangles (top, bottom, left, right)."""
    mask = np.zeros(shape, bool)
    for top, bottom, left, right in rectangles:
        mask[top:bottom, left:right] = True
    return mask


def lesion_scores_edges():
    corner = drawn((1, 3, 1, 3), (3, 5, 3, 5), (1, 3, 8, 11), (8, 11, 8, 11))  # first two touch
    painted = drawn((2, 4, 2, 4), (1, 3, 8, 9), (6, 7, 0, 2), (10, 12, 0, 1), (7, 8, 2, 3))
    two, one_blob = drawn((1, 3, 1, 3), (1, 3, 5, 7)), drawn((0, 4, 0, 8), (8, 10, 8, 10))
    large = drawn((2, 8, 2, 8))
    hit_twice = drawn((2, 4, 2, 4), (6, 8, 6, 8), (3, 4, 6, 8))
    nothing = drawn()
    return [
        (painted, corner),
        (one_blob, two),
        (hit_twice, large),
        (nothing, corner),
        (painted, nothing),
        (nothing, nothing),
    ]


def lesion_scores_inputs(rng):
    def spots(n):
        corners = rng.integers(0, 16, (n, 2))
        sizes = rng.integers(1, 5, (n, 2))
        return drawn(
            *((y, y + h, x, x + w) for (y, x), (h, w) in zip(corners, sizes, strict=True)),
            shape=(18, 20),
        )

    return [(spots(int(rng.integers(4, 9))), spots(int(rng.integers(3, 7))))]


def lesion_scores(pred, truth):
    lesions, n = ndimage.label(truth, np.ones((3, 3)))
    blobs, m = ndimage.label(pred, np.ones((3, 3)))
    both = pred & truth
    return len(np.unique(lesions[both])), n, m - len(np.unique(blobs[both]))


def one_by_one(pred, truth):
    lesions, n = ndimage.label(truth, EIGHT)
    blobs, m = ndimage.label(pred, EIGHT)
    found = sum((pred & (lesions == i)).any() for i in range(1, n + 1))
    return found, n, sum(not (truth & (blobs == j)).any() for j in range(1, m + 1))


def by_pairs(pred, truth):
    lesions, n = ndimage.label(truth, EIGHT)
    blobs, m = ndimage.label(pred, EIGHT)
    pairs = {(i, j) for i, j in zip(lesions.flat, blobs.flat, strict=True) if i and j}
    return len({i for i, _ in pairs}), n, m - len({j for _, j in pairs})


def pieces(mask):
    """Return the connected pieces of a mask, each a mask, grown from a seed."""
    left, found = mask.copy(), []
    while left.any():
        seed = np.zeros_like(left)
        seed[tuple(np.argwhere(left)[0])] = True
        found.append(ndimage.binary_propagation(seed, EIGHT, mask=left))
        left &= ~found[-1]
    return found


def by_growing(pred, truth):
    lesions, blobs = pieces(truth), pieces(pred)
    found = len([piece for piece in lesions if (piece & pred).any()])
    return found, len(lesions), len([piece for piece in blobs if not (piece & truth).any()])


def four_neighbours(pred, truth):
    lesions, n = ndimage.label(truth)
    blobs, m = ndimage.label(pred)
    both = pred & truth
    return len(np.unique(lesions[both])), n, m - len(np.unique(blobs[both]))


def half_covered(pred, truth):
    lesions, n = ndimage.label(truth, EIGHT)
    covered = [pred[lesions == i].mean() for i in range(1, n + 1)]
    return sum(share > 0.5 for share in covered), n, one_by_one(pred, truth)[2]


def with_label_0(pred, truth):
    lesions, n = ndimage.label(truth, EIGHT)
    return len(np.unique(lesions[pred])), n, one_by_one(pred, truth)[2]


def spilling_over(pred, truth):
    blobs, _ = ndimage.label(pred, EIGHT)
    return *one_by_one(pred, truth)[:2], len(np.unique(blobs[pred & ~truth]))


def number(mask):
    return ndimage.label(mask, EIGHT)[1]


def changed(formula):
    """Return an answer made of the right one's found, lesions and alarms, and the masks."""
    return lambda pred, truth: formula(*one_by_one(pred, truth), pred, truth)


EXERCISE = Exercise(
    "lesion_scores",
    points=3,
    answer=lesion_scores,
    edges=lesion_scores_edges,
    inputs=lesion_scores_inputs,
    forbidden=LIBRARY,
    also_right=[one_by_one, by_pairs, by_growing],
    mistakes=[
        Mistake(
            "SciPy's default are 4 neighbours: what touches at a corner falls apart. Give "
            "ndimage.label the structure np.ones((3, 3)).",
            four_neighbours,
            credit=0.5,
        ),
        Mistake(
            "Those are pixels. Count lesions and painted pieces.",
            lambda pred, truth: (
                int((pred & truth).sum()),
                int(truth.sum()),
                int((pred & ~truth).sum()),
            ),
        ),
        Mistake(
            "Alarms in pixels. Count the pieces that touch no lesion.",
            changed(lambda found, n, false, p, t: (found, n, int((p & ~t).sum()))),
            credit=0.25,
        ),
        Mistake(
            "Pieces minus lesions found: one piece may find two lesions, and two pieces one.",
            changed(lambda found, n, false, p, t: (found, n, number(p) - found)),
            credit=0.25,
        ),
        Mistake(
            "You counted the pieces that hit. Count the lesions that are hit.",
            changed(lambda found, n, false, p, t: (number(p) - false, n, false)),
            credit=0.25,
        ),
        Mistake(
            "The second number is lesions, from the truth; you counted painted pieces.",
            changed(lambda found, n, false, p, t: (found, number(p), false)),
            credit=0.25,
        ),
        Mistake(
            "More than half had to be covered. That is a stricter rule; here one pixel is enough.",
            half_covered,
            credit=0.5,
        ),
        Mistake("Label 0 is the background, no lesion.", with_label_0, credit=0.5),
        Mistake(
            "You counted every piece that spills over its lesion as an alarm. It touches one, so "
            "it is none.",
            spilling_over,
            credit=0.25,
        ),
        Mistake(
            "You counted pieces of the overlap. A lesion hit in two places is found once.",
            changed(lambda found, n, false, p, t: (number(p & t), n, false)),
            credit=0.25,
        ),
        Mistake(
            "Truth and prediction have changed places.",
            lambda pred, truth: one_by_one(truth, pred),
        ),
        Mistake(
            "The first is how many were missed; how many were found was asked for.",
            changed(lambda found, n, false, p, t: (n - found, n, false)),
            credit=0.5,
        ),
    ],
    hints=[
        "ndimage.label(truth, np.ones((3, 3))) gives numbered pieces and how many there are.",
        "np.unique(lesions[pred & truth]) are the lesions that share a pixel with the prediction.",
        "Number the pieces of pred too: alarms are all pieces minus those in pred & truth.",
    ],
)
