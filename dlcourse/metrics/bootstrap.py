"""An interval for any number that can be computed: draw the patients again, many times."""

import numpy as np

from ..validation import evaluation as validate
from ..validation.arrays import generator
from .interval import Estimate


def bootstrap_interval(
    statistic, *arrays, groups=None, strata=None, draws=2000, level=0.95, rng=None
):
    """Return ``statistic(*arrays)`` with its percentile bootstrap interval.

    Each draw takes as many patients as there were, with replacement; the interval runs from
    the 2.5th to the 97.5th percentile of the statistic over the draws (for level 0.95).

    **Images are not patients.** With ``groups`` patients are drawn and bring all their rows.
    With ``strata`` each stratum (the ill, the healthy; each hospital) keeps its number of
    patients, so that no draw lacks one. The interval is as good as the sample is large: near
    the end of a scale, or from ten patients, it is too short. For bias-corrected intervals
    of independent rows see ``scipy.stats.bootstrap``.

    Source: Efron, Bootstrap methods: another look at the jackknife (1979).
    doi:10.1214/aos/1176344552

    Parameters
    ----------
    statistic : function of the arrays, which gives one number; a paired difference is one too
    arrays : each (n, ...), rows that belong together
    groups : (n,), whose row it is; None where every row is a patient
    strata : (n,), the same for all rows of a group
    draws : how many; a thousand or more, or the ends themselves are noise
    level : of confidence
    rng : numpy.random.Generator

    Raises
    ------
    ValueError
        If lengths differ, a group lies in two strata, or the statistic is not a number in
        some draw.

    Examples
    --------
    Accuracy over eight images, of two patients only:

    >>> right, patient = np.array([1, 1, 1, 1, 1, 1, 0, 0]), np.array([1, 1, 1, 1, 2, 2, 2, 2])
    >>> rng = np.random.default_rng(0)
    >>> print(bootstrap_interval(np.mean, right, groups=patient, draws=200, rng=rng))
    0.750 (0.500 to 1.000)
    """
    if not arrays:
        raise TypeError("no arrays to draw rows from; needed at least one")
    arrays = [np.asarray(array) for array in arrays]
    for array in arrays[1:]:
        validate.for_each("one of the arrays", array, arrays[0], "the first")
    tail = 50 * (1 - validate.inside("level", level))
    found = []
    for rows in resamples(arrays[0], groups, strata, draws, rng):
        try:
            found.append(float(statistic(*(array[rows] for array in arrays))))
        except ValueError as error:
            raise ValueError(f"in a draw of the bootstrap {error}{_HELP}") from error
    if np.isnan(found).any():
        raise ValueError(f"the statistic is NaN in {np.isnan(found).sum()} draws{_HELP}")
    low, high = np.percentile(found, [tail, 100 - tail])
    return Estimate(float(statistic(*arrays)), float(low), float(high))


_HELP = "; strata=y_true keeps ill and healthy in every draw"


def resamples(rows, groups=None, strata=None, draws=2000, rng=None):
    """Yield for each draw the indices (rows,) of the rows that it took.

    Parameters
    ----------
    rows : array whose length says how many there are
    groups, strata, draws, rng : as in ``bootstrap_interval``
    """
    n = len(rows)
    generator(rng)
    validate.count("draws", draws)
    groups = np.arange(n) if groups is None else _one_each("groups", groups, n)
    strata = np.zeros(n, int) if strata is None else _one_each("strata", strata, n)
    _, first, owner = np.unique(groups, return_index=True, return_inverse=True)
    split = strata != strata[first][owner]
    if split.any():
        raise ValueError(f"group {groups[split][0]} has rows in two strata; needed all in one")
    order = np.argsort(owner, kind="stable")  # rows, those of a patient beside each other
    size = np.bincount(owner)
    start = np.cumsum(size) - size
    pools = [np.flatnonzero(strata[first] == s) for s in np.unique(strata)]
    for _ in range(draws):
        drawn = np.concatenate([rng.choice(pool, len(pool)) for pool in pools])
        # The rows start, start + 1, ... of each patient drawn, without a loop.
        ends = np.cumsum(size[drawn])
        within = np.arange(ends[-1]) - np.repeat(ends - size[drawn], size[drawn])
        yield order[np.repeat(start[drawn], size[drawn]) + within]


def _one_each(name, value, n):
    array = np.asarray(value)
    if array.shape != (n,):
        raise ValueError(f"{name} has shape {array.shape}; needed one for each row, ({n},)")
    return array
