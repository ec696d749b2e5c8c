"""What the metrics refuse: labels, scores, probabilities, levels of confidence, masks, boxes."""

import numpy as np

from .arrays import floating


def numbers(name, value, ndim=None):
    """Return ``value`` as float64 without NaN, with ``ndim`` axes if that is given."""
    array = floating(name, value).astype(np.float64)
    if ndim is not None and array.ndim != ndim:
        raise ValueError(f"{name} has shape {array.shape}; needed {ndim} axes")
    if np.isnan(array).any():
        raise ValueError(f"{name} holds {np.isnan(array).sum()} NaN; needed numbers")
    return array


def yes_or_no(name, value):
    """Return ``value``, of booleans or of 0 and 1 alone, as booleans."""
    array = floating(name, value)
    other = ~((array == 0) | (array == 1))
    if other.any():
        raise ValueError(f"{name} holds {array[other].flat[0]}; needed only 0 and 1")
    return array == 1


def outcomes(name, value):
    """Return ``value``, 1 for ill and 0 for healthy, as booleans (n,) with n > 0."""
    array = yes_or_no(name, value)
    if array.ndim != 1 or not array.size:
        raise ValueError(f"{name} has shape {array.shape}; needed (n,) with n > 0")
    return array


def for_each(name, array, like, of="y_true"):
    """Check that ``array`` has one entry for each in ``like``, which the reader knows as ``of``."""
    if array.shape[:1] != like.shape[:1]:
        raise ValueError(
            f"{name} has shape {array.shape}; needed one entry for each in {of}, {like.shape}"
        )
    return array


def calls(y_true, y_pred):
    """Return who is ill and who was called ill, both (n,) booleans."""
    y = outcomes("y_true", y_true)
    return y, for_each("y_pred", outcomes("y_pred", y_pred), y)


def ranked(y_true, y_score, both=True):
    """Return who is ill and the scores, both (n,); ``both`` asks for some ill and some healthy."""
    y = outcomes("y_true", y_true)
    score = for_each("y_score", numbers("y_score", y_score, 1), y)
    if both:
        both_classes(y)
    return y, score


def both_classes(y, at_least=1):
    """Check that there are ``at_least`` so many ill and healthy in ``y``, which is (n,)."""
    ill = int(y.sum())
    if min(ill, len(y) - ill) < at_least:
        raise ValueError(
            f"y_true holds {ill} ill and {len(y) - ill} healthy; needed at least {at_least} of each"
        )


def believed(y_true, y_prob):
    """Return who is ill and the probabilities of being ill, both (n,)."""
    y = outcomes("y_true", y_true)
    p = for_each("y_prob", shares("y_prob", y_prob), y)
    if p.ndim != 1:
        raise ValueError(f"y_prob has shape {p.shape}; needed (n,), the probability of being ill")
    return y, p


def shares(name, value):
    """Return ``value`` as float64 numbers from 0 to 1."""
    array = numbers(name, value)
    if not ((array >= 0) & (array <= 1)).all():
        raise ValueError(
            f"{name} runs from {array.min():g} to {array.max():g}; needed numbers from 0 to 1"
        )
    return array


def inside(name, value):
    """Check that the number ``value`` lies between 0 and 1, neither of them; return it."""
    if not 0 < value < 1:
        raise ValueError(f"{name} is {value}; needed a number between 0 and 1")
    return value


def count(name, value, at_least=1):
    """Check that ``value`` is a whole number of ``at_least``; return it."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise TypeError(f"{name} is {value!r}; needed a whole number")
    if value < at_least:
        raise ValueError(f"{name} is {value}; needed at least {at_least}")
    return int(value)


def masks(y_true, y_pred, least=1):
    """Return two masks of one shape, with at least so many axes, as booleans."""
    t, p = yes_or_no("y_true", y_true), yes_or_no("y_pred", y_pred)
    if t.shape != p.shape or t.ndim < least:
        raise ValueError(
            f"y_true has shape {t.shape} and y_pred {p.shape}; "
            f"needed one shape, of {least} axes or more"
        )
    return t, p


def boxes(name, value):
    """Return ``value``, boxes (n, 4) as left, top, right, bottom, as float64."""
    array = numbers(name, value)
    array = array.reshape(0, 4) if array.size == 0 else array
    if array.ndim != 2 or array.shape[1] != 4:
        raise ValueError(f"{name} has shape {array.shape}; needed (n, 4): left, top, right, bottom")
    wrong = (array[:, 2] < array[:, 0]) | (array[:, 3] < array[:, 1])
    if wrong.any():
        raise ValueError(
            f"{name} holds {array[wrong][0]}; needed left <= right and top <= bottom "
            "(not a corner with width and height)"
        )
    return array


def classes(name, value, like):
    """Return ``value``, class numbers (n,) from 0 to below the columns of ``like``, as integers."""
    found = for_each(name, numbers(name, value, 1), like, "the table of classes")
    k = like.shape[1]
    if not ((found >= 0) & (found < k) & (found % 1 == 0)).all():
        raise ValueError(
            f"{name} runs from {found.min():g} to {found.max():g}; "
            f"needed class numbers from 0 to {k - 1}"
        )
    return found.astype(int)
