"""Lab 18, loss_scale: what a gradient scaler does when a step overflows, and when none does."""

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def loss_scale_inputs(rng):
    some = (rng.random(int(rng.integers(15, 25))) < 0.2).tolist()
    late = [False] * 7 + [True]
    return [
        ([False] * 7, 1024.0, 3),
        ([False, False, True, False, False, False, False], 256.0, 3),
        ([True, True, False, False, False], 65536.0, 2),
        ([False, True, False], 8.0, 1),
        ([], 4.0, 2),
        ([True, True, False], 1.0, 2),  # below 1
        ([*late, *some], float(2 ** int(rng.integers(8, 16))), 3),
    ]


def scaler(
    overflows, scale, interval, *, down=0.5, up=2.0, reset_by_overflow=True, reset_by_growth=True,
    enough=lambda good, interval: good == interval, counts=lambda bad: not bad, before=False,
    total=False, back_to=None,
):  # fmt: skip
    """Return the scales after each step and the updates made; the options are ways to be wrong."""
    good, steps, scales = 0, 0, []
    for seen, bad in enumerate(overflows):
        if before:
            scales.append(scale)
        steps += counts(bad)
        if bad:
            scale = scale * down if back_to is None else back_to
            good = 0 if reset_by_overflow else good
        else:
            good += 1
            if enough(seen + 1 if total else good, interval):
                scale *= up
                good = 0 if reset_by_growth else good
        if not before:
            scales.append(scale)
    return scales, steps


def loss_scale(overflows, scale, interval):
    return scaler(overflows, scale, interval)


def by_remainder(overflows, scale, interval):
    run, scales = 0, []
    for bad in overflows:
        run = 0 if bad else run + 1
        scale *= 0.5 if bad else 2.0 if run % interval == 0 else 1.0
        scales.append(scale)
    return scales, sum(not bad for bad in overflows)


def by_exponent(overflows, scale, interval):
    exponent, run, scales = 0, 0, []
    for bad in overflows:
        if bad:
            exponent, run = exponent - 1, 0
        elif (run := run + 1) == interval:
            exponent, run = exponent + 1, 0
        scales.append(scale * 2.0**exponent)
    return scales, len(overflows) - sum(overflows)


def by_countdown(overflows, scale, interval):
    left, scales, steps = interval, [], 0
    for bad in overflows:
        left -= 1
        if bad:
            scale, left = scale / 2, interval
        else:
            steps = steps + 1
            if not left:
                scale, left = scale + scale, interval
        scales += [scale]
    return scales, steps


def wrong(**how):
    return lambda overflows, scale, interval: scaler(overflows, scale, interval, **how)


EXERCISE = Exercise(
    "loss_scale",
    points=3,
    sitting=2,
    answer=loss_scale,
    inputs=loss_scale_inputs,
    forbidden=LIBRARY,
    also_right=[by_remainder, by_exponent, by_countdown],
    mistakes=[
        Mistake(
            "Good steps *in a row*: an overflow begins the count again.",
            wrong(reset_by_overflow=False),
            credit=0.5,
        ),
        Mistake(
            "After it has grown, the count begins again: it grew once and never more.",
            wrong(reset_by_growth=False),
            credit=0.5,
        ),
        Mistake(
            "After it has grown, the count begins again: now it grows at every step.",
            wrong(reset_by_growth=False, enough=lambda good, k: good >= k),
            credit=0.5,
        ),
        Mistake(
            "The count never begins again: it should after an overflow, and after growth.",
            wrong(reset_by_overflow=False, reset_by_growth=False),
            credit=0.25,
        ),
        Mistake(
            "It grows a step too early: the count must reach `interval`.",
            wrong(enough=lambda good, k: good >= k - 1),
            credit=0.75,
        ),
        Mistake(
            "It grows at every good step: the next overflow is near. Wait for `interval` of them.",
            wrong(enough=lambda good, k: True),
            credit=0.25,
        ),
        Mistake(
            "One step too patient: it grows *at* the step number `interval`, not after it.",
            wrong(enough=lambda good, k: good > k),
            credit=0.75,
        ),
        Mistake(
            "An overflow means that the scale is too large: halve it.",
            wrong(down=2.0),
            credit=0.25,
        ),
        Mistake(
            "Overflow and nothing happened: the next step will overflow again. Halve the scale.",
            wrong(down=1.0),
            credit=0.25,
        ),
        Mistake(
            "Back to 1 is too far: half is enough, and keeps the small gradients.",
            wrong(back_to=1.0),
            credit=0.5,
        ),
        Mistake(
            "With an infinite gradient no update is made: count good steps only.",
            wrong(counts=lambda bad: True),
            credit=0.75,
        ),
        Mistake(
            "You counted the overflows. The updates are the other steps.",
            wrong(counts=bool),
            credit=0.75,
        ),
        Mistake(
            "The scale *after* each step was asked, not before.",
            wrong(before=True),
            credit=0.75,
        ),
        Mistake("It grows by a factor of 2.", wrong(up=1.5), credit=0.75),
        Mistake(
            "It never grows: what was lost to 0 stays lost.",
            wrong(enough=lambda good, k: False),
            credit=0.25,
        ),
        Mistake(
            "It grows at every interval-th step of all. Count the good ones since the last "
            "overflow.",
            wrong(total=True, enough=lambda seen, k: seen % k == 0),
            credit=0.5,
        ),
        Mistake(
            "The last scale only. One for each step was asked.",
            lambda *args: (([args[1]] + loss_scale(*args)[0])[-1], loss_scale(*args)[1]),
            credit=0.5,
        ),
    ],
    hints=[
        "Keep a count of good steps since the last overflow or growth.",
        "Overflow: halve, count from 0, no update. Else: one update, one good step more.",
        "When the count reaches interval: double, and count from 0.",
    ],
)
