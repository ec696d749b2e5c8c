"""Which shares of the ill and the healthy are told right: no share without an interval."""

from typing import NamedTuple

import numpy as np
from scipy.stats import binomtest


class Rate(NamedTuple):
    """``hits`` of ``n``, the share and its 95 % interval (Wilson 1927)."""

    hits: int
    n: int
    share: float
    low: float
    high: float

    def __str__(self):
        return f"{self.share:.3f} ({self.low:.3f} to {self.high:.3f}; {self.hits} of {self.n})"


def rate(hits, n):
    """Return the share ``hits / n`` with its 95 % Wilson interval.

    >>> print(rate(9, 10))
    0.900 (0.596 to 0.982; 9 of 10)
    """
    if not 0 <= hits <= n or n == 0:
        raise ValueError(f"hits is {hits} of n = {n}; needed 0 <= hits <= n and n > 0")
    interval = binomtest(int(hits), int(n)).proportion_ci(method="wilson")
    return Rate(int(hits), int(n), hits / n, float(interval.low), float(interval.high))


def sensitivity(y, alarm):
    """Return which share of the ill raised the ``alarm``; ``y`` is 1 for ill, shape (n,)."""
    y, alarm = np.asarray(y) == 1, np.asarray(alarm, bool)
    return rate((y & alarm).sum(), y.sum())


def specificity(y, alarm):
    """Return which share of the healthy raised no ``alarm``; ``y`` is 0 for healthy."""
    y, alarm = np.asarray(y) == 1, np.asarray(alarm, bool)
    return rate((~y & ~alarm).sum(), (~y).sum())
