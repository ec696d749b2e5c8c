"""Whether acting on the program does more good than harm, at what a miss and an alarm cost."""

from typing import NamedTuple

import numpy as np

from ..validation import evaluation as validate
from .interval import normal_quantile


class DecisionCurve(NamedTuple):
    """Net benefit per patient at each threshold, of the program and of treating everybody."""

    thresholds: np.ndarray
    model: np.ndarray
    low: np.ndarray
    high: np.ndarray
    treat_all: np.ndarray


def net_benefit(y_true, y_prob, threshold):
    r"""Return the net benefit of treating whoever has ``y_prob`` at or above ``threshold``.

    :math:`\frac{TP}{n} - \frac{FP}{n} \cdot \frac{t}{1 - t}`, in true cases found per
    patient. Who would treat at a risk of t holds one miss for as bad as (1 - t)/t alarms.
    Treating nobody has 0. It prices calibration: a ranking that is too sure can do worse
    than treating everybody.

    Source: Vickers and Elkin, Decision curve analysis (2006). doi:10.1177/0272989X06295361

    Parameters
    ----------
    y_true : (n,), 1 for ill, 0 for healthy
    y_prob : (n,), probability of being ill
    threshold : between 0 and 1, not either of them

    Examples
    --------
    >>> net_benefit([1, 1, 0, 0, 0], [0.9, 0.3, 0.3, 0.1, 0.1], 0.2)
    0.35
    """
    return float(decision_curve(y_true, y_prob, [threshold]).model[0])


def decision_curve(y_true, y_prob, thresholds, level=0.95):
    """Return the net benefit at each of ``thresholds``, with pointwise intervals.

    Net benefit is a mean over patients (1 for a case found, the odds of the threshold lost
    for a false alarm, else 0), so its interval is ± z standard errors. It leaves out that
    neighbouring thresholds share their patients: it is no band for the whole curve.

    Parameters
    ----------
    y_true, y_prob : as in ``net_benefit``
    thresholds : (k,), each between 0 and 1
    level : of confidence

    Returns
    -------
    DecisionCurve : thresholds, model, low, high, treat_all, each (k,)
    """
    y, p = validate.believed(y_true, y_prob)
    t = validate.numbers("thresholds", thresholds, 1)
    if not ((t > 0) & (t < 1)).all():
        raise ValueError(f"thresholds run from {t.min()} to {t.max()}; needed between 0 and 1")
    worth = np.where(y, 1.0, -(t / (1 - t))[:, None])  # (thresholds, patients), if treated
    gained = np.where(p >= t[:, None], worth, 0)
    model = gained.mean(axis=1)
    half = normal_quantile(level) * gained.std(axis=1) / np.sqrt(len(y))
    return DecisionCurve(t, model, model - half, model + half, worth.mean(axis=1))
