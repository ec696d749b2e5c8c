"""Lab 15, double_reading: who is recalled, and how many second readings it takes."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def double_reading_edges():
    ways = np.array([[(way >> bit) & 1 for way in range(16)] for bit in range(4)], bool)
    return [tuple(ways), tuple(ways[:, :3])]


def double_reading_inputs(rng):
    def case(n, *shares):
        return tuple(rng.random(n) < share for share in shares)

    return [case(60, 0.3, 0.3, 0.5, 0.4), case(int(rng.integers(20, 40)), 0.2, 0.1, 0.5, 0.3)]


def double_reading(first, second, arbiter, program):
    reread = first != program
    recalled = np.where(reread & (first != second), arbiter, first)
    return recalled, reread.mean()


def woman_by_woman(first, second, arbiter, program):
    recalled, readings = [], 0
    for a, b, c, p in zip(first, second, arbiter, program, strict=True):
        if a == p:
            recalled.append(a)
            continue
        readings += 1
        recalled.append(a if a == b else c)
    return np.array(recalled), readings / len(first)


def by_index(first, second, arbiter, program):
    recalled = first.copy()
    quarrel = np.flatnonzero((program != first) & (second != first))
    recalled[quarrel] = arbiter[quarrel]
    return recalled, float(np.count_nonzero(program != first) / len(first))


def by_logic(first, second, arbiter, program):
    quarrel = (program ^ first) & (first ^ second)
    return (first & ~quarrel) | (arbiter & quarrel), (program ^ first).mean()


def settled(first, second, arbiter):
    return np.where(first == second, first, arbiter)


def of(recalled=None, share=None):
    """Return an answer that errs in who is recalled, or in the share."""

    def answer(first, second, arbiter, program):
        right = double_reading(first, second, arbiter, program)
        given = first, second, arbiter, program
        return (recalled(*given) if recalled else right[0], share(*given) if share else right[1])

    return answer


EXERCISE = Exercise(
    "double_reading",
    points=2,
    sitting=3,
    answer=double_reading,
    edges=double_reading_edges,
    inputs=double_reading_inputs,
    forbidden=LIBRARY,
    also_right=[woman_by_woman, by_index, by_logic],
    mistakes=[
        Mistake(
            "The program decides where it disagrees: then it is a reader of its own. It only says "
            "whether a second one reads.",
            of(lambda a, b, c, p: p),
        ),
        Mistake(
            "The second reader decides, as in a vote of two readers and the program. If the two "
            "readers differ, the arbiter does.",
            of(lambda a, b, c, p: np.where(p == a, a, b)),
            credit=0.25,
        ),
        Mistake(
            "The arbiter at once. First the second reader reads, and may agree with the first.",
            of(lambda a, b, c, p: np.where(p == a, a, c)),
            credit=0.25,
        ),
        Mistake(
            "You compared the program with the second reader. It shadows the first.",
            lambda a, b, c, p: (np.where(p == b, b, settled(a, b, c)), (p != b).mean()),
            credit=0.25,
        ),
        Mistake(
            "Either reader recalls: two who differ need the arbiter.",
            of(lambda a, b, c, p: np.where(p == a, a, a | b)),
            credit=0.25,
        ),
        Mistake(
            "The program is left out: so every image is read twice.",
            lambda a, b, c, p: (settled(a, b, c), 1.0),
        ),
        Mistake(
            "Those are the recalls of two readers and an arbiter. Where the program agrees with "
            "the first reader, the first reader's word stands.",
            of(lambda a, b, c, p: settled(a, b, c)),
            credit=0.25,
        ),
        Mistake(
            "Only agreement on a recall ended it. Agreement on healthy ends it, too.",
            lambda a, b, c, p: (np.where(p & a, a, settled(a, b, c)), (~(p & a)).mean()),
            credit=0.25,
        ),
        Mistake(
            "Only recalls were read again. A first 'healthy' that the program doubts is, too.",
            lambda a, b, c, p: (np.where(a & ~p, settled(a, b, c), a), (a & ~p).mean()),
            credit=0.25,
        ),
        Mistake(
            "That is the share that is spared. Asked is the share that is read twice.",
            of(share=lambda a, b, c, p: (p == a).mean()),
            credit=0.5,
        ),
        Mistake(
            "You counted the arbiter's cases. A second reading is needed wherever the program "
            "disagrees.",
            of(share=lambda a, b, c, p: ((p != a) & (a != b)).mean()),
            credit=0.5,
        ),
        Mistake(
            "That is a count. A share: divide by all women.",
            of(share=lambda a, b, c, p: float((p != a).sum())),
            credit=0.5,
        ),
    ],
    hints=[
        "Three steps: does the program agree with the first? Does the second? Else the arbiter.",
        "Only two things decide: program != first, and first != second.",
        "np.where((program != first) & (first != second), arbiter, first)",
    ],
)
