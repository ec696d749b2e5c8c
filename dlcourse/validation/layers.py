"""What dense layers refuse, in arrays and in tensors alike."""

import math

import numpy as np

from .arrays import dimension


def dense(input, weight, bias):
    """Check that the shapes fit and that all three have one dtype."""
    shape, weights = tuple(input.shape), tuple(weight.shape)
    if len(weights) != 2:
        raise ValueError(
            f"weight has shape {weights}; needed two axes, (out_features, in_features)"
        )
    if not shape or shape[-1] != weights[1]:
        raise ValueError(
            f"input has shape {shape}; needed (..., {weights[1]}), since weight has shape {weights}"
        )
    if bias is not None and tuple(bias.shape) != weights[:1]:
        raise ValueError(f"bias has shape {tuple(bias.shape)}; needed {weights[:1]}")
    one_dtype(input=input, weight=weight, bias=bias)


def one_dtype(**named):
    """Check that all arrays or tensors that are not None have the same dtype."""
    given = {name: value.dtype for name, value in named.items() if value is not None}
    if len(set(given.values())) > 1:
        *names, last = named
        found = ", ".join(map(str, given.values()))
        raise TypeError(f"{', '.join(names)} and {last} have dtypes {found}; needed one dtype")


def features(**named):
    """Check that every argument is a whole number of at least 1."""
    for name, value in named.items():
        if not isinstance(value, int | np.integer) or value < 1:
            raise ValueError(f"{name} is {value!r}; needed a whole number of at least 1")


def flattened(shape, start_dim, end_dim):
    """Return ``shape`` with the axes from ``start_dim`` to ``end_dim`` joined to one."""
    shape, span = tuple(shape), max(len(shape), 1)
    start = dimension(start_dim, len(shape), name="start_dim") % span
    end = dimension(end_dim, len(shape), name="end_dim") % span
    if start > end:
        raise ValueError(
            f"start_dim is axis {start}, after end_dim, axis {end}, in an input of shape "
            f"{shape}; needed start_dim <= end_dim"
        )
    return (*shape[:start], math.prod(shape[start : end + 1]), *shape[end + 1 :])
