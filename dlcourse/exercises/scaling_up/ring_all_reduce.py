"""Lab 18, ring_all_reduce: a sum that nobody has to collect, chunk by chunk round a ring."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def ring_all_reduce_inputs(rng):
    def case(workers, numbers):
        return (rng.normal(size=(workers, numbers)),)

    return [
        case(4, 8),
        case(3, 7),
        case(2, 6),
        case(1, 3),
        case(5, 3),
        case(int(rng.integers(3, 7)), int(rng.integers(12, 20))),
    ]


def ring(
    vectors, *, take=np.add, again=np.copyto, chunk=lambda r, s, w: r - s,
    finished=lambda r, s, w: r + 1 - s, steps=(-1, -1), to=1, mean=False,
    count=len,
):  # fmt: skip
    """Return the sum at each worker, and what each has sent; the options are ways to be wrong."""
    w, n = vectors.shape
    have, sent = vectors.copy(), np.zeros(w, int)
    parts = np.array_split(np.arange(n), w)
    for phase, (which, more) in enumerate(zip((chunk, finished), steps, strict=True)):
        for s in range(w + more):
            old = have.copy()
            for r in range(w):
                rows, there = parts[which(r, s, w) % w], (r + to) % w
                if (take, again)[phase] is np.add:
                    have[there, rows] += old[r, rows]
                else:
                    have[there, rows] = old[r, rows]
                sent[r] += count(rows)
    return (have / w if mean else have), sent


def ring_all_reduce(vectors):
    return ring(vectors)


def in_closed_form(vectors):
    w, n = vectors.shape
    lengths = np.array([len(part) for part in np.array_split(np.arange(n), w)])
    sent = [2 * n - lengths[(r + 1) % w] - lengths[(r + 2) % w] for r in range(w)]
    return np.tile(vectors.sum(axis=0), (w, 1)), np.array(sent)


def with_lists(vectors):
    w = len(vectors)
    chunks = [[part.copy() for part in np.array_split(v, w)] for v in vectors]
    sent = [0] * w
    for step in range(2 * (w - 1)):
        adding = step < w - 1
        k = [(r - step) % w if adding else (r + 1 - (step - w + 1)) % w for r in range(w)]
        mail = [chunks[r][k[r]] for r in range(w)]
        for r in range(w):
            there = chunks[(r + 1) % w]
            there[k[r]] = there[k[r]] + mail[r] if adding else mail[r].copy()
            sent[r] += len(mail[r])
    return np.array([np.concatenate(c) for c in chunks]), np.array(sent)


def by_receiving(vectors):
    w, n = vectors.shape
    have, sent = np.array(vectors), np.zeros(w, int)
    edges = [0, *np.cumsum([len(p) for p in np.array_split(np.arange(n), w)])]
    for turn, adding in [(s, True) for s in range(w - 1)] + [(s, False) for s in range(w - 1)]:
        before = have.copy()
        for me in range(w):
            left = (me - 1) % w
            k = (left - turn) % w if adding else (left + 1 - turn) % w
            here = slice(edges[k], edges[k + 1])
            have[me, here] = before[left, here] + (before[me, here] if adding else 0)
            sent[left] += edges[k + 1] - edges[k]
    return have, sent


def with_other_count(count):
    """Return an answer with the right sums and another count, of workers and numbers."""
    return lambda vectors: (ring(vectors)[0], np.array(count(*vectors.shape)))


def only_total(vectors):
    return vectors.sum(axis=0), ring(vectors)[1]


def wrong(**how):
    return lambda vectors: ring(vectors, **how)


def in_place(vectors):
    vectors[:], sent = ring(vectors)
    return vectors, sent


EXERCISE = Exercise(
    "ring_all_reduce",
    points=4,
    answer=ring_all_reduce,
    inputs=ring_all_reduce_inputs,
    forbidden=LIBRARY,
    also_right=[in_closed_form, with_lists, by_receiving],
    mistakes=[
        Mistake(
            "Only the first phase: each worker owns one finished chunk. The second hands them "
            "round.",
            wrong(steps=(-1, -(10**6))),
            credit=0.5,
        ),
        Mistake(
            "In the second phase the chunk is finished: replace, or it is counted twice.",
            wrong(again=np.add),
            credit=0.5,
        ),
        Mistake(
            "In the first phase add what arrives; you replaced.",
            wrong(take=np.copyto),
            credit=0.25,
        ),
        Mistake(
            "The same chunk in every step. Pass on the one that has just arrived: (r − s) mod w.",
            wrong(chunk=lambda r, s, w: r),
            credit=0.25,
        ),
        Mistake(
            "The second phase began with chunk r. After the first, worker r owns chunk r + 1.",
            wrong(finished=lambda r, s, w: r - s),
            credit=0.5,
        ),
        Mistake(
            "w steps in the first phase: after w − 1 all have added, and one more adds somebody "
            "twice.",
            wrong(steps=(0, -1)),
            credit=0.5,
        ),
        Mistake(
            "w steps in each phase. After w − 1 all workers have been visited.",
            wrong(steps=(0, 0)),
            credit=0.25,
        ),
        Mistake(
            "The sums are right, and you went on for a step: the second phase has w − 1 steps, "
            "too.",
            wrong(steps=(-1, 0)),
            credit=0.75,
        ),
        Mistake("That is the mean. The sum was asked.", wrong(mean=True), credit=0.5),
        Mistake(
            "You counted whole vectors. Only one chunk travels in a step, which is the whole gain.",
            with_other_count(lambda w, n: [2 * (w - 1) * n] * w),
            credit=0.5,
        ),
        Mistake(
            "You counted messages. Count the numbers in them.",
            with_other_count(lambda w, n: [2 * (w - 1)] * w),
            credit=0.5,
        ),
        Mistake(
            "That is the length of a vector. Each worker sends 2 (w − 1) chunks: count what is "
            "in them.",
            with_other_count(lambda w, n: [n] * w),
            credit=0.5,
        ),
        Mistake(
            "Two whole vectors: nearly. In each phase there is one chunk that a worker never "
            "sends.",
            with_other_count(lambda w, n: [2 * n] * w),
            credit=0.75,
        ),
        Mistake(
            "(r + s) runs the wrong way: what has just arrived at r is chunk (r − s).",
            wrong(chunk=lambda r, s, w: r + s),
            credit=0.25,
        ),
        Mistake(
            "(r + 1 + s) runs the wrong way in the second phase: (r + 1 − s).",
            wrong(finished=lambda r, s, w: r + 1 + s),
            credit=0.5,
        ),
        Mistake(
            "You counted one phase. What is handed round is sent as well.",
            lambda vectors: (ring(vectors)[0], ring(vectors, steps=(-1, -(10**6)))[1]),
            credit=0.75,
        ),
        Mistake(
            "That is what all workers sent together. One count for each worker.",
            lambda vectors: (ring(vectors)[0], ring(vectors)[1].sum()),
            credit=0.75,
        ),
        Mistake(
            "2 (w − 1)/w vectors is the formula for chunks of equal size. Count what is in each "
            "chunk.",
            with_other_count(lambda w, n: [2 * (w - 1) * n / w] * w),
            credit=0.75,
        ),
        Mistake(
            "One sum. In the end every worker has it: one row for each.",
            only_total,
            credit=0.5,
        ),
        Mistake(
            "You changed vectors itself. Begin with a copy.",
            in_place,
            credit=0.75,
        ),
        Mistake(
            "The ring ran backwards: worker r sends to worker r + 1.",
            wrong(to=-1),
            credit=0.25,
        ),
    ],
    hints=[
        "parts = np.array_split(np.arange(n), w) has the places of each chunk.",
        "In step s of phase one worker r sends chunk (r − s) mod w, and the receiver adds it.",
        "In step s of phase two worker r sends chunk (r + 1 − s) mod w, and the receiver "
        "replaces his.",
    ],
)
