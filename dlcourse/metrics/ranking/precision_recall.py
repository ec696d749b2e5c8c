"""How many alarms are right, against how many ill are found: the curve that sees prevalence."""

import numpy as np

from ...validation import evaluation as validate
from ...validation.arrays import choice
from ..interval import logit_wald
from .roc import counts_by_threshold

INTERPOLATIONS = ("step", "trapezoid", "envelope")


def precision_recall_curve(y_true, y_score):
    """Return (precision, recall, thresholds) for alarms at score >= threshold.

    In scikit-learn's order: from the lowest score, where all are called, to the highest; then
    precision 1 at recall 0, a convention without a threshold, where nobody is called.

    Parameters
    ----------
    y_true : (n,), 1 for ill; at least one
    y_score : (n,), higher for the more suspicious

    Returns
    -------
    tuple : precision and recall (k + 1,), thresholds (k,) for k distinct scores
    """
    y, score = validate.ranked(y_true, y_score, both=False)
    if not y.any():
        raise ValueError(f"y_true holds no ill of {len(y)}; recall needs at least one")
    alarms, found, thresholds = (each[::-1] for each in counts_by_threshold(y, score))
    return np.append(found / alarms, 1), np.append(found / y.sum(), 0), thresholds


def average_precision_score(y_true, y_score, interpolation="step"):
    r"""Return the area under the precision-recall curve.

    ``"step"``, the default
        :math:`\sum_k (R_k - R_{k-1}) P_k`: the precision at each ill patient found, averaged.
        scikit-learn's and torchmetrics'. It invents no point that no threshold has.
    ``"trapezoid"``
        Straight lines between the points, as ``auc(recall, precision)`` draws them. Between
        two thresholds precision does not move on a line: too high where few are tied, and
        far too high where many are (Davis and Goadrich 2006, doi:10.1145/1143844.1143874).
    ``"envelope"``
        Each precision replaced by the best at this recall or higher, as in detection.

    A score that knows nothing has about the prevalence, so areas of different populations
    cannot be compared. Where nobody is ill it is refused; scikit-learn warns and gives 0.

    Parameters
    ----------
    y_true : (n,), 1 for ill; at least one
    y_score : (n,)
    interpolation : "step", "trapezoid" or "envelope"

    Examples
    --------
    >>> y, score = [1, 0, 1, 1, 0], [0.9, 0.8, 0.7, 0.6, 0.5]
    >>> [round(average_precision_score(y, score, way), 3) for way in INTERPOLATIONS]
    [0.806, 0.764, 0.833]
    """
    choice("interpolation", interpolation, INTERPOLATIONS)
    precision, recall, _ = precision_recall_curve(y_true, y_score)
    width = -np.diff(recall)
    if interpolation == "trapezoid":
        return float(width @ (precision[:-1] + precision[1:]) / 2)
    if interpolation == "envelope":
        precision = np.maximum.accumulate(precision[:-1])
    return float(width @ precision[: len(width)])


def average_precision_interval(y_true, y_score, level=0.95):
    r"""Return the average precision ("step") with an interval on the logit scale.

    As if it were a share of the ill, with standard error :math:`\sqrt{A(1 - A)/m}` for m of
    them: rough, but within 0 and 1. At an average precision of 1 it says nothing and is
    refused; ``bootstrap_interval`` with ``strata=y_true`` is the alternative.

    Source: Boyd, Eng and Page, Area under the precision-recall curve: point estimates and
    confidence intervals (2013). doi:10.1007/978-3-642-40994-3_29
    """
    area = average_precision_score(y_true, y_score)
    ill = validate.outcomes("y_true", y_true).sum()
    if area == 1:
        raise ValueError("the average precision is 1; its interval needs some alarm to be false")
    return logit_wald(area, np.sqrt(area * (1 - area) / ill), level)
