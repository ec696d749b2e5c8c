"""Refuse bad tables of patients in one sentence, before they reach any arithmetic."""

import numpy as np

from .arrays import floating
from .precision import at_least_32_bits


def measurements(name, value, ndim=2):
    """Return ``value`` as a finite floating-point array with ``ndim`` axes and some rows."""
    array = at_least_32_bits(name, floating(name, value))
    if array.ndim != ndim or array.size == 0:
        needed = {1: "(n,)", 2: "(n, p)"}[ndim]
        raise ValueError(f"{name} has shape {array.shape}; needed {needed} with n > 0")
    if not np.isfinite(array).all():
        bad = (~np.isfinite(array)).sum()
        raise ValueError(f"{name} holds {bad} values that are NaN or infinite; needed none")
    return array


def labels(name, value, n=None):
    """Return class ``value`` (n,): integers, booleans or words; never NaN."""
    array = np.asarray(value)
    if array.ndim != 1 or array.size == 0:
        raise ValueError(f"{name} has shape {array.shape}; needed (n,) with n > 0")
    if array.dtype.kind == "f" and np.isnan(array).any():
        raise ValueError(f"{name} holds {np.isnan(array).sum()} NaN; needed a class for each")
    same_length(name, array, n)
    return array


def same_length(name, array, n):
    """Check that ``array`` has one entry for each of ``n`` rows; any length where n is None."""
    if n is not None and len(array) != n:
        raise ValueError(f"{name} has {len(array)} entries; needed one for each of {n} rows")
