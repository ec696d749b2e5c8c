"""Lab 05, schedule: the rate of an epoch, by staircase, cosine or warm-up."""

import math

import numpy as np

from dlcourse import reference
from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def schedule_edges():
    names = ("step", "cosine", "warm-up")
    return [(name, epoch, 0.8, 4, 0.25) for name in names for epoch in (0, 1, 3, 4, 5, 8)]


def schedule_inputs(rng):
    cases = []
    for name in ("step", "cosine", "warm-up"):
        cases += [(name, int(rng.integers(0, 15)), float(rng.uniform(0.01, 2)), 5, 0.1)]
        cases += [(name, epoch, float(rng.uniform(0.01, 2)), 10, 0.3) for epoch in (9, 10, 14)]
    return cases


def schedule_answer(name, epoch, lr, period, low):
    optimizer = reference.SGD([np.zeros(1)], lr)
    if name == "step":
        plan = reference.StepLR(optimizer, period, low)
    elif name == "cosine":
        plan = reference.CosineAnnealingLR(optimizer, period, low * lr)
    else:
        plan = reference.LinearLR(optimizer, low, 1.0, period)
    for _ in range(epoch):
        plan.step()
    return optimizer.lr


def step(epoch, lr, period, low):
    return lr * low ** (epoch // period)


def cosine(epoch, lr, period, low):
    return low * lr + (lr - low * lr) * (1 + math.cos(math.pi * epoch / period)) / 2


def warm_up(epoch, lr, period, low):
    return lr * (low + (1 - low) * min(epoch / period, 1))


def with_own(**own):
    """Return a right ``schedule`` but for the named parts; "warm_up" stands for "warm-up"."""

    def schedule(name, epoch, lr, period, low):
        parts = {"step": step, "cosine": cosine, "warm_up": warm_up} | own
        return parts[name.replace("-", "_")](epoch, lr, period, low)

    return schedule


def schedule_by_tables(name, epoch, lr, period, low):
    epochs = np.arange(epoch + 1)
    tables = {
        "step": lr * np.cumprod([1.0, *np.where(epochs[1:] % period, 1.0, low)]),
        "cosine": lr * (low + (1 - low) * np.cos(np.pi * epochs / period / 2) ** 2),
        "warm-up": lr * np.interp(epochs, [0, period], [low, 1]),
    }
    return tables[name][-1]


def schedule_by_drops(name, epoch, lr, period, low):
    if name == "step":
        while epoch >= period:
            lr, epoch = lr * low, epoch - period
        return lr
    if name == "warm-up":
        return lr if epoch >= period else lr * low + (lr - lr * low) * epoch / period
    bottom, half = lr * low, (lr - lr * low) / 2
    return bottom + half + half * np.cos(np.pi * epoch / period)


EXERCISE = Exercise(
    "schedule",
    points=3,
    sitting=2,
    answer=schedule_answer,
    edges=schedule_edges,
    inputs=schedule_inputs,
    forbidden=LIBRARY,
    also_right=[with_own(), schedule_by_tables, schedule_by_drops],
    mistakes=[
        Mistake(
            "Cosine: yours starts low and ends high. It is 1 + cos, not 1 - cos.",
            with_own(
                cosine=lambda t, lr, T, low: (
                    low * lr + (lr - low * lr) * (1 - math.cos(math.pi * t / T)) / 2
                )
            ),
        ),
        Mistake(
            "Cosine: np.cos takes radians. Half a turn is pi, not 180.",
            with_own(cosine=lambda t, lr, T, low: cosine(180 * t / math.pi, lr, T, low)),
        ),
        Mistake(
            "Cosine: without the ½ it starts at nearly twice the rate.",
            with_own(
                cosine=lambda t, lr, T, low: (
                    low * lr + (lr - low * lr) * (1 + math.cos(math.pi * t / T))
                )
            ),
        ),
        Mistake(
            "Cosine: the bottom is reached at `period`, not one epoch earlier.",
            with_own(cosine=lambda t, lr, T, low: cosine(t, lr, T - 1, low)),
        ),
        Mistake(
            "Cosine: with 2 pi it goes down and up again within one period. Half a wave: pi.",
            with_own(cosine=lambda t, lr, T, low: cosine(2 * t, lr, T, low)),
        ),
        Mistake(
            "Cosine: it should end at low * lr. Yours goes down to 0.",
            with_own(cosine=lambda t, lr, T, low: cosine(t, lr, T, 0.0)),
        ),
        Mistake(
            "Cosine: low * lr was added, but the wave not scaled: you start above lr. "
            "Scale the difference, lr - low * lr.",
            with_own(cosine=lambda t, lr, T, low: low * lr + cosine(t, lr, T, 0.0)),
        ),
        Mistake(
            "Cosine: `low` is a share of the top rate. It ends at low * lr, not at low.",
            with_own(cosine=lambda t, lr, T, low: cosine(t, lr, T, low / lr)),
        ),
        Mistake(
            "Cosine: with % it jumps back to the top. Let it rise again along the wave.",
            with_own(cosine=lambda t, lr, T, low: cosine(t % T, lr, T, low)),
        ),
        Mistake(
            "Cosine: held flat after `period`. Kinder, but torch's rises again; do the same.",
            with_own(cosine=lambda t, lr, T, low: cosine(min(t, T), lr, T, low)),
            credit=0.75,
        ),
        Mistake(
            "Step: a staircase needs whole periods, epoch // period. Yours glides.",
            with_own(step=lambda t, lr, k, low: lr * low ** (t / k)),
        ),
        Mistake(
            "Step: each drop multiplies. low ** drops, not low * drops, which is 0 at the start.",
            with_own(step=lambda t, lr, k, low: lr * low * (t // k)),
        ),
        Mistake(
            "Step: it drops one epoch early. The first drop is at epoch `period`.",
            with_own(step=lambda t, lr, k, low: step(t + 1, lr, k, low)),
        ),
        Mistake(
            "Step: it drops one epoch late. At epoch `period` the rate is already lower.",
            with_own(step=lambda t, lr, k, low: step(max(t - 1, 0), lr, k, low)),
        ),
        Mistake(
            "Step: only one drop. There is one for every period completed.",
            with_own(step=lambda t, lr, k, low: lr * low if t >= k else lr),
        ),
        Mistake(
            "Step: it drops every epoch. Count completed periods: epoch // period.",
            with_own(step=lambda t, lr, k, low: lr * low**t),
        ),
        Mistake(
            "Step: % is the remainder. Completed periods are epoch // period.",
            with_own(step=lambda t, lr, k, low: lr * low ** (t % k)),
        ),
        Mistake(
            "Warm-up: it does not stop at lr. After `period` epochs the rate stays.",
            with_own(warm_up=lambda t, lr, k, low: lr * (low + (1 - low) * t / k)),
        ),
        Mistake(
            "Warm-up: `low` is a share of the top rate. It starts at low * lr, not at low.",
            with_own(warm_up=lambda t, lr, k, low: warm_up(t, lr, k, low / lr)),
        ),
        Mistake(
            "Warm-up: one epoch early. Epoch 0 has low * lr, epoch `period` is the first with lr.",
            with_own(warm_up=lambda t, lr, k, low: warm_up(t + 1, lr, k, low)),
        ),
        Mistake(
            "Warm-up: it starts at low * lr, not at 0.",
            with_own(warm_up=lambda t, lr, k, low: lr * min(t / k, 1)),
        ),
        Mistake(
            "Warm-up: it rises from low * lr up to lr, so it gains lr - low * lr, not lr.",
            with_own(warm_up=lambda t, lr, k, low: lr * (low + min(t / k, 1))),
        ),
        Mistake(
            "Warm-up: it goes up, from low * lr to lr. Yours goes down.",
            with_own(warm_up=lambda t, lr, k, low: lr * (1 - (1 - low) * min(t / k, 1))),
        ),
    ],
    hints=[
        "Step: epoch // period drops have happened, each multiplies the rate by low.",
        "Cosine: (1 + np.cos(np.pi * epoch / period)) / 2 goes from 1 to 0. Multiply the "
        "difference lr - low * lr by it, and add low * lr.",
        "Warm-up: min(epoch / period, 1) goes from 0 to 1 and stays there.",
    ],
)
