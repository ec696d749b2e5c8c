"""Values as a card prints them: few digits, long arrays shortened, what differs marked."""

import numbers
import re

import numpy as np

from .compare import as_asked, differing_entries

# An entry that differs is written in characters of no alphabet, one for one, until it is shown.
_MARKED = 0xE000
_MARKS = re.compile("[\ue000-\ue0ff]+")
WIDTH, LONGEST, LISTED = 66, 12, 4


def show(value, wrong=None, digits=4):
    """Return ``value`` as a learner would write it, long arrays shortened, shape named.

    Parameters
    ----------
    wrong : where an array differs from another, which is marked
    digits : behind the point
    """
    if isinstance(value, dict):
        return "\n".join(_named(name, show(part, digits=digits)) for name, part in value.items())
    if isinstance(value, tuple | list) and not all(map(_is_short, value)):
        parts = (show(part, digits=digits) for part in value)
        return "\n".join(_named(i, part) for i, part in enumerate(parts, start=1))
    if isinstance(value, tuple | list):
        text = ", ".join(show(part, digits=digits) for part in value)
        if isinstance(value, list):
            text = f"[{text}]"
        else:
            text = f"({text},)" if len(value) == 1 else f"({text})"
    elif isinstance(value, np.ndarray) and value.ndim:
        text, about = _array(value, wrong, digits), f"shape {value.shape}, {value.dtype}"
        fits = len(text.rpartition("\n")[2]) + len(about) < WIDTH
        return f"{text}  {about}" if fits else f"{text}\n{about}"
    elif isinstance(value, float | np.floating | np.ndarray):
        text = f"{value:.{digits + 2}g}" if np.asarray(value).dtype.kind == "f" else str(value)
    else:
        text = repr(value.item() if isinstance(value, np.generic) else value)
    return text if len(text) < 200 else f"{text[:197]}..."


def show_both(expected, got, tolerance=None):
    """Return (expected, got, where) as texts: what differs is marked and its places are listed.

    What differs never looks the same: it gets as many digits as tell the two apart.
    """
    if isinstance(expected, dict) and isinstance(got, dict) and len(expected) == len(got) == 1:
        (name, inner), (other, value) = *expected.items(), *got.items()
        if name == other:
            left, right, where = show_both(inner, value, tolerance)
            return _named(name, left), _named(name, right), where
    got = as_asked(got, expected)
    if isinstance(expected, tuple) and isinstance(got, tuple | list) and len(expected) == len(got):
        if not all(map(_is_short, (*expected, *got))):
            rows = [show_both(e, g, tolerance) for e, g in zip(expected, got, strict=True)]
            left, right = (
                "\n".join(_named(i, row[side]) for i, row in enumerate(rows, start=1))
                for side in (0, 1)
            )
            where = "; ".join(f"{i}: {row[2]}" for i, row in enumerate(rows, 1) if row[2])
            return left, right, where
    wrong = differing_entries(got, expected, tolerance)
    for digits in (4, 8, 17):
        left, right = show(expected, wrong, digits), show(got, wrong, digits)
        if wrong is None or not wrong.any() or _told_apart(expected, got, wrong, digits):
            break
    return left, right, _places(wrong) if wrong is not None and wrong.ndim else ""


def plain(text, left="", right=""):
    """Return ``text`` with its marks between ``left`` and ``right``, without any by default."""

    def unmarked(found):
        return left + "".join(chr(ord(c) - _MARKED) for c in found[0]) + right

    return _MARKS.sub(unmarked, text)


def _mark(cell):
    return "".join(c if c == " " else chr(ord(c) + _MARKED) for c in cell)


def _array(value, wrong, digits):
    if value.dtype.kind not in "fiub":
        return np.array2string(value, threshold=LONGEST, edgeitems=2, separator=", ")
    cells = _cells(value, digits)
    if wrong is not None:
        cells = [_mark(c) if w else c for c, w in zip(cells, wrong.flat, strict=True)]
    # Positions are printed in place of the numbers, so that each can be looked up.
    return np.array2string(
        np.arange(value.size).reshape(value.shape),
        threshold=LONGEST,
        edgeitems=2,
        separator=", ",
        max_line_width=WIDTH,
        formatter={"int": lambda i: cells[i]},
    )


def _cells(value, digits):
    """Return every number as text, all of one width; fixed point where that shows something."""
    if value.dtype.kind != "f":
        cells = [str(number) for number in value.flat]
    else:
        sizes = np.abs(value[np.isfinite(value) & (value != 0)].astype(float))
        fixed = not sizes.size or (sizes.max() < 1e6 and sizes.max() >= 10.0 ** (1 - digits))
        form = f".{digits}f" if fixed and digits < 17 else f".{digits}g"
        cells = [f"{number:{form}}" for number in value.astype(float).flat]
        if form.endswith("f"):
            cells = _without_common_zeros(cells)
    width = max(map(len, cells), default=0)
    return [cell.rjust(width) for cell in cells]


def _without_common_zeros(cells):
    points = [cell for cell in cells if "." in cell]
    spare = min((len(cell) - len(cell.rstrip("0")) for cell in points), default=0)
    cut = [cell[: len(cell) - spare] if "." in cell else cell for cell in cells]
    return [f"{cell}0" if cell.endswith(".") else cell for cell in cut]


def _told_apart(expected, got, wrong, digits):
    if not wrong.ndim:
        return show(expected, digits=digits) != show(got, digits=digits)
    pair = zip(_cells(expected, digits), _cells(got, digits), wrong.flat, strict=True)
    return all(e.strip() != g.strip() for e, g, differs in pair if differs)


def _places(wrong):
    if not wrong.any() or wrong.all():
        return ""
    places = [str([int(i) for i in place]) for place in np.argwhere(wrong)]
    more = f" and {len(places) - LISTED} more" if len(places) > LISTED else ""
    return ", ".join(places[:LISTED]) + more


def _named(name, text):
    return f"{name}: " + text.replace("\n", "\n" + " " * (len(str(name)) + 2))


def _is_short(part):
    return (
        part is None
        or isinstance(part, numbers.Number | str | np.generic)
        or (isinstance(part, np.ndarray) and not part.ndim)
    )
