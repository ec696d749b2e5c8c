"""Lab 18, scaled_lr: the rate for a larger batch, reached along a ramp."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def scaled_lr_inputs(rng):
    warmup = int(rng.integers(5, 30))
    lr, batch = float(rng.uniform(0.01, 0.5)), int(rng.integers(3, 20)) * 32
    return [
        (0.1, 32, 256, 0, 10),
        (0.1, 32, 256, 4, 10),
        (0.1, 32, 256, 10, 10),
        (0.1, 32, 256, 500, 10),
        (0.1, 32, 128, 0, 0),
        (0.2, 256, 64, 3, 6),
        (lr, 32, batch, int(rng.integers(1, warmup)), warmup),
        (lr, 32, batch, warmup + 7, warmup),
    ]


def scaled_lr(base_lr, base_batch, batch, step, warmup):
    target = base_lr * batch / base_batch
    if step >= warmup:
        return target
    return base_lr + (target - base_lr) * step / warmup


def as_mixture(base_lr, base_batch, batch, step, warmup):
    done = min(1, step / warmup) if warmup else 1
    return base_lr * ((1 - done) + done * batch / base_batch)


def by_interp(base_lr, base_batch, batch, step, warmup):
    target = base_lr * batch / base_batch
    return float(np.interp(step, [0, warmup], [base_lr, target])) if warmup else target


def from_the_end(base_lr, base_batch, batch, step, warmup):
    target = batch / base_batch * base_lr
    missing = max(0, warmup - step) / max(warmup, 1)
    return target - missing * (target - base_lr)


def wrong(
    scale=lambda k: k,
    start=lambda lr, target: lr,
    share=lambda step, warmup: min(1, step / warmup) if warmup else 1,
):
    """Return an answer with another rule, start or ramp."""

    def answer(base_lr, base_batch, batch, step, warmup):
        target = base_lr * scale(batch / base_batch)
        begin = start(base_lr, target)
        return begin + (target - begin) * share(step, warmup)

    return answer


def ramp(plus=0, less=0):
    """Return the share of a warm-up that counts its steps otherwise."""
    return lambda step, w: min(1, (step + plus) / max(w - less, 1)) if step < w else 1


EXERCISE = Exercise(
    "scaled_lr",
    points=2,
    answer=scaled_lr,
    inputs=scaled_lr_inputs,
    forbidden=LIBRARY,
    also_right=[as_mixture, by_interp, from_the_end],
    mistakes=[
        Mistake(
            "That is the root rule, which keeps the noise of a step. The linear one was asked.",
            wrong(scale=lambda k: k**0.5),
            credit=0.5,
        ),
        Mistake(
            "Upside down: a larger batch allows a longer step.",
            wrong(scale=lambda k: 1 / k),
            credit=0.25,
        ),
        Mistake(
            "Your ramp begins at 0, so the first step does nothing. It begins at base_lr.",
            wrong(start=lambda lr, target: 0),
            credit=0.5,
        ),
        Mistake(
            "Another ramp: (step + 1)/warmup of the target. Begin at base_lr, at step 0.",
            wrong(start=lambda lr, target: 0, share=ramp(plus=1)),
            credit=0.5,
        ),
        Mistake(
            "From base_lr, but a step too early: at step 0 the rate is base_lr.",
            wrong(share=ramp(plus=1)),
            credit=0.75,
        ),
        Mistake(
            "The ramp ends a step too early: the target is reached at step = warmup.",
            wrong(share=ramp(less=1)),
            credit=0.75,
        ),
        Mistake(
            "It goes on growing after the warm-up.",
            wrong(share=lambda step, w: step / w if w else 1),
            credit=0.5,
        ),
        Mistake(
            "A jump at the end: that is a constant warm-up. A ramp was asked.",
            wrong(share=lambda step, w: float(step >= w)),
            credit=0.25,
        ),
        Mistake(
            "After the warm-up the rate fell back to base_lr. It stays at the target.",
            wrong(share=lambda step, w: step / w if step < w else 0),
            credit=0.25,
        ),
        Mistake(
            "The batch has grown and the rate has not.",
            wrong(scale=lambda k: 1),
        ),
        Mistake(
            "No ramp: the warm-up is missing.",
            wrong(share=lambda step, w: 1),
            credit=0.25,
        ),
        Mistake(
            "With warmup = 0 the target holds from step 0 on: ask step >= warmup, not step > "
            "warmup.",
            wrong(share=lambda step, w: 1 if step > w else step / max(w, 1)),
            credit=0.75,
        ),
        Mistake(
            "That is a factor. Times base_lr it is a rate.",
            lambda *args: scaled_lr(*args) / args[0],
            credit=0.5,
        ),
        Mistake(
            "batch // base_batch rounds down: a smaller batch would get the rate 0.",
            lambda lr, base, batch, step, w: wrong(scale=lambda k: batch // base)(
                lr, base, batch, step, w
            ),
            credit=0.75,
        ),
        Mistake(
            "By the same factor at each step: that is a geometric ramp. Go in a straight line.",
            lambda lr, base, batch, step, w: lr * (batch / base) ** (min(1, step / w) if w else 1),
            credit=0.5,
        ),
    ],
    hints=[
        "target = base_lr · batch / base_batch, from step `warmup` on.",
        "Before: base_lr plus the share step / warmup of the way to the target.",
        "warmup may be 0: ask step >= warmup first, then divide.",
    ],
)
