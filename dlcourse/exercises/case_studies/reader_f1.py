"""Lab 15, reader_f1: four readers without a truth, each judged by the other three."""

from itertools import combinations

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def panel(rng, n, prevalence):
    ill = rng.random(n) < prevalence
    calls = np.array([rng.normal(2 * ill, 1) > cut for cut in (0.5, 0.9, 1.3, 1.8)])
    program = rng.normal(1.8 * ill, 1) > 1
    calls[:, :3], program[:3] = True, True  # every jury calls somebody
    return calls, program


def reader_f1_edges():
    rng = np.random.default_rng(15)
    return [panel(rng, 40, 0.3), panel(rng, 60, 0.2), panel(rng, 25, 0.1)]


def reader_f1_inputs(rng):
    return [panel(rng, int(rng.integers(30, 50)), 0.3)]


def f1(called, jury):
    return 2 * (called & jury).sum() / (called.sum() + jury.sum())


def reader_f1(calls, program):
    juries = [np.delete(calls, i, axis=0).sum(axis=0) >= 2 for i in range(4)]
    readers = np.mean([f1(reader, jury) for reader, jury in zip(calls, juries, strict=True)])
    return readers, np.mean([f1(program, jury) for jury in juries])


def all_at_once(calls, program):
    juries = calls.sum(axis=0) - calls >= 2  # (4, n)
    below = juries.sum(axis=1)
    readers = 2 * (calls & juries).sum(axis=1) / (calls.sum(axis=1) + below)
    programs = 2 * (program & juries).sum(axis=1) / (program.sum() + below)
    return float(readers.mean()), float(programs.mean())


def by_three(calls, program):
    found = []
    for three in combinations(range(4), 3):
        (left_out,) = set(range(4)) - set(three)
        a, b, c = calls[list(three)]
        jury = (a & b) | (a & c) | (b & c)
        found.append([f1(calls[left_out], jury), f1(program, jury)])
    return tuple(np.mean(found, axis=0))


def by_precision(calls, program):
    def score(called, jury):
        precision, recall = jury[called].mean(), called[jury].mean()
        return 2 / (1 / precision + 1 / recall) if precision and recall else 0.0

    juries = [np.median(np.delete(calls, i, axis=0), axis=0) > 0.5 for i in range(4)]
    readers = sum(score(calls[i], juries[i]) for i in range(4)) / 4
    return readers, sum(score(program, jury) for jury in juries) / 4


def others(calls, i):
    return np.delete(calls, i, axis=0).sum(axis=0) >= 2


def of(jury=lambda calls, i, program: others(calls, i), score=f1, join=np.mean):
    """Return an answer with another jury, another score, or another way to join four."""

    def answer(calls, program):
        juries = [jury(calls, i, program) for i in range(4)]
        readers = join([score(calls[i], juries[i]) for i in range(4)])
        return float(readers), float(join([score(program, j) for j in juries]))

    return answer


def both_classes(called, jury):
    return (f1(called, jury) + f1(~called, ~jury)) / 2


def first_jury_only(calls, program):
    return reader_f1(calls, program)[0], f1(program, others(calls, 0))


def best_reader(calls, program):
    return max(f1(calls[i], others(calls, i)) for i in range(4)), reader_f1(calls, program)[1]


def pooled(calls, program):
    juries = np.concatenate([others(calls, i) for i in range(4)])
    return f1(calls.ravel(), juries), f1(np.tile(program, 4), juries)


def one_against_one(calls, program):
    pairs = [(i, j) for i in range(4) for j in range(4) if i != j]
    readers = np.mean([f1(calls[i], calls[j]) for i, j in pairs])
    return readers, np.mean([f1(program, reader) for reader in calls])


EXERCISE = Exercise(
    "reader_f1",
    points=3,
    sitting=3,
    answer=reader_f1,
    edges=reader_f1_edges,
    inputs=reader_f1_inputs,
    forbidden=LIBRARY,
    also_right=[all_at_once, by_three, by_precision],
    mistakes=[
        Mistake(
            "The reader sits on his own jury: three of all four. Nobody judges himself.",
            of(lambda calls, i, program: calls.sum(axis=0) >= 3),
        ),
        Mistake(
            "Two of all four: the reader's own call counts. Leave him out, then two of three.",
            of(lambda calls, i, program: calls.sum(axis=0) >= 2),
        ),
        Mistake(
            "The program sits on the jury that judges it. Only the other three readers.",
            of(lambda c, i, program: np.delete(c, i, axis=0).sum(axis=0) + program >= 3),
        ),
        Mistake(
            "One of three is no majority: two of three.",
            of(lambda calls, i, program: np.delete(calls, i, axis=0).any(axis=0)),
            credit=0.25,
        ),
        Mistake(
            "All of three is more than a majority: two of three.",
            of(lambda calls, i, program: np.delete(calls, i, axis=0).all(axis=0)),
            credit=0.25,
        ),
        Mistake(
            "That is accuracy. Where one in ten is ill, silence scores 0.9.",
            of(score=lambda called, jury: (called == jury).mean()),
        ),
        Mistake(
            "That is precision, one half of F1.",
            of(score=lambda called, jury: jury[called].mean()),
            credit=0.25,
        ),
        Mistake(
            "That is sensitivity (recall), one half of F1.",
            of(score=lambda called, jury: called[jury].mean()),
            credit=0.25,
        ),
        Mistake(
            "You averaged with the F1 of the healthy. Only the ill count here.",
            of(score=both_classes),
            credit=0.25,
        ),
        Mistake(
            "The program met one jury, the readers four. All four for both.",
            first_jury_only,
            credit=0.5,
        ),
        Mistake(
            "You took the best reader. The mean was announced; to choose afterwards flatters.",
            best_reader,
            credit=0.25,
        ),
        Mistake(
            "All juries in one pot. The mean of four F1, not the F1 of one long list.",
            pooled,
            credit=0.5,
        ),
        Mistake(
            "Reader against reader. The three others vote first.",
            one_against_one,
        ),
        Mistake(
            "The readers first, then the program.",
            lambda calls, program: reader_f1(calls, program)[::-1],
            credit=0.75,
        ),
    ],
    hints=[
        "np.delete(calls, i, axis=0) are the other three; two or more of them make the jury's yes.",
        "F1 is 2 * (called & jury).sum() over called.sum() + jury.sum().",
        "Four juries: reader i against jury i, the program against each. Two means.",
    ],
)
