"""Lab 16, r_peaks: where the beats of a strip are. The highest sample far and wide."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def drawn_strip(rng, rate, times, seconds, noise=0.03):
    """Return (seconds * rate,) millivolts: an R and a T wave at each of ``times``, and noise."""
    since = np.arange(int(seconds * rate)) / rate - np.array(times)[:, None]
    waves = [(1.0, 0.0, 0.012), (-0.6, 0.04, 0.012), (0.32, 0.25, 0.05)]
    strip = sum(h * np.exp(-0.5 * ((since - t) / w) ** 2).sum(axis=0) for h, t, w in waves)
    return (strip + rng.normal(0, noise, strip.shape)).round(3)


def r_peaks_edges():
    rng = np.random.default_rng(16)
    near = np.zeros(40)
    # Noise on one wave, and tops near a higher one.
    near[[5, 6, 7, 10, 14]] = 1.4, 0.6, 0.8, 1.2, 0.9
    near[[21, 23]] = 1.0, 0.8
    near[30:33] = 0.8  # a clipped top: three equal samples
    slope = np.array([0, 0.2, 1.5, 1.3, 1.1, 0.9, 0.7, 0.6, 0.3, 0, 0, 0.7, 0, -1.3, 0, 0.1])
    just = np.array([0.5, 0, 0, 0, 1.0, 0, 0, 1.1, 0, 0, 0, 1.0, 0, 0, 0.9, 0, 0, 0, 0, 0.5])
    ends = np.array([0.9, 0.3, 0.1, 0, 0, 0, 0.1, 0.2, 0.4, 1.1])
    # A lower top beside the first sample; tops one sample further apart than ``apart``.
    first = np.array([0.9, 0.3, 0.7, 0.1, 0, 0, 0, 0.8, 0, 0, 0, 0, 1.1, 0, 0])
    return [
        (near, 10, 0.5, 0.5),
        (first, 10, 0.5, 0.4),
        (slope, 10, 0.5, 0.3),
        (ends, 10, 0.5, 0.4),
        (just, 10, 0.5, 0.28),  # tops 3 samples apart, others as high as the height
        (drawn_strip(rng, 50, [0.3, 0.75, 1.9], 2.5), 50, 0.5, 0.3),
        (np.full(12, 0.1), 10, 0.5, 0.2),  # nobody's heart
    ]


def r_peaks_inputs(rng):
    times = np.cumsum(rng.uniform(0.5, 1.1, 3)) - 0.3
    return [(drawn_strip(rng, 100, times, 3, 0.05), 100, 0.5, 0.25)]


def r_peaks(strip, rate, height, apart):
    reach = round(apart * rate)
    found = []
    for i, value in enumerate(strip):
        before, after = strip[max(0, i - reach) : i], strip[i + 1 : i + 1 + reach]
        if value > height and (before < value).all() and (after <= value).all():
            found.append(i)
    return np.array(found, dtype=int)


def by_windows(strip, rate, height, apart):
    reach = round(apart * rate)
    padded = np.pad(strip, reach, constant_values=-np.inf)
    windows = sliding_window_view(padded, 2 * reach + 1)
    # argmax gives the first of equal samples
    return np.flatnonzero((windows.argmax(axis=1) == reach) & (strip > height))


def by_shifts(strip, rate, height, apart):
    reach, top = round(apart * rate), strip > height
    for d in range(1, min(reach, len(strip) - 1) + 1):
        top[d:] &= strip[d:] > strip[:-d]
        top[:-d] &= strip[:-d] >= strip[d:]
    return np.where(top)[0]


def by_candidates(strip, rate, height, apart):
    reach, found = round(apart * rate), []
    for i in np.flatnonzero(strip > height).tolist():
        start = max(i - reach, 0)
        if start + strip[start : i + reach + 1].argmax() == i:
            found.append(i)
    return found


def wrong(
    left=1.0, right=1.0, floor=True, first=True, ends=True, sign=lambda x: x, whole=round,
    short=0, equal=False,
):  # fmt: skip
    """Return an answer; the options are the ways in which it is done wrong."""

    def answer(strip, rate, height, apart):
        reach, found, x = whole(apart * rate), [], sign(strip)
        a, b = round(left * reach), round(right * reach) - short
        for i, value in enumerate(x):
            inside = ends or reach <= i < len(x) - reach
            high = value >= height if equal else value > height
            before, after = x[max(0, i - a) : i], x[i + 1 : i + 1 + b]
            earlier = (before < value).all() if first else (before <= value).all()
            if inside and (high or not floor) and earlier and (after <= value).all():
                found.append(i)
        return np.array(found, dtype=int)

    return answer


def every_sample(strip, rate, height, apart):
    return np.flatnonzero(strip > height)


def next_door(strip, rate, height, apart):
    x = np.pad(strip, 1, constant_values=-np.inf)
    top = (x[1:-1] > x[:-2]) & (x[1:-1] >= x[2:])
    return np.flatnonzero(top & (strip > height))


def highest_first(strip, rate, height, apart):
    left, found = np.where(strip > height, strip, -np.inf), []
    while np.isfinite(left).any():
        i = int(left.argmax())
        found.append(i)
        left[max(0, i - round(apart * rate)) : i + round(apart * rate) + 1] = -np.inf
    return np.sort(np.array(found, dtype=int))


def left_to_right(strip, rate, height, apart):
    found = []
    for i in next_door(strip, rate, height, apart):
        if not found or i - found[-1] > round(apart * rate):
            found.append(i)
    return np.array(found, dtype=int)


def top_of_each_stretch(strip, rate, height, apart):
    above = np.flatnonzero(strip > height)
    stretches = np.split(above, np.flatnonzero(np.diff(above) > 1) + 1) if len(above) else []
    return np.array([part[strip[part].argmax()] for part in stretches], dtype=int)


def crossings(strip, rate, height, apart):
    above = strip > height
    return np.flatnonzero(above & ~np.r_[False, above[:-1]])


def as_seconds(strip, rate, height, apart):
    return r_peaks(strip, rate, height, apart) / rate


def as_mask(strip, rate, height, apart):
    return np.isin(np.arange(len(strip)), r_peaks(strip, rate, height, apart))


EXERCISE = Exercise(
    "r_peaks",
    points=3,
    answer=r_peaks,
    edges=r_peaks_edges,
    inputs=r_peaks_inputs,
    forbidden=LIBRARY,
    also_right=[by_windows, by_shifts, by_candidates],
    mistakes=[
        Mistake(
            "All samples above the height: an R wave has several. One beat, one number.",
            every_sample,
        ),
        Mistake(
            "You compared with the two neighbours only. Noise puts several such tops on one wave: "
            "look at all samples within apart seconds.",
            next_door,
            credit=0.25,
        ),
        Mistake(
            "You report where the strip rises through the height. The top comes later, and a wave "
            "with noise crosses twice.",
            crossings,
        ),
        Mistake(
            "One top for each stretch above the height: a wave with noise dips below it and comes "
            "again. Look at all samples within apart seconds.",
            top_of_each_stretch,
            credit=0.25,
        ),
        Mistake(
            "On the right your window is one sample short: a slice stops before its end, so it is "
            "i + reach + 1.",
            wrong(short=1),
            credit=0.75,
        ),
        Mistake(
            "int cuts 2.8 samples to 2. round was asked for.",
            wrong(whole=int),
            credit=0.75,
        ),
        Mistake(
            "A sample as high as the height is no peak: above it, >.",
            wrong(equal=True),
            credit=0.75,
        ),
        Mistake(
            "You reach apart / 2 to each side. It is apart seconds on both sides.",
            wrong(left=0.5, right=0.5),
            credit=0.5,
        ),
        Mistake(
            "You looked back only: each sample of the rise is higher than all before it.",
            wrong(right=0),
        ),
        Mistake(
            "You looked ahead only: each sample of the fall is higher than all after it.",
            wrong(left=0),
        ),
        Mistake(
            "In a pause there is no beat, and yet some sample is the highest there: it must also "
            "pass the height.",
            wrong(floor=False),
            credit=0.5,
        ),
        Mistake(
            "A clipped top has equal samples, and you report each. The first of them.",
            wrong(first=False),
            credit=0.75,
        ),
        Mistake(
            "Beats near an end of the strip are lost. There the window is shorter, that is all.",
            wrong(ends=False),
            credit=0.5,
        ),
        Mistake(
            "abs turns deep S waves into beats. Upwards only.",
            wrong(sign=np.abs),
            credit=0.25,
        ),
        Mistake(
            "Highest first, and its surroundings erased: what is left beside the gap, on a slope "
            "or beside a higher sample, becomes a beat. Compare with the strip as it was.",
            highest_first,
            credit=0.5,
        ),
        Mistake(
            "You kept the first top and skipped what came soon after, though it may be higher.",
            left_to_right,
            credit=0.25,
        ),
        Mistake("Those are seconds. Numbers of samples were asked for.", as_seconds, credit=0.75),
        Mistake(
            "A True or False for each sample. np.flatnonzero turns it into numbers.",
            as_mask,
            credit=0.75,
        ),
    ],
    hints=[
        "apart * rate is the number of samples to look at on each side; round it.",
        "strip[max(0, i - reach) : i] is what lies before, also near the start.",
        "Higher than all before it, and no lower than all after it: then the first of equals wins.",
    ],
)
