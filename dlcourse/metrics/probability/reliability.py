"""What was said against what came: the reliability curve, in bins."""

from typing import NamedTuple

import numpy as np

from ...validation import evaluation as validate
from ...validation.arrays import choice
from ..rates import wilson_interval

STRATEGIES, CLOSED = ("uniform", "quantile"), ("left", "right")


class Reliability(NamedTuple):
    """Of each bin that holds somebody: share of the ill with its interval, mean said, count."""

    prob_true: np.ndarray
    prob_pred: np.ndarray
    low: np.ndarray
    high: np.ndarray
    count: np.ndarray


def calibration_curve(y_true, y_prob, n_bins=10, strategy="uniform", closed="left", level=0.95):
    """Return, bin by bin, which share was ill, with Wilson's interval, and what was said.

    The mean of what was said stands for the bin, not its middle. Empty bins are left out.

    **The bins.** "uniform" bins are equally wide. "quantile" bins hold about equally many:
    their edges are quantiles of ``y_prob``, and equal probabilities stay together, so that
    the order of the file does not matter (and bins may be fewer where many are equal).
    An edge belongs to the bin above it, [k/B, (k+1)/B); ``closed="right"`` gives
    scikit-learn's and torchmetrics' (k/B, (k+1)/B]. 0 and 1 always count. Edges are k/B, so
    that 0.3 is one: programs that take ``linspace`` have 0.30000000000000004 there, and put
    0.3 into the bin below (netcal 1.4.0).

    Parameters
    ----------
    y_true : (n,), 1 for ill, 0 for healthy
    y_prob : (n,), probability of being ill
    n_bins : how many
    strategy : "uniform" or "quantile"
    closed : "left" or "right"
    level : of confidence

    Returns
    -------
    Reliability : prob_true, prob_pred, low, high, count, each (bins that hold somebody,)

    Examples
    --------
    >>> curve = calibration_curve([0, 0, 1, 1], [0.1, 0.1, 0.6, 0.8], n_bins=2)
    >>> curve.prob_true, curve.prob_pred.round(2)
    (array([0., 1.]), array([0.1, 0.7]))
    """
    y, p = validate.believed(y_true, y_prob)
    owner = bins(p, n_bins, strategy, closed)
    count = np.bincount(owner)
    held = count > 0
    ill, said = np.bincount(owner, y)[held], np.bincount(owner, p)[held]
    count = count[held]
    low, high = wilson_interval(ill, count, level)
    return Reliability(ill / count, said / count, low, high, count)


def bins(p, n_bins=10, strategy="uniform", closed="left"):
    """Return for each probability the number of its bin, from 0; None gives one to each value."""
    choice("strategy", strategy, STRATEGIES)
    choice("closed", closed, CLOSED)
    if n_bins is None:
        return np.unique(p, return_inverse=True)[1]
    # k / B exactly as 0.3 is written, which np.linspace(0, 1, 11)[3] is not.
    inner = np.arange(1, validate.count("n_bins", n_bins)) / n_bins
    if strategy == "quantile":
        inner = np.unique(np.quantile(p, inner))
    return np.searchsorted(inner, p, side="right" if closed == "left" else "left")
