"""Lab 07, log_uniform: learning rates evenly spread over orders of magnitude."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def log_uniform_edges():
    return [
        (1e-4, 1.0, np.array([0.0, 0.3, 0.5, 1.0])),
        (0.01, 0.01, np.array([0.2, 0.9])),
        (0.5, 32.0, np.array([0.25, 0.6])),
    ]


def log_uniform_inputs(rng):
    low = float(10 ** rng.uniform(-6, -3))
    return [
        (low, low * float(rng.uniform(20, 900)), rng.random(6)),
    ]


def between(log, exp):
    return lambda low, high, u: exp(log(low) + (log(high) - log(low)) * u)


EXERCISE = Exercise(
    "log_uniform",
    points=1,
    sitting=3,
    answer=lambda low, high, u: low * (high / low) ** u,
    edges=log_uniform_edges,
    inputs=log_uniform_inputs,
    forbidden=(*LIBRARY, "stats"),
    also_right=[
        between(np.log, np.exp),
        between(np.log10, lambda x: 10.0**x),
        lambda low, high, u: low ** (1 - u) * high**u,
        lambda low, high, u: np.array(
            [np.exp2(np.interp(v, [0, 1], np.log2([low, high]))) for v in u]
        ),
    ],
    mistakes=[
        Mistake(
            "Evenly spread: nine of ten draws lie in the highest tenth. Interpolate the exponents.",
            lambda low, high, u: low + (high - low) * u,
        ),
        Mistake(
            "low and high are rates, not exponents. Take their logarithms first.",
            lambda low, high, u: 10 ** (low + (high - low) * u),
        ),
        Mistake(
            "Two bases: log10 goes in, exp comes out.",
            between(np.log10, np.exp),
        ),
        Mistake(
            "Two bases: the natural logarithm goes in, 10 ** comes out.",
            between(np.log, lambda x: 10.0**x),
        ),
        Mistake(
            "The exponents were rounded: only powers of ten are left, which is a grid.",
            between(np.log10, lambda x: 10.0 ** np.round(x)),
        ),
        Mistake(
            "u = 0 must give low and u = 1 high; yours are swapped.",
            lambda low, high, u: high * (low / high) ** u,
        ),
        Mistake(
            "Those are the logarithms. Turn them back into rates.",
            between(np.log, lambda x: x),
        ),
        Mistake(
            "At u = 1 yours gives low * high. Raise the ratio high / low to the power u.",
            lambda low, high, u: low * high**u,
        ),
        Mistake(
            "Where is low? At u = 0 your rate is 1, whatever the range.",
            lambda low, high, u: (high / low) ** u,
        ),
    ],
    hints=[
        "What is halfway between 0.0001 and 1 on a logarithmic scale? 0.01.",
        "Interpolate between log(low) and log(high) by u, then undo the logarithm.",
    ],
)
