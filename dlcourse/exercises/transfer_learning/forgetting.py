"""Lab 11, forgetting: how much of the old tasks is lost at the end."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def forgetting_edges():
    return [
        (np.array([[0.9, 0.1, 0.2], [0.5, 0.95, 0.1], [0.3, 0.6, 0.9]]),),
        (
            np.array(
                [
                    [0.8, 0.2, 0.1, 0.1],
                    [0.9, 0.7, 0.2, 0.1],  # task 0 became better later
                    [0.4, 0.8, 0.9, 0.2],
                    [0.6, 0.85, 0.5, 0.95],
                ]
            ),
        ),
        (np.array([[0.9, 0.2], [0.95, 0.8]]),),  # nothing forgotten: better than ever
        (np.array([[0.2, 0.7, 0.1], [0.8, 0.5, 0.3], [0.1, 0.4, 0.6]]),),  # luck before training
    ]


def forgetting_inputs(rng):
    return [(rng.uniform(0.1, 1, (t, t)).round(3),) for t in (3, int(rng.integers(4, 6)))]


def forgetting(accuracy):
    last = len(accuracy) - 1
    lost = [accuracy[j:last, j].max() - accuracy[last, j] for j in range(last)]
    return float(np.mean(lost))


def by_mask(accuracy):
    since = np.tri(len(accuracy))[:-1, :-1] > 0
    best = np.where(since, accuracy[:-1, :-1], -np.inf).max(axis=0)
    return (best - accuracy[-1, :-1]).mean()


def by_loops(accuracy):
    total, tasks = 0.0, len(accuracy)
    for j in range(tasks - 1):
        best = accuracy[j, j]
        for t in range(j + 1, tasks - 1):
            best = max(best, accuracy[t, j])
        total += best - accuracy[tasks - 1, j]
    return total / (tasks - 1)


def by_running_maximum(accuracy):
    best = np.maximum.accumulate(np.tril(accuracy)[:-1, :-1], axis=0)[-1]
    return float(np.average(best - accuracy[-1, :-1]))


def lost(accuracy, start=lambda j: j):
    last = len(accuracy) - 1
    return [accuracy[start(j) : last, j].max() - accuracy[last, j] for j in range(last)]


def from_the_diagonal(accuracy):
    return float((np.diag(accuracy)[:-1] - accuracy[-1, :-1]).mean())


def with_the_end(accuracy):
    return float(np.mean([accuracy[j:, j].max() - accuracy[-1, j] for j in range(len(accuracy))]))


def relative(accuracy):
    last = len(accuracy) - 1
    return float(np.mean([1 - accuracy[last, j] / accuracy[j:last, j].max() for j in range(last)]))


EXERCISE = Exercise(
    "forgetting",
    points=2,
    sitting=2,
    answer=forgetting,
    edges=forgetting_edges,
    inputs=forgetting_inputs,
    forbidden=LIBRARY,
    tolerance=(1e-6, 1e-9),
    also_right=[by_mask, by_loops, by_running_maximum],
    mistakes=[
        Mistake(
            "You start from the accuracy right after a task was learned. It may have become better "
            "later: take the best before the end.",
            from_the_diagonal,
            credit=0.25,
        ),
        Mistake("Summed over the old tasks; the mean was asked.", lambda a: float(sum(lost(a)))),
        Mistake(
            "Divided by all T tasks. The last one cannot have been forgotten yet: T - 1.",
            lambda a: float(sum(lost(a)) / len(a)),
            credit=0.25,
        ),
        Mistake(
            "The last task counts too, and the end counts as a best. Leave both out.",
            with_the_end,
        ),
        Mistake("Only the first task. All old ones, averaged.", lambda a: float(lost(a)[0])),
        Mistake("The worst of the tasks; the mean was asked.", lambda a: float(max(lost(a)))),
        Mistake(
            "The sign is turned: what was lost is positive.", lambda a: -forgetting(a), credit=0.5
        ),
        Mistake(
            "Rows and columns have changed places: a row is a time, a column a task.",
            lambda a: forgetting(a.T),
        ),
        Mistake(
            "Cut off at 0. Learning a new task can help an old one: let it be negative.",
            lambda a: float(np.mean(np.maximum(lost(a), 0))),
            credit=0.5,
        ),
        Mistake(
            "A good score before a task was learned is luck. Count from row j on.",
            lambda a: float(np.mean(lost(a, lambda j: 0))),
        ),
        Mistake("Relative to the best; the plain difference was asked.", relative),
        Mistake(
            "That is the accuracy at the end. Forgetting is a difference.",
            lambda a: float(a[-1, :-1].mean()),
        ),
    ],
    hints=[
        "For one old task j: what was its best from the time it was learned to the last but one?",
        "That is accuracy[j : T - 1, j].max(). At the end it is accuracy[T - 1, j].",
        "Mean of the differences over j = 0 ... T - 2.",
    ],
)
