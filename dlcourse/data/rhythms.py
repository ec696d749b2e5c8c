"""Simulated ECG strips with known signs: an order in time or none, P waves or none.

A beat is a sum of five bell curves, P, Q, R, S and T; strips differ in when beats come and in
whether a P wave precedes them. Atrial fibrillation has both signs of the guidelines: intervals
without order, and no P waves but small waves at 4 to 9 Hz.
"""

from typing import NamedTuple

import numpy as np

from ..validation.descent import whole

# kind: (intervals without order, P waves)
KINDS = {
    "normal": (False, True),
    "fibrillation": (True, False),
    "breathing": (True, True),  # sinus arrhythmia: irregular, and every beat has its P wave
    "junctional": (False, False),  # the beat starts below the atria: regular, without P waves
}
# wave: (millivolts, seconds from the R peak, its standard deviation in seconds)
P_WAVE = (0.15, -0.16, 0.025)
BEAT = {
    "Q": (-0.10, -0.025, 0.010),
    "R": (1.00, 0.000, 0.012),
    "S": (-0.20, 0.028, 0.012),
    "T": (0.30, 0.250, 0.050),
}
REGULAR, IRREGULAR = 0.03, 0.22  # SD of the intervals, as a share of their mean
SHORTEST = 0.33  # seconds: nothing conducts sooner
GRID = np.arange(-350, 501) / 1000  # seconds from the R peak: beyond, a beat is below 10 nV


class Strips(NamedTuple):
    """Strips ``X`` (n, 1, samples) in millivolts at ``rate`` samples a second.

    ``y`` (n,) is True for fibrillation, ``kind`` (n,) names one of ``KINDS``, and ``beats`` has,
    for each strip, the times of its R peaks in seconds, those within the strip only.
    """

    X: np.ndarray
    y: np.ndarray
    kind: np.ndarray
    beats: list
    rate: int
    source: str


def ecg_strips(n, rng, kinds=("normal", "fibrillation"), seconds=10, rate=100, noise=0.08):
    """Return ``n`` simulated strips of one lead, whose kinds take turns in the order of ``kinds``.

    The mean interval is drawn from 0.65 to 1.0 s. Intervals vary by 3 % where the rhythm is
    regular and by 22 % where it is not. A slow wander of 0.1 mV, as of breathing, is added.

    Parameters
    ----------
    n : int, 0 or more
    rng : numpy.random.Generator
    kinds : one name of ``KINDS``, or several
    seconds : length of a strip, above 0
    rate : samples a second, 50 or more, or the R peak falls between two samples
    noise : standard deviation in millivolts

    Raises
    ------
    ValueError
        If one of these is out of range, or a kind has no such name.

    Source: drawn here, with a beat as a sum of bell curves as in McSharry and others (2003),
    doi:10.1109/TBME.2003.808805. No patient stands behind it.

    >>> some = ecg_strips(4, np.random.default_rng(0))
    >>> some.X.shape, some.kind.tolist(), [len(b) for b in some.beats]
    ((4, 1, 1000), ['normal', 'fibrillation', 'normal', 'fibrillation'], [12, 15, 14, 13])
    """
    kinds = (kinds,) if isinstance(kinds, str) else tuple(kinds)
    whole("n", n, 0), whole("rate", rate, 50)
    unknown = [kind for kind in kinds if kind not in KINDS]
    if unknown or not kinds:
        raise ValueError(f"kinds is {kinds}; needed names among {', '.join(KINDS)}")
    if not seconds * rate >= 1:
        raise ValueError(f"seconds is {seconds}; needed a time above 0")
    if not noise >= 0:
        raise ValueError(f"noise is {noise}; needed 0 or more, in millivolts")
    samples = round(seconds * rate)
    names = np.array([kinds[i % len(kinds)] for i in range(n)], dtype=object).astype(str)
    X, beats = np.empty((n, 1, samples), np.float32), []
    for row, name in enumerate(names):
        irregular, p_waves = KINDS[name]
        times = beat_times(rng, seconds, irregular)
        X[row, 0] = strip(rng, times, samples, rate, p_waves, noise)
        beats.append(times[(times >= 0) & (times < seconds)])
    return Strips(
        X, names == "fibrillation", names, beats, rate, "ECG simulated by dlcourse.data.rhythms"
    )


def one_beat(since, p_waves=True):
    """Return a beat in millivolts at times ``since`` its R peak, in seconds."""
    waves = [*BEAT.values(), P_WAVE] if p_waves else BEAT.values()
    return sum(mv * np.exp(-0.5 * ((since - at) / sd) ** 2) for mv, at, sd in waves)


def beat_times(rng, seconds, irregular, variation=None):
    """Return the times of R peaks in seconds, from half a second before 0 to half a second after.

    ``variation`` is the SD of the intervals as a share of their mean; by default 0.22 if
    ``irregular``, else 0.03.
    """
    if variation is None:
        variation = IRREGULAR if irregular else REGULAR
    mean = rng.uniform(0.65, 1.0)
    times = [-0.5 - rng.uniform(0, mean)]
    while times[-1] < seconds + 0.5:
        times.append(times[-1] + max(SHORTEST, mean * (1 + variation * rng.normal())))
    return np.array(times)


def strip(rng, times, samples, rate=100, p_waves=True, noise=0.08):
    """Return one strip (samples,) in millivolts with beats at ``times``, in seconds."""
    t = np.arange(samples) / rate
    since = t - np.asarray(times)[:, None]  # (beats, samples)
    around = (since > GRID[0]) & (since < GRID[-1])
    beats = np.zeros(since.shape)
    beats[around] = np.interp(since[around], GRID, one_beat(GRID, p_waves))
    x = beats.sum(axis=0)
    if not p_waves:  # the atria flicker, at a rate that wavers
        turn = 2 * np.pi * rng.uniform(4, 9) * t + 0.5 * np.sin(2 * np.pi * 0.3 * t)
        x = x + 0.03 * np.sin(turn + rng.uniform(0, 2 * np.pi))
    wander = np.sin(2 * np.pi * rng.uniform(0.1, 0.4) * t + rng.uniform(0, 2 * np.pi))
    return x + 0.1 * wander + noise * rng.normal(size=samples)
