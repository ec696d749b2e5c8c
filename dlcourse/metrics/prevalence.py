"""How likely an alarm is right where more, or fewer, are ill than among your patients."""

from typing import NamedTuple

import numpy as np

from ..validation import evaluation as validate
from .confusion import confusion_table
from .interval import Estimate, normal_quantile


def ppv(sensitivity, specificity, prevalence):
    r"""Return the share of the ill among those called, at a given prevalence (Bayes).

    :math:`\frac{s\,\pi}{s\,\pi + (1 - c)(1 - \pi)}` with sensitivity s, specificity c and
    prevalence π. NaN where nobody is called.

    Parameters
    ----------
    sensitivity, specificity, prevalence : from 0 to 1, of shapes that broadcast

    Examples
    --------
    Nine of ten found, one of ten healthy alarmed; half of them ill, then one in a thousand:

    >>> ppv(0.9, 0.9, [0.5, 0.001]).round(3)
    array([0.9  , 0.009])
    """
    s, c, prevalence = _shares(sensitivity, specificity, prevalence)
    return _part(s * prevalence, (1 - c) * (1 - prevalence))


def npv(sensitivity, specificity, prevalence):
    """Return the share of the healthy among those not called; NaN where all are called."""
    s, c, prevalence = _shares(sensitivity, specificity, prevalence)
    return _part(c * (1 - prevalence), (1 - s) * prevalence)


class PredictiveValues(NamedTuple):
    """The share of alarms, and of all-clears, that are right: two Estimates."""

    ppv: Estimate
    npv: Estimate


def predictive_values(y_true, y_pred, prevalence, level=0.95):
    r"""Return both predictive values at ``prevalence``, with intervals.

    They are not plain shares of anything counted: sensitivity and specificity are estimated
    from the ill and from the healthy, then weighed by a prevalence that is taken as known.
    The interval is made on the logit scale, where :math:`\operatorname{logit} PPV =
    \operatorname{logit} π + \ln s - \ln(1 - c)` and the variances of the two logarithms add.
    For it (not for the value) ½ is added to each of the four counts, so that it exists where
    one is 0; without it an interval of few patients fails most where a count is small, and
    with more added it holds the truth too seldom (4,000 draws of five designs).

    Source: Mercaldo, Lau and Zhou, Confidence intervals for predictive values with an
    emphasis to case-control studies (2007). doi:10.1002/sim.2677

    Parameters
    ----------
    y_true : (n,), 1 for ill, 0 for healthy: how many of each does not matter
    y_pred : (n,), 1 for an alarm
    prevalence : share of the ill among those for whom you ask, between 0 and 1
    level : of confidence

    Raises
    ------
    ValueError
        If nobody is ill or nobody healthy. A value is NaN where nobody is called, or all are.
    """
    tn, fp, fn, tp = confusion_table(y_true, y_pred)
    validate.both_classes(np.repeat([False, True], [tn + fp, fn + tp]))
    odds = validate.inside("prevalence", prevalence) / (1 - prevalence)
    s, c = tp / (tp + fn), tn / (tn + fp)
    return PredictiveValues(
        _on_logit(ppv(s, c, prevalence), (tp, fn), (fp, tn), odds, level),
        _on_logit(npv(s, c, prevalence), (tn, fp), (fn, tp), 1 / odds, level),
    )


def _on_logit(value, wanted, unwanted, odds, level):
    """Return an Estimate; the counts are of whom the call is right for and wrong for.

    Each is a pair: how many of them got this call, how many the other.
    """
    z = normal_quantile(level)
    (a, b), (c, d) = ([count + 0.5 for count in pair] for pair in (wanted, unwanted))
    logit = np.log(odds * (a / (a + b)) / (c / (c + d)))
    half = z * np.sqrt(b / (a * (a + b)) + d / (c * (c + d)))
    low, high = 1 / (1 + np.exp(-logit + half)), 1 / (1 + np.exp(-logit - half))
    # np.fmin: a value of NaN has an interval nonetheless.
    return Estimate(float(value), float(np.fmin(low, value)), float(np.fmax(high, value)))


def _shares(sensitivity, specificity, prevalence):
    named = {"sensitivity": sensitivity, "specificity": specificity, "prevalence": prevalence}
    return [validate.shares(name, value) for name, value in named.items()]


def _part(right, wrong):
    right, wrong = np.broadcast_arrays(right, wrong)
    total = right + wrong
    return np.divide(right, total, out=np.full(total.shape, np.nan), where=total > 0)
