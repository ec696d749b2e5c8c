"""Lab 19, person_loss: a label belongs to a person, who brings several pictures."""

import numpy as np
import torch
import torch.nn.functional as F

from dlcourse.checks import Exercise, Mistake, TorchFunction
from dlcourse.checks.torch_answers.findings import CUT


def person_loss_inputs(rng):
    def case(people, extra, spread=2.0):
        person = rng.permutation(
            np.concatenate([np.arange(people), rng.integers(0, people, extra)])
        )
        y = rng.permutation(np.resize([0.0, 1.0, 0.0], people))
        return rng.normal(0, spread, len(person)), person, y

    far = np.array([1e4, 1e4, -1e4, 1e4, -1e4]), np.array([0, 0, 1, 2, 3])
    return [
        (np.array([2.0, -1.0, 0.5, 3.0]), np.array([0, 1, 0, 0]), np.array([1.0, 0.0])),
        case(5, 9),
        (*far, np.array([0.0, 1.0, 1.0, 0.0])),
        case(int(rng.integers(3, 7)), 8),
        case(4, 0),  # a picture each
    ]


def person_loss(logits, person, y):
    pictures = torch.bincount(person, minlength=len(y))
    total = torch.zeros_like(y).index_add(0, person, logits)
    return F.binary_cross_entropy_with_logits(total / pictures, y)


def one_by_one(logits, person, y):
    z = torch.stack([logits[person == who].mean() for who in range(len(y))])
    return (F.softplus(z) - y * z).mean()


def by_matrix(logits, person, y):
    member = (person == torch.arange(len(y))[:, None]).to(logits.dtype)
    z = member @ logits / member.sum(dim=1)
    return -(y * F.logsigmoid(z) + (1 - y) * F.logsigmoid(-z)).mean()


def by_scatter(logits, person, y):
    z = torch.zeros(len(y), dtype=logits.dtype)
    z = z.scatter_reduce(0, person, logits, "mean", include_self=False)
    return (torch.logaddexp(z, torch.zeros_like(z)) - y * z).sum() / len(y)


def pooled(logits, person, how):
    return torch.stack([how(logits[person == who]) for who in range(int(person.max()) + 1)])


def shared(how=torch.mean, loss=F.binary_cross_entropy_with_logits):
    """Return an answer that pools or judges in another way."""
    return lambda logits, person, y: loss(pooled(logits, person, how), y)


def by_picture(logits, person, y):
    return F.binary_cross_entropy_with_logits(logits, y[person])


def mean_of_losses(logits, person, y):
    each = F.binary_cross_entropy_with_logits(logits, y[person], reduction="none")
    return pooled(each, person, torch.mean).mean()


def mean_of_probabilities(logits, person, y):
    p = pooled(torch.sigmoid(logits), person, torch.mean)
    return F.binary_cross_entropy(p, y)


def in_table_order(logits, person, y):
    """Take the people in the order in which they come."""
    order = list(dict.fromkeys(person.tolist()))
    z = torch.stack([logits[person == who].mean() for who in order])
    return F.binary_cross_entropy_with_logits(z, y)


def unsafe(z, y):
    p = 1 / (1 + torch.exp(-z))
    return -(y * torch.log(p) + (1 - y) * torch.log(1 - p)).mean()


def twice(z, y):
    return F.binary_cross_entropy_with_logits(torch.sigmoid(z), y)


EXERCISE = Exercise(
    "person_loss",
    points=3,
    answer=person_loss,
    inputs=person_loss_inputs,
    forbidden=("dlcourse",),
    torch=TorchFunction(differentiate=("logits",)),
    also_right=[one_by_one, by_matrix, by_scatter],
    mistakes=[
        Mistake(
            CUT,
            lambda logits, person, y: person_loss(logits.detach(), person, y),
            credit=0.25,
        ),
        Mistake(
            "Each picture was judged by itself: who has ten pictures weighs ten times. First the "
            "mean of a person's logits.",
            by_picture,
            credit=0.25,
        ),
        Mistake(
            "That is a mean of losses. First the mean of a person's logits, then one loss for it.",
            mean_of_losses,
            credit=0.5,
        ),
        Mistake(
            "A mean of probabilities. The mean of the *logits* was asked for.",
            mean_of_probabilities,
            credit=0.5,
        ),
        Mistake(
            "The logits were added up: the more pictures, the surer. Take their mean.",
            shared(how=torch.sum),
            credit=0.5,
        ),
        Mistake(
            "The most suspicious picture speaks for the person. The mean was asked for.",
            shared(how=torch.max),
            credit=0.25,
        ),
        Mistake(
            "The first picture of each person, and the others are lost. Their mean.",
            shared(how=lambda own: own[0]),
            credit=0.25,
        ),
        Mistake(
            "Summed over the people: the step would grow with the batch. The mean.",
            shared(loss=lambda z, y: F.binary_cross_entropy_with_logits(z, y, reduction="sum")),
            credit=0.5,
        ),
        Mistake(
            "1 / (1 + exp(-z)), then log: infinite or NaN at 10,000. "
            "F.binary_cross_entropy_with_logits is safe there.",
            shared(loss=unsafe),
            credit=0.5,
        ),
        Mistake(
            "Sigmoid twice: ..._with_logits wants logits, not probabilities.",
            shared(loss=twice),
            credit=0.25,
        ),
        Mistake(
            "People were taken in the order of their first picture. y[k] is the label of person "
            "number k.",
            in_table_order,
            credit=0.5,
        ),
        Mistake(
            "The labels are turned round: 1 is malignant.",
            lambda logits, person, y: person_loss(logits, person, 1 - y),
            credit=0.25,
        ),
    ],
    hints=[
        "Two steps: one logit for each person, the mean of those of the person's pictures; then "
        "the usual loss.",
        "A loop does: torch.stack([logits[person == who].mean() for who in range(len(y))]).",
        "Without a loop: torch.zeros_like(y).index_add(0, person, logits) adds up, and "
        "torch.bincount(person) counts. F.binary_cross_entropy_with_logits is the loss.",
    ],
)
