"""Look for a simple relation between a wrong answer and the right one, and say it.

Each relation takes every failing case as (arguments by name, got, expected), the last two
arrays of numbers, and returns a sentence only where it explains all of them.
"""

import itertools
import math
import numbers

import numpy as np

from ..wording import rounded
from .compare import close

CONSTANTS = {
    "ln 2 (natural logarithm or base 2?)": math.log(2),
    "1 / ln 2 (natural logarithm or base 2?)": 1 / math.log(2),
    "ln 10 (natural logarithm or base 10?)": math.log(10),
    "1 / ln 10 (natural logarithm or base 10?)": 1 / math.log(10),
    "the square root of 2": math.sqrt(2),
    "1 / the square root of 2": math.sqrt(0.5),
}


def explain(cases, names):
    """Return the first sentence that explains every failing case, or None.

    Parameters
    ----------
    cases : list of (args, got, expected); several results, tuples or dicts, are taken apart
    names : of the arguments, for sentences such as "multiplied by 1 - p"
    """
    split = [_apart(got, expected) for _, got, expected in cases]
    if not cases or len({tuple(parts) for parts in split}) != 1:
        return None
    if _swapped(cases):
        return "The right results in the wrong order: check what comes first in your return."
    for label in split[0]:
        part = [
            (dict(zip(names, args, strict=True)), *parts[label])
            for (args, _, _), parts in zip(cases, split, strict=True)
        ]
        wrong = [(a, g, e) for a, g, e in part if g.shape != e.shape or not close(g, e)]
        if not wrong:
            continue
        for relation in RELATIONS:
            sentence = relation(wrong)
            if sentence:
                return f"{label}: {sentence}" if len(split[0]) > 1 else sentence
        return None
    return None


def sign(cases):
    """Say where every value has the opposite sign."""
    if all(g.shape == e.shape and close(g, -e) for _, g, e in cases):
        return "Right size, opposite sign."


def factor(cases):
    """Say where every value is the same multiple: of a count, of an argument, or a plain number."""
    ratios = [_ratio(g, e) for _, g, e in cases]
    if None in ratios or sum(e.size for _, _, e in cases) < 2:
        return None
    names = [_factors(args) for args, _, _ in cases]
    for name in names[0]:
        expected = [factors.get(name) for factors in names]
        if None not in expected and np.allclose(ratios, expected, rtol=1e-5, atol=0):
            return f"Every value is multiplied by {name}."
    if np.allclose(ratios, ratios[0], rtol=1e-5, atol=0):
        return f"Every value is multiplied by {rounded(ratios[0], 4)}."


def offset(cases):
    """Say where every value is shifted by the same amount."""
    if any(g.shape != e.shape or not np.isfinite(g).all() for _, g, e in cases):
        return None
    shifts = np.concatenate([np.ravel(g - e) for _, g, e in cases])
    if shifts.size > 1 and np.allclose(shifts, shifts[0], rtol=1e-5, atol=1e-12):
        shift = rounded(shifts[0], 4)
        return f"Every value is off by the same {shift}: something is added once too often."


def rearranged(cases):
    """Say where the numbers are the same, but turned, flipped or of another shape."""
    for word, arrangements in (
        ("transposed: rows and columns have changed places", _transpose),
        ("with permuted axes", _permutations),
        ("flipped end to end", _flips),
    ):
        if all(_any_equals(arrangements(g), e) for _, g, e in cases):
            return f"The right numbers, {word}."
    if all(g.size == e.size and g.shape != e.shape for _, g, e in cases):
        if all(close(g.reshape(e.shape), e) for _, g, e in cases):
            _, g, e = cases[0]
            return f"The right numbers in shape {g.shape}; needed shape {e.shape}."


def reduced(cases):
    """Say where one number per row came instead of their mean or sum, or the reverse."""
    if all(e.ndim == 0 < g.ndim and g.size for _, g, e in cases):
        for word, reduce in (("average", np.mean), ("sum", np.sum)):
            if all(close(reduce(g), e) for _, g, e in cases):
                return f"One number per row; the exercise asks for their {word}."
    if all(g.ndim == 0 < e.ndim and e.size > 1 for _, g, e in cases):
        for word, reduce in (("average", np.mean), ("sum", np.sum)):
            if all(close(g, reduce(e)) for _, g, e in cases):
                return f"You returned the {word}; the exercise asks for one number per row."


def single_precision(cases):
    """Say where the answer is right to seven digits only."""
    if all(g.shape == e.shape and np.allclose(g, e, 1e-5, 1e-6) for _, g, e in cases):
        return "Right to about seven digits: somewhere on the way your numbers became float32."


RELATIONS = (sign, single_precision, factor, offset, reduced, rearranged)


def _apart(got, expected):
    """Return {label: (got, expected)} as arrays; named results that are no numbers are left out."""
    if isinstance(expected, dict):
        pairs = {
            name[:1].upper() + name[1:]: (got[name], value)
            for name, value in expected.items()
            if _is_number(value) and _is_number(got[name])
        }
    elif isinstance(expected, tuple):
        pairs = {f"Result {i}": pair for i, pair in enumerate(zip(got, expected, strict=True), 1)}
    else:
        pairs = {"": (got, expected)}
    return {n: (np.asarray(g, float), np.asarray(e, float)) for n, (g, e) in pairs.items()}


def _is_number(value):
    kinds = (np.ndarray, np.generic, numbers.Number)
    return isinstance(value, kinds) and np.asarray(value).dtype.kind in "fiub"


def _swapped(cases):
    def reverses(got, expected):
        pairs = zip(got, reversed(expected), strict=True)
        return all(np.shape(g) == np.shape(e) and close(g, e) for g, e in pairs)

    return all(isinstance(e, tuple) and len(e) == 2 and reverses(g, e) for _, g, e in cases)


def _ratio(got, expected):
    nonzero = expected != 0
    if got.shape != expected.shape or not nonzero.any() or not np.isfinite(got).all():
        return None
    ratios = got[nonzero] / expected[nonzero]
    exact = np.allclose(ratios, ratios[0], rtol=1e-5) and np.allclose(got[~nonzero], 0)
    return float(ratios[0]) if exact and ratios[0] != 0 else None


def _factors(args):
    """Name the factors that this call's arguments suggest."""
    factors = {}
    arrays = [a for a in args.values() if isinstance(a, np.ndarray) and a.ndim and a.size]
    if arrays:
        counts = {
            "the number of rows": len(arrays[0]),
            "the number of columns": arrays[0].shape[-1],
            "the number of entries": arrays[0].size,
        }
        for name, count in counts.items():
            factors |= {name: count, f"1 / {name}": 1 / count}
    for name, p in args.items():
        if isinstance(p, float) and 0 < p < 1:
            factors |= {name: p, f"1 - {name}": 1 - p, f"1 / {name}": 1 / p}
            factors[f"1 / (1 - {name})"] = 1 / (1 - p)
    return factors | CONSTANTS


def _transpose(array):
    return [array.T] if array.ndim == 2 else []


def _permutations(array):
    if not 3 <= array.ndim <= 5:
        return []
    return [array.transpose(axes) for axes in itertools.permutations(range(array.ndim))]


def _flips(array):
    axes = range(array.ndim)
    sets = itertools.chain.from_iterable(itertools.combinations(axes, k + 1) for k in axes)
    return [np.flip(array, s) for s in sets] if array.ndim < 5 else []


def _any_equals(candidates, expected):
    return any(c.shape == expected.shape and close(c, expected) for c in candidates)
