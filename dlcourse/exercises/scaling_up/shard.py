"""Lab 18, shard: which patients a worker sees, so that all make the same number of steps."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def shard_inputs(rng):
    n, workers = int(rng.integers(20, 60)), int(rng.integers(3, 8))
    while n % workers == 0:
        n += 1
    rank = int(rng.integers(workers))
    return [
        (10, 4, 0, False),
        (10, 4, 3, False),
        (10, 4, 1, True),
        (12, 4, 2, False),
        (12, 4, 3, True),
        (3, 8, 7, False),
        (3, 8, 4, True),
        (5, 1, 0, False),
        (10, 8, 6, False),
        (n, workers, rank, False),
        (n, workers, workers - 1, True),
    ]


def shard(n, workers, rank, drop_last):
    each = n // workers if drop_last else -(-n // workers)
    return np.arange(rank, each * workers, workers) % n


def by_resize(n, workers, rank, drop_last):
    total = n - n % workers if drop_last else n + (-n) % workers
    return np.resize(np.arange(n), total)[rank::workers]


def by_list(n, workers, rank, drop_last):
    patients = list(range(n))
    if drop_last:
        patients = patients[: n // workers * workers]
    else:
        i = 0
        while len(patients) % workers:
            patients.append(i % n)
            i += 1
    return np.array(patients[rank::workers], dtype=int)


def by_table(n, workers, rank, drop_last):
    rows = n // workers + (n % workers > 0 and not drop_last)
    return (np.arange(rows * workers) % n).reshape(rows, workers)[:, rank]


def padded(pad, each=lambda n, w, drop: n // w if drop else -(-n // w)):
    """Return an answer that fills the list up to each * workers with ``pad(i, n)``."""

    def answer(n, workers, rank, drop_last):
        places = np.arange(each(n, workers, drop_last) * workers)
        return np.where(places < n, places, pad(places, n))[rank::workers]

    return answer


def wraps(places, n):
    return places % n


def blocks(n, workers, rank, drop_last):
    each = n // workers if drop_last else -(-n // workers)
    return np.arange(rank * each, (rank + 1) * each) % n


def ragged(n, workers, rank, drop_last):
    end = n // workers * workers if drop_last else n
    return np.arange(end)[rank::workers]


def ragged_always(n, workers, rank, drop_last):
    return np.arange(n)[rank::workers]


def even_blocks(n, workers, rank, drop_last):
    return np.array_split(np.arange(n), workers)[rank]


def from_one(n, workers, rank, drop_last):
    return shard(n, workers, (rank - 1) % workers, drop_last)


def stride_of_one(n, workers, rank, drop_last):
    return (rank + np.arange(len(shard(n, workers, rank, drop_last)))) % n


def as_mask(n, workers, rank, drop_last):
    return np.isin(np.arange(n), shard(n, workers, rank, drop_last))


def own_continued(n, workers, rank, drop_last):
    mine, each = np.arange(n)[rank::workers], -(-n // workers)
    if drop_last:
        return mine[: n // workers]
    return np.resize(mine, each) if len(mine) else np.zeros(each, int)


EXERCISE = Exercise(
    "shard",
    points=3,
    answer=shard,
    inputs=shard_inputs,
    forbidden=LIBRARY,
    also_right=[by_resize, by_list, by_table],
    mistakes=[
        Mistake(
            "Those are blocks: sorted patients would give each worker other classes. Deal them out "
            "one by one.",
            blocks,
            credit=0.25,
        ),
        Mistake(
            "Blocks of unequal length. Deal the patients out one by one, and make all lists "
            "equally long.",
            even_blocks,
        ),
        Mistake(
            "The lists are not equally long: the worker with one patient more waits for ever for "
            "the others. Go on from patient 0.",
            ragged,
            credit=0.5,
        ),
        Mistake(
            "Every workers-th patient, and no more. The lists must be equally long, and drop_last "
            "must cut.",
            ragged_always,
            credit=0.25,
        ),
        Mistake(
            "Filled up with the last patient. torch goes on from patient 0.",
            padded(lambda places, n: n - 1),
            credit=0.75,
        ),
        Mistake(
            "Filled up with patient 0 again and again. Go on with 1, 2, ...",
            padded(lambda places, n: 0),
            credit=0.75,
        ),
        Mistake(
            "Each worker filled up with his own patients. The whole list goes on from patient 0, "
            "and is dealt out then.",
            own_continued,
            credit=0.5,
        ),
        Mistake(
            "Rounded down, always: without drop_last nobody may be lost.",
            lambda n, workers, rank, drop_last: shard(n, workers, rank, True),
            credit=0.5,
        ),
        Mistake(
            "drop_last was ignored: with it the list is cut, so that it divides.",
            lambda n, workers, rank, drop_last: shard(n, workers, rank, False),
            credit=0.5,
        ),
        Mistake(
            "drop_last the other way round.",
            lambda n, workers, rank, drop_last: shard(n, workers, rank, not drop_last),
            credit=0.5,
        ),
        Mistake(
            "n // workers + 1 is one too many where it divides evenly.",
            padded(wraps, lambda n, w, drop: n // w if drop else n // w + 1),
            credit=0.75,
        ),
        Mistake(
            "Numbers beyond the last patient: go round, with % n.",
            padded(lambda places, n: places),
            credit=0.75,
        ),
        Mistake("Ranks begin at 0: worker 0 has patient 0.", from_one, credit=0.75),
        Mistake(
            "Neighbours, and the workers share most of them. The next patient of a worker is "
            "`workers` further on.",
            stride_of_one,
            credit=0.25,
        ),
        Mistake(
            "True and False cannot say that a patient comes twice. Return the numbers.",
            as_mask,
            credit=0.25,
        ),
    ],
    hints=[
        "How many does each get? n / workers, rounded up, or down with drop_last.",
        "Lay the patients in a row, go on from patient 0 until it divides, and deal them out: "
        "row[rank::workers].",
        "np.arange(each * workers) % n goes on from 0 by itself.",
    ],
)
