"""Lab 15, prior_shift: the same image, and fewer of those who come are ill."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def prior_shift_edges():
    return [
        (np.array([0.0, 0.01, 0.3, 0.5, 0.9, 1.0]), 0.30, 0.05),
        (np.array([0.2, 0.8, 0.55]), 0.10, 0.40),
    ]


def prior_shift_inputs(rng):
    return [(rng.uniform(0.05, 0.95, 6), 0.74, float(rng.uniform(0.3, 0.6)))]


def prior_shift(p, old, new):
    ill = p * new / old
    healthy = (1 - p) * (1 - new) / (1 - old)
    return ill / (ill + healthy)


def by_logits(p, old, new):
    with np.errstate(all="ignore"):
        z = np.log(p / (1 - p)) + np.log(new / (1 - new)) - np.log(old / (1 - old))
        return 1 / (1 + np.exp(-z))


def by_odds(p, old, new):
    with np.errstate(all="ignore"):
        odds = p / (1 - p) * (new / (1 - new)) / (old / (1 - old))
        return np.where(p == 1, 1.0, odds / (1 + odds))


def by_one_factor(p, old, new):
    factor = new * (1 - old) / (old * (1 - new))
    return factor * p / (1 + (factor - 1) * p)


def quiet(formula):
    """Return the same, without warnings of 0 / 0 and of log 0."""

    def answer(p, old, new):
        with np.errstate(all="ignore"):
            return formula(p, old, new)

    return answer


def logit(p):
    return np.log(p / (1 - p))


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


EXERCISE = Exercise(
    "prior_shift",
    points=2,
    answer=prior_shift,
    edges=prior_shift_edges,
    inputs=prior_shift_inputs,
    forbidden=LIBRARY,
    also_right=[by_logits, by_odds, by_one_factor],
    mistakes=[
        Mistake(
            "new / old times p is no rule of probability: it can pass 1. Odds are multiplied.",
            lambda p, old, new: p * new / old,
        ),
        Mistake(
            "Cut at 1 it is still no rule of probability. Weigh both sides, then divide by their "
            "sum.",
            lambda p, old, new: np.minimum(p * new / old, 1),
        ),
        Mistake(
            "From old to new: you went the other way.",
            lambda p, old, new: prior_shift(p, new, old),
            credit=0.5,
        ),
        Mistake(
            "On the logit scale you added prevalences. Add their logits.",
            quiet(lambda p, old, new: sigmoid(logit(p) + new - old)),
            credit=0.25,
        ),
        Mistake(
            "The old prevalence is in p already: divide its odds out.",
            quiet(lambda p, old, new: sigmoid(logit(p) + logit(new))),
            credit=0.25,
        ),
        Mistake(
            "Only the ill side was weighed. new / old are prevalences; odds have 1 - new and "
            "1 - old below.",
            lambda p, old, new: p * new / old / (p * new / old + 1 - p),
            credit=0.25,
        ),
        Mistake(
            "Those are odds. A probability is odds / (1 + odds).",
            quiet(lambda p, old, new: p / (1 - p) * (new / (1 - new)) / (old / (1 - old))),
            credit=0.5,
        ),
        Mistake(
            "A difference of prevalences, added to p, leaves 0 to 1. Odds are multiplied.",
            lambda p, old, new: p + new - old,
        ),
        Mistake(
            "You made the mean of p come out as new. Among few patients the mean may be anything.",
            lambda p, old, new: p * new / p.mean(),
        ),
        Mistake(
            "The mean of what was said and of the prevalence is no rule of probability.",
            lambda p, old, new: (p + new) / 2,
        ),
        Mistake(
            "What came back is p. With another prevalence the same image means something else.",
            lambda p, old, new: 1.0 * p,
        ),
    ],
    hints=[
        "Odds of p, times the new prevalence's odds, over the old one's.",
        "Without odds, so that p = 1 works: ill = p * new / old, healthy = (1 - p) times ...",
        "ill / (ill + healthy), with healthy = (1 - p) * (1 - new) / (1 - old).",
    ],
)
