"""Lab 15, coarse_log_probs: fine classes summed to coarse ones, in logarithms. In torch."""

import numpy as np
import torch
import torch.nn.functional as F

from dlcourse.checks import Exercise, Mistake, TorchFunction
from dlcourse.checks.torch_answers.findings import CUT


def coarse_log_probs_inputs(rng):
    def case(n, parent, k):
        return rng.normal(0, 2, (n, len(parent))), np.array(parent), k

    far = np.array([[1e4, 0.0, -1e4, 2.0], [-1e4, -1e4, 1e4, 1e4]])
    return [
        case(4, [1, 0, 1, 1, 0, 2], 3),
        case(3, [2, 0, 1, 1, 2], 3),
        (far, np.array([0, 0, 1, 1]), 2),
        case(int(rng.integers(2, 6)), [0, 1, 1, 0, 1], 2),
    ]


def coarse_log_probs(logits, parent, k):
    log_p = F.log_softmax(logits, dim=1)
    return torch.stack([torch.logsumexp(log_p[:, parent == j], 1) for j in range(k)], dim=1)


def by_masks(logits, parent, k):
    member = parent == torch.arange(k)[:, None]
    filled = torch.where(member, logits[:, None], -torch.inf)
    return torch.logsumexp(filled, 2) - torch.logsumexp(logits, 1, keepdim=True)


def by_the_largest(logits, parent, k):
    columns = []
    for j in range(k):
        z = logits[:, parent == j]
        top = z.max(dim=1, keepdim=True).values.detach()
        columns.append(top[:, 0] + torch.log(torch.exp(z - top).sum(dim=1)))
    return torch.log_softmax(torch.stack(columns, dim=1), dim=1)


def one_by_one(logits, parent, k):
    log_p = logits.log_softmax(1)
    columns = [None] * k
    for c, j in enumerate(parent.tolist()):
        one = log_p[:, c]
        columns[j] = one if columns[j] is None else torch.logaddexp(columns[j], one)
    return torch.stack(columns, dim=1)


def joined(logits, parent, k, how, order=None):
    """Return how(log_p of one parent's classes) for each parent, (n, k)."""
    log_p = F.log_softmax(logits, dim=1)
    order = range(k) if order is None else order
    return torch.stack([how(log_p[:, parent == j]) for j in order], dim=1)


def wrong(how):
    return lambda logits, parent, k: joined(logits, parent, k, how)


def log_of_sum(logits, parent, k):
    p = torch.softmax(logits, dim=1)
    return torch.stack([p[:, parent == j].sum(1) for j in range(k)], dim=1).log()


def log_of_a_little_more(logits, parent, k):
    return (log_of_sum(logits, parent, k).exp() + 1e-12).log()


def within_each_parent(logits, parent, k):
    children = [logits[:, parent == j].log_softmax(1) for j in range(k)]
    return torch.stack([log_p.logsumexp(1) for log_p in children], dim=1)


def logits_only(logits, parent, k):
    return torch.stack([torch.logsumexp(logits[:, parent == j], 1) for j in range(k)], dim=1)


def logits_added(logits, parent, k):
    return torch.stack([logits[:, parent == j].sum(1) for j in range(k)], dim=1).log_softmax(1)


def logits_averaged(logits, parent, k):
    return torch.stack([logits[:, parent == j].mean(1) for j in range(k)], dim=1).log_softmax(1)


def as_they_appear(logits, parent, k):
    order = dict.fromkeys(parent.tolist())
    return joined(logits, parent, k, lambda z: torch.logsumexp(z, 1), order)


def over_patients(logits, parent, k):
    log_p = torch.log_softmax(logits, dim=0)
    return torch.stack([torch.logsumexp(log_p[:, parent == j], 1) for j in range(k)], dim=1)


def within_the_side(logits, parent, k):
    mean = joined(logits, parent, k, lambda z: torch.logsumexp(z, 1) - np.log(z.shape[1]))
    return mean.log_softmax(1)


EXERCISE = Exercise(
    "coarse_log_probs",
    points=3,
    sitting=2,
    answer=coarse_log_probs,
    inputs=coarse_log_probs_inputs,
    forbidden=("dlcourse",),
    torch=TorchFunction(differentiate=("logits",)),
    also_right=[by_masks, by_the_largest, one_by_one],
    mistakes=[
        Mistake(CUT, lambda z, parent, k: coarse_log_probs(z.detach(), parent, k), credit=0.25),
        Mistake(
            "At logits of 10,000 the sum rounds to 0, and its logarithm is minus infinity. Stay in "
            "logarithms: torch.logsumexp.",
            log_of_sum,
            credit=0.5,
        ),
        Mistake(
            "A small number added before the logarithm hides the minus infinity: about -28 where "
            "-9,998 is right, and no slope. torch.logsumexp.",
            log_of_a_little_more,
            credit=0.5,
        ),
        Mistake(
            "Softmax among one parent's children: they sum to 1 for every parent. Over all fine "
            "classes first.",
            within_each_parent,
            credit=0.25,
        ),
        Mistake(
            "These are not normalized: take log_softmax over all fine classes first.",
            logits_only,
            credit=0.25,
        ),
        Mistake(
            "Logarithms added are probabilities multiplied: and, not or. torch.logsumexp adds "
            "probabilities.",
            wrong(lambda z: z.sum(1)),
        ),
        Mistake(
            "You took the likeliest child. Events that exclude each other add.",
            wrong(lambda z: z.amax(1)),
            credit=0.25,
        ),
        Mistake(
            "That is the mean over a parent's children. A parent with many would lose: the sum.",
            wrong(lambda z: torch.logsumexp(z, 1) - np.log(z.shape[1])),
            credit=0.5,
        ),
        Mistake(
            "Means that are made to sum to 1: a parent with many children loses. The sum.",
            within_the_side,
            credit=0.25,
        ),
        Mistake(
            "You added logits. Probabilities add, not logits.",
            logits_added,
        ),
        Mistake(
            "You averaged logits. Probabilities add, not logits.",
            logits_averaged,
        ),
        Mistake(
            "Column j belongs to parent j; yours stand in the order in which the parents appear.",
            as_they_appear,
            credit=0.5,
        ),
        Mistake(
            "Softmax over the patients: each patient's diseases sum to 1, dim=1.",
            over_patients,
        ),
        Mistake(
            "Those are probabilities. Their logarithm was asked for.",
            lambda z, parent, k: coarse_log_probs(z, parent, k).exp(),
            credit=0.5,
        ),
        Mistake(
            "A loss is minus the logarithm. Here the logarithm itself, at most 0.",
            lambda z, parent, k: -coarse_log_probs(z, parent, k),
            credit=0.5,
        ),
    ],
    hints=[
        "F.log_softmax(logits, dim=1) first: the logarithm of each fine probability.",
        "log_p[:, parent == j] are the classes of parent j.",
        "torch.logsumexp(..., dim=1) adds probabilities that are given as logarithms.",
    ],
)
