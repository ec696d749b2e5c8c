"""Lab 15, paired_interval: two programs, the same patients, one difference."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def case(rng, n, draws):
    y = rng.random(n) < 0.3
    a = y ^ (rng.random(n) < 0.25)
    b = np.where(rng.random(n) < 0.7, a, y ^ (rng.random(n) < 0.1))
    return y, a, b, rng.integers(0, n, (draws, n))


def paired_interval_edges():
    rng = np.random.default_rng(15)
    return [case(rng, 40, 60), case(rng, 25, 41), case(rng, 80, 100)]


def paired_interval_inputs(rng):
    return [case(rng, int(rng.integers(50, 70)), 75)]


def paired_interval(y, a, b, draws):
    gain = (b == y).astype(float) - (a == y)
    low, high = np.percentile(gain[draws].mean(axis=1), [2.5, 97.5])
    return low, high


def draw_by_draw(y, a, b, draws):
    found = []
    for rows in draws:
        found.append(np.mean(b[rows] == y[rows]) - np.mean(a[rows] == y[rows]))
    return float(np.quantile(found, 0.025)), float(np.quantile(found, 0.975))


def by_weights(y, a, b, draws):
    weights = np.array([np.bincount(rows, minlength=len(y)) for rows in draws])
    found = (weights @ ((b == y) * 1.0) - weights @ ((a == y) * 1.0)) / len(y)
    return tuple(np.percentile(found, [2.5, 97.5]))


def by_sorting(y, a, b, draws):
    found = np.sort((b == y)[draws].mean(axis=1) - (a == y)[draws].mean(axis=1))

    def at(share):
        place = share * (len(found) - 1)
        below = int(place)
        above = min(below + 1, len(found) - 1)
        return float(found[below] + (place - below) * (found[above] - found[below]))

    return at(0.025), at(0.975)


def ends(values, low=2.5, high=97.5):
    return tuple(float(v) for v in np.percentile(values, [low, high]))


def share(y, calls, draws):
    return (calls == y)[draws].mean(axis=1)


def both(y, a, b, draws):
    return ends(share(y, a, draws)), ends(share(y, b, draws))


def unpaired_error(y, a, b, draws):
    middle = (b == y).mean() - (a == y).mean()
    error = np.sqrt(((b == y).var() + (a == y).var()) / len(y))
    return middle - 1.96 * error, middle + 1.96 * error


def as_if_normal(y, a, b, draws):
    gain = share(y, b, draws) - share(y, a, draws)
    return gain.mean() - 1.96 * gain.std(), gain.mean() + 1.96 * gain.std()


def only_where_they_differ(y, a, b, draws):
    found = []
    for rows in draws:
        rows = rows[a[rows] != b[rows]]
        gain = (b[rows] == y[rows]).astype(float) - (a[rows] == y[rows])
        found.append(gain.mean() if len(rows) else 0.0)
    return ends(found)


def outer_ends(y, a, b, draws):
    of_a, of_b = both(y, a, b, draws)
    return of_b[0] - of_a[1], of_b[1] - of_a[0]


def like_ends(y, a, b, draws):
    of_a, of_b = both(y, a, b, draws)
    return of_b[0] - of_a[0], of_b[1] - of_a[1]


EXERCISE = Exercise(
    "paired_interval",
    points=3,
    answer=paired_interval,
    edges=paired_interval_edges,
    inputs=paired_interval_inputs,
    forbidden=LIBRARY,
    also_right=[draw_by_draw, by_weights, by_sorting],
    mistakes=[
        Mistake(
            "You took a minus b. b is the new program: b minus a.",
            lambda y, a, b, d: ends(share(y, a, d) - share(y, b, d)),
            credit=0.5,
        ),
        Mistake(
            "Other patients were drawn for a than for b. The same rows for both: that is the gain "
            "of pairing.",
            lambda y, a, b, d: ends(share(y, b, d) - share(y, a, d[::-1])),
            credit=0.25,
        ),
        Mistake(
            "You subtracted the far ends of two intervals. Take the interval of the difference, "
            "not the difference of intervals.",
            outer_ends,
        ),
        Mistake(
            "You subtracted low from low and high from high. Take the interval of the difference.",
            like_ends,
        ),
        Mistake(
            "5 to 95 is a 90 % interval. For 95 %: 2.5 to 97.5.",
            lambda y, a, b, d: ends(share(y, b, d) - share(y, a, d), 5, 95),
            credit=0.5,
        ),
        Mistake(
            "np.percentile counts to 100: 0.025 is nearly the smallest value. 2.5, or np.quantile.",
            lambda y, a, b, d: ends(share(y, b, d) - share(y, a, d), 0.025, 0.975),
            credit=0.5,
        ),
        Mistake(
            "You drew labels and left the calls in place. A patient's row stays together.",
            lambda y, a, b, d: ends([np.mean(b == y[r]) - np.mean(a == y[r]) for r in d]),
        ),
        Mistake(
            "That is how often a and b agree. Nobody asked who is right: compare both with y.",
            lambda y, a, b, d: ends((a == b)[d].mean(axis=1)),
        ),
        Mistake(
            "Without its sign a difference is never below 0, so the interval can never hold 0 "
            "inside.",
            lambda y, a, b, d: ends(np.abs(share(y, b, d) - share(y, a, d))),
            credit=0.25,
        ),
        Mistake(
            "That is a ratio. The difference of two shares was asked for.",
            lambda y, a, b, d: ends(share(y, b, d) / share(y, a, d)),
            credit=0.25,
        ),
        Mistake(
            "Two standard errors, as if a and b had read other patients: too wide. Draw the "
            "difference.",
            unpaired_error,
        ),
        Mistake(
            "1.96 standard deviations about the mean take the draws for normal. Percentiles were "
            "asked for.",
            as_if_normal,
            credit=0.5,
        ),
        Mistake(
            "That is the interval of b alone. The difference: b minus a.",
            lambda y, a, b, d: ends(share(y, b, d)),
            credit=0.25,
        ),
        Mistake(
            "Patients on whom a and b agree count as 0; they are not left out.",
            only_where_they_differ,
        ),
        Mistake(
            "Those are numbers of patients. Shares: the mean over the rows of a draw.",
            lambda y, a, b, d: ends(((b == y) * 1.0 - (a == y))[d].sum(axis=1)),
            credit=0.5,
        ),
        Mistake(
            "Low first, then high.",
            lambda y, a, b, d: paired_interval(y, a, b, d)[::-1],
            credit=0.75,
        ),
    ],
    hints=[
        "For each patient: +1 if only b is right, -1 if only a is, 0 if both or neither.",
        "gain[draws] has a row for each draw; its mean is one difference of accuracies.",
        "np.percentile(..., [2.5, 97.5]) of these means.",
    ],
)
