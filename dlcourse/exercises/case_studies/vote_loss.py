"""Lab 15, vote_loss: several graders as a soft label, with gaps. Its gradient needs torch."""

import numpy as np
import torch
import torch.nn.functional as F

from dlcourse.checks import Exercise, Mistake, TorchFunction
from dlcourse.checks.torch_answers.findings import CUT

N = float("nan")


def vote_loss_inputs(rng):
    def case(n, graders, gaps=0.3):
        grades = rng.integers(0, 5, (n, graders)).astype(float)
        grades[rng.random(grades.shape) < gaps] = N
        grades[0, 0] = 2.0  # somebody graded
        return rng.normal(0, 2, n), grades

    z, grades = case(7, 5)
    grades[2] = N  # nobody graded this image
    grades[3] = [0, 1, 2, 3, 4]
    grades[4] = [1, 1, N, N, 2]
    grades[5] = [N, 3, N, N, N]
    far, some = case(4, 3, 0.0)
    some[1] = [0, 3, 4]
    return [
        (z, grades),
        (z[3:5], grades[3:5]),
        (np.array([1e4, -1e4, 1e4, -1e4]), some),
        case(5, int(rng.integers(2, 5))),
        (far, some),
    ]


def vote_loss(logits, grades):
    graded = ~torch.isnan(grades)
    graders = graded.sum(dim=1)
    share = (grades >= 2).sum(dim=1).to(logits.dtype) / graders.clamp(min=1)
    loss = F.softplus(logits) - share * logits
    return loss[graders > 0].mean()


def by_library(logits, grades):
    graders = (~grades.isnan()).sum(1)
    seen = graders > 0
    share = ((grades >= 2).sum(1)[seen] / graders[seen]).to(logits.dtype)  # seven digits will do
    return F.binary_cross_entropy_with_logits(logits[seen], share)


def image_by_image(logits, grades):
    total, images = 0, 0
    for z, row in zip(logits, grades, strict=True):
        given = row[~torch.isnan(row)]
        if len(given):
            share = (given >= 2).to(z.dtype).mean()
            total = total - share * F.logsigmoid(z) - (1 - share) * F.logsigmoid(-z)
            images += 1
    return total / images


def grader_by_grader(logits, grades):
    graded = ~torch.isnan(grades)
    referable = (grades >= 2).to(logits.dtype)
    each = torch.logaddexp(logits, torch.zeros_like(logits))[:, None] - referable * logits[:, None]
    weight = graded / graded.sum(1, keepdim=True).clamp(min=1)
    return (weight * each).sum() / graded.any(dim=1).sum()


def shared(logits, grades, cut=2, label=None, graders=None, join=None):
    """Return the loss; the options are the ways in which it is done wrong."""
    graded = ~torch.isnan(grades)
    number = graded.sum(1) if graders is None else graders(grades)
    seen = graded.any(dim=1)
    share = (grades >= cut).sum(1) / number.clamp(min=1)
    if label:
        share = label(share)
    loss = F.softplus(logits) - share * logits
    return join(loss, seen, graded) if join else loss[seen].mean()


def wrong(**options):
    return lambda logits, grades: shared(logits, grades, **options)


def unsafe(logits, grades):
    graded = ~torch.isnan(grades)
    seen = graded.any(dim=1)
    share = ((grades >= 2).sum(1) / graded.sum(1).clamp(min=1))[seen]
    p = 1 / (1 + torch.exp(-logits[seen]))
    return -(share * torch.log(p) + (1 - share) * torch.log(1 - p)).mean()


def clipped(logits, grades):
    graded = ~torch.isnan(grades)
    seen = graded.any(dim=1)
    share = ((grades >= 2).sum(1) / graded.sum(1).clamp(min=1))[seen]
    p = torch.sigmoid(logits[seen]).clamp(1e-7, 1 - 1e-7)
    return -(share * torch.log(p) + (1 - share) * torch.log(1 - p)).mean()


def of_logits_as_p(logits, grades):
    graded = ~torch.isnan(grades)
    seen = graded.any(dim=1)
    share = ((grades >= 2).sum(1) / graded.sum(1).clamp(min=1))[seen]
    return F.binary_cross_entropy_with_logits(torch.sigmoid(logits[seen]), share.to(logits.dtype))


def squared(logits, grades):
    graded = ~torch.isnan(grades)
    seen = graded.any(dim=1)
    share = ((grades >= 2).sum(1) / graded.sum(1).clamp(min=1))[seen]
    return ((torch.sigmoid(logits[seen]) - share) ** 2).mean()


def nobody_graded(logits, grades):
    share = (grades >= 2).sum(1) / (~torch.isnan(grades)).sum(1)
    return F.binary_cross_entropy_with_logits(logits, share.to(logits.dtype))


def over_all_grades(loss, seen, graded):
    return (loss * graded.sum(1)).sum() / graded.sum()


EXERCISE = Exercise(
    "vote_loss",
    points=3,
    answer=vote_loss,
    inputs=vote_loss_inputs,
    forbidden=("dlcourse",),
    torch=TorchFunction(differentiate=("logits",)),
    tolerance=(1e-6, 1e-7),  # a count over a count is float32 in torch: right, too
    also_right=[by_library, image_by_image, grader_by_grader],
    mistakes=[
        Mistake(CUT, lambda logits, grades: shared(logits.detach(), grades), credit=0.25),
        Mistake(
            "Whoever did not grade voted no. Divide by those who graded that image.",
            wrong(graders=lambda grades: torch.full((len(grades),), grades.shape[1])),
            credit=0.25,
        ),
        Mistake(
            "0 / 0: an image that nobody graded has no share, and the mean becomes NaN. Leave it "
            "out.",
            nobody_graded,
            credit=0.5,
        ),
        Mistake(
            "An image that nobody graded joined in as healthy. Leave it out of the mean.",
            wrong(join=lambda loss, seen, graded: loss.mean()),
            credit=0.5,
        ),
        Mistake(
            "An image that nobody graded adds 0 but is counted. Divide by the images that were "
            "graded.",
            wrong(join=lambda loss, seen, graded: (loss * seen).mean()),
            credit=0.5,
        ),
        Mistake(
            "Each grade weighs the same, so images with many graders rule. One share an image, "
            "then the mean over images.",
            wrong(join=over_all_grades),
            credit=0.5,
        ),
        Mistake(
            "Decided by majority first. The label is the share of votes: 0.6 for three of five.",
            wrong(label=lambda share: (share > 0.5) * 1.0),
            credit=0.25,
        ),
        Mistake(
            "Grade 2, moderate, is a vote for referable: at least 2.", wrong(cut=3), credit=0.5
        ),
        Mistake("Grade 1, mild, is no vote for referable.", wrong(cut=1), credit=0.5),
        Mistake(
            "1 / (1 + exp(-z)), then log: infinite or NaN at 10,000. "
            "F.binary_cross_entropy_with_logits is safe there.",
            unsafe,
            credit=0.5,
        ),
        Mistake(
            "Cut at 1e-7, a sure and wrong answer costs 16 and has no slope. From logits: "
            "F.binary_cross_entropy_with_logits.",
            clipped,
            credit=0.5,
        ),
        Mistake(
            "Sigmoid twice: ..._with_logits wants logits, not probabilities.",
            of_logits_as_p,
            credit=0.25,
        ),
        Mistake("That is a squared error. Cross-entropy was asked for.", squared, credit=0.25),
        Mistake(
            "Summed over the images: the step would grow with the batch. The mean.",
            wrong(join=lambda loss, seen, graded: loss[seen].sum()),
            credit=0.5,
        ),
        Mistake(
            "The label is turned round: the share of those who say referable.",
            wrong(label=lambda share: 1 - share),
            credit=0.25,
        ),
    ],
    hints=[
        "The label of an image is a share: votes for 2 or more, over those who graded it.",
        "graders = (~torch.isnan(grades)).sum(1); keep only images with graders > 0. A count over "
        "a count is float32: votes.to(logits.dtype) first.",
        "F.binary_cross_entropy_with_logits(logits[seen], share) takes shares as well as 0 and 1.",
    ],
)
