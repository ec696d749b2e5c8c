"""Scoring a forecast of a number: the area between what was said and what came, squared."""

import math

import numpy as np

from ...validation import evaluation as validate
from ...validation.arrays import choice

ESTIMATORS = ("fair", "nrg")


def crps_gaussian(y_true, mean, sd):
    r"""Return the CRPS of normal forecasts, one for each case, in the unit of ``y_true``.

    :math:`\int (F(x) - 1[x \ge y])^2 dx`, for the normal
    :math:`σ (z (2Φ(z) - 1) + 2φ(z) - 1/\sqrt{π})`, z = (y - μ)/σ. Of one sure number it is
    the absolute error. ``mean_interval`` makes a mean with an interval of it.

    Source: Gneiting and Raftery, Strictly proper scoring rules, prediction, and estimation
    (2007). doi:10.1198/016214506000001437

    Parameters
    ----------
    y_true, mean, sd : of shapes that broadcast; sd from 0 up, where 0 is a sure number

    Examples
    --------
    >>> crps_gaussian(0.0, [0.0, 0.0, 2.0], [1.0, 0.0, 0.0]).round(4)
    array([0.2337, 0.    , 2.    ])
    """
    y, mean, sd = (
        validate.numbers(name, value)
        for name, value in (("y_true", y_true), ("mean", mean), ("sd", sd))
    )
    if (sd < 0).any():
        raise ValueError(f"sd goes down to {sd.min():g}; needed numbers from 0 up")
    from scipy.special import ndtr

    error = np.abs(y - mean)
    sure = sd == 0
    z = error / np.where(sure, 1, sd)
    density = np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
    spread = sd * (z * (2 * ndtr(z) - 1) + 2 * density - 1 / math.sqrt(math.pi))
    return np.where(sure, error, spread)


def crps_ensemble(y_true, members, estimator="fair"):
    r"""Return the CRPS of forecasts given as members, one for each case.

    Mean distance of the members from the truth, less half their mean distance from each
    other. **Which mean.** "fair", the default, takes each member against the *others*,
    m(m - 1) pairs: on average it is the CRPS of the distribution that the members are drawn
    from, however few there are. "nrg", the usual form and what properscoring and scoringrules
    give, takes all m² pairs: right if the members themselves are the whole forecast, but it
    punishes a small ensemble for being small.

    Source: Ferro, Fair scores for ensemble forecasts (2014). doi:10.1002/qj.2270

    Parameters
    ----------
    y_true : (n,)
    members : (n, m), m members for each case; "fair" needs m > 1
    estimator : "fair" or "nrg"

    Examples
    --------
    >>> [float(crps_ensemble([4.0], [[1, 2, 3, 5, 8]], way).round(2)[0]) for way in ESTIMATORS]
    [0.5, 0.84]
    """
    choice("estimator", estimator, ESTIMATORS)
    y = validate.numbers("y_true", y_true, 1)
    x = validate.for_each("members", validate.numbers("members", members, 2), y)
    m = x.shape[1]
    if m < (2 if estimator == "fair" else 1):
        raise ValueError(f"members has shape {x.shape}; {estimator!r} needs more of them")
    # Sorted, x_k is larger than k others and smaller than m - 1 - k: no (n, m, m) is made.
    apart = np.sort(x, axis=1) @ (2 * np.arange(m) - (m - 1.0))  # each pair once
    pairs = m * (m - 1) if estimator == "fair" else m * m
    return np.abs(x - y[:, None]).mean(axis=1) - apart / pairs


def crps_binned(y_true, y_prob, edges):
    """Return the CRPS of probabilities of bins, each spread evenly over its bin.

    So a classifier whose classes are stretches of a number becomes a forecast of the number.

    Parameters
    ----------
    y_true : (n,), also outside the edges
    y_prob : (n, bins), rows that sum to 1
    edges : (bins + 1,), rising

    Examples
    --------
    Sure of 0 to 1, evenly; the truth is in the middle, then 1 above:

    >>> crps_binned([0.5, 2.0], [[1.0], [1.0]], [0.0, 1.0]).round(4)
    array([0.0833, 1.3333])
    """
    y, edges = validate.numbers("y_true", y_true, 1), validate.numbers("edges", edges, 1)
    p = validate.for_each("y_prob", validate.shares("y_prob", y_prob), y)
    if p.ndim != 2 or p.shape[1] + 1 != len(edges) or not (np.diff(edges) > 0).all():
        raise ValueError(
            f"y_prob has shape {p.shape} and edges {edges.shape}; "
            "needed (n, bins) and (bins + 1,), rising"
        )
    if not np.allclose(p.sum(axis=1), 1, atol=1e-4):
        raise ValueError("the rows of y_prob do not all sum to 1; needed probabilities")
    below = np.concatenate([np.zeros((len(y), 1)), np.cumsum(p, axis=1)], axis=1)  # F at edges
    start, end, f, g = edges[:-1], edges[1:], below[:, :-1], below[:, 1:]
    cut = np.clip(y[:, None], start, end)  # where the step at y divides the bin
    at = f + (g - f) * (cut - start) / (end - start)
    inside = _square(f, at) * (cut - start) + _square(1 - at, 1 - g) * (end - cut)
    outside = np.maximum(edges[0] - y, 0) + np.maximum(y - edges[-1], 0)
    return inside.sum(axis=1) + outside


def _square(a, b):
    """Return the mean of the square of what goes straight from a to b."""
    return (a * a + a * b + b * b) / 3
