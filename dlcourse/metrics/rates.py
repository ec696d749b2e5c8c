"""Which shares of the ill and the healthy are told right: no share without an interval."""

from typing import NamedTuple

import numpy as np

from ..validation import evaluation as validate
from .interval import normal_quantile


class Rate(NamedTuple):
    """``hits`` of ``n``, the share and its interval (Wilson 1927)."""

    hits: int
    n: int
    share: float
    low: float
    high: float

    def __float__(self):
        return self.share

    def __str__(self):
        return f"{self.share:.3f} ({self.low:.3f} to {self.high:.3f}; {self.hits} of {self.n})"


def rate(hits, n, level=0.95):
    """Return the share ``hits / n`` with its Wilson interval.

    >>> print(rate(9, 10))
    0.900 (0.596 to 0.982; 9 of 10)
    """
    if not 0 <= hits <= n or n == 0:
        raise ValueError(f"hits is {hits} of n = {n}; needed 0 <= hits <= n and n > 0")
    low, high = wilson_interval(hits, n, level)
    return Rate(int(hits), int(n), float(hits / n), float(low), float(high))


def wilson_interval(hits, n, level=0.95):
    r"""Return (low, high), each of the shape of ``hits``: all shares that the count allows.

    The ends are the two p at which the share found lies z standard errors away, where the
    standard error is that of p itself: :math:`|h/n - p| = z \sqrt{p(1 - p)/n}`, a quadratic
    equation. So 10 of 10 does not become "1 to 1". NaN where n is 0.

    Source: Wilson, Probable inference, the law of succession, and statistical inference
    (1927). doi:10.1080/01621459.1927.10502953

    Parameters
    ----------
    hits, n : counts of any shapes that broadcast
    level : of confidence
    """
    z = normal_quantile(level)
    hits, n = np.asarray(hits, np.float64), np.asarray(n, np.float64)
    if not ((hits >= 0) & (hits <= n)).all():
        raise ValueError("hits must lie from 0 to n; found some that do not")
    with np.errstate(invalid="ignore", divide="ignore"):
        middle = (hits + z**2 / 2) / (n + z**2)
        half = z * np.sqrt(hits * (n - hits) / n + z**2 / 4) / (n + z**2)
    # The exact ends, where rounding would leave 1e-17: nothing, and everything, is possible.
    low = np.where(hits == 0, np.where(n == 0, np.nan, 0), middle - half)
    return low, np.where(hits == n, np.where(n == 0, np.nan, 1), middle + half)


def sensitivity(y_true, y_pred, level=0.95):
    """Return which share of the ill were called ill, a Rate (also: recall, true positive rate).

    Parameters
    ----------
    y_true : (n,), 1 for ill, 0 for healthy
    y_pred : (n,), 1 for an alarm, 0 for none
    level : of confidence of the Wilson interval

    Raises
    ------
    ValueError
        If the shapes differ, an entry is neither 0 nor 1 (NaN included), or nobody is ill.
    """
    y, called = validate.calls(y_true, y_pred)
    return _share(called, among=y, who="ill", where="y_true", level=level)


def specificity(y_true, y_pred, level=0.95):
    """Return which share of the healthy were not called ill, a Rate; see ``sensitivity``."""
    y, called = validate.calls(y_true, y_pred)
    return _share(~called, among=~y, who="healthy", where="y_true", level=level)


def positive_predictive_value(y_true, y_pred, level=0.95):
    """Return which share of those called are ill *among these patients* (also: precision).

    Among others, with another prevalence, it differs: see ``ppv`` and ``predictive_values``.
    """
    y, called = validate.calls(y_true, y_pred)
    return _share(y, among=called, who="called ill", where="y_pred", level=level)


def negative_predictive_value(y_true, y_pred, level=0.95):
    """Return which share of those not called are healthy, among these patients."""
    y, called = validate.calls(y_true, y_pred)
    return _share(~y, among=~called, who="called healthy", where="y_pred", level=level)


def accuracy(y_true, y_pred, level=0.95):
    """Return which share of all are told right: of a rare disease it says nothing."""
    y, called = validate.calls(y_true, y_pred)
    return rate((y == called).sum(), len(y), level)


def _share(right, among, who, where, level):
    if not among.any():
        raise ValueError(f"{where} holds nobody who is {who}; needed at least one for a share")
    return rate((right & among).sum(), among.sum(), level)
