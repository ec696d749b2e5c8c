"""Lab 04, concordance_index: how often the patient with the higher risk died first."""

from itertools import combinations

import numpy as np

from dlcourse import metrics
from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def concordance_index_edges():
    return [
        (
            np.array([1.0, 0.5, 0.5, 0.5, 0.2, 0.9]),
            np.array([2.0, 4.0, 5.0, 7.0, 9.0, 10.0]),
            np.array([1, 0, 1, 1, 0, 0]),
        ),
        # Two deaths on day 3, and one patient who leaves alive that day.
        (
            np.array([2.0, 1.0, 0.0, 1.5, 0.0]),
            np.array([3.0, 3.0, 3.0, 8.0, 1.0]),
            np.array([1, 1, 0, 1, 0]),
        ),
        # On day 2 one dies and two leave alive, with a higher risk and with the same.
        (
            np.array([1.0, 2.0, 1.0, 0.0, 3.0]),
            np.array([2.0, 2.0, 2.0, 5.0, 4.0]),
            np.array([1, 0, 0, 1, 1]),
        ),
    ]


def concordance_index_inputs(rng):
    n = int(rng.integers(9, 13))
    event = (rng.random(n) < 0.6).astype(int)
    event[:4] = [1, 0, 1, 0]
    # Whole days and whole risks, so that both have ties.
    days, risk = rng.integers(1, 8, n).astype(float), rng.integers(0, 4, n).astype(float)
    days[:4] = [1, 1, 2, 9]
    return [
        (risk, days, event),
    ]


def concordance_index_answer(risk, time, event):
    return metrics.concordance_index(risk, time, event)


def first_to_die(time, event, i, j):
    """Return whether i is known to have died before j: who left alive that day outlived it."""
    return event[i] == 1 and (time[i] < time[j] or (time[i] == time[j] and event[j] == 0))


def over_pairs(risk, time, event, tie=0.5, known=first_to_die):
    """Return the share of ordered pairs; a mistake passes its own tie or its own pairs."""
    score, pairs = 0.0, 0
    for i in range(len(time)):
        for j in range(len(time)):
            if i != j and known(time, event, i, j):
                pairs += 1
                score += 1 if risk[i] > risk[j] else tie if risk[i] == risk[j] else 0
    return score / pairs


def by_matrix(risk, time, event):
    before = time[:, None] < time
    same_day = (time[:, None] == time) & (event == 0)
    known = (event[:, None] == 1) & (before | same_day)
    score = (np.sign(risk[:, None] - risk) + 1) / 2
    return (score * known).sum() / known.sum()


def by_combinations(risk, time, event):
    scores = []
    for i, j in combinations(range(len(time)), 2):
        for a, b in ((i, j), (j, i)):
            if first_to_die(time, event, a, b):
                scores.append((risk[a] > risk[b]) + 0.5 * (risk[a] == risk[b]))
    return np.mean(scores)


EXERCISE = Exercise(
    "concordance_index",
    points=3,
    sitting=4,
    answer=concordance_index_answer,
    edges=concordance_index_edges,
    inputs=concordance_index_inputs,
    forbidden=LIBRARY,
    also_right=[over_pairs, by_matrix, by_combinations],
    mistakes=[
        Mistake(
            "High risk should mean short survival; you counted the pairs where both rise.",
            lambda risk, time, event: over_pairs(-risk, time, event),
        ),
        Mistake(
            "Equal risks are worth 0 with you. A tie is a coin flip: one half.",
            lambda risk, time, event: over_pairs(risk, time, event, tie=0),
        ),
        Mistake(
            "Equal risks are worth 1 with you. Then a constant score would be perfect. One half.",
            lambda risk, time, event: over_pairs(risk, time, event, tie=1),
        ),
        Mistake(
            "You used pairs whose earlier time is censored. Left at 4, the other died at 5: who "
            "lived longer? Unknown.",
            lambda risk, time, event: over_pairs(
                risk, time, event, known=lambda t, e, i, j: t[i] < t[j]
            ),
        ),
        Mistake(
            "Divided by all n (n - 1) / 2 pairs. Count only pairs whose order is known.",
            lambda risk, time, event: (
                over_pairs(risk, time, event)
                * comparable(time, event)
                / (len(time) * (len(time) - 1) / 2)
            ),
        ),
        Mistake(
            "Only pairs of two deaths. A partner who was censored later is known to have lived "
            "longer.",
            lambda risk, time, event: over_pairs(
                risk, time, event, known=lambda t, e, i, j: e[i] == e[j] == 1 and t[i] < t[j]
            ),
        ),
        Mistake(
            "A pair is missing: one died, the other left alive on the same day. The second lived "
            "longer.",
            lambda risk, time, event: over_pairs(
                risk, time, event, known=lambda t, e, i, j: e[i] == 1 and t[i] < t[j]
            ),
        ),
        Mistake(
            "One died and one left alive on the same day: their order is known. With the lower "
            "risk for the one who died it is wrong, and a wrong order scores 0, not one half.",
            lambda risk, time, event: half_on_one_day(risk, time, event),
        ),
        Mistake(
            "Two deaths on the same day cannot be put in order. Leave the pair out.",
            lambda risk, time, event: over_pairs(
                risk, time, event, known=lambda t, e, i, j: e[i] == 1 and t[i] <= t[j]
            ),
        ),
        Mistake(
            "With j from i + 1 on, each pair is seen in one order only. Either of the two may have "
            "died first: let j run over all patients.",
            lambda risk, time, event: over_pairs(
                risk, time, event, known=lambda t, e, i, j: i < j and first_to_die(t, e, i, j)
            ),
        ),
        Mistake(
            "time >= time[i] holds for patient i too: you paired patients with themselves, and two "
            "deaths on the same day.",
            lambda risk, time, event: with_self(risk, time, event),
        ),
        Mistake(
            "Pairs with equal risks were left out. They count, with one half.",
            lambda risk, time, event: untied(risk, time, event),
        ),
    ],
    hints=[
        "Two loops. Patient i died (event[i] is 1), patient j was still alive: time[j] > time[i].",
        "At equal times the pair counts if i died and j did not (event[j] is 0).",
        "Add 1 where risk[i] > risk[j], one half where they are equal; divide by the pairs.",
    ],
)


def comparable(time, event):
    n = range(len(time))
    return sum(first_to_die(time, event, i, j) for i in n for j in n if i != j)


def untied(risk, time, event):
    return over_pairs(
        risk,
        time,
        event,
        known=lambda t, e, i, j: first_to_die(t, e, i, j) and risk[i] != risk[j],
    )


def half_on_one_day(risk, time, event):
    """Return the share of ordered pairs; a wrong order on one day scores one half."""
    one_day = (time[:, None] == time) & (event[:, None] == 1) & (event == 0)
    extra = (one_day & (risk[:, None] < risk)).sum() / 2
    return over_pairs(risk, time, event) + extra / comparable(time, event)


def with_self(risk, time, event):
    """Return the share of ordered pairs, each death paired with all who lived as long."""
    known = (event[:, None] == 1) & (time[:, None] <= time)
    return ((np.sign(risk[:, None] - risk) + 1) / 2 * known).sum() / known.sum()
