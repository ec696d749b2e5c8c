"""Torch lab, dice_loss: a function whose gradient is compared with its value."""

import numpy as np
import torch

from dlcourse.checks import Exercise, Mistake, TorchFunction
from dlcourse.checks.torch_answers.findings import CUT


def dice_loss_inputs(rng):
    def case(n, h, w, dtype=np.float64):
        target = (rng.random((n, 1, h, w)) < 0.4).astype(dtype)
        return rng.normal(size=(n, 1, h, w)).astype(dtype), target

    three, target = case(3, 3, 4)
    target[1] = 0
    far, some = case(2, 2, 2)
    return [
        (three, target),
        (np.full_like(far, -1e4), some),
        case(1, int(rng.integers(3, 6)), 5),
        case(2, 4, 3, np.float32),
    ]


def dice_loss(logits, target):
    p = torch.sigmoid(logits).flatten(1)
    t = target.flatten(1)
    shares = (2 * (p * t).sum(1) + 1) / (p.sum(1) + t.sum(1) + 1)
    return (1 - shares).mean()


def image_by_image(logits, target):
    losses = []
    for z, t in zip(logits, target, strict=True):
        p = z.sigmoid()
        losses.append(1 - (2 * (p * t).sum() + 1) / (p.sum() + t.sum() + 1))
    return torch.stack(losses).mean()


def by_differences(logits, target):
    p = torch.special.expit(logits)
    wrong = (p - target).abs().sum(dim=(1, 2, 3))
    return (wrong / (p.sum(dim=(1, 2, 3)) + target.sum(dim=(1, 2, 3)) + 1)).mean()


def by_einsum(logits, target):
    p = 0.5 * (1 + torch.tanh(logits / 2))
    both = torch.einsum("nchw,nchw->n", p, target)
    return torch.mean(1 - (2 * both + 1) / (torch.einsum("nchw->n", p + target) + 1))


def dice(
    logits, target, *,
    bend=torch.sigmoid, above=1, below=1, twice=2, squared=False, pooled=False, over=None,
):  # fmt: skip
    """Return the loss; the options are the ways in which this is done wrong."""
    axes = (0, 1, 2, 3) if pooled else (1, 2, 3)
    p = bend(logits)
    sizes = (p**2 + target**2 if squared else p + target).sum(axes)
    if over == "union":
        sizes = sizes - (p * target).sum(axes)
    return (1 - (twice * (p * target).sum(axes) + above) / (sizes + below)).mean()


def in_single(logits, target):
    return dice(logits.float(), target.float())


def over_the_logits(logits, target):
    logits[:] = torch.sigmoid(logits)
    return dice(logits, target, bend=lambda p: p)


def over_the_target(logits, target):
    loss = dice(logits, target)
    target.zero_()
    return loss


def wrong(**options):
    return lambda logits, target: dice(logits, target, **options)


EXERCISE = Exercise(
    "dice_loss",
    points=3,
    answer=dice_loss,
    inputs=dice_loss_inputs,
    torch=TorchFunction(differentiate=("logits",)),
    also_right=[image_by_image, by_differences, by_einsum],
    mistakes=[
        Mistake(CUT, lambda logits, target: dice(logits.detach(), target), credit=0.25),
        Mistake(
            "The number is right, and its gradient NaN at -10,000: use torch.sigmoid.",
            wrong(bend=lambda z: 1 / (1 + torch.exp(-z))),
            credit=0.5,
        ),
        Mistake("A threshold has no slope: leave p soft.", wrong(bend=lambda z: (z > 0) + 0.0 * z)),
        Mistake("Logits are no shares: where is the sigmoid?", wrong(bend=lambda z: z)),
        Mistake("Large lesions pay for small ones: one Dice per image.", wrong(pooled=True)),
        Mistake("p and t, not their squares.", wrong(squared=True)),
        Mistake("An empty image, correctly left empty, costs 1: add 1 above too.", wrong(above=0)),
        Mistake("A perfect answer must cost 0: twice the common part.", wrong(twice=1)),
        Mistake("Below stands the sum of both, not the union.", wrong(over="union")),
        Mistake(
            "Smaller must be better: 1 minus Dice.",
            lambda logits, target: 1 - dice(logits, target),
        ),
        Mistake(
            "Sum over images: the step would grow with the batch.",
            lambda logits, target: dice(logits, target) * len(logits),
        ),
        Mistake("Your numbers became float32. Keep the dtype that came.", in_single, credit=0.5),
        Mistake("You wrote over the caller's logits.", over_the_logits, credit=0.75),
        Mistake("You wrote over the caller's target.", over_the_target, credit=0.75),
    ],
    hints=[
        "torch.sigmoid(logits), then sums over all axes but the first.",
        "1 - (2 * (p * t).sum(...) + 1) / (p.sum(...) + t.sum(...) + 1), then the mean.",
    ],
)
