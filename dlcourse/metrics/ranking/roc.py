"""The ROC curve: what is found against what is falsely alarmed, at every threshold."""

from typing import NamedTuple

import numpy as np

from ...validation import evaluation as validate


class RocCurve(NamedTuple):
    """Share of the healthy alarmed, share of the ill found, and the threshold, strict first."""

    fpr: np.ndarray
    tpr: np.ndarray
    thresholds: np.ndarray


def roc_curve(y_true, y_score):
    """Return one point for each distinct score, after (0, 0): alarm at score >= threshold.

    Equal scores fall together, in one slanted step, so that the curve does not depend on the
    order of the file. No point is left out (scikit-learn's ``drop_intermediate=False``); the
    first threshold is infinity, which alarms for nobody.

    Parameters
    ----------
    y_true : (n,), 1 for ill, 0 for healthy
    y_score : (n,), higher for the more suspicious; any real numbers, probabilities or logits

    Returns
    -------
    RocCurve : fpr, tpr, thresholds, each (distinct scores + 1,)

    Raises
    ------
    ValueError
        If shapes differ, a label is neither 0 nor 1, a score is NaN, or one class is absent.

    Examples
    --------
    >>> curve = roc_curve([1, 0, 1, 0], [0.9, 0.4, 0.4, 0.1])
    >>> curve.fpr, curve.tpr
    (array([0. , 0. , 0.5, 1. ]), array([0. , 0.5, 1. , 1. ]))
    """
    y, score = validate.ranked(y_true, y_score)
    alarms, found, thresholds = counts_by_threshold(y, score)
    return RocCurve(
        np.append(0, alarms - found) / (~y).sum(),
        np.append(0, found) / y.sum(),
        np.append(np.inf, thresholds),
    )


def counts_by_threshold(y, score):
    """Return alarms, ill among them, and threshold, for each distinct score from the top."""
    order = np.argsort(-score, kind="stable")
    last = np.flatnonzero(np.append(np.diff(score[order]) != 0, True))  # of each equal score
    return last + 1, np.cumsum(y[order])[last], score[order][last]
