"""Lab 03, count_parameters: how many numbers training will move, counted on paper."""

import math
from itertools import pairwise

import numpy as np

from dlcourse import reference
from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def count_parameters_edges():
    return [
        ([30, 16, 1],),
        ([64, 32, 10],),
        ([2, 3],),
    ]


def count_parameters_inputs(rng):
    return [
        (rng.integers(3, 60, 4).tolist(),),
    ]


def count_by_building(sizes):
    rng = np.random.default_rng(0)
    layers = [reference.Linear(a, b, rng=rng) for a, b in pairwise(sizes)]
    return reference.summary(layers, sizes[0]).total


def count_by_index(sizes):
    total = 0
    for i in range(1, len(sizes)):
        total += sizes[i - 1] * sizes[i]
        total += sizes[i]
    return total


def over_pairs(sizes, count):
    return sum(count(a, b) for a, b in pairwise(sizes))


EXERCISE = Exercise(
    "count_parameters",
    points=1,
    answer=count_by_building,
    edges=count_parameters_edges,
    inputs=count_parameters_inputs,
    forbidden=LIBRARY,
    also_right=[
        count_by_index,
        lambda sizes: over_pairs(sizes, lambda a, b: (a + 1) * b),
        lambda sizes: np.dot(sizes[:-1], sizes[1:]) + sum(sizes[1:]),
    ],
    mistakes=[
        Mistake(
            "Only the weights. There is one bias per neuron.",
            lambda sizes: over_pairs(sizes, lambda a, b: a * b),
        ),
        Mistake(
            "The +1 is on the wrong side: each output has one bias.",
            lambda sizes: over_pairs(sizes, lambda a, b: a * (b + 1)),
        ),
        Mistake(
            "Inputs are data; they have no bias.",
            lambda sizes: over_pairs(sizes, lambda a, b: (a + 1) * b) + sizes[0],
        ),
        Mistake("Those are neurons. Count connections.", sum),
        Mistake(
            "One bias per neuron, not one per layer.",
            lambda sizes: over_pairs(sizes, lambda a, b: a * b + 1),
        ),
        Mistake(
            "That is the last layer alone. Sum over all pairs of neighbours.",
            lambda sizes: (sizes[-2] + 1) * sizes[-1],
        ),
        Mistake(
            "That is the first layer alone. Is the return inside the loop?",
            lambda sizes: (sizes[0] + 1) * sizes[1],
        ),
        Mistake(
            "The last layer is missing. Three sizes are two layers.",
            lambda sizes: over_pairs(sizes[:-1], lambda a, b: (a + 1) * b),
        ),
        Mistake(
            "One bias in the whole network? There is one per neuron.",
            lambda sizes: over_pairs(sizes, lambda a, b: a * b) + 1,
        ),
        Mistake("Layers add, they do not multiply.", math.prod),
        Mistake(
            "The output neurons have biases too.",
            lambda sizes: over_pairs(sizes, lambda a, b: (a + 1) * b) - sizes[-1],
        ),
    ],
    hints=[
        "A layer with a inputs and b neurons: how many weights, how many biases?",
        "a * b weights and b biases. zip(sizes[:-1], sizes[1:]) gives the pairs (a, b).",
    ],
)
