"""Call a function on one input and write down everything that it did."""

import copy
import numbers
import warnings
from dataclasses import dataclass, field

import numpy as np

DEEPEST = 4  # of lists in lists; batches of epochs are 2


@dataclass(frozen=True)
class Outcome:
    """What one call did: its value or its exception, and its side effects.

    ``float_errors`` holds NumPy's words ("overflow", "invalid value", "divide by zero"),
    ``mutated`` the positions of the arguments that changed, ``notes`` the (kind, name) pairs
    that findings.py puts into words, ``arguments`` what the arguments are by now.
    """

    value: object = None
    error: BaseException | None = None
    float_errors: frozenset = frozenset()
    mutated: tuple = ()
    warnings: list = field(default_factory=list, compare=False)
    notes: frozenset = field(default=frozenset(), compare=False)
    arguments: tuple = field(default=(), compare=False)


def call(function, args, reading=None):
    """Call ``function`` on copies of ``args``; return its Outcome.

    ``reading`` is what a torch exercise has in its field ``torch``: it does the call.
    Only KeyboardInterrupt passes through: whoever pressed stop wants it to stop.
    """
    given = copy.deepcopy(args)
    noticed, notes = set(), set()
    value, error = None, None
    with (
        warnings.catch_warnings(record=True) as caught,
        np.errstate(all="call", under="ignore", call=lambda what, _: noticed.add(what)),
    ):
        warnings.simplefilter("always")
        try:
            if reading is None:
                value = _kept(function(*given))
            else:
                value, given = reading.read(function, given, notes)
        except KeyboardInterrupt:
            raise
        except BaseException as raised:  # SystemExit and friends are answers too
            error = raised
    return Outcome(
        value,
        error,
        frozenset(noticed),
        changed(args, given),
        [f"{w.category.__name__}: {w.message}" for w in caught],
        frozenset(notes),
        given,
    )


def _kept(value, depth=0):
    """Return ``value`` as it is now, for an answer may fill the same array at its next call.

    Tables of pandas and ranges become the arrays that they hold.
    """
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, range):
        return np.arange(value.start, value.stop, value.step)
    if isinstance(value, tuple | list) and depth < DEEPEST:
        kept = [_kept(part, depth + 1) for part in value]
        return tuple(kept) if isinstance(value, tuple) else kept
    if type(value).__module__.partition(".")[0] == "pandas" and hasattr(value, "to_numpy"):
        return np.array(value.to_numpy())
    return value


def changed(before, after):
    """Return the positions at which two tuples of arguments differ."""
    return tuple(i for i, (a, b) in enumerate(zip(before, after, strict=True)) if _differ(a, b))


def _differ(before, after):
    if isinstance(before, np.ndarray):
        if not isinstance(after, np.ndarray) or before.shape != after.shape:
            return True
        return before.dtype.kind != after.dtype.kind or not _equal(before, after)
    if isinstance(before, list | tuple):
        same = type(before) is type(after) and len(before) == len(after)
        return not same or any(map(_differ, before, after))
    if isinstance(before, dict):
        same = isinstance(after, dict) and list(before) == list(after)
        return not same or any(map(_differ, before.values(), after.values()))
    if isinstance(before, numbers.Number | str):
        return type(before) is not type(after) or (before != after and before == before)
    return False


def _equal(before, after):
    return np.array_equal(before, after, equal_nan=before.dtype.kind in "fc")
