"""Numbers in a caption as one reads them aloud: 1 step, 2 steps; 5·10⁶ and not 4901290.1."""

import math

from .ticks import power


def counted(number, thing):
    """Return a count with its noun.

    >>> counted(1, "step"), counted(30, "step"), counted(0, "step")
    ('1 step', '30 steps', '0 steps')
    """
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def rounded(value, digits=2):
    """Return a number to so many significant digits, very large and small ones by powers of ten.

    >>> rounded(5.234), rounded(307651793.3), rounded(0.00316), rounded(1e-12), rounded(2153.0, 3)
    ('5.2', '3.1·10⁸', '0.0032', '10⁻¹²', '2150')
    """
    value = float(value)
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    sign = "-" if value < 0 else ""
    return sign + power(float(f"{abs(value):.{digits - 1}e}"))
