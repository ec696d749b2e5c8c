"""Numbers and sentences as one reads them aloud, for cards, captions and messages.

1 step, 2 steps; 5·10⁶ and not 4901290.1; one full stop.
"""

import math

RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


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


def power(value, _position=None):
    """Return a power of ten as plain text; mathtext takes 7 ms to read a label.

    >>> power(100.0), power(1e-5), power(2e6)
    ('100', '10⁻⁵', '2·10⁶')
    """
    mantissa, _, exponent = f"{value:.3e}".partition("e")
    mantissa, exponent = float(mantissa), int(exponent)
    if -3 <= exponent <= 3:
        return f"{value:g}"
    tens = f"10{str(exponent).translate(RAISED)}"
    return tens if mantissa == 1 else f"{mantissa:g}·{tens}"


def sentence(text):
    """Return ``text`` as one sentence or several: a capital first, one full stop last.

    >>> sentence("the value differs"), sentence("Bad input. "), sentence("Is it?")
    ('The value differs.', 'Bad input.', 'Is it?')
    """
    return stopped(text[:1].upper() + text[1:])


def stopped(text):
    """Return ``text`` with one full stop, or what asks and shouts, at its end.

    >>> stopped("and so on"), stopped("and so on.")
    ('and so on.', 'and so on.')
    """
    text = text.rstrip()
    return text if not text or text[-1] in ".?!" else f"{text}."
