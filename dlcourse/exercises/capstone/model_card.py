"""Lab 19, model_card: the numbers that every report of such a model holds, and that agree."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY

N = float("nan")


def model_card_edges():
    y = np.array([1, 0, 0, 1, 0, 1, 0, 0, 0])
    p = np.array([0.9, 0.8, 0.1, 0.5, 0.5, 0.3, 0.2, 0.1, 0.6])
    return [
        (y, p, 0.5),  # two lie on the threshold
        (y, p, 0.25),
        (y, p, float("inf")),  # no alarm: no share of alarms
        (np.array([0, 0, 0]), np.array([0.1, 0.7, 0.4]), 0.4),  # nobody ill
        (np.array([1, 1]), np.array([0.1, 0.7]), 0.4),  # nobody healthy
    ]


def model_card_inputs(rng):
    n = int(rng.integers(30, 45))
    y = (np.arange(n) % 4 == 1).astype(int)
    return [(y, 1 / (1 + np.exp(1 - rng.normal(size=n) - y)), 0.3)]


def share(part, whole):
    return part / whole if whole else N


def model_card(y, p, threshold):
    ill, alarm = y == 1, p >= threshold
    misses, false_alarms = np.sum(ill & ~alarm), np.sum(~ill & alarm)
    return {
        "people": len(y),
        "malignant": ill.sum(),
        "expected": p.sum(),
        "misses": misses,
        "false_alarms": false_alarms,
        "sensitivity": share(ill.sum() - misses, ill.sum()),
        "specificity": share(np.sum(~ill) - false_alarms, np.sum(~ill)),
        "ppv": share(ill.sum() - misses, alarm.sum()),
    }


def by_counts(y, p, threshold):
    cells = np.zeros((2, 2), int)
    for label, score in zip(y, p, strict=True):
        cells[int(label), int(score >= threshold)] += 1
    (quiet, false_alarms), (misses, found) = cells.tolist()
    return {
        "people": cells.sum(),
        "malignant": misses + found,
        "expected": float(p.sum()),
        "misses": misses,
        "false_alarms": false_alarms,
        "sensitivity": found / (misses + found) if misses + found else N,
        "specificity": quiet / (quiet + false_alarms) if quiet + false_alarms else N,
        "ppv": found / (found + false_alarms) if found + false_alarms else N,
    }


def by_means(y, p, threshold):
    def mean(values):
        return values.mean() if len(values) else N

    alarm = p >= threshold
    return dict(
        people=y.size,
        malignant=int(y.sum()),
        expected=p.mean() * y.size,
        misses=int((y * ~alarm).sum()),
        false_alarms=int(((1 - y) * alarm).sum()),
        sensitivity=mean(alarm[y == 1]),
        specificity=mean(~alarm[y == 0]),
        ppv=mean(y[alarm]),
    )


def in_another_order(y, p, threshold):
    card = by_counts(y, p, threshold)
    return {name: card[name] for name in sorted(card)}


def with_fields(change):
    """Return an answer whose card has other values under some names."""

    def answer(y, p, threshold):
        return model_card(y, p, threshold) | change(y, p, threshold)

    return answer


def above(y, p, threshold):
    """Return the card with those at the threshold below it."""
    return model_card(y, np.where(p == threshold, p - 1, p), threshold) | {"expected": p.sum()}


def zero_for_nan(y, p, threshold):
    card = model_card(y, p, threshold)
    return {name: 0.0 if value != value else value for name, value in card.items()}


def as_shares(y, p, threshold):
    n = len(y)
    ill, alarm = y == 1, p >= threshold
    return {"misses": np.mean(ill & ~alarm), "false_alarms": np.sum(~ill & alarm) / n}


def turned_ppv(y, p, threshold):
    quiet, n = p < threshold, np.sum(p < threshold)
    return {"ppv": share(np.sum((y == 0) & quiet), n)}


def swapped(y, p, threshold):
    card = model_card(y, p, threshold)
    return {"sensitivity": card["specificity"], "specificity": card["sensitivity"]}


def swapped_counts(y, p, threshold):
    card = model_card(y, p, threshold)
    return {"misses": card["false_alarms"], "false_alarms": card["misses"]}


def percent(y, p, threshold):
    card = model_card(y, p, threshold)
    return {name: 100 * card[name] for name in ("sensitivity", "specificity", "ppv")}


def rate_of_misses(y, p, threshold):
    return {"sensitivity": 1 - model_card(y, p, threshold)["sensitivity"]}


EXERCISE = Exercise(
    "model_card",
    points=3,
    answer=model_card,
    edges=model_card_edges,
    inputs=model_card_inputs,
    forbidden=LIBRARY,
    also_right=[by_counts, by_means, in_another_order],
    mistakes=[
        Mistake(
            "At the threshold the alarm rings (>=). You counted scores above it only.",
            above,
            credit=0.5,
        ),
        Mistake(
            "0 is a result. Of nobody there is no share: NaN.",
            zero_for_nan,
            credit=0.75,
        ),
        Mistake(
            "Misses and false alarms are counts of people here, so that a reader can add them up.",
            with_fields(as_shares),
            credit=0.5,
        ),
        Mistake(
            "expected is the *sum* of the probabilities: as many should be ill if they are true. "
            "You gave their mean.",
            with_fields(lambda y, p, t: {"expected": p.mean()}),
            credit=0.75,
        ),
        Mistake(
            "expected is the sum of the probabilities. You counted the alarms.",
            with_fields(lambda y, p, t: {"expected": np.sum(p >= t)}),
            credit=0.5,
        ),
        Mistake(
            "malignant is how many are ill, by the biopsy. You counted the alarms.",
            with_fields(lambda y, p, t: {"malignant": np.sum(p >= t)}),
            credit=0.5,
        ),
        Mistake(
            "Sensitivity is of the ill, specificity of the healthy. They have changed places.",
            with_fields(swapped),
            credit=0.5,
        ),
        Mistake(
            "A miss is an ill person without an alarm. Misses and false alarms have changed "
            "places.",
            with_fields(swapped_counts),
            credit=0.5,
        ),
        Mistake(
            "That is how often silence is right, the NPV. ppv: how often is an alarm right?",
            with_fields(turned_ppv),
            credit=0.5,
        ),
        Mistake(
            "ppv is a share of the alarms. You divided by all people.",
            with_fields(lambda y, p, t: {"ppv": np.mean((y == 1) & (p >= t))}),
            credit=0.5,
        ),
        Mistake(
            "Shares from 0 to 1 were asked for, not percent.", with_fields(percent), credit=0.75
        ),
        Mistake(
            "That is the share of the ill who were missed. Sensitivity is of those found.",
            with_fields(rate_of_misses),
            credit=0.5,
        ),
    ],
    hints=[
        "alarm = p >= threshold and ill = y == 1 are all that it needs: np.sum(ill & ~alarm) are "
        "the misses.",
        "sensitivity is alarm[ill].mean(), specificity (~alarm[~ill]).mean(), ppv ill[alarm]"
        ".mean(), each NaN where nobody is left to take a mean of.",
        "return {'people': len(y), 'malignant': ill.sum(), 'expected': p.sum(), ...} with the "
        "eight names of the text.",
    ],
)
