"""How far two masks cover each other, patient by patient."""

import numpy as np

from ...validation import evaluation as validate
from ...validation.arrays import choice

EMPTY, AVERAGES = ("nan", "one", "zero", "truth"), ("none", "mean", "pooled")


def dice_score(y_true, y_pred, empty="nan", average="none"):
    r"""Return Dice, :math:`2|A \cap B| / (|A| + |B|)`, of each patient: F1 of the pixels.

    Below stands the *sum of the two areas*, not the union.

    **Empty masks.** Where nothing is there and nothing painted, 0/0, we say "nan": neither
    praise for an empty answer nor blame for a right one, and whoever averages must decide.
    A false alarm on a healthy scan is 0, and so is a lesion missed. By name: "one" (smp;
    MONAI's ignore_empty=False), "zero" (scikit-learn's f1_score), and "truth", MONAI's
    default, NaN *wherever the truth is empty*, so that false alarms on healthy scans vanish.

    Parameters
    ----------
    y_true, y_pred : (patients, ...), masks of booleans or of 0 and 1, as many axes as you like
    empty : "nan", "one", "zero" or "truth"
    average : "none", one number for each patient; "mean" of them, those of NaN left out;
        "pooled", all pixels of all patients as one scan, where large lesions decide

    Returns
    -------
    array (patients,), or a float with an average. For an interval give the patients' numbers
    to ``bootstrap_interval`` or ``mean_interval``.

    Raises
    ------
    ValueError
        If the shapes differ or a pixel is neither 0 nor 1, as after the header of a scan or
        an interpolation has changed it.

    Examples
    --------
    >>> truth = np.array([[1, 1, 1, 0], [0, 0, 0, 0], [0, 0, 0, 0]])
    >>> painted = np.array([[0, 1, 1, 1], [0, 0, 0, 0], [1, 0, 0, 0]])
    >>> dice_score(truth, painted).round(3)
    array([0.667,   nan, 0.   ])
    """
    return _overlap(y_true, y_pred, empty, average, lambda both, a, b: (2 * both, a + b))


def iou_score(y_true, y_pred, empty="nan", average="none"):
    r"""Return intersection over union, Jaccard's index, of each patient: Dice / (2 - Dice).

    Arguments, empty masks and averages as in ``dice_score``.

    Examples
    --------
    >>> iou_score(np.array([[1, 1, 1, 0]]), np.array([[0, 1, 1, 1]]))
    array([0.5])
    """
    return _overlap(y_true, y_pred, empty, average, lambda both, a, b: (both, a + b - both))


def _overlap(y_true, y_pred, empty, average, parts):
    choice("empty", empty, EMPTY)
    choice("average", average, AVERAGES)
    t, p = validate.masks(y_true, y_pred, least=2)
    if average == "pooled":
        t, p = t[None], p[None]
    pixels = tuple(range(1, t.ndim))
    above, below = parts((t & p).sum(axis=pixels), t.sum(axis=pixels), p.sum(axis=pixels))
    nothing = {"nan": np.nan, "truth": np.nan, "one": 1.0, "zero": 0.0}[empty]
    score = np.divide(above, below, out=np.full(len(t), nothing), where=below > 0)
    if empty == "truth":
        score[~t.any(axis=pixels)] = np.nan
    if average == "pooled":
        return float(score[0])
    if average == "mean":
        kept = score[~np.isnan(score)]
        return float(kept.mean()) if kept.size else float("nan")
    return score
