"""Lab 05, one_epoch: one pass over all patients, a batch at a time."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY

from .descend import gradient, walk


def one_epoch_edges():
    X = np.array([[1.0, 2.0], [0.0, -1.0], [3.0, 1.0], [-1.0, 1.0], [2.0, 0.0]])
    fixed = X, np.array([2.0, 0.0, 1.0, -3.0, 1.0]), np.array([1.0, 0.0]), 0.05
    order = np.array([3, 0, 4, 2, 1])
    return [
        (*fixed, 2, order),  # the last batch has one patient
        (*fixed, 5, order),
        (*fixed, 8, order),  # a batch larger than the data
        (*fixed, 1, order),
    ]


def one_epoch_inputs(rng):
    def case(n, features, size):
        X, y = rng.normal(size=(n, features)), rng.normal(size=n)
        return X, y, rng.normal(size=features), 0.1, size, rng.permutation(n)

    return [
        case(7, 3, 3),
        case(12, 2, 4),
    ]


def through(X, y, w, lr, batches, slope=gradient, scale=None):
    """Return the path through ``batches``; a mistake passes its own ``slope`` or ``scale``."""
    path = [np.array(w, float)]
    for S in batches:
        factor = 1.0 if scale is None else scale(S)
        path.append(path[-1] - lr * factor * slope(X[S], y[S], path[-1]))
    return np.array(path)


def cut(order, size):
    return [order[i : i + size] for i in range(0, len(order), size)]


def one_epoch_answer(X, y, w, lr, batch_size, order):
    return through(X, y, w, lr, cut(order, batch_size))


def one_epoch_by_split(X, y, w, lr, batch_size, order):
    return through(X, y, w, lr, np.split(order, range(batch_size, len(order), batch_size)))


def one_epoch_reordered(X, y, w, lr, batch_size, order):
    X, y = X[order], y[order]
    return through(X, y, w, lr, cut(np.arange(len(y)), batch_size))


def one_epoch_by_walks(X, y, w, lr, batch_size, order):
    path, left = [np.array(w, float)], list(order)
    while left:
        S, left = left[:batch_size], left[batch_size:]
        path.append(walk(X[S], y[S], path[-1], lr, 1)[-1])
    return np.array(path)


def one_epoch_stale(X, y, w, lr, batch_size, order):
    return through(X, y, w, lr, cut(order, batch_size), lambda X, y, _: gradient(X, y, w))


def one_epoch_with_empty_batch(X, y, w, lr, batch_size, order):
    count = len(order) // batch_size + 1
    batches = [order[i * batch_size : (i + 1) * batch_size] for i in range(count)]
    return through(X, y, w, lr, batches)


def one_epoch_aliased(X, y, w, lr, batch_size, order):
    path = [w]
    for S in cut(order, batch_size):
        w -= lr * gradient(X[S], y[S], w)
        path.append(w)
    return np.array(path)


def one_epoch_in_place(X, y, w, lr, batch_size, order):
    path = [w.copy()]
    for S in cut(order, batch_size):
        w -= lr * gradient(X[S], y[S], w)
        path.append(w.copy())
    return np.array(path)


def one_epoch_overlapping(X, y, w, lr, batch_size, order):
    count = -(-len(order) // batch_size)
    return through(X, y, w, lr, [order[i : i + batch_size] for i in range(count)])


def one_epoch_full_data(X, y, w, lr, batch_size, order):
    return walk(X, y, w, lr, len(cut(order, batch_size)))


def one_epoch_mismatched(X, y, w, lr, batch_size, order):
    path = [np.array(w, float)]
    for i, S in enumerate(cut(order, batch_size)):
        truth = y[i * batch_size : i * batch_size + len(S)]
        path.append(path[-1] - lr * gradient(X[S], truth, path[-1]))
    return np.array(path)


EXERCISE = Exercise(
    "one_epoch",
    points=3,
    answer=one_epoch_answer,
    edges=one_epoch_edges,
    inputs=one_epoch_inputs,
    forbidden=LIBRARY,
    also_right=[one_epoch_by_split, one_epoch_reordered, one_epoch_by_walks],
    mistakes=[
        Mistake(
            "The last, smaller batch is missing. Every patient is seen once in an epoch.",
            lambda X, y, w, lr, batch_size, order: through(
                X, y, w, lr, [S for S in cut(order, batch_size) if len(S) == batch_size]
            ),
        ),
        Mistake(
            "The last batch is smaller: divide by its own length, not by batch_size.",
            lambda X, y, w, lr, batch_size, order: through(
                X, y, w, lr, cut(order, batch_size), scale=lambda S: len(S) / batch_size
            ),
        ),
        Mistake(
            "You took the patients as they stand. `order` says who comes when.",
            lambda X, y, w, lr, batch_size, order: through(
                X, y, w, lr, cut(np.arange(len(y)), batch_size)
            ),
        ),
        Mistake(
            "X was shuffled and y was not: patients got each other's outcomes. Index both.",
            one_epoch_mismatched,
        ),
        Mistake(
            "All gradients were taken at the weights of the morning. Use the present ones.",
            one_epoch_stale,
        ),
        Mistake(
            "Summed over the batch: divide by its length, or the step grows with it.",
            lambda X, y, w, lr, batch_size, order: through(
                X, y, w, lr, cut(order, batch_size), scale=len
            ),
        ),
        Mistake(
            "Divide by the patients in the batch, not by all patients.",
            lambda X, y, w, lr, batch_size, order: through(
                X, y, w, lr, cut(order, batch_size), scale=lambda S: len(S) / len(y)
            ),
        ),
        Mistake(
            "Each step used all patients. A batch sees only its own.",
            one_epoch_full_data,
        ),
        Mistake(
            "Your batches overlap: they begin at 0, 1, 2. They should begin at 0, B, 2B.",
            one_epoch_overlapping,
        ),
        Mistake(
            "len(order) // B + 1 batches are one too many where B divides the patients: the last "
            "is empty, and its mean is nan.",
            one_epoch_with_empty_batch,
            credit=0.5,
        ),
        Mistake(
            "One patient per step. A batch is order[first : first + batch_size], and its gradient "
            "the mean over all of them.",
            lambda X, y, w, lr, batch_size, order: through(
                X, y, w, lr, [order[i : i + 1] for i in range(0, len(order), batch_size)]
            ),
        ),
        Mistake(
            "All rows are the same array: w -= ... changed those already in the list, and the "
            "caller's too. Write w = w - ...",
            one_epoch_aliased,
        ),
        Mistake(
            "Right path, but you changed the caller's weights. Write w = w - ..., not w -= ...",
            one_epoch_in_place,
            credit=0.5,
        ),
        Mistake(
            "The start is missing: row 0 of the path is where you set out.",
            lambda X, y, w, lr, batch_size, order: one_epoch_answer(X, y, w, lr, batch_size, order)[
                1:
            ],
        ),
        Mistake(
            "Only the last weights. Return the whole path, one row per stop.",
            lambda X, y, w, lr, batch_size, order: one_epoch_answer(X, y, w, lr, batch_size, order)[
                -1
            ],
        ),
        Mistake(
            "Uphill: subtract the gradient.",
            lambda X, y, w, lr, batch_size, order: one_epoch_answer(
                X, y, w, -lr, batch_size, order
            ),
        ),
        Mistake(
            "The derivative of a square has a factor 2.",
            lambda X, y, w, lr, batch_size, order: one_epoch_answer(
                X, y, w, lr / 2, batch_size, order
            ),
        ),
    ],
    hints=[
        "range(0, len(order), batch_size) gives the places at which batches begin.",
        "S = order[first : first + batch_size] are the patients of one batch: X[S], y[S]. A slice "
        "beyond the end is simply shorter.",
        "The gradient of the batch is 2 * X[S].T @ (X[S] @ w - y[S]) / len(S).",
    ],
)
