"""How good a diagnosis or a prognosis is: never one number alone, no share without an interval."""

from typing import NamedTuple

import numpy as np
from scipy.stats import binomtest

from .validation.arrays import floating
from .validation.losses import survival


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


def concordance_index(risk, time, event):
    """Return how often, of two patients, the one with the higher ``risk`` died first.

    1 is a perfect order, 0.5 is no better than chance. Two patients can be compared where
    the earlier time is a death; at equal times where one died and the other was censored,
    who outlived that day. Equal risks count one half.

    Parameters
    ----------
    risk : (patients,), higher for who should die sooner; only its order matters
    time : (patients,), until death or the end of observation, any unit
    event : (patients,), 1 for a death, 0 for a censored patient

    Raises
    ------
    ValueError
        If shapes differ, a risk or a time is NaN, an event is neither 0 nor 1, or no two
        patients can be compared.

    Source: Harrell, Califf, Pryor, Lee and Rosati, Evaluating the yield of medical tests (1982).

    Examples
    --------
    >>> concordance_index([3.0, 1.0, 2.0], [5.0, 9.0, 7.0], [1, 1, 0])
    1.0
    """
    risk, time, event = (
        floating(name, value) for name, value in (("risk", risk), ("time", time), ("event", event))
    )
    survival(risk, time, event, "risk")
    if np.isnan(risk).any():
        raise ValueError("risk holds NaN; needed a number for every patient")
    (died,) = np.nonzero(event)
    # (deaths, patients): who is known to have outlived each death.
    outlived = (time > time[died, None]) | ((time == time[died, None]) & (event == 0))
    if not outlived.any():
        raise ValueError("no two patients can be compared: none is known to have outlived a death")
    score = np.where(risk[died, None] == risk, 0.5, risk[died, None] > risk)
    return float(score[outlived].mean())
