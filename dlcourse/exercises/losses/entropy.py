"""Lab 04, entropy: how concentrated a distribution is."""

import numpy as np
from scipy.special import entr

from dlcourse import reference
from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def entropy_inputs(rng):
    return [
        (np.array([0.7, 0.3, 0.0]),),
        (np.array([[1.0, 0.0, 0.0], [0.25, 0.5, 0.25], [0.6, 0.3, 0.1]]),),
        (rng.dirichlet(np.ones(4), 3),),
        (rng.dirichlet(np.ones(3), (2, 5)),),
    ]


def by_mask(p):
    out = np.zeros(p.shape[:-1])
    for where in np.ndindex(out.shape):
        kept = p[where][p[where] > 0]
        out[where] = -(kept * np.log(kept)).sum()
    return out


def each(p):
    return reference.entropy(p, dim=-1)


EXERCISE = Exercise(
    "entropy",
    points=2,
    answer=lambda p: reference.entropy(p, dim=-1),
    inputs=entropy_inputs,
    forbidden=(*LIBRARY, "entr", "stats"),
    strict_floats=True,
    also_right=[
        by_mask,
        lambda p: entr(p).sum(axis=-1),
        lambda p: -(p * np.log(np.where(p > 0, p, 1))).sum(axis=-1),
        lambda p: -np.log(np.where(p > 0, p, 1) ** p).sum(axis=-1),
    ],
    mistakes=[
        Mistake(
            "0 · log 0 is 0 by its limit, but NaN in NumPy. Give log a harmless number there.",
            lambda p: -(p * np.log(p)).sum(axis=-1),
            credit=0.5,
        ),
        Mistake(
            "A small number inside the logarithm changes every answer to save one. Treat p = 0 "
            "alone.",
            lambda p: -(p * np.log(p + 1e-9)).sum(axis=-1),
            credit=0.5,
        ),
        Mistake("Bits; here in nats: the natural logarithm.", lambda p: each(p) / np.log(2)),
        Mistake(
            "A sum over the outcomes, not a mean: the weights p are already in it.",
            lambda p: each(p) / p.shape[-1],
        ),
        Mistake("A minus sign: no distribution is less than undecided by 0.", lambda p: -each(p)),
        Mistake(
            "One number for the whole array. Each distribution along the last axis has its own.",
            lambda p: each(p).sum(),
        ),
        Mistake(
            "You summed over the first axis; the classes lie along the last.",
            lambda p: reference.entropy(p, dim=0),
        ),
        Mistake(
            "Each surprise must be weighed by how often it happens: a factor p is missing.",
            lambda p: -np.log(np.where(p > 0, p, 1)).sum(axis=-1),
        ),
        Mistake(
            "That is Gini's impurity, p (1 - p). A cousin without the logarithm.",
            lambda p: (p * (1 - p)).sum(axis=-1),
        ),
        Mistake(
            "Divided by ln C it runs from 0 to 1. Handy, but no longer nats.",
            lambda p: each(p) / np.log(p.shape[-1]),
        ),
    ],
    hints=[
        "The surprise at outcome c is -ln p_c, and it happens in a share p_c of all cases.",
        "Where p is 0, p · ln p is 0. np.where(p > 0, p, 1) gives log something harmless there.",
        "-(p * np.log(np.where(p > 0, p, 1))).sum(axis=-1)",
    ],
)
