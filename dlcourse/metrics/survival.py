"""How well risks order times until death."""

import numpy as np

from ..validation.arrays import floating
from ..validation.losses import survival


def concordance_index(risk, time, event):
    """Return how often, of two patients, the one with the higher ``risk`` died first.

    1 is a perfect order, 0.5 is no better than chance. Two patients can be compared where
    the earlier time is a death; at equal times where one died and the other was censored,
    who outlived that day. Equal risks count one half. For n patients it takes about n log n
    steps and memory for a few times n numbers.

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
    # Patients in the order in which they were last seen, the latest first; at equal times the
    # censored first, who outlived that day. So those who outlived a death stand at the front.
    order = np.lexsort((event, -time))
    died = event == 1
    outlived = np.searchsorted(-time, -time[died], sorter=order) + _censored_with(time, event, died)
    pairs = outlived.sum()
    if not pairs:
        raise ValueError("no two patients can be compared: none is known to have outlived a death")
    ranks = np.unique(risk, return_inverse=True)[1]
    lower, equal = _lower_and_equal(ranks[order], outlived, ranks[died])
    return float((np.sum(lower) + equal.sum() / 2) / pairs)


def _censored_with(time, event, died):
    """Return for each death how many were censored at the very same time."""
    censored = np.sort(time[event == 0])
    left, right = (np.searchsorted(censored, time[died], side) for side in ("left", "right"))
    return right - left


def _lower_and_equal(ranks, counts, bounds):
    """Return how many of the first ``counts`` ranks are below, and how many equal, ``bounds``.

    From the highest bit to the lowest, the ranks are sorted, stably, by one bit. A question is
    a stretch of them, all alike in the bits so far: where the bound has a 1, those with a 0
    are below it; the rest of the stretch, alike in one more bit, stays together.
    """
    stretch, lower = np.stack([np.zeros_like(counts), counts]), 0  # from and to, (2, questions)
    for bit in reversed(range(int(ranks.max()).bit_length())):
        ones, up = ranks >> bit & 1 == 1, bounds >> bit & 1 == 1
        zeros_before = np.concatenate(([0], np.cumsum(~ones)))
        among_zeros = zeros_before[stretch]
        # The zeros move to the front, in their order, and the ones behind them.
        among_ones = zeros_before[-1] + stretch - among_zeros
        lower = lower + np.where(up, among_zeros[1] - among_zeros[0], 0)
        stretch = np.where(up, among_ones, among_zeros)
        ranks = np.concatenate((ranks[~ones], ranks[ones]))
    return lower, stretch[1] - stretch[0]
