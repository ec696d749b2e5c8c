"""Lab 00, draw_rows: patients at random, and the same ones again for the same seed."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def draw_rows_edges():
    y = np.array([0, 1, 1, 0, 1, 1, 0, 1])
    return [
        (y, 1, 3, 1),
        (y, 0, 3, 2),  # all of them
    ]


def draw_rows_inputs(rng):
    y = rng.permutation(np.repeat([0, 1, 2], [8, 14, 9]))
    return [
        (y, 1, int(rng.integers(4, 9)), int(rng.integers(1, 1000))),
        (y, 2, 7, int(rng.integers(1, 1000))),
    ]


def permuted(rows, seed):
    return np.random.default_rng(seed).permutation(rows)


def with_label(y, label):
    return np.flatnonzero(y == label)


def draw_rows_answer(y, label, size, seed):
    rows = [row for row, other in enumerate(y) if other == label]
    return np.random.default_rng(seed).permutation(rows)[:size]


def by_shuffling(y, label, size, seed):
    rows = np.flatnonzero(y == label)
    np.random.default_rng(seed).shuffle(rows)
    return rows[:size]


def by_list(y, label, size, seed):
    order = permuted(np.arange(len(y))[y == label], seed)
    return [int(order[i]) for i in range(size)]


def by_places(y, label, size, seed):
    (rows,) = np.where(y == label)
    return rows[permuted(len(rows), seed)][0:size]


def one_by_one(y, label, size, seed):
    rng, rows = np.random.default_rng(seed), with_label(y, label)
    return np.array([rng.permutation(rows)[0] for _ in range(size)])


EXERCISE = Exercise(
    "draw_rows",
    points=2,
    answer=draw_rows_answer,
    edges=draw_rows_edges,
    inputs=draw_rows_inputs,
    forbidden=LIBRARY,
    also_right=[by_shuffling, by_list, by_places],
    mistakes=[
        Mistake(
            "Not shuffled: those are the first rows with this label.",
            lambda y, label, size, seed: with_label(y, label)[:size],
        ),
        Mistake(
            "Rows of all patients. Permute only those whose label it is.",
            lambda y, label, size, seed: permuted(len(y), seed)[:size],
        ),
        Mistake(
            "Places among the chosen, not rows of the table. "
            "Permute the row numbers, not how many there are.",
            lambda y, label, size, seed: permuted(len(with_label(y, label)), seed)[:size],
        ),
        Mistake(
            "Drawn with replacement: a patient may come twice. A permutation has each once.",
            lambda y, label, size, seed: np.random.default_rng(seed).choice(
                with_label(y, label), size
            ),
        ),
        Mistake(
            "Fair, and each row at most once; but another draw than the permutation that is asked.",
            lambda y, label, size, seed: np.random.default_rng(seed).choice(
                with_label(y, label), size, replace=False
            ),
            credit=0.5,
        ),
        Mistake(
            "The seed is fixed to 0, so every seed gives the same rows. Pass the argument on.",
            lambda y, label, size, seed: permuted(with_label(y, label), 0)[:size],
        ),
        Mistake(
            "All rows with this label came back. Keep the first `size` of them.",
            lambda y, label, size, seed: permuted(with_label(y, label), seed),
        ),
        Mistake(
            "Those are the last of the permutation; the first are asked.",
            lambda y, label, size, seed: permuted(with_label(y, label), seed)[-size:],
        ),
        Mistake(
            "Rows are counted from 0.",
            lambda y, label, size, seed: permuted(with_label(y, label), seed)[:size] + 1,
        ),
        Mistake(
            "Those are their labels, all the same. Return their row numbers.",
            lambda y, label, size, seed: y[permuted(with_label(y, label), seed)[:size]],
        ),
        Mistake(
            "That is NumPy's old generator, which all cells share. Make one of your own: "
            "np.random.default_rng(seed).",
            lambda y, label, size, seed: np.random.RandomState(seed).permutation(
                with_label(y, label)
            )[:size],
        ),
        Mistake(
            "A new permutation for each row, so a patient may come twice. Permute once.",
            one_by_one,
        ),
        Mistake(
            "Sorted. Keep the order in which they were drawn.",
            lambda y, label, size, seed: np.sort(permuted(with_label(y, label), seed)[:size]),
            credit=0.5,
        ),
    ],
    hints=[
        "np.flatnonzero(y == label) gives the numbers of the rows for which it is true.",
        "rng = np.random.default_rng(seed) makes a generator that always starts at the same place.",
        "rng.permutation(rows) puts them into a random order. Keep the first `size`.",
    ],
)
