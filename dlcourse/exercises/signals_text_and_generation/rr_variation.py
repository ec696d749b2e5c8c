"""Lab 16, rr_variation: the rate of a heart, and how far its intervals are from equal."""

import statistics
from itertools import pairwise

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def drawn_peaks(rng, n, rate, spread):
    """Return the samples of n beats, some 0.8 s apart."""
    intervals = np.maximum(0.35, 0.8 * (1 + spread * rng.normal(size=n)))
    return np.round((0.1 + np.cumsum(intervals)) * rate).astype(int)


def rr_variation_edges():
    rng = np.random.default_rng(16)
    return [
        (np.array([40, 120, 210, 280]), 100),
        (np.array([15, 140, 265, 390]), 250),  # as a clock
        (drawn_peaks(rng, 9, 360, 0.22), 360),
        (np.array([30, 110, 220]), 100),
        (np.array([30, 110]), 100),  # one interval
        (np.array([60]), 100),
        (np.array([], dtype=int), 100),
    ]


def rr_variation_inputs(rng):
    return [
        (drawn_peaks(rng, int(rng.integers(5, 9)), 100, 0.03), 100),
        (drawn_peaks(rng, 6, 200, 0.2), 200),
    ]


def rr_variation(peaks, rate):
    if len(peaks) < 3:
        return np.nan, np.nan
    rr = np.diff(peaks) / rate
    return 60 / rr.mean(), rr.std(ddof=1) / rr.mean()


def by_statistics(peaks, rate):
    if len(peaks) < 3:
        return float("nan"), float("nan")
    rr = [float(b - a) / rate for a, b in pairwise(peaks)]
    mean = statistics.fmean(rr)
    return 60 / mean, statistics.stdev(rr) / mean


def in_samples(peaks, rate):
    n = len(peaks) - 1
    if n < 2:
        return np.nan, np.nan
    mean = (peaks[-1] - peaks[0]) / n
    off = peaks[1:] - peaks[:-1] - mean
    return 60 * rate / mean, np.sqrt((off**2).sum() / (n - 1)) / mean


def by_covariance(peaks, rate):
    rr = np.diff(np.asarray(peaks, float)) / rate
    if rr.size <= 1:
        return np.nan, np.nan
    relative = rr / rr.mean()
    return 60 * len(rr) / rr.sum(), np.cov(relative) ** 0.5


def wrong(beats=lambda rr: 60 / rr.mean(), variation=None, intervals=None, short=np.nan):
    """Return an answer with another rate, another variation, or other intervals."""

    def answer(peaks, rate):
        if len(peaks) < 3:
            return short, short
        rr = np.diff(peaks) / rate if intervals is None else intervals(peaks, rate)
        return beats(rr), (variation or (lambda rr: rr.std(ddof=1) / rr.mean()))(rr)

    return answer


def successive(rr):
    return np.sqrt((np.diff(rr) ** 2).mean()) / rr.mean()


def of_rates(rr):
    return (60 / rr).std(ddof=1) / (60 / rr).mean()


def too_soon(peaks, rate):
    if len(peaks) < 2:
        return np.nan, np.nan
    rr = np.diff(peaks) / rate
    return 60 / rr.mean(), rr.std(ddof=1) / rr.mean() if len(rr) > 1 else np.nan


def one_beat_too_many(peaks, rate):
    beats, variation = rr_variation(peaks, rate)
    return beats * len(peaks) / max(1, len(peaks) - 1), variation


EXERCISE = Exercise(
    "rr_variation",
    points=2,
    answer=rr_variation,
    edges=rr_variation_edges,
    inputs=rr_variation_inputs,
    forbidden=LIBRARY,
    also_right=[by_statistics, in_samples, by_covariance],
    mistakes=[
        Mistake(
            "Four beats have three intervals. You counted beats over the time between the first "
            "and the last.",
            one_beat_too_many,
            credit=0.5,
        ),
        Mistake(
            "A mean of rates: 60 / RR for each interval, then averaged. Short intervals count too "
            "much. First the mean interval, then 60 over it.",
            wrong(beats=lambda rr: (60 / rr).mean()),
            credit=0.5,
        ),
        Mistake(
            "60 over the median interval: steadier, and another number. The mean.",
            wrong(beats=lambda rr: 60 / np.median(rr)),
            credit=0.5,
        ),
        Mistake(
            "Intervals in samples: the variation does not mind, the rate does. Divide by rate.",
            wrong(intervals=lambda peaks, rate: np.diff(peaks)),
            credit=0.5,
        ),
        Mistake(
            "Beats a second. Times 60 for beats a minute.",
            wrong(beats=lambda rr: 1 / rr.mean()),
            credit=0.75,
        ),
        Mistake(
            "That SD divides by n. The sample SD divides by n - 1: ddof=1.",
            wrong(variation=lambda rr: rr.std() / rr.mean()),
            credit=0.75,
        ),
        Mistake(
            "The SD in seconds: 0.05 s is much at 120 beats a minute and less at 50. Divide by "
            "the mean interval.",
            wrong(variation=lambda rr: rr.std(ddof=1)),
            credit=0.5,
        ),
        Mistake(
            "The variance was divided by the mean. Its root, the SD.",
            wrong(variation=lambda rr: rr.var(ddof=1) / rr.mean()),
            credit=0.5,
        ),
        Mistake(
            "Differences of one interval to the next: that is RMSSD over the mean, a good number "
            "and another one. The SD of the intervals.",
            wrong(variation=successive),
            credit=0.5,
        ),
        Mistake(
            "The variation of the rates. The intervals' was asked for.", wrong(variation=of_rates)
        ),
        Mistake(
            "The time up to the first beat is no interval: the strip began anywhere.",
            wrong(intervals=lambda peaks, rate: np.diff(peaks, prepend=0) / rate),
            credit=0.25,
        ),
        Mistake(
            "0 says 'as regular as a clock' of a strip that is too short to tell. NaN.",
            wrong(short=0.0),
            credit=0.5,
        ),
        Mistake(
            "One interval gives a rate and no spread. Below three beats both shall be NaN.",
            too_soon,
            credit=0.5,
        ),
        Mistake(
            "The rate first, then the variation.",
            lambda peaks, rate: rr_variation(peaks, rate)[::-1],
            credit=0.75,
        ),
    ],
    hints=[
        "np.diff(peaks) / rate are the intervals in seconds.",
        "60 / rr.mean() is the rate; rr.std(ddof=1) is the sample SD.",
        "Fewer than three beats: return np.nan, np.nan before you divide.",
    ],
)
