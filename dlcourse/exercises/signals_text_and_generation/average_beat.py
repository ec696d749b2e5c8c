"""Lab 16, average_beat: beats laid over each other at their R peaks, so that noise averages out."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def average_beat_edges():
    rng = np.random.default_rng(16)
    x = rng.normal(size=30).round(2)
    return [
        (x[:20], np.array([3, 9, 15]), 3, 4),  # the first begins at 0
        (x, np.array([1, 8, 17, 26]), 4, 4),  # the last ends with the strip
        (x, np.array([2, 12, 20, 29]), 5, 2),
        (x, np.array([10, 13, 16]), 6, 6),  # they overlap
        (x[:9], np.array([1, 7]), 3, 3),  # none is whole
        (x, np.array([14]), 2, 3),
        (x, np.array([5, 15, 25]), 3, 3),
    ]


def average_beat_inputs(rng):
    peaks = np.array([2, 13, 25, 36, 47]) + rng.integers(-1, 2, 5)
    return [(rng.normal(size=50).round(3), peaks, 5, int(rng.integers(6, 8)))]


def average_beat(strip, peaks, before, after):
    whole = peaks[(peaks >= before) & (peaks + after <= len(strip))]
    if len(whole) == 0:
        return np.full(before + after, np.nan)
    return strip[whole[:, None] + np.arange(-before, after)].mean(axis=0)


def by_slices(strip, peaks, before, after):
    cut = [strip[p - before : p + after] for p in peaks if p >= before and p + after <= len(strip)]
    return np.mean(cut, axis=0) if cut else np.full(before + after, np.nan)


def by_length(strip, peaks, before, after):
    total, n = np.zeros(before + after), 0
    for p in peaks:
        piece = strip[max(p - before, 0) : p + after]
        if len(piece) == before + after:
            total, n = total + piece, n + 1
    return total / n if n else total * np.nan


def by_convolution(strip, peaks, before, after):
    mark = np.zeros(len(strip))
    mark[[p for p in peaks if p >= before and p + after <= len(strip)]] = 1
    if not mark.any():
        return np.nan * np.ones(before + after)
    shifted = [mark[max(0, -d) : len(strip) - max(0, d)] for d in range(-before, after)]
    values = [strip[max(0, d) : len(strip) + min(0, d)] for d in range(-before, after)]
    return np.array([m @ v for m, v in zip(shifted, values, strict=True)]) / mark.sum()


def wrong(
    join=lambda cut: cut.mean(axis=0),
    whole=lambda p, n, before, after: (p >= before) & (p + after <= n),
    index=lambda i, n: i,
    empty=np.nan,
    window=lambda before, after: (before, after),
):
    """Return an answer; the options are the ways in which it is done wrong."""

    def answer(strip, peaks, before, after):
        n = len(strip)
        before, after = window(before, after)
        kept = peaks[whole(peaks, n, before, after)]
        if len(kept) == 0:
            return np.full(before + after, empty)
        cut = strip[index(kept[:, None] + np.arange(-before, after), n)]
        return join(cut)

    return answer


def everything(p, n, before, after):
    return p >= 0


def filled_with_zeros(strip, peaks, before, after):
    padded = np.r_[np.zeros(before), strip, np.zeros(after)]
    return padded[peaks[:, None] + np.arange(before + after)].mean(axis=0)


def where_they_exist(strip, peaks, before, after):
    padded = np.r_[np.full(before, np.nan), strip, np.full(after, np.nan)]
    cut = padded[peaks[:, None] + np.arange(before + after)]
    n = np.isfinite(cut).sum(axis=0)
    return np.where(n > 0, np.nansum(cut, axis=0) / np.maximum(n, 1), np.nan)


def without_the_outer_two(strip, peaks, before, after):
    return average_beat(strip, peaks[1:-1], before, after)


def a_sample_late(strip, peaks, before, after):
    return average_beat(strip, peaks + 1, before, after)


def one_nan(strip, peaks, before, after):
    mean = average_beat(strip, peaks, before, after)
    return np.nan if np.isnan(mean).all() else mean


def over_all_beats(strip, peaks, before, after):
    whole = (peaks >= before) & (peaks + after <= len(strip))
    return average_beat(strip, peaks, before, after) * whole.sum() / len(peaks)


EXERCISE = Exercise(
    "average_beat",
    points=2,
    answer=average_beat,
    edges=average_beat_edges,
    inputs=average_beat_inputs,
    forbidden=LIBRARY,
    also_right=[by_slices, by_length, by_convolution],
    mistakes=[
        Mistake(
            "A beat near the start took its first samples from the end of the strip: a negative "
            "index counts from behind, and NumPy does not complain. Leave such a beat out.",
            wrong(
                whole=lambda p, n, before, after: p + after <= n,
            ),
            credit=0.5,
        ),
        Mistake(
            "Beats that are cut by an end were filled with the strip's last value. Leave them out.",
            wrong(whole=everything, index=lambda i, n: i.clip(0, n - 1)),
            credit=0.5,
        ),
        Mistake(
            "Beats that are cut by an end were filled with zeros, which pulls the mean to 0. Leave "
            "them out.",
            filled_with_zeros,
            credit=0.5,
        ),
        Mistake(
            "A beat that begins with the very first sample is whole: peaks >= before.",
            wrong(whole=lambda p, n, before, after: (p > before) & (p + after <= n)),
            credit=0.75,
        ),
        Mistake(
            "A beat that ends with the very last sample is whole: peaks + after <= len(strip).",
            wrong(whole=lambda p, n, before, after: (p >= before) & (p + after < n)),
            credit=0.75,
        ),
        Mistake(
            "One sample too many: from before samples ahead of the peak up to, not including, "
            "after samples behind it.",
            wrong(window=lambda before, after: (before, after + 1)),
            credit=0.5,
        ),
        Mistake(
            "before and after have changed places: the peak must stand at place before.",
            wrong(window=lambda before, after: (after, before)),
        ),
        Mistake(
            "You averaged over time, one number for each beat. Over the beats: axis=0.",
            wrong(join=lambda cut: cut.mean(axis=1)),
        ),
        Mistake(
            "A sum: it grows with the number of beats. The mean.",
            wrong(join=lambda cut: cut.sum(axis=0)),
            credit=0.5,
        ),
        Mistake(
            "The median is a good choice against outliers, and another one. The mean was asked.",
            wrong(join=lambda cut: np.median(cut, axis=0)),
            credit=0.5,
        ),
        Mistake(
            "You divided by all beats, also by those that were left out.",
            over_all_beats,
            credit=0.5,
        ),
        Mistake(
            "Where no beat is whole, 0 looks like a flat line. There is nothing to say: NaN.",
            wrong(empty=0.0),
            credit=0.75,
        ),
        Mistake(
            "Where no beat is whole, the mean of an empty list is one NaN. One for each place: "
            "np.full(before + after, np.nan).",
            one_nan,
            credit=0.75,
        ),
        Mistake(
            "Beats that an end cuts were averaged where they exist, so that each place has its own "
            "number of beats. Leave them out.",
            where_they_exist,
            credit=0.5,
        ),
        Mistake(
            "The first and the last beat were left out, cut or not. Only those that are cut.",
            without_the_outer_two,
            credit=0.5,
        ),
        Mistake(
            "All is one sample late: place 0 is before samples ahead of the peak.",
            a_sample_late,
            credit=0.25,
        ),
        Mistake(
            "The first whole beat alone: its noise is still there.",
            wrong(join=lambda cut: cut[0]),
        ),
    ],
    hints=[
        "strip[p - before : p + after] is one beat. Which p are too near an end?",
        "Keep peaks with p - before >= 0 and p + after <= len(strip).",
        "np.stack the pieces to (beats, before + after) and take .mean(axis=0).",
    ],
)
