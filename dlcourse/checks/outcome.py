"""Call a function on one input and write down everything that it did."""

import copy
import warnings
from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class Outcome:
    """What one call did: its value or its exception, and its side effects.

    ``float_errors`` holds NumPy's words ("overflow", "invalid value", "divide by zero"),
    ``mutated`` the positions of the arguments that changed, ``notes`` the (kind, name) pairs
    that findings.py puts into words.
    """

    value: object = None
    error: BaseException | None = None
    float_errors: frozenset = frozenset()
    mutated: tuple = ()
    warnings: list = field(default_factory=list, compare=False)
    notes: frozenset = field(default=frozenset(), compare=False)


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
                value = function(*given)
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
        tuple(i for i, (a, b) in enumerate(zip(args, given, strict=True)) if _changed(a, b)),
        [f"{w.category.__name__}: {w.message}" for w in caught],
        frozenset(notes),
    )


def _changed(before, after):
    if isinstance(before, np.ndarray):
        return not (before.shape == after.shape and _equal(before, after))
    if isinstance(before, list | tuple):
        return len(before) != len(after) or any(map(_changed, before, after))
    return False


def _equal(before, after):
    return np.array_equal(before, after, equal_nan=before.dtype.kind in "fc")
