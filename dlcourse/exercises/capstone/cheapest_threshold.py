"""Lab 19, cheapest_threshold: where to set the alarm, if a miss costs as much as so many alarms."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY

INFINITE = float("inf")


def cheapest_threshold_edges():
    y = np.array([1, 0, 0, 1, 0, 1, 0, 0])
    p = np.array([0.9, 0.8, 0.1, 0.5, 0.5, 0.3, 0.2, 0.6])
    rng = np.random.default_rng(19)
    return [
        (y, p, 1.0),  # several thresholds cost the same
        (y, p, 3.0),
        (y, p, 20.0),
        (y, p, 0.25),
        (np.array([0, 0, 1]), np.array([0.7, 0.6, 0.4]), 1.5),  # an alarm never pays
        (np.array([0, 1, 0]), np.array([0.7, 0.6, 0.4]), 1.0),  # nor here, but it costs the same
        (np.array([1, 1, 0]), np.array([0.7, 0.6, 0.4]), 2.0),
        (np.resize([0, 0, 1], 24), rng.integers(0, 9, 24) / 8, 2.5),
        (
            np.resize([0, 1, 0, 0, 0], 30),
            (np.resize([0, 1, 0, 0, 0], 30) + rng.random(30)) / 2,
            5.0,
        ),
    ]


def cheapest_threshold_inputs(rng):
    n = int(rng.integers(20, 30))
    y = (np.arange(n) % 4 == 1).astype(int)
    p = 1 / (1 + np.exp(-rng.normal(size=n) - y))
    return [(y, p, float(rng.choice([2.5, 4.5, 9.5])))]


def cost_at(y, p, miss_cost, threshold):
    alarm = p >= threshold
    return miss_cost * np.sum((y == 1) & ~alarm) + np.sum((y == 0) & alarm)


def cheapest_threshold(y, p, miss_cost):
    cuts = np.append(np.sort(p), np.inf)
    costs = [cost_at(y, p, miss_cost, cut) for cut in cuts]
    best = np.argmin(costs)  # the first of the cheapest: the lowest threshold
    return cuts[best], costs[best]


def by_loop(y, p, miss_cost):
    best = None
    for cut in [INFINITE, *sorted(set(p.tolist()), reverse=True)]:
        misses = sum(label == 1 and score < cut for label, score in zip(y, p, strict=True))
        alarms = sum(label == 0 and score >= cut for label, score in zip(y, p, strict=True))
        cost = miss_cost * misses + alarms
        if best is None or cost <= best[1]:
            best = cut, cost
    return best


def by_table(y, p, miss_cost):
    cuts = np.r_[np.unique(p), np.inf]
    missed = (p[:, None] < cuts) & (y == 1)[:, None]
    called = (p[:, None] >= cuts) & (y == 0)[:, None]
    cost = (miss_cost * missed + called).sum(axis=0)
    return float(cuts[cost.argmin()]), float(cost.min())


def by_counting(y, p, miss_cost):
    """From the lowest threshold up, one after the other stays below."""
    order = np.argsort(p, kind="stable")
    steps = np.where(y[order] == 1, miss_cost, -1.0)
    cuts, first = np.unique(p[order], return_index=True)
    costs = np.sum(y == 0) + np.concatenate([[0], np.cumsum(steps)])
    cuts, costs = np.append(cuts, np.inf), np.append(costs[first], costs[-1])
    at = int(costs.argmin())
    return cuts[at], costs[at]


def chosen(cost=cost_at, last=False, endless=True):
    """Return an answer with other costs, another of equals, or without infinity."""

    def answer(y, p, miss_cost):
        cuts = np.append(np.unique(p), np.inf) if endless else np.unique(p)
        costs = np.array([cost(y, p, miss_cost, cut) for cut in cuts])
        at = len(costs) - 1 - costs[::-1].argmin() if last else costs.argmin()
        return cuts[at], costs[at]

    return answer


def above(y, p, miss_cost, threshold):
    alarm = p > threshold
    return miss_cost * np.sum((y == 1) & ~alarm) + np.sum((y == 0) & alarm)


def turned(y, p, miss_cost, threshold):
    alarm = p >= threshold
    return np.sum((y == 1) & ~alarm) + miss_cost * np.sum((y == 0) & alarm)


def all_alarms(y, p, miss_cost, threshold):
    alarm = p >= threshold
    return miss_cost * np.sum((y == 1) & ~alarm) + np.sum(alarm)


def equal(y, p, miss_cost, threshold):
    return cost_at(y, p, 1, threshold)


def in_shares(y, p, miss_cost, threshold):
    alarm = p >= threshold
    misses = np.sum((y == 1) & ~alarm) / max(np.sum(y == 1), 1)
    return miss_cost * misses + np.sum((y == 0) & alarm) / max(np.sum(y == 0), 1)


def by_theory(y, p, miss_cost):
    cut = 1 / (1 + miss_cost)
    return cut, cost_at(y, p, miss_cost, cut)


def on_a_grid(y, p, miss_cost):
    cuts = np.linspace(0, 1, 101)
    costs = [cost_at(y, p, miss_cost, cut) for cut in cuts]
    return cuts[np.argmin(costs)], min(costs)


def per_person(y, p, miss_cost):
    cut, cost = cheapest_threshold(y, p, miss_cost)
    return cut, cost / len(y)


EXERCISE = Exercise(
    "cheapest_threshold",
    points=3,
    answer=cheapest_threshold,
    edges=cheapest_threshold_edges,
    inputs=cheapest_threshold_inputs,
    forbidden=LIBRARY,
    also_right=[by_loop, by_table, by_counting],
    mistakes=[
        Mistake(
            "At the threshold the alarm rings (>=). You counted scores above it only.",
            chosen(cost=above),
            credit=0.5,
        ),
        Mistake(
            "The price is on the wrong error: a *miss* costs miss_cost, a false alarm 1.",
            chosen(cost=turned),
            credit=0.25,
        ),
        Mistake(
            "An alarm for somebody who is ill costs nothing. Only false alarms do.",
            chosen(cost=all_alarms),
            credit=0.5,
        ),
        Mistake(
            "miss_cost was left out: misses and false alarms cost the same.",
            chosen(cost=equal),
            credit=0.25,
        ),
        Mistake(
            "Those are shares of the ill and of the healthy, as if there were as many of both. "
            "Count people.",
            chosen(cost=in_shares),
            credit=0.25,
        ),
        Mistake(
            "Of equally cheap thresholds you took the highest. The lowest misses fewer.",
            chosen(last=True),
            credit=0.75,
        ),
        Mistake(
            "No alarm at all can be cheapest: try np.inf, too.",
            chosen(endless=False),
            credit=0.75,
        ),
        Mistake(
            "1 / (1 + miss_cost) is cheapest if every probability is true. Look it up in these "
            "people, who may say otherwise.",
            by_theory,
            credit=0.25,
        ),
        Mistake(
            "A grid passes between two people. Each of their scores is a threshold worth trying.",
            on_a_grid,
            credit=0.5,
        ),
        Mistake("That cost is per person. The whole cost was asked for.", per_person, credit=0.75),
        Mistake(
            "First the threshold, then its cost.",
            lambda y, p, miss_cost: cheapest_threshold(y, p, miss_cost)[::-1],
            credit=0.75,
        ),
    ],
    hints=[
        "Write down the cost of one threshold: miss_cost * misses + false alarms.",
        "Try every score, and np.inf for no alarm at all: np.append(np.unique(p), np.inf).",
        "np.argmin takes the first of the smallest. With rising thresholds that is the lowest.",
    ],
)
