"""Choosing one threshold: on validation patients, to be judged on others."""

from typing import NamedTuple

import numpy as np

from ...validation import evaluation as validate
from ..rates import Rate
from ..rates import sensitivity as sensitivity_of
from ..rates import specificity as specificity_of
from .roc import roc_curve


class OperatingPoint(NamedTuple):
    """A threshold (alarm at score >= threshold) and what it does to the ill and the healthy."""

    threshold: float
    sensitivity: Rate
    specificity: Rate

    def __str__(self):
        return (
            f"alarm from {self.threshold:.4g}: "
            f"sensitivity {self.sensitivity}, specificity {self.specificity}"
        )


def operating_point(y_true, y_score, *, sensitivity=None, specificity=None):
    """Return the threshold that just reaches a wanted sensitivity, or specificity.

    Among the thresholds that reach the wanted *sensitivity*, for screening, the highest: it
    spares the most healthy. Among those that reach the wanted *specificity*, before a risky
    step, the lowest: it finds the most ill. No score between two patients' is invented: the
    threshold is a patient's score, or infinity, "never alarm", where only that will do.

    The intervals are those of two shares. They do not know that the threshold was chosen
    here: report those of ``at_threshold`` on other patients.

    Parameters
    ----------
    y_true : (n,), 1 for ill, 0 for healthy; both must occur
    y_score : (n,), higher for the more suspicious
    sensitivity, specificity : one of the two, from 0 (not itself) to 1

    Examples
    --------
    >>> y, score = [1, 1, 1, 1, 0, 0, 0, 0], [9, 7, 5, 3, 6, 4, 2, 1]
    >>> operating_point(y, score, sensitivity=0.75).threshold
    5.0
    >>> operating_point(y, score, specificity=1.0).threshold
    7.0
    """
    if (sensitivity is None) == (specificity is None):
        raise TypeError(
            f"sensitivity is {sensitivity} and specificity {specificity}; needed exactly one"
        )
    wanted = specificity if sensitivity is None else sensitivity
    if not 0 < wanted <= 1:
        raise ValueError(f"the wanted share is {wanted}; needed above 0 and at most 1")
    fpr, tpr, thresholds = roc_curve(y_true, y_score)
    # 0.1 + 0.2 is a little above 3 of 10: the target is not to fail by rounding.
    if specificity is None:
        chosen = np.flatnonzero(tpr >= wanted - 1e-12)[0]
    else:
        chosen = np.flatnonzero(1 - fpr >= wanted - 1e-12)[-1]
    return at_threshold(y_true, y_score, thresholds[chosen])


def youden_point(y_true, y_score):
    """Return the threshold with the largest sensitivity + specificity - 1, the highest if equal.

    It holds a miss and an alarm for equally bad whatever the prevalence, which is seldom
    meant; and J reported from the patients on whom it was chosen is too good.

    Source: Youden, Index for rating diagnostic tests (1950).
    doi:10.1002/1097-0142(1950)3:1<32::AID-CNCR2820030106>3.0.CO;2-3
    """
    y, score = validate.ranked(y_true, y_score)
    fpr, tpr, thresholds = roc_curve(y, score)
    # In whole pairs, so that equal sums are equal: 0.3 - 0.1 and 0.9 - 0.7 differ in rounding.
    gain = np.rint((tpr - fpr) * y.sum() * (~y).sum())
    return at_threshold(y, score, thresholds[gain.argmax()])


def at_threshold(y_true, y_score, threshold):
    """Return the OperatingPoint of a threshold chosen elsewhere, with Wilson intervals."""
    y, score = validate.ranked(y_true, y_score)
    if np.isnan(threshold):
        raise ValueError("threshold is NaN; needed a number")
    alarm = score >= threshold
    return OperatingPoint(float(threshold), sensitivity_of(y, alarm), specificity_of(y, alarm))
