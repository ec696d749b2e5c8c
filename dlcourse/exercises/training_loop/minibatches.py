"""Lab 07, minibatches: each epoch everyone once, in a new order."""

import math

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def minibatches_inputs(rng):
    def seed():
        return int(rng.integers(1, 10**6))

    return [
        (7, 3, 2, seed(), True),
        (5, 2, 2, seed(), False),
        (12, 4, 3, seed(), True),
        (5, 8, 2, seed(), True),
        (int(rng.integers(20, 40)), int(rng.integers(3, 9)), 3, seed(), True),
    ]


def cut(order, batch_size):
    return [order[i : i + batch_size] for i in range(0, len(order), batch_size)]


def epochs_of(draw, cut=cut):
    """Return an answer that cuts what ``draw(n, rng)`` returns, epoch by epoch."""

    def answer(n, batch_size, epochs, seed, shuffle):
        rng = np.random.default_rng(seed)
        return [cut(draw(n, rng) if shuffle else np.arange(n), batch_size) for _ in range(epochs)]

    return answer


def permuted(n, rng):
    return rng.permutation(n)


def freshly_shuffled(n, rng):
    order = np.arange(n)
    rng.shuffle(order)
    return order


def by_while(n, batch_size, epochs, seed, shuffle):
    rng, everything = np.random.default_rng(seed), []
    for _ in range(epochs):
        rest, batches = (rng.permutation(n) if shuffle else np.arange(n)), []
        while len(rest):
            batches.append(rest[:batch_size])
            rest = rest[batch_size:]
        everything.append(batches)
    return everything


def without_remainder(order, batch_size):
    return [order[i * batch_size : (i + 1) * batch_size] for i in range(len(order) // batch_size)]


def without_last(order, batch_size):
    starts = range(0, len(order) - batch_size, batch_size)
    return [order[i : i + batch_size] for i in starts]


def evenly(order, batch_size):
    return np.array_split(order, math.ceil(len(order) / batch_size))


def with_replacement(n, batch_size, epochs, seed, shuffle):
    rng = np.random.default_rng(seed)
    return [
        [
            rng.integers(0, n, len(rows)) if shuffle else rows
            for rows in cut(np.arange(n), batch_size)
        ]
        for _ in range(epochs)
    ]


def permutation_per_batch(n, batch_size, epochs, seed, shuffle):
    rng = np.random.default_rng(seed)
    return [
        [
            rng.permutation(n)[: len(rows)] if shuffle else rows
            for rows in cut(np.arange(n), batch_size)
        ]
        for _ in range(epochs)
    ]


def same_order_every_epoch(n, batch_size, epochs, seed, shuffle):
    return [RIGHT(n, batch_size, 1, seed, shuffle)[0] for _ in range(epochs)]


def on_top_of_the_last(n, batch_size, epochs, seed, shuffle, copy=True):
    rng, order, everything = np.random.default_rng(seed), np.arange(n), []
    for _ in range(epochs):
        if shuffle:
            rng.shuffle(order)
        everything.append(cut(order.copy() if copy else order, batch_size))
    return everything


def batches_shuffled(n, batch_size, epochs, seed, shuffle):
    rng, batches = np.random.default_rng(seed), cut(np.arange(n), batch_size)
    return [
        [batches[i] for i in rng.permutation(len(batches))] if shuffle else batches
        for _ in range(epochs)
    ]


def without_epochs(*args):
    return [batch for batches in RIGHT(*args) for batch in batches]


def first_epoch_only(n, batch_size, epochs, seed, shuffle):
    return RIGHT(n, batch_size, 1, seed, shuffle)


def minibatches_answer(n, batch_size, epochs, seed, shuffle):
    rng = np.random.default_rng(seed)
    orders = [rng.permutation(n) if shuffle else np.arange(n) for _ in range(epochs)]
    return [cut(order, batch_size) for order in orders]


RIGHT = minibatches_answer

EXERCISE = Exercise(
    "minibatches",
    points=2,
    answer=RIGHT,
    inputs=minibatches_inputs,
    forbidden=LIBRARY,
    also_right=[
        by_while,
        epochs_of(permuted),
        epochs_of(freshly_shuffled),
        epochs_of(permuted, lambda order, size: np.split(order, range(size, len(order), size))),
    ],
    mistakes=[
        Mistake(
            "The remainder is dropped: some patients are never seen. The last batch may be small.",
            epochs_of(permuted, without_remainder),
        ),
        Mistake(
            "range(0, n - batch_size, batch_size) loses the last batch, full or not.",
            epochs_of(permuted, without_last),
        ),
        Mistake(
            "Drawn with replacement: some patients come twice, and about a third never. "
            "Permute, then cut.",
            with_replacement,
        ),
        Mistake(
            "Every epoch has the same order. Make the generator once, before the epochs.",
            same_order_every_epoch,
        ),
        Mistake(
            "A new permutation for each batch: an epoch must cover everyone once. "
            "Permute once per epoch.",
            permutation_per_batch,
        ),
        Mistake(
            "Shuffled although shuffle is False. The order of validation must stay.",
            lambda n, batch_size, epochs, seed, shuffle: RIGHT(n, batch_size, epochs, seed, True),
        ),
        Mistake(
            "Never shuffled. With shuffle=True every epoch wants rng.permutation(n).",
            lambda n, batch_size, epochs, seed, shuffle: RIGHT(n, batch_size, epochs, seed, False),
        ),
        Mistake(
            "All epochs hold the order of the last one: slices are views of one array, and the "
            "next shuffle rewrote them. Draw a new array each epoch.",
            lambda *args: on_top_of_the_last(*args, copy=False),
        ),
        Mistake(
            "Fair batches, but shuffled on top of the last shuffle. So that a run can be "
            "repeated, take rng.permutation(n) anew each epoch.",
            on_top_of_the_last,
            credit=0.75,
        ),
        Mistake(
            "np.array_split makes parts as equal as it can. All batches but the last should "
            "have batch_size rows.",
            epochs_of(permuted, evenly),
        ),
        Mistake(
            "You shuffled the batches. The same rows then always travel together: shuffle the "
            "rows, then cut.",
            batches_shuffled,
        ),
        Mistake(
            "All batches stand in one list. Return a list of epochs, each a list of batches.",
            without_epochs,
            credit=0.5,
        ),
        Mistake(
            "The argument seed is ignored.",
            lambda n, batch_size, epochs, seed, shuffle: RIGHT(n, batch_size, epochs, 0, shuffle),
        ),
        Mistake(
            "One epoch came back. Does your return stand inside the loop over epochs?",
            first_epoch_only,
        ),
    ],
    hints=[
        "Before the loop: rng = np.random.default_rng(seed). In each epoch: one order.",
        "The order is rng.permutation(n), or np.arange(n) when shuffle is False.",
        "Slices may run over the end: order[i : i + batch_size] for i in range(0, n, batch_size).",
    ],
)
