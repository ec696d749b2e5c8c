"""Lesions counted, not pixels: which were found, and which blobs lie where nothing is."""

from typing import NamedTuple

import numpy as np

from ...validation import evaluation as validate


class LesionScores(NamedTuple):
    """Lesions found, lesions there, and painted blobs that touch none."""

    found: int
    lesions: int
    false_alarms: int


def lesion_scores(y_true, y_pred, min_coverage=0.0, connectivity=None):
    """Return how many lesions of one scan were found, of how many, and the false alarms.

    A lesion is a connected piece of the truth, a blob one of what was painted. A lesion is
    found if a blob touches it: more than ``min_coverage`` of its pixels are painted. A blob
    that touches no lesion is a false alarm; one may find two lesions, and two may find one.

    Over many scans add the counts up. Lesions of one patient are not independent: for the
    share found draw the patients again, ``bootstrap_interval(share, found, lesions)``.

    Parameters
    ----------
    y_true, y_pred : masks of one scan, (h, w) or (d, h, w)
    min_coverage : from 0, one common pixel suffices, to below 1, a stricter rule
    connectivity : how many axes two neighbours may differ in. None for all of them, so that
        pixels that touch at a corner are one lesion (8 neighbours on a slice, 26 in a
        volume); 1 for SciPy's default, those that share a side

    Examples
    --------
    >>> truth = np.array([[1, 0, 0, 0, 0], [0, 1, 0, 0, 1]])
    >>> painted = np.array([[0, 0, 0, 1, 0], [0, 1, 0, 0, 0]])
    >>> lesion_scores(truth, painted)
    LesionScores(found=1, lesions=2, false_alarms=1)
    >>> lesion_scores(truth, painted, connectivity=1)
    LesionScores(found=1, lesions=3, false_alarms=1)
    """
    from scipy import ndimage

    t, p = validate.masks(y_true, y_pred)
    if not 0 <= min_coverage < 1:
        raise ValueError(f"min_coverage is {min_coverage}; needed from 0 to below 1")
    connectivity = t.ndim if connectivity is None else connectivity
    if connectivity not in range(1, t.ndim + 1):
        raise ValueError(f"connectivity is {connectivity}; needed from 1 to {t.ndim}, the axes")
    neighbours = ndimage.generate_binary_structure(t.ndim, connectivity)
    truths, lesions = ndimage.label(t, neighbours)
    blobs, painted = ndimage.label(p, neighbours)
    covered = np.bincount(truths[p], minlength=lesions + 1)[1:]  # label 0 is the background
    size = np.bincount(truths.ravel(), minlength=lesions + 1)[1:]
    touching = np.setdiff1d(blobs[t], [0])
    return LesionScores(
        int((covered > min_coverage * size).sum()), lesions, painted - len(touching)
    )
