"""What optimizers, schedules, clipping and Newton's method refuse."""

import math
import numbers

import numpy as np

from .arrays import floating, wide


def number(name, value):
    """Return ``value``, one real number, as a float."""
    # A NumPy float64 that stayed one would widen every float32 array it meets.
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise TypeError(f"{name} is {value!r}; needed a number")
    return float(value)


def rate(name, value, below=math.inf):
    """Return ``value``, a number of at least 0 and less than ``below``, as a float."""
    value = number(name, value)
    if not 0 <= value < below:
        needed = "finite" if below == math.inf else f"below {below}"
        raise ValueError(f"{name} is {value:g}; needed 0 or more, and {needed}")
    return value


def limit(name, value):
    """Return ``value``, a number of at least 0 that may be infinite, as a float."""
    value = number(name, value)
    if math.isnan(value) or value < 0:
        raise ValueError(f"{name} is {value:g}; needed 0 or more")
    return value


def power(norm_type):
    """Return ``norm_type``, the p of a p-norm, as a float."""
    norm_type = float(norm_type)
    if not norm_type > 0:
        raise ValueError(f"norm_type is {norm_type:g}; needed above 0")
    return norm_type


def whole(name, value, least):
    """Return ``value``, a whole number of at least ``least``, as an int."""
    if isinstance(value, bool) or not isinstance(value, numbers.Integral):
        raise TypeError(f"{name} is {value!r}; needed a whole number")
    if value < least:
        raise ValueError(f"{name} is {value}; needed {least} or more")
    return int(value)


def changeable(name, arrays):
    """Return ``arrays`` as a list, if each is a floating-point array that may be written to."""
    if isinstance(arrays, np.ndarray):
        raise TypeError(f"{name} is one array; needed a list of arrays")
    arrays = list(arrays)
    for i, array in enumerate(arrays):
        if not isinstance(array, np.ndarray) or array.dtype.kind != "f":
            found = array.dtype if isinstance(array, np.ndarray) else type(array).__name__
            raise TypeError(f"{name}[{i}] is {found}; needed a floating-point array")
        if not array.flags.writeable:
            raise ValueError(f"{name}[{i}] is read-only; needed an array that can change in place")
    return arrays


def parameters(params):
    """Return ``params`` as a list of at least one array that may be written to."""
    params = changeable("params", params)
    if not params:
        raise ValueError("params is empty; needed at least one array")
    return params


def matching(gradients, params):
    """Return ``gradients`` with the shapes and dtypes of ``params``, float16 as float32."""
    gradients = [floating(f"gradients[{i}]", g) for i, g in enumerate(gradients)]
    if [g.shape for g in gradients] != [p.shape for p in params]:
        raise ValueError(
            f"gradients have shapes {[g.shape for g in gradients]}; "
            f"needed those of params, {[p.shape for p in params]}"
        )
    return [wide(g.astype(p.dtype, copy=False)) for p, g in zip(params, gradients, strict=True)]
