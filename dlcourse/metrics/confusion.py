"""The table of who is ill against who was called, and what is read off it."""

from typing import NamedTuple

import numpy as np

from ..validation import evaluation as validate
from .interval import Estimate
from .rates import wilson_interval


class ConfusionTable(NamedTuple):
    """Counts of the healthy and the ill, each right and wrong, in scikit-learn's order."""

    tn: int
    fp: int
    fn: int
    tp: int

    def __str__(self):
        rows = [
            ("", "called healthy", "called ill", "all"),
            ("healthy", self.tn, self.fp, self.tn + self.fp),
            ("ill", self.fn, self.tp, self.fn + self.tp),
            ("all", self.tn + self.fn, self.fp + self.tp, sum(self)),
        ]
        return "\n".join(f"{a:8}{b:>15}{c:>12}{d:>6}" for a, b, c, d in rows)


def confusion_table(y_true, y_pred):
    """Return the four counts of a yes-or-no question.

    Parameters
    ----------
    y_true : (n,), 1 for ill, 0 for healthy
    y_pred : (n,), 1 for an alarm, 0 for none

    Examples
    --------
    >>> print(confusion_table([1, 1, 1, 0, 0], [1, 1, 0, 1, 0]))
             called healthy  called ill   all
    healthy               1           1     2
    ill                   1           2     3
    all                   2           3     5
    """
    y, called = validate.calls(y_true, y_pred)
    return ConfusionTable(
        int((~y & ~called).sum()),
        int((~y & called).sum()),
        int((y & ~called).sum()),
        int((y & called).sum()),
    )


def f1_score(y_true, y_pred, level=0.95):
    r"""Return F1, the harmonic mean of sensitivity and predictive value, with an interval.

    :math:`F = 2 TP / (2 TP + FP + FN)`. Who is healthy and not called does not enter, so it
    changes with the prevalence. The interval: of those who are ill or called or both, the
    share J = TP / (TP + FP + FN) is a plain share with Wilson's interval, and F = 2J / (1 + J)
    rises with it. Where nobody is ill and nobody called, F1 is 0/0 and refused; scikit-learn
    warns and says 0.

    Parameters
    ----------
    y_true, y_pred : (n,), of 0 and 1
    level : of confidence

    Returns
    -------
    Estimate : value, low, high

    Examples
    --------
    >>> print(f1_score([1, 1, 1, 0, 0], [1, 1, 0, 1, 0]))
    0.667 (0.261 to 0.919)
    """
    _, fp, fn, tp = confusion_table(y_true, y_pred)
    if tp + fp + fn == 0:
        raise ValueError("nobody is ill and nobody was called; F1 needs at least one of either")
    low, high = (2 * j / (1 + j) for j in wilson_interval(tp, tp + fp + fn, level))
    return Estimate(2 * tp / (2 * tp + fp + fn), float(low), float(high))


def confusion_matrix(y_true, y_pred, labels=None):
    """Return counts (classes, classes), rows by the truth and columns by the call.

    Parameters
    ----------
    y_true, y_pred : (n,), classes of any kind: numbers, words
    labels : the classes in order; None for those found, sorted

    Raises
    ------
    ValueError
        If shapes differ, or a class is not among ``labels`` (scikit-learn leaves it out).
    """
    a, b, labels = coded(("y_true", y_true), ("y_pred", y_pred), labels)
    counts = np.zeros((len(labels), len(labels)), int)
    np.add.at(counts, (a, b), 1)
    return counts


def coded(first, second, labels=None):
    """Return two lists of classes, each (name, (n,)), as positions in ``labels``, and those."""
    arrays = [np.asarray(value) for _, value in (first, second)]
    for (name, _), array in zip((first, second), arrays, strict=True):
        if array.ndim != 1 or not array.size:
            raise ValueError(f"{name} has shape {array.shape}; needed (n,) with n > 0")
        if array.dtype.kind == "f" and np.isnan(array).any():
            raise ValueError(f"{name} holds {np.isnan(array).sum()} NaN; needed a class for each")
    validate.for_each(second[0], arrays[1], arrays[0], first[0])
    found = np.unique(np.concatenate(arrays))
    labels = found if labels is None else np.asarray(list(labels))
    position = {label: i for i, label in enumerate(labels.tolist())}
    missing = [label for label in found.tolist() if label not in position]
    if missing:
        raise ValueError(f"found the class {missing[0]!r}; labels names only {labels.tolist()}")
    return *(np.array([position[v] for v in array.tolist()]) for array in arrays), labels
