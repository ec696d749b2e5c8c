"""Lab 04, kl_div: what it costs to believe q where p is true, and the gradient in q."""

import numpy as np
from scipy.special import rel_entr, xlogy

from dlcourse import reference
from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def kl_div_edges():
    return [
        (np.array([0.7, 0.3, 0.0]), np.array([0.2, 0.5, 0.3])),
        (np.array([0.9, 0.1]), np.array([0.5, 0.5])),
        (np.array([0.0, 1.0]), np.array([1.0, 1.0]) / 2),
        # Where a small number inside the logarithm shows: a rare belief, and beliefs nearly true.
        (np.array([0.5, 0.5]), np.array([1e-12, 1 - 1e-12])),
        (np.array([0.6, 0.4, 0.0]), np.array([0.5999, 0.3999, 0.0002])),
    ]


def kl_div_inputs(rng):
    return [
        (rng.dirichlet(np.ones(5)), rng.dirichlet(np.ones(5) * 3)),
    ]


def kl_div_answer(p, q):
    return reference.kl_div(np.log(q), p, reduction="sum"), -p / q


def log_of(p):
    """Return the logarithm, and 0 where p is 0: it will be multiplied by 0."""
    return np.log(np.where(p > 0, p, 1))


def by_mask(p, q):
    seen = p > 0
    return (p[seen] * np.log(p[seen] / q[seen])).sum(), -p / q


def by_difference(p, q):
    return -p @ np.log(q) - -p @ log_of(p), -(p / q)


def by_loop(p, q):
    total = 0.0
    for a, b in zip(p, q, strict=True):
        if a > 0:
            total += a * np.log(a / b)
    return total, np.array([-a / b for a, b in zip(p, q, strict=True)])


def right_value(p, q):
    return kl_div_answer(p, q)[0]


EXERCISE = Exercise(
    "kl_div",
    points=2,
    sitting=3,
    answer=kl_div_answer,
    edges=kl_div_edges,
    inputs=kl_div_inputs,
    forbidden=(*LIBRARY, "kl_div", "rel_entr", "stats"),
    strict_floats=True,
    also_right=[
        by_mask,
        by_difference,
        by_loop,
        lambda p, q: (rel_entr(p, q).sum(), -p / q),
        lambda p, q: ((xlogy(p, p) - xlogy(p, q)).sum(), np.divide(-p, q)),
    ],
    mistakes=[
        Mistake(
            "Not symmetric: truth first, belief second. You weighed by the belief.",
            lambda p, q: ((q * np.log(q / p)).sum(), -p / q),
        ),
        Mistake(
            "0 · log 0 is 0 by its limit, but NaN in NumPy. Leave out where p is 0.",
            lambda p, q: ((p * np.log(p / q)).sum(), -p / q),
            credit=0.5,
        ),
        Mistake(
            "That is the cross-entropy. Subtract the entropy of p.",
            lambda p, q: (-(p * np.log(q)).sum(), -p / q),
        ),
        Mistake(
            "Bits; here in nats: the natural logarithm.",
            lambda p, q: (right_value(p, q) / np.log(2), -p / q),
        ),
        Mistake(
            "A sum over the outcomes, not a mean: the weights p are already in it.",
            lambda p, q: (right_value(p, q) / len(p), -p / q),
        ),
        Mistake(
            "A divergence is never below 0. Is it log(p / q)?",
            lambda p, q: (-right_value(p, q), -p / q),
        ),
        Mistake(
            "A small number inside the logarithm changes every answer to save one. Treat p = 0 "
            "alone.",
            lambda p, q: ((p * np.log((p + 1e-10) / (q + 1e-10))).sum(), -p / q),
        ),
        Mistake(
            "Weigh each term by how often it happens: a factor p is missing.",
            lambda p, q: ((log_of(p) - np.where(p > 0, np.log(q), 0)).sum(), -p / q),
        ),
        Mistake(
            "The value is right. More belief in what is true lowers it, so its gradient in q is "
            "negative.",
            lambda p, q: (right_value(p, q), p / q),
        ),
        Mistake(
            "The value is right. Its gradient needs p: what never happens does not pull.",
            lambda p, q: (right_value(p, q), -1 / q),
        ),
        Mistake(
            "The value is right. Its gradient has one number for each class, those with p = 0 too.",
            lambda p, q: (right_value(p, q), -p[p > 0] / q[p > 0]),
        ),
        Mistake(
            "The value is right. q - p is its gradient in the scores behind a softmax; asked is "
            "the one in q.",
            lambda p, q: (right_value(p, q), q - p),
        ),
        Mistake(
            "The value is right. That is its gradient in p, the truth. The belief q is what moves.",
            lambda p, q: (right_value(p, q), log_of(p) - np.log(q) + 1),
        ),
    ],
    hints=[
        "How much more surprised are you at outcome c than necessary? By ln p_c - ln q_c.",
        "Average that with the weights p, and leave out where p is 0: seen = p > 0.",
        "Only -p ln q depends on q, so the gradient is -p / q.",
    ],
)
