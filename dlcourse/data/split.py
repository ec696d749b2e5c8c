"""Divide patients into those to learn from, those to choose by, and those to be judged by."""

import operator

import numpy as np

from ..validation.tables import labels


def train_val_test_split(n, fractions, rng, groups=None, stratify=None):
    """Return three arrays of row numbers that share no row and together hold all.

    Parameters
    ----------
    n : how many rows
    fractions : three numbers above 0 that sum to 1, such as (0.6, 0.2, 0.2)
    rng : numpy.random.Generator
    groups : (n,) whose row it is; all rows of one patient stay in one part, so sizes are
        as near to the fractions as whole patients allow
    stratify : (n,) classes; each part gets each class in about the same share

    Raises
    ------
    ValueError
        If fractions are not three shares, a part would be empty, or both ``groups`` and
        ``stratify`` are given.
    TypeError
        If n is no whole number, or rng no Generator.

    Examples
    --------
    >>> parts = train_val_test_split(569, (0.6, 0.2, 0.2), np.random.default_rng(0))
    >>> [len(part) for part in parts]
    [341, 114, 114]
    """
    n = operator.index(n)
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng is of type {type(rng).__name__}; needed a numpy.random.Generator")
    fractions = np.asarray(fractions, float)
    if fractions.shape != (3,) or not (fractions > 0).all() or abs(fractions.sum() - 1) > 1e-9:
        raise ValueError(f"fractions are {fractions.tolist()}; needed three above 0, sum 1")
    if groups is not None and stratify is not None:
        raise ValueError("groups and stratify are both given; needed at most one of them")
    ends = np.cumsum(fractions)[:2]
    if groups is not None:
        parts = _whole_groups(labels("groups", groups, n), ends, rng)
    elif stratify is not None:
        parts = _each_class(labels("stratify", stratify, n), ends, rng)
    else:
        parts = _cut(rng.permutation(n), ends)
    sizes = [len(part) for part in parts]
    if min(sizes) == 0:
        raise ValueError(f"n is {n}: the parts would hold {sizes} rows; needed at least 1 each")
    return parts


def _cut(rows, ends):
    return tuple(np.split(rows, np.rint(ends * len(rows)).astype(int)))


def _each_class(classes, ends, rng):
    cuts = [_cut(rng.permutation(np.flatnonzero(classes == c)), ends) for c in np.unique(classes)]
    return tuple(rng.permutation(np.concatenate(part)) for part in zip(*cuts, strict=True))


def _whole_groups(groups, ends, rng):
    _, member, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    order = rng.permutation(len(sizes))
    # A group goes where the middle of its rows falls when all groups stand in line.
    middle = np.cumsum(sizes[order]) - sizes[order] / 2
    part_of = np.empty(len(sizes), int)
    part_of[order] = np.searchsorted(ends * len(groups), middle)
    return tuple(rng.permutation(np.flatnonzero(part_of[member] == part)) for part in range(3))
