"""Lab 13, dice_loss: a soft Dice with a slope, patient by patient. Its gradient needs torch."""

import numpy as np
import torch

from dlcourse.checks import Exercise, Mistake, TorchFunction
from dlcourse.checks.torch_answers.findings import CUT


def dice_loss_inputs(rng):
    def case(n, h, w, share=0.4):
        target = (rng.random((n, 1, h, w)) < share).astype(float)
        return rng.normal(size=(n, 1, h, w)), target

    logits, target = case(3, 4, 5)
    target[1] = 0  # one scan without a lesion
    far, some = case(2, 3, 2)
    return [
        (logits, target),
        (logits[1:2], target[1:2]),
        (np.full_like(far, -1e4), some),
        case(4, 2, int(rng.integers(3, 6)), 0.6),
    ]


def dice_loss(logits, target):
    p, t = torch.sigmoid(logits).flatten(1), target.flatten(1)
    share = (2 * (p * t).sum(1) + 1) / (p.sum(1) + t.sum(1) + 1)
    return (1 - share).mean()


def scan_by_scan(logits, target):
    total = 0
    for z, t in zip(logits, target, strict=True):
        p = z.sigmoid()
        total = total + 1 - (2 * torch.sum(p * t) + 1) / (torch.sum(p) + torch.sum(t) + 1)
    return total / len(logits)


def by_what_differs(logits, target):
    p = torch.special.expit(logits)
    off = (p - target).abs().sum(dim=(1, 2, 3))  # equals |A| + |B| - 2 |A and B| for 0 and 1
    return (off / (p.sum(dim=(1, 2, 3)) + target.sum(dim=(1, 2, 3)) + 1)).mean()


def by_einsum(logits, target):
    p = (1 + torch.tanh(logits / 2)) / 2
    both = torch.einsum("nchw,nchw->n", p, target)
    areas = torch.einsum("nchw->n", p) + torch.einsum("nchw->n", target)
    return 1 - ((2 * both + 1) / (areas + 1)).mean()


def soft(
    logits, target, *,
    squash=torch.sigmoid, above=1, below=1, twice=2, squares=False, axes=(1, 2, 3), union=False,
    join=torch.mean,
):  # fmt: skip
    """Return the loss; the options are the ways in which it is done wrong."""
    p = squash(logits)
    both = (p * target).sum(axes)
    areas = (p**2 + target**2 if squares else p + target).sum(axes)
    if union:
        areas = areas - both
    return join(1 - (twice * both + above) / (areas + below))


def means(logits, target):
    p, pixels = torch.sigmoid(logits), (1, 2, 3)
    above = 2 * (p * target).mean(pixels) + 1
    return (1 - above / (p.mean(pixels) + target.mean(pixels) + 1)).mean()


def wrong(**options):
    return lambda logits, target: soft(logits, target, **options)


EXERCISE = Exercise(
    "dice_loss",
    points=3,
    answer=dice_loss,
    inputs=dice_loss_inputs,
    forbidden=("dlcourse", "monai", "torchmetrics"),
    torch=TorchFunction(differentiate=("logits",)),
    also_right=[scan_by_scan, by_what_differs, by_einsum],
    mistakes=[
        Mistake(CUT, lambda logits, target: soft(logits.detach(), target), credit=0.25),
        Mistake(
            "The value is right, and its gradient NaN at -10,000: torch.sigmoid is safe there.",
            wrong(squash=lambda z: 1 / (1 + torch.exp(-z))),
            credit=0.5,
        ),
        Mistake(
            "A threshold has no slope, so nothing would learn. Keep the probabilities.",
            wrong(squash=lambda z: (z > 0) + 0.0 * z),
        ),
        Mistake("Logits are no probabilities: sigmoid first.", wrong(squash=lambda z: z)),
        Mistake(
            "Softmax over one channel is 1 everywhere. One logit a pixel needs a sigmoid.",
            wrong(squash=lambda z: torch.softmax(z, dim=1)),
        ),
        Mistake(
            "All scans in one pot: a large tumour pays for small ones. One Dice per scan, then the "
            "mean.",
            wrong(axes=(0, 1, 2, 3)),
            credit=0.5,
        ),
        Mistake(
            "Squares below are V-Net's form, another loss. Here p and t themselves.",
            wrong(squares=True),
            credit=0.25,
        ),
        Mistake(
            "An empty scan that is left empty costs 1. Add 1 above as well as below.",
            wrong(above=0),
            credit=0.5,
        ),
        Mistake("Add 1 above and below.", wrong(above=0, below=0), credit=0.25),
        Mistake(
            "That is Dice itself. A loss is small where the answer is good: 1 minus it.",
            lambda logits, target: 1 - soft(logits, target),
            credit=0.25,
        ),
        Mistake(
            "Minus Dice has the same slopes and another zero. 1 minus it.",
            lambda logits, target: soft(logits, target) - 1,
            credit=0.5,
        ),
        Mistake(
            "Summed over the scans: the step would grow with the batch. The mean.",
            wrong(join=torch.sum),
            credit=0.5,
        ),
        Mistake("The 2 is missing: a perfect answer must cost 0.", wrong(twice=1), credit=0.25),
        Mistake("Below stands the union. The sum of both areas.", wrong(union=True), credit=0.25),
        Mistake(
            "Means in place of sums: then the 1 weighs as much as all pixels of the scan together. "
            "Sum over the pixels.",
            means,
            credit=0.5,
        ),
        Mistake(
            "The two numbers that keep 0 / 0 away are 1 here. With a tiny one an empty scan has "
            "hardly a slope, and a single painted pixel costs all of it.",
            wrong(above=1e-6, below=1e-6),
            credit=0.5,
        ),
        Mistake(
            "The logarithm of Dice: less where the answer is good, too, and another loss. 1 minus "
            "Dice.",
            lambda logits, target: -torch.log(1 - soft(logits, target, join=lambda x: x)).mean(),
            credit=0.25,
        ),
        Mistake("Row by row: sum over all pixels of a scan.", wrong(axes=(3,))),
    ],
    hints=[
        "p = torch.sigmoid(logits). Then the formula of Dice, with p in place of a mask.",
        "flatten(1) makes (n, pixels); .sum(1) then gives one number a scan.",
        "1 - (2 * sum(p * t) + 1) / (sum(p) + sum(t) + 1), and the mean over scans.",
    ],
)
