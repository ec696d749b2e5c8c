"""People who call, beside a program that scores: each is a point, the program a curve."""

import numpy as np

from ...validation import evaluation as validate
from ..bootstrap import bootstrap_interval
from .roc import roc_curve


def reader_against_curve(y_true, y_score, y_pred, groups=None, draws=2000, level=0.95, rng=None):
    """Return how far a reader lies above the program's ROC curve, with an interval.

    The reader's sensitivity, less that of the program where it alarms for as many healthy:
    above 0 the reader is better. Between two points of the curve lies the straight line,
    which tossing a coin between two thresholds would reach. The same patients were read by
    both, so patients are drawn again together, the ill and the healthy apart.

    Compare each reader with the curve, never the mean of their points: readers of one skill
    who differ in caution lie on one curve, and the mean of points on it lies below it.

    Parameters
    ----------
    y_true : (n,), 1 for ill, 0 for healthy
    y_score : (n,), the program's
    y_pred : (n,), the reader's calls, 1 or 0; its point is ``sensitivity(y_true, y_pred)``
        and ``specificity(y_true, y_pred)``, each with its interval
    groups : (n,), whose row it is; then the patients, not the rows, are drawn, without
        keeping the numbers of ill and healthy if a patient has both
    draws, level, rng : as in ``bootstrap_interval``

    Returns
    -------
    Estimate : value, low, high, in shares of the ill

    Examples
    --------
    >>> y, score = [1, 1, 1, 1, 0, 0, 0, 0], [9, 7, 5, 3, 6, 4, 2, 1]
    >>> calls = [1, 1, 0, 0, 1, 0, 0, 0]
    >>> rng = np.random.default_rng(0)
    >>> round(reader_against_curve(y, score, calls, rng=rng).value, 2)
    -0.25
    """
    y, score = validate.ranked(y_true, y_score)
    calls = validate.for_each("y_pred", validate.outcomes("y_pred", y_pred), y)
    strata = y
    if groups is not None:
        _, owner = np.unique(groups, return_inverse=True)
        mixed = (np.bincount(owner, y) % np.bincount(owner) != 0).any()
        strata = None if mixed else y

    def above(y, score, calls):
        fpr, tpr, _ = roc_curve(y, score)
        return calls[y].mean() - sensitivity_at(fpr, tpr, calls[~y].mean())

    return bootstrap_interval(
        above, y, score, calls, groups=groups, strata=strata, draws=draws, level=level, rng=rng
    )


def sensitivity_at(fpr, tpr, at):
    """Return the highest sensitivity of a ROC curve at a share ``at`` of healthy alarmed."""
    last = np.append(np.diff(fpr) > 0, True)  # the top of each upright stretch
    return np.interp(at, fpr[last], tpr[last])
