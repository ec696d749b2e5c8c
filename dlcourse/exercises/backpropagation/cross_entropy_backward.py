"""Lab 06, cross_entropy_backward: said minus true, over the number of patients."""

import numpy as np

from dlcourse import reference
from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def cross_entropy_backward_edges():
    extreme = np.array([[1e4, 0.0, -1e4], [0.0, 0.0, 0.0], [-1e4, 1e4, 2.0], [1.0, 2.0, 3.0]])
    return [
        (np.array([[2.0, 0.0, -1.0], [0.5, 1.0, 0.0]]), np.array([1, 1])),
        (extreme, np.array([2, 0, 1, 1])),
    ]


def cross_entropy_backward_inputs(rng):
    return [
        (rng.normal(0, 2, (1, 4)), rng.integers(0, 4, 1)),
        (rng.normal(0, 2, (6, 4)), np.array([0, 3, 3, 1, 2, 0])),
        (rng.normal(0, 2, (3, 3)), np.array([2, 0, 0])),
    ]


def softmax(logits, axis=1, keepdims=True):
    e = np.exp(logits - logits.max(axis, keepdims=keepdims))
    return e / e.sum(axis, keepdims=keepdims)


def one_hot(logits, target):
    return (np.arange(logits.shape[1]) == target[:, None]).astype(float)


def cross_entropy_backward_answer(logits, target):
    n = len(logits)
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    grad = e / e.sum(axis=1, keepdims=True)
    grad[np.arange(n), target] -= 1
    return grad / n


def by_index(logits, target):
    p = softmax(logits)
    p[np.arange(len(p)), target] -= 1
    return p / len(p)


def by_rows(logits, target):
    rows = []
    for z, t in zip(logits, target, strict=True):
        e = np.exp(z - max(z))
        row = e / sum(e)
        row[t] -= 1
        rows.append(row / len(logits))
    return np.array(rows)


def by_chain(logits, target):
    n, p = len(logits), softmax(logits)
    grad_log = -one_hot(logits, target) / n  # of the mean loss, in the log-probabilities
    return grad_log - p * grad_log.sum(1, keepdims=True)


def every_row(logits, target):
    p = softmax(logits)
    p[:, target] -= 1
    return p / len(p)


def unstable(logits, target):
    e = np.exp(logits)
    return (e / e.sum(1, keepdims=True) - one_hot(logits, target)) / len(logits)


def one_maximum(logits, target):
    e = np.exp(logits - logits.max())
    return (e / e.sum(1, keepdims=True) - one_hot(logits, target)) / len(logits)


def without_keepdims(logits, target):
    e = np.exp(logits - logits.max(axis=1))
    return (e / e.sum(axis=1) - one_hot(logits, target)) / len(logits)


def whole_rows(logits, target):
    p = softmax(logits)
    p[target] -= 1
    return p / len(p)


def in_place(logits, target):
    logits -= logits.max(1, keepdims=True)
    return by_index(logits, target)


EXERCISE = Exercise(
    "cross_entropy_backward",
    points=3,
    answer=cross_entropy_backward_answer,
    edges=cross_entropy_backward_edges,
    inputs=cross_entropy_backward_inputs,
    forbidden=LIBRARY,
    also_right=[
        by_index,
        by_rows,
        by_chain,
        lambda logits, target: (softmax(logits) - one_hot(logits, target)) / len(target),
        lambda logits, target: reference.cross_entropy_backward(1.0, logits, target),
    ],
    mistakes=[
        Mistake(
            "p[:, target] edits those columns in every row. Pair each row with its own class: "
            "p[np.arange(n), target].",
            every_row,
        ),
        Mistake(
            "The loss was a mean over patients; so is its gradient. Divide by n.",
            lambda logits, target: by_index(logits, target) * len(logits),
        ),
        Mistake(
            "Divide by the number of rows, not by rows times classes.",
            lambda logits, target: by_index(logits, target) / logits.shape[1],
        ),
        Mistake(
            "Divide by the number of patients, not by the number of classes.",
            lambda logits, target: by_index(logits, target) * len(logits) / logits.shape[1],
        ),
        Mistake(
            "Sign: a step against this gradient climbs. It is p minus one-hot.",
            lambda logits, target: -by_index(logits, target),
        ),
        Mistake(
            "Each row must sum to 1 before you subtract: softmax along axis 1.",
            lambda logits, target: (
                (softmax(logits, axis=0) - one_hot(logits, target)) / len(logits)
            ),
        ),
        Mistake(
            "exp(1e4) is inf, and inf / inf is NaN. Subtract the row's maximum first.",
            unstable,
            credit=0.5,
        ),
        Mistake(
            "With one maximum for the whole table, a row far below it becomes 0 / 0. Subtract each "
            "row's own: max(axis=1, keepdims=True).",
            one_maximum,
            credit=0.5,
        ),
        Mistake(
            "max(axis=1) and sum(axis=1) have the shape (patients,), which lies along the classes. "
            "keepdims=True leaves them upright.",
            without_keepdims,
        ),
        Mistake(
            "p[target] picks whole rows. You need one place in each: p[np.arange(n), target].",
            whole_rows,
        ),
        Mistake(
            "p (1 - p) is the diagonal of the softmax's slopes only, and the label has vanished.",
            lambda logits, target: softmax(logits) * (1 - softmax(logits)) / len(logits),
        ),
        Mistake(
            "You filled only the true class's column. The other scores are pushed down too: each "
            "row sums to 0.",
            lambda logits, target: by_index(logits, target) * one_hot(logits, target),
        ),
        Mistake(
            "That is p. Where is what was true? Subtract 1 at the true class.",
            lambda logits, target: softmax(logits) / len(logits),
        ),
        Mistake(
            "You subtracted the class's number. Subtract 1, in the place of the true class.",
            lambda logits, target: (softmax(logits) - target[:, None]) / len(logits),
        ),
        Mistake(
            "One-hot was subtracted from the scores. Turn them into probabilities first.",
            lambda logits, target: (logits - one_hot(logits, target)) / len(logits),
        ),
        Mistake(
            "Right values, but -= changed the caller's logits. Write z = logits - ... instead.",
            in_place,
        ),
    ],
    hints=[
        "First the probabilities: softmax of each row, with the row's maximum subtracted.",
        "Then subtract 1 at each row's true class, and divide everything by the number of rows.",
        "p[np.arange(n), target] -= 1 touches one place per row. p[:, target] touches more.",
    ],
)
