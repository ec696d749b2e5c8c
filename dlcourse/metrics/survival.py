"""How well risks order times until death."""

import numpy as np

from ..validation.arrays import floating
from ..validation.losses import survival


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
