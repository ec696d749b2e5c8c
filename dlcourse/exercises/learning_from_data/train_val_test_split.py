"""Lab 01, train_val_test_split: shuffle once, cut twice."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.data import split
from dlcourse.exercises import LIBRARY

from .rows import is_run, problem_with_rows

NAMES = ("train", "val", "test")
SIXTY = np.array([0.6, 0.2, 0.2])


def train_val_test_split_edges():
    return [(10, SIXTY, 1), (11, np.array([0.5, 0.25, 0.25]), 2)]


def train_val_test_split_inputs(rng):
    return [
        (569, SIXTY, int(rng.integers(1, 10**6))),
        (int(rng.integers(60, 200)), np.array([0.7, 0.1, 0.2]), int(rng.integers(1, 10**6))),
    ]


def train_val_test_split_answer(n, fractions, seed):
    return split.train_val_test_split(n, fractions, np.random.default_rng(seed))


def problem(args, value):
    """Return which promise of a split ``value`` breaks, or None."""
    n, fractions, seed = args
    wrong = problem_with_rows(value, NAMES, n)
    if wrong:
        return wrong
    for name, part, share in zip(NAMES, value, fractions, strict=True):
        if abs(len(part) - share * n) >= 2:
            return f"{name} has {len(part)} of {n} rows; expected {share:g} of them, {share * n:g}"
    order = permuted(n, seed)
    # A permutation may also be read as tickets: row i draws ticket order[i].
    if not any(all(is_run(part, o) for part in value) for o in (order, np.argsort(order))):
        return (
            "the parts do not follow from np.random.default_rng(seed).permutation(n); the same "
            "seed must give the same split, today and elsewhere"
        )
    return None


def permuted(n, seed):
    return np.random.default_rng(seed).permutation(n)


def cut(order, fractions, overlap=0):
    a, b = (np.cumsum(fractions)[:2] * len(order) + 0.5).astype(int)
    return order[:a], order[a - overlap : b], order[b - overlap :]


def by_floor_and_rest(n, fractions, seed):
    p = permuted(n, seed)
    a, b = int(fractions[0] * n), int(fractions[1] * n)
    return p[:a], p[a : a + b], p[a + b :]


def by_shuffle_sorted(n, fractions, seed):
    rows = np.arange(n)
    np.random.default_rng(seed).shuffle(rows)
    return [np.sort(part) for part in cut(rows, fractions)]


def by_ticket(n, fractions, seed):
    ticket = permuted(n, seed)
    a, b = round(fractions[0] * n), round((fractions[0] + fractions[1]) * n)
    return (
        np.flatnonzero(ticket < a),
        np.flatnonzero((a <= ticket) & (ticket < b)),
        np.flatnonzero(ticket >= b),
    )


def test_first(n, fractions, seed):
    test, val, train = cut(permuted(n, seed), fractions[::-1])
    return train, val, test


def each_rounded_down(n, fractions, seed):
    p = permuted(n, seed)
    a, b, c = (int(share * n) for share in fractions)
    return p[:a], p[a : a + b], p[a + b : a + b + c]


def of_the_remainder(n, fractions, seed):
    p = permuted(n, seed)
    a = round(fractions[0] * n)
    b = a + round(fractions[1] * (n - a))
    return p[:a], p[a:b], p[b : b + round(fractions[2] * (n - a))]


def chosen_three_times(n, fractions, seed):
    rng = np.random.default_rng(seed)
    sizes = map(len, cut(np.arange(n), fractions))
    return tuple(rng.choice(n, size, replace=False) for size in sizes)


def size_for_place(n, fractions, seed):
    p = permuted(n, seed)
    a, b = round(fractions[0] * n), round(fractions[1] * n)
    return p[:a], p[a:b], p[b:]


def test_holds_val(n, fractions, seed):
    train, val, test = cut(permuted(n, seed), fractions)
    return train, val, np.concatenate([val, test])


def val_last(n, fractions, seed):
    train, val, test = cut(permuted(n, seed), fractions)
    return train, test, val


def old_generator(n, fractions, seed):
    return cut(np.random.RandomState(seed).permutation(n), fractions)


EXERCISE = Exercise(
    "train_val_test_split",
    points=3,
    answer=train_val_test_split_answer,
    edges=train_val_test_split_edges,
    inputs=train_val_test_split_inputs,
    forbidden=LIBRARY,
    verify=problem,
    also_right=[by_floor_and_rest, by_shuffle_sorted, by_ticket, test_first],
    mistakes=[
        Mistake(
            "Unshuffled. With sorted labels the last fifth of the biopsies is all malignant.",
            lambda n, fractions, seed: cut(np.arange(n), fractions),
        ),
        Mistake(
            "Some patients are in twice, some never: integers draws with replacement. "
            "Use permutation.",
            lambda n, fractions, seed: cut(
                np.random.default_rng(seed).integers(0, n, n), fractions
            ),
        ),
        Mistake(
            "Each part is clean, but they overlap. Shuffle once, cut twice.",
            chosen_three_times,
        ),
        Mistake(
            "341 + 113 + 113 = 567. Two patients vanished. Let the last part be the rest.",
            each_rounded_down,
        ),
        Mistake(
            "You took the later fractions of what was left. Fractions are of the whole.",
            of_the_remainder,
        ),
        Mistake(
            "One patient in two parts, twice. The end of a slice is exclusive: p[a:b] starts at a.",
            lambda n, fractions, seed: cut(permuted(n, seed), fractions, overlap=1),
        ),
        Mistake(
            "fractions[1] * n is the size of val, not the place where it ends. "
            "It ends that many rows after a.",
            size_for_place,
        ),
        Mistake(
            "test begins where val begins. It must begin where val ends: p[b:].",
            test_holds_val,
        ),
        Mistake(
            "np.random.seed drives another, older generator. Use np.random.default_rng(seed).",
            old_generator,
        ),
        Mistake(
            "val and test have changed places. The order is train, val, test.", val_last, credit=0.5
        ),
        Mistake(
            "The argument seed is ignored: every seed gives the same split.",
            lambda n, fractions, seed: cut(permuted(n, 0), fractions),
        ),
        Mistake(
            "Three equal parts. Where are the fractions?",
            lambda n, fractions, seed: tuple(np.array_split(permuted(n, seed), 3)),
        ),
    ],
    hints=[
        "p = np.random.default_rng(seed).permutation(n) holds every row number once.",
        "Find the two places where p is cut: after fractions[0] * n, and fractions[1] * n later.",
        "p[:a], p[a:b] and p[b:] share nothing and lose nothing. a and b must be whole numbers.",
    ],
)
