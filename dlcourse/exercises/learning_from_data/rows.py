"""What both splits must satisfy: row numbers, each row once, and the order that the seed gives."""

import numpy as np

from dlcourse.checks.compare import kind_problem


def problem_with_rows(value, names, n):
    """Return what is wrong with ``value`` as parts of the rows 0 to n - 1, or None."""
    wanted = f"{len(names)} arrays of row numbers, as in return {', '.join(names)}"
    if not isinstance(value, tuple | list) or len(value) != len(names):
        found = f"{len(value)} results" if isinstance(value, tuple | list) else type(value).__name__
        return f"returned {found}; expected {wanted}"
    for name, part in zip(names, value, strict=True):
        try:
            rows = np.asarray(part)
        except ValueError:  # lists of unequal length within a part
            return f"{name} is no list of row numbers; expected {wanted}"
        whole = rows.dtype.kind in "iu" or rows.shape == (0,)  # an empty list is no fraction
        if kind_problem(rows, np.arange(0)) or rows.ndim != 1 or not whole:
            return f"{name} is no list of row numbers; expected {wanted}"
        outside = [row for row in part if not 0 <= row < n]
        if outside:
            return f"{name} holds row {outside[0]}; there are only rows 0 to {n - 1}"
    times = np.bincount(np.concatenate(value).astype(int), minlength=n)
    if times.max() > 1:
        row = int(times.argmax())
        where = [name for name, part in zip(names, value, strict=True) if row in part]
        if len(where) == 1:
            return f"row {row} is in {where[0]} {times[row]} times"
        return f"row {row} is in {' and in '.join(where)}: that is the leak"
    if times.min() == 0:
        return f"{(times == 0).sum()} of {n} rows are in no part: {_sum(value)}, not {n}"
    return None


def is_run(part, order):
    """Return whether ``part`` holds neighbours of ``order``, whichever way it lists them."""
    place = np.empty(max(order) + 1, int)
    place[order] = np.arange(len(order))
    places = place[np.asarray(part, int)]
    return len(part) == 0 or np.ptp(places) == len(part) - 1


def _sum(parts):
    sizes = [len(part) for part in parts]
    return f"{' + '.join(map(str, sizes))} = {sum(sizes)}"
