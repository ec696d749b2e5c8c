"""Lab 14, ppv: of those called ill, how many are? It depends on who is asked."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def ppv_edges():
    places = np.array([0.0, 0.001, 0.008, 0.3, 1.0])
    return [
        (np.array([0.9]), np.array([0.65]), np.array([0.27])),
        (np.array([[0.9], [0.6]]), np.array([[0.7], [0.95]]), places),
        (np.array([0.8]), np.array([1.0]), places),  # prevalence 0: nobody is called
        (np.array([0.0, 0.0, 0.7]), np.array([1.0, 0.8, 0.0]), np.array([0.2])),
    ]


def ppv_inputs(rng):
    sens, spec = rng.uniform(0.6, 0.95, (2, 3, 1))
    return [(sens, spec, rng.uniform(0.05, 0.4, 4))]


def ppv(sensitivity, specificity, prevalence):
    right = sensitivity * prevalence
    wrong = (1 - specificity) * (1 - prevalence)
    with np.errstate(invalid="ignore"):  # 0 / 0 is NaN
        return right / (right + wrong)


def by_odds(sensitivity, specificity, prevalence):
    with np.errstate(divide="ignore", invalid="ignore"):
        odds = prevalence / (1 - prevalence) * (sensitivity / (1 - specificity))
        # where nobody is healthy, or nobody healthy is called, the odds are no number or infinite
        alone = np.where(sensitivity * prevalence > 0, 1.0, np.nan)
        certain = (specificity == 1) | (prevalence == 1)
        return np.where(certain, alone, odds / (1 + odds))


def from_a_million(sensitivity, specificity, prevalence):
    ill = 1e6 * prevalence
    healthy = 1e6 - ill
    called = sensitivity * ill + (healthy - specificity * healthy)
    some = called > 0
    return np.where(some, sensitivity * ill / np.where(some, called, 1), np.nan)


def one_by_one(sensitivity, specificity, prevalence):
    found = []
    each = np.broadcast_arrays(sensitivity, specificity, prevalence)
    for s, c, p in zip(*(a.ravel() for a in each), strict=True):
        alarms = s * p + (1 - c) * (1 - p)
        found.append(s * p / alarms if alarms else np.nan)
    return np.array(found).reshape(each[0].shape)


def wrong(formula):
    """Return an answer with another formula of sensitivity, specificity and prevalence."""

    def answer(sensitivity, specificity, prevalence):
        with np.errstate(divide="ignore", invalid="ignore"):
            return formula(sensitivity, specificity, prevalence)

    return answer


def shared(right, wrong):
    return right / (right + wrong)


EXERCISE = Exercise(
    "ppv",
    points=2,
    answer=ppv,
    edges=ppv_edges,
    inputs=ppv_inputs,
    forbidden=LIBRARY,
    also_right=[by_odds, from_a_million, one_by_one],
    mistakes=[
        Mistake(
            "That is the negative predictive value. You answered for those who were cleared; those "
            "who were called were asked about.",
            wrong(lambda s, c, p: shared(c * (1 - p), (1 - s) * p)),
            credit=0.25,
        ),
        Mistake(
            "Those are the false alarms among all alarms. 1 minus it.",
            wrong(lambda s, c, p: 1 - ppv(s, c, p)),
            credit=0.5,
        ),
        Mistake(
            "That is the share of patients who are called: what stands below the line.",
            wrong(lambda s, c, p: s * p + (1 - c) * (1 - p)),
            credit=0.25,
        ),
        Mistake(
            "That is what stands above the line. Divide by all who are called.",
            wrong(lambda s, c, p: s * p + 0 * c),
            credit=0.25,
        ),
        Mistake(
            "That is sensitivity: of the ill, how many are called. Asked is the reverse.",
            wrong(lambda s, c, p: s + 0 * c * p),
        ),
        Mistake(
            "The prevalence is left out, as if half of the patients were ill.",
            wrong(lambda s, c, p: shared(s, 1 - c) + 0 * p),
            credit=0.25,
        ),
        Mistake(
            "Sensitivity and specificity have changed places. Sensitivity belongs to the ill.",
            wrong(lambda s, c, p: ppv(c, s, p)),
            credit=0.25,
        ),
        Mistake(
            "The false alarms are not weighed. They come from the healthy: times 1 - prevalence.",
            wrong(lambda s, c, p: shared(s * p, 1 - c)),
            credit=0.25,
        ),
        Mistake(
            "The right alarms are not weighed. They come from the ill: times prevalence.",
            wrong(lambda s, c, p: shared(s, (1 - c) * (1 - p))),
            credit=0.25,
        ),
        Mistake(
            "False alarms are healthy patients. You weighed them by the share of the ill.",
            wrong(lambda s, c, p: shared(s * p, (1 - c) * p)),
            credit=0.25,
        ),
        Mistake(
            "You counted the healthy who are cleared. A false alarm is one who is not: "
            "1 - specificity.",
            wrong(lambda s, c, p: shared(s * p, c * (1 - p))),
            credit=0.25,
        ),
        Mistake(
            "Those are odds, right alarms to false ones. A share is o / (1 + o).",
            wrong(lambda s, c, p: s * p / ((1 - c) * (1 - p))),
            credit=0.25,
        ),
        Mistake(
            "A likelihood ratio multiplies odds, not the prevalence.",
            wrong(lambda s, c, p: p * s / (1 - c)),
        ),
        Mistake(
            "Prevalence is the share of the ill. You took it for the share of the healthy.",
            wrong(lambda s, c, p: ppv(s, c, 1 - p)),
            credit=0.25,
        ),
        Mistake(
            "That is accuracy: the share of all patients who are told right. Asked is the share of "
            "the called who are ill.",
            wrong(lambda s, c, p: s * p + c * (1 - p)),
            credit=0.25,
        ),
        Mistake(
            "That is the share of the ill among those who are cleared, 1 - NPV. You were asked "
            "about those who are called.",
            wrong(lambda s, c, p: shared((1 - s) * p, c * (1 - p))),
            credit=0.25,
        ),
        Mistake(
            "Where nobody is called there is no such share: NaN, not 0.",
            wrong(lambda s, c, p: np.nan_to_num(ppv(s, c, p))),
            credit=0.75,
        ),
    ],
    hints=[
        "Of all patients, sensitivity * prevalence are ill and called.",
        "The false alarms are (1 - specificity) of the healthy, and these are 1 - prevalence.",
        "Right alarms, divided by right and false ones together. NumPy makes 0 / 0 NaN.",
    ],
)
