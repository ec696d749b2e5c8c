"""Refuse bad input in one sentence: which argument, what was found, what was needed."""

import numbers

import numpy as np

from .precision import conversions

REDUCTIONS = ("none", "mean", "sum")

wide, narrow, through_float32 = conversions(
    (np.dtype("float16"),), np.dtype("float32"), lambda array, dtype: array.astype(dtype)
)


def floating(name, value):
    """Return ``value`` as a floating-point array; integers and booleans become float64."""
    if type(value).__module__.partition(".")[0] == "torch":
        raise TypeError(
            f"{name} is a torch tensor; dlcourse.reference needs NumPy arrays "
            "(use dlcourse.accelerated for tensors)"
        )
    array = np.asarray(value)
    if array.dtype.kind in "biu":
        return array.astype(np.float64)
    if array.dtype.kind != "f":
        raise TypeError(f"{name} has dtype {array.dtype}; needed real numbers")
    return array


def gradient(grad_output, shape, dtype):
    """Return ``grad_output``, which must have the output's ``shape``, in the output's ``dtype``."""
    array = floating("grad_output", grad_output)
    if array.shape != shape:
        raise ValueError(f"grad_output has shape {array.shape}; needed the output's, {shape}")
    return array.astype(dtype, copy=False)


def generator(rng):
    """Check that ``rng`` is NumPy's generator of random numbers; return it."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng is {rng!r}; needed one made by numpy.random.default_rng")
    return rng


def dimension(dim, ndim, name="dim"):
    """Check that ``dim`` names an axis of an array with ``ndim`` axes; return it."""
    if not isinstance(dim, (int, np.integer)) or isinstance(dim, bool):
        raise TypeError(f"{name} is {dim!r}; needed an integer")
    span = max(ndim, 1)  # as in torch, a single number counts as one axis
    if not -span <= dim < span:
        raise ValueError(f"{name} is {dim}; needed from {-span} to {span - 1} for {ndim} axes")
    return dim


def choice(name, value, allowed):
    """Check that ``value`` is one of ``allowed``; return it."""
    if value not in allowed:
        raise ValueError(f"{name} is {value!r}; needed one of {', '.join(map(repr, allowed))}")
    return value


def above_0(name, value):
    """Check that ``value`` is a number above 0; return it."""
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise TypeError(f"{name} is {value!r}; needed a number above 0")
    if not value > 0:
        raise ValueError(f"{name} is {value}; needed a number above 0")
    return value
