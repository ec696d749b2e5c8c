"""What the initializers refuse, whether they draw arrays or tensors."""

import math
import numbers

from .descent import number


def sizes(shape, least=0):
    """Return ``shape``, one size or several, as a tuple with at least ``least`` axes."""
    try:
        found = tuple(shape)
    except TypeError:
        found = (shape,)
    if not all(isinstance(n, numbers.Integral) and not isinstance(n, bool) for n in found):
        raise TypeError(f"shape is {shape!r}; needed whole numbers, such as (16, 30)")
    found = tuple(int(n) for n in found)
    if any(n < 0 for n in found):
        raise ValueError(f"shape is {found}; needed sizes of 0 or more")
    if len(found) < least:
        raise ValueError(f"shape is {found}; needed at least {least} axes, (out, in, ...)")
    return found


def finite(**named):
    """Check that every argument is one finite number."""
    for name, value in named.items():
        if not math.isfinite(number(name, value)):
            raise ValueError(f"{name} is {value}; needed a finite number")


def at_least_0(**named):
    """Check that every argument is a finite number that is not below 0."""
    finite(**named)
    for name, value in named.items():
        if value < 0:
            raise ValueError(f"{name} is {value}; needed 0 or more")


def interval(a, b):
    """Check that a is not above b."""
    if a > b:
        raise ValueError(f"a is {a}, above b, {b}; needed a <= b")
