"""Compare what came back with what was expected: None, or one sentence on the difference."""

import numbers

import numpy as np

from ..wording import counted
from .beginners import returned

# (relative, absolute), by the dtype of the right answer, which is that of the exercise's inputs,
# where the exercise names no other.
TOLERANCE = {"float16": (1e-2, 1e-3), "float32": (1e-4, 1e-6), "float64": (1e-9, 1e-12)}


def difference(got, expected, tolerance=None, dtypes=False):
    """Return None where ``got`` is as good as ``expected``, else what is wrong with it.

    Python numbers, NumPy scalars and 0-d arrays are one and the same; so are tuples, lists and
    arrays that hold the same numbers in the same shape (``better_form`` says what is nicer).
    How close is close enough depends on ``tolerance``, (relative, absolute), or the dtype of
    ``expected``, never on the dtype of ``got``; with ``dtypes`` the two must be the same.
    """
    if returned(got) and expected is not None:
        return returned(got)
    if isinstance(expected, dict):
        name, problem = differing(got, expected, tolerance, dtypes)
        return f"{name}: {problem}" if name else problem
    got = as_asked(got, expected)
    if isinstance(expected, tuple | list):
        return _several(got, expected, tolerance, dtypes)
    if isinstance(expected, str):
        # An array has no one answer to ==, and an object may claim to equal everything.
        if not isinstance(got, str):
            return f"returned {_a(type(got).__name__)}; expected {expected!r}"
        return None if got == expected else f"returned {got!r}; expected {expected!r}"
    problem = kind_problem(got, expected)
    if problem:
        return problem
    got, expected = np.asarray(got), np.asarray(expected)
    if got.shape != expected.shape:
        return f"shape {got.shape}; expected {expected.shape}"
    if close(got, expected, tolerance):
        return _other_dtype(got, expected) if dtypes else None
    if np.isnan(got).any() and not np.isnan(expected).any():
        many = f"{np.isnan(got).sum()} of {got.size} values are NaN"
        return many if got.size > 1 else "the value is NaN"
    if got.dtype.kind in "iub" and expected.dtype.kind == "f":
        return f"the values are {got.dtype}: whatever stood behind the decimal point is lost"
    if got.dtype.kind == expected.dtype.kind == "f" and got.itemsize < expected.itemsize:
        digits = np.finfo(got.dtype).precision
        return f"the values are {got.dtype}, which holds {digits} digits; needed {expected.dtype}"
    wrong = ~_close_each(got, expected, tolerance)
    return f"{wrong.sum()} of {got.size} values differ" if got.size > 1 else "the value differs"


def differing(got, expected, tolerance=None, dtypes=False):
    """Return (name, problem) of the first of several named results that differs, or (None, None).

    The name is "" where the results do not bear the names expected at all.
    """
    if not isinstance(got, dict):
        return "", f"returned {_a(type(got).__name__)}; expected named results"
    for name, value in expected.items():
        if name not in got:
            return name, "is missing"
        problem = difference(got[name], value, tolerance, dtypes)
        if problem:
            return name, problem
    extra = next((name for name in got if name not in expected), None)
    return (None, None) if extra is None else (extra, "is one too many")


def as_asked(got, expected):
    """Return ``got`` as the array or the tuple of results that was asked for, if it can be one."""
    if isinstance(got, np.ndarray) and isinstance(expected, tuple | list):
        return tuple(got) if got.ndim and len(got) == len(expected) else got
    if isinstance(got, list | tuple) and isinstance(expected, np.ndarray):
        try:
            array = np.asarray(got)
        except (ValueError, TypeError, OverflowError):  # rows of unequal length
            return got
        return array if array.dtype.kind in "fiub" else got
    return got


def better_form(got, expected):
    """Return in what form an answer with the right numbers would have been better, or ""."""
    if isinstance(expected, dict):
        return next(filter(None, (better_form(got[n], e) for n, e in expected.items())), "")
    if isinstance(expected, tuple | list):
        if isinstance(got, np.ndarray):
            return f"Better form: {len(expected)} results, as in return a, b, not one array."
        return next(filter(None, map(better_form, got, expected)), "")
    if isinstance(got, list | tuple):
        return f"Better form: an array, not a {type(got).__name__}. np.array(...) makes one."
    return ""


def kind_problem(got, expected):
    """Return a sentence where ``got`` is no real number or array of numbers, else None."""
    if returned(got):
        return returned(got)
    if type(got).__module__.partition(".")[0] == "torch":
        return "returned a torch tensor; a NumPy array was asked for"
    if isinstance(got, list | tuple):
        asked = "one array" if isinstance(expected, np.ndarray) else "one number"
        found = type(got).__name__
        return f"returned a {found}; {asked} was asked for, which NumPy's operations give you"
    if not isinstance(got, np.ndarray | np.generic | numbers.Number):
        return f"returned {_a(type(got).__name__)}; expected {_a(type(expected).__name__)}"
    if np.asarray(got).dtype.kind not in "fiub":
        return f"has dtype {np.asarray(got).dtype}; expected real numbers"
    return None


def close(got, expected, tolerance=None):
    """Return whether two numeric arrays of one shape agree within tolerance."""
    return bool(np.all(_close_each(np.asarray(got), np.asarray(expected), tolerance)))


def differing_entries(got, expected, tolerance=None):
    """Return where two numbers, or arrays of one shape, differ; None where that has no answer."""
    kinds = (np.ndarray, np.generic, numbers.Number)
    if not isinstance(got, kinds) or not isinstance(expected, kinds):
        return None
    got, expected = np.asarray(got), np.asarray(expected)
    if got.shape != expected.shape or {got.dtype.kind, expected.dtype.kind} - set("fiub"):
        return None
    return ~np.asarray(_close_each(got, expected, tolerance))


def largest_difference(got, expected):
    """Return the largest absolute difference, over all results of one call."""
    if isinstance(expected, dict):
        return max((largest_difference(got[n], e) for n, e in expected.items()), default=0.0)
    got = as_asked(got, expected)
    if isinstance(expected, tuple | list):
        return max(map(largest_difference, got, expected), default=0.0)
    if isinstance(expected, str) or np.size(expected) == 0:
        return 0.0
    got, expected = np.asarray(got, float), np.asarray(expected, float)
    finite = np.isfinite(expected)
    gap = np.subtract(got, expected, where=finite, out=np.zeros(expected.shape))
    return float(np.abs(gap).max())


def _other_dtype(got, expected):
    if got.dtype == expected.dtype:
        return None
    return (
        f"dtype {got.dtype}; expected {expected.dtype}, that of the input: "
        "new tensors need dtype=x.dtype"
    )


def _several(got, expected, tolerance, dtypes):
    if not isinstance(got, tuple | list) or len(got) != len(expected):
        found = counted(len(got), "result") if isinstance(got, tuple | list) else type(got).__name__
        return f"returned {found}; expected {counted(len(expected), 'result')}, as in return a, b"
    for i, (g, e) in enumerate(zip(got, expected, strict=True), start=1):
        problem = difference(g, e, tolerance, dtypes)
        if problem:
            return f"result {i} of {len(expected)}: {problem}"
    return None


def _close_each(got, expected, tolerance):
    rtol, atol = tolerance or TOLERANCE.get(str(expected.dtype), TOLERANCE["float64"])
    return np.isclose(got.astype(float), expected.astype(float), rtol, atol, equal_nan=True)


def _a(word):
    word = {"ndarray": "array"}.get(word, word)
    return f"{'an' if word[0] in 'aeiou' else 'a'} {word}"
