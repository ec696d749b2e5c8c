"""Lab 07, train_epoch: one pass over all training patients, a step per batch."""

import numpy as np
from scipy.special import expit

from dlcourse import reference
from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def train_epoch_inputs(rng):
    def case(n, features, batch_size, lr):
        X = rng.normal(size=(n, features)) + 0.3
        y = rng.permutation(np.arange(n) % 2).astype(float)
        w, b = rng.normal(size=features), float(rng.normal())
        return w, b, X, y, rng.permutation(n), batch_size, lr

    return [
        case(7, 2, 3, 0.5),
        case(6, 3, 2, 0.1),
        case(int(rng.integers(11, 15)), 4, 5, 0.7),
    ]


def loss_of(z, y):
    return np.mean(np.logaddexp(0, z) - y * z)


def epoch(
    w, b, X, y, order, batch_size, lr, *,
    summed=False, stale=False, keep=0.0, after=False, weigh=True, move_b=True, labels=None,
    whole=False, last=False, total=False, whole_at=None, size=None, bend=expit,
):  # fmt: skip
    """Train for one epoch; the options are the ways in which this is done wrong."""
    first_w, first_b = w, b
    losses, sizes, gw, gb = [], [], 0.0, 0.0
    end = len(order) // batch_size * batch_size if whole else len(order)
    for i in range(0, end, batch_size):
        j = order[i : i + batch_size]
        labelled = y[j] if labels is None else labels(y, i, j)
        z = X[j] @ first_w + first_b if stale else X[j] @ w + b
        e = bend(z) - labelled
        n = 1 if summed else size(order, batch_size) if size else len(j)
        gw, gb = keep * gw + X[j].T @ e / n, keep * gb + e.sum() / n
        w, b = w - lr * gw, b - lr * gb * move_b
        losses.append(loss_of(X[j] @ w + b if after else z, labelled))
        sizes.append(len(j))
    if last:
        return w, b, losses[-1]
    if whole_at:
        return w, b, loss_of(X @ w + b if whole_at == "end" else X @ first_w + first_b, y)
    if total:
        return w, b, np.sum(losses)
    return w, b, np.average(losses, weights=sizes if weigh else None)


def with_neuron(w, b, X, y, order, batch_size, lr):
    neuron = reference.Neuron(len(w))
    neuron.weight[:], neuron.bias[...] = w, b
    optimizer = reference.SGD(neuron.parameters(), lr=lr)
    total = 0.0
    for rows in np.split(order, range(batch_size, len(order), batch_size)):
        p = neuron.forward(X[rows])
        total += reference.binary_cross_entropy(p, y[rows], reduction="sum")
        neuron.backward(reference.binary_cross_entropy_backward(1.0, p, y[rows]))
        optimizer.step(neuron.gradients())
    return neuron.weight, float(neuron.bias), total / len(order)


def augmented(w, b, X, y, order, batch_size, lr):
    v, A, total = np.append(w, b), np.c_[X, np.ones(len(X))], 0.0
    for i in range(0, len(order), batch_size):
        rows = order[i : i + batch_size]
        p = expit(A[rows] @ v)
        total -= np.log(np.where(y[rows] == 1, p, 1 - p)).sum()
        v -= lr * (p - y[rows]) @ A[rows] / len(rows)
    return v[:-1], v[-1], total / len(order)


def recursive(w, b, X, y, order, batch_size, lr):
    j, rest = order[:batch_size], order[batch_size:]
    loss = loss_of(X[j] @ w + b, y[j])
    e = (expit(X[j] @ w + b) - y[j]) / len(j)
    w, b = w - lr * (e[:, None] * X[j]).sum(axis=0), b - lr * e.sum()
    if len(rest) == 0:
        return w, b, loss
    w, b, later = recursive(w, b, X, y, rest, batch_size, lr)
    return w, b, (len(j) * loss + len(rest) * later) / len(order)


def in_place(w, b, X, y, order, batch_size, lr):
    w[:], b, loss = epoch(w, b, X, y, order, batch_size, lr)
    return w, b, loss


def wrong(**options):
    return lambda *args: epoch(*args, **options)


EXERCISE = Exercise(
    "train_epoch",
    points=3,
    answer=augmented,
    inputs=train_epoch_inputs,
    forbidden=LIBRARY,
    also_right=[epoch, with_neuron, recursive],
    mistakes=[
        Mistake(
            "Each step repeats all steps before it: gradients were added up and never cleared. "
            "This is momentum 1.",
            wrong(keep=1.0),
        ),
        Mistake(
            "Uphill: the loss grew with every step. Go against the gradient.",
            lambda w, b, X, y, order, batch_size, lr: epoch(w, b, X, y, order, batch_size, -lr),
        ),
        Mistake(
            "All gradients were taken at the weights of the epoch's start. "
            "Update before you look at the next batch.",
            wrong(stale=True),
        ),
        Mistake("The bias never moved. Two parameters, two updates.", wrong(move_b=False)),
        Mistake(
            "Labels left behind: y[:len(j)] belongs to other patients. Index y by j too.",
            wrong(labels=lambda y, i, j: y[: len(j)]),
        ),
        Mistake(
            "The rows were shuffled and the labels were not. Take y[j], as you take X[j].",
            wrong(labels=lambda y, i, j: y[i : i + len(j)]),
        ),
        Mistake(
            "You reported the loss after each step. Report the one that the gradient came from.",
            wrong(after=True),
            credit=0.5,
        ),
        Mistake(
            "The mean of the batches' means: the small last batch counts too much. "
            "Weigh each by its size.",
            wrong(weigh=False),
            credit=0.5,
        ),
        Mistake(
            "The gradient was summed over the batch, so lr now depends on the batch size. Average.",
            wrong(summed=True),
        ),
        Mistake(
            "You divided by the number of all patients. Divide by the rows of the batch.",
            wrong(size=lambda order, batch_size: len(order)),
        ),
        Mistake(
            "The small last batch was divided by batch_size. Divide by its own length.",
            wrong(size=lambda order, batch_size: batch_size),
            credit=0.5,
        ),
        Mistake(
            "Where is the sigmoid? The error is expit(X[j] @ w + b) - y[j].",
            wrong(bend=lambda z: z),
        ),
        Mistake("The small last batch was left out.", wrong(whole=True)),
        Mistake(
            "You reported the loss of all patients at the epoch's start. The weights have moved "
            "since: each patient counts as judged just before the step of its own batch.",
            wrong(whole_at="start"),
            credit=0.5,
        ),
        Mistake(
            "You reported the loss of all patients at the epoch's end. Each counts as it was "
            "just before the step of its own batch.",
            wrong(whole_at="end"),
            credit=0.5,
        ),
        Mistake(
            "That is the loss of the last batch only. Report the mean over all patients.",
            wrong(last=True),
            credit=0.5,
        ),
        Mistake(
            "The losses of the batches were added up. Report the mean over all patients.",
            wrong(total=True),
            credit=0.5,
        ),
        Mistake(
            "Where is order? You took the patients as they stand.",
            lambda w, b, X, y, order, batch_size, lr: epoch(
                w, b, X, y, np.arange(len(order)), batch_size, lr
            ),
        ),
        Mistake(
            "One step on all patients at once. Take a step for every batch_size rows of order.",
            lambda w, b, X, y, order, batch_size, lr: epoch(w, b, X, y, order, len(order), lr),
        ),
        Mistake(
            "w -= ... changed the caller's array. Write w = w - lr * gradient, or copy w first.",
            in_place,
            credit=0.75,
        ),
    ],
    hints=[
        "for i in range(0, len(order), batch_size): j = order[i : i + batch_size].",
        "For each batch: z, its loss, e = expit(z) - y[j], then one step for w and one for b.",
        "Add loss * len(j) to a total; at the end divide it by len(order).",
    ],
)
