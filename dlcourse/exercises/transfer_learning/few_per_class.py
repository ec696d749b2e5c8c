"""Lab 11, few_per_class: k patients of each kind, drawn by chance, the same for the same seed."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY

OF_EACH = "k of *each* class was asked for."
TWICE = "A patient came twice: that is a smaller study. Draw without replacement."
FIRST = "Always the first of each class: they may all come from one ward. Shuffle before you take."
ORDER = "Class by class was asked for, the smallest label first."
MASK = "You returned True and False. Row numbers were asked for."
FLAT = "One flat array of row numbers was asked for."
SEED = "The argument seed is ignored: every experiment would draw the same patients."
OTHER = (
    "A fair draw, but not one that others can repeat: shuffle all rows once, with "
    "np.random.default_rng(seed).permutation(len(y)), and take from that order."
)


def few_per_class_edges():
    return [
        (np.array([0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 2]), 2, 3),
        (np.repeat([9, 3, 7], [19, 14, 20]), 8, 5),
        (np.array([1, 0] * 5), 5, 4),  # all of each class
        (np.repeat([3, 2, 1, 0], [24, 18, 12, 16]), 6, 6),
    ]


def few_per_class_inputs(rng):
    y = rng.permutation(np.repeat([2, 5, 6], rng.integers(14, 20, 3)))
    return [(y, int(rng.integers(5, 9)), int(rng.integers(1, 10**6)))]


def shuffled(y, seed):
    return np.random.default_rng(seed).permutation(len(y))


def first_of_each(y, k, order):
    return np.concatenate([order[y[order] == c][:k] for c in np.unique(y)])


def few_per_class(y, k, seed):
    return first_of_each(y, k, shuffled(y, seed))


def by_counting(y, k, seed):
    taken = {c: [] for c in sorted(set(y.tolist()))}
    for row in shuffled(y, seed):
        if len(taken[y[row]]) < k:
            taken[y[row]].append(int(row))
    return np.array([row for rows in taken.values() for row in rows])


def by_stable_sort(y, k, seed):
    order = shuffled(y, seed)
    order = order[np.argsort(y[order], kind="stable")]
    starts = np.searchsorted(y[order], np.unique(y))
    return order[(starts[:, None] + np.arange(k)).ravel()]


def by_tickets(y, k, seed):
    ticket = shuffled(y, seed)
    rows = [np.flatnonzero(y == c) for c in np.unique(y)]
    return np.concatenate([r[np.argsort(ticket[r])[:k]] for r in rows])


def sorted_within(y, k, seed):
    rng = np.random.default_rng(seed)
    order = np.arange(len(y))
    rng.shuffle(order)
    return np.concatenate([np.sort(order[y[order] == c][:k]) for c in np.unique(y)])


def chosen(y, k, rng, replace=False, classes=None):
    classes = np.unique(y) if classes is None else classes
    return np.concatenate([rng.choice(np.flatnonzero(y == c), k, replace) for c in classes])


def positions(y, k, seed):
    rng = np.random.default_rng(seed)
    return np.concatenate([rng.permutation((y == c).sum())[:k] for c in np.unique(y)])


def in_order_of_appearance(y, k, seed):
    order = shuffled(y, seed)
    return np.concatenate([order[y[order] == c][:k] for c in dict.fromkeys(y.tolist())])


def alternating(y, k, seed):
    return few_per_class(y, k, seed).reshape(-1, k).T.ravel()


def problem(args, value):
    """Return which promise ``value`` breaks, ending with a known hint where there is one."""
    y, k, seed = args
    try:
        rows = np.asarray(value)
    except ValueError:
        return "the rows do not fit into one array"
    if rows.dtype == bool:
        return MASK
    if rows.ndim != 1:
        return f"the shape is {rows.shape}; expected ({k * len(np.unique(y))},)"
    if rows.dtype.kind not in "iu":
        return f"found values of type {rows.dtype}; row numbers are whole"
    if len(rows) and not (0 <= rows.min() and rows.max() < len(y)):
        return f"found row {rows.max()}; there are rows 0 to {len(y) - 1}"
    if len(np.unique(rows)) < len(rows):
        return TWICE
    counts = [int((y[rows] == c).sum()) for c in np.unique(y)]
    if set(counts) != {k}:
        return f"of the {len(counts)} classes there are {counts}; expected {k} each. {OF_EACH}"
    if (np.diff(y[rows]) < 0).any():
        return ORDER
    order = shuffled(y, seed)
    # A permutation may also be read as tickets: row i draws ticket order[i].
    wanted = [np.sort(first_of_each(y, k, o)) for o in (order, np.argsort(order))]
    found = np.sort(rows)
    if any(np.array_equal(found, w) for w in wanted):
        return None
    if np.array_equal(found, np.sort(first_of_each(y, k, np.arange(len(y))))):
        return FIRST
    for constant in (0, 1, 42):
        if np.array_equal(found, np.sort(few_per_class(y, k, constant))):
            return SEED
    return OTHER


EXERCISE = Exercise(
    "few_per_class",
    points=2,
    answer=few_per_class,
    edges=few_per_class_edges,
    inputs=few_per_class_inputs,
    forbidden=LIBRARY,
    verify=problem,
    also_right=[by_counting, by_stable_sort, by_tickets, sorted_within],
    mistakes=[
        Mistake(OF_EACH, lambda y, k, seed: shuffled(y, seed)[: k * len(np.unique(y))]),
        Mistake(
            "k in all. k of each class was asked for.", lambda y, k, seed: shuffled(y, seed)[:k]
        ),
        Mistake(TWICE, lambda y, k, seed: chosen(y, k, np.random.default_rng(seed), replace=True)),
        Mistake(FIRST, lambda y, k, seed: first_of_each(y, k, np.arange(len(y)))),
        Mistake(
            "Those are positions among a class's own patients. Which rows are they? "
            "np.flatnonzero(y == c) knows.",
            positions,
        ),
        Mistake(
            "A class was asked for that is not there: labels need not be 0, 1, 2. np.unique(y) "
            "has them.",
            lambda y, k, seed: chosen(
                y, k, np.random.default_rng(seed), classes=range(len(np.unique(y)))
            ),
        ),
        Mistake(SEED, lambda y, k, seed: few_per_class(y, k, 0), credit=0.25),
        Mistake(OTHER, lambda y, k, seed: chosen(y, k, np.random.default_rng(seed)), credit=0.75),
        Mistake(
            "You returned labels. Row numbers were asked for.",
            lambda y, k, seed: y[few_per_class(y, k, seed)],
        ),
        Mistake(MASK, lambda y, k, seed: np.isin(np.arange(len(y)), few_per_class(y, k, seed))),
        Mistake(FLAT, lambda y, k, seed: few_per_class(y, k, seed).reshape(-1, k), credit=0.5),
        Mistake(ORDER, alternating, credit=0.5),
        Mistake(
            "The classes come in the order in which y has them. np.unique(y) sorts them.",
            in_order_of_appearance,
            credit=0.5,
        ),
    ],
    hints=[
        "order = np.random.default_rng(seed).permutation(len(y)) is everybody, shuffled.",
        "order[y[order] == c] is one class, still shuffled. Take the first k of it.",
        "np.concatenate([... for c in np.unique(y)]) makes one array of them.",
    ],
)
