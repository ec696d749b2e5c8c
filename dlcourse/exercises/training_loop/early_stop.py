"""Lab 07, early_stop: when to stop, and whose weights to keep."""

import math

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY
from dlcourse.training import EarlyStopping


def early_stop_edges():
    return [
        (np.array([5, 4, 4.5, 4.6, 3, 3.5, 3.6, 3.7, 2]), 3, 0.0),
        (np.array([3, 2, 2.75, 2.5, 2.6, 1.0]), 3, 0.0),
        (np.array([1.0, 1.0, 1.0, 1.0, 0.5]), 2, 0.0),
        (np.array([8.0, 7.75, 7.5, 7.25, 7.0, 6.75, 6.5, 6.25, 6.0]), 4, 0.5),
        (np.array([8.0, 7.75, 7.5, 7.25, 7.0, 6.5]), 2, 0.5),
        (np.array([5.0, 5.25, 5.375, 5.125, 4.0]), 2, 0.5),
        (np.array([4.0, 3.0, 3.5, 2.0]), 1, 0.0),
        (np.array([3.0, 2.0, 1.0]), 5, 0.0),
        (np.array([3.0, 2.0, np.nan, 2.5, 2.6]), 3, 0.0),
        (np.array([3.0, 2.0, np.nan, 1.5, 1.6, np.nan, 1.75, 1.0]), 3, 0.25),
    ]


def early_stop_inputs(rng):
    fall = np.cumsum(rng.uniform(-1, 0.6, 30)) + 1e4
    jump = float(rng.uniform(5, 9))
    return [
        (np.array([2, 1, jump, jump - 1, jump - 1.5, jump - 2, 0.9]), 3, 0.0),
        (fall, int(rng.integers(2, 4)), 0.0),
        (fall[::-1].copy(), 3, 0.25),
    ]


def with_class(val_losses, patience, min_delta):
    stopper, best = EarlyStopping(patience, min_delta), 0
    for epoch, loss in enumerate(val_losses, start=1):
        stop = stopper.step(loss)
        if stopper.waited == 0:
            best = epoch
        if stop:
            break
    return epoch, best


def stops(
    val_losses, patience, min_delta, *,
    better=lambda v, best, d: v < best - d, reset=True, extra=0, previous=False,
    creep=False, start=math.inf, skip=False,
):  # fmt: skip
    """Return (stop, best) by the rule, or by one of its misreadings."""
    best, kept, bad = start, 0, 0
    for epoch, loss in enumerate(val_losses, start=1):
        if better(loss, best, min_delta):
            best, kept, bad = loss, epoch, bad * (not reset)
        elif not (skip and math.isnan(loss)):
            bad += 1
            if creep and loss < best:
                best = loss
        if previous:
            best = loss
        if bad >= patience + extra:
            break
    return epoch, kept


def by_distance(val_losses, patience, min_delta):
    best, kept = np.inf, 0
    for i in range(len(val_losses)):
        if best - val_losses[i] > min_delta:
            best, kept = val_losses[i], i + 1
        elif i + 1 - kept == patience:
            return i + 1, kept
    return len(val_losses), kept


def by_recursion(val_losses, patience, min_delta, epoch=0, best=math.inf, kept=0):
    if epoch == len(val_losses) or epoch - kept == patience:
        return epoch, kept
    loss = float(val_losses[epoch])
    if loss < best - min_delta:
        best, kept = loss, epoch + 1
    return by_recursion(val_losses, patience, min_delta, epoch + 1, best, kept)


def by_list(val_losses, patience, min_delta):
    best, waited, kept = None, [], 0
    for epoch, loss in enumerate(list(val_losses)):
        if best is None or loss < best - min_delta:
            best, waited, kept = loss, [], epoch + 1
        else:
            waited.append(epoch)
        if len(waited) == patience:
            return epoch + 1, kept
    return len(val_losses), kept


def argmin_of_all(val_losses, patience, min_delta):
    return stops(val_losses, patience, min_delta)[0], int(np.argmin(val_losses)) + 1


def argmin_until_the_stop(val_losses, patience, min_delta):
    stopped = stops(val_losses, patience, min_delta)[0]
    return stopped, int(np.nanargmin(val_losses[:stopped])) + 1


def from_the_first(val_losses, patience, min_delta):
    return stops(val_losses, patience, min_delta, start=val_losses[0])


def wrong(**options):
    return lambda *args: stops(*args, **options)


EXERCISE = Exercise(
    "early_stop",
    points=3,
    answer=with_class,
    edges=early_stop_edges,
    inputs=early_stop_inputs,
    forbidden=LIBRARY,
    also_right=[stops, by_distance, by_recursion, by_list],
    mistakes=[
        Mistake(
            "The counter is never reset. Patience counts bad epochs in a row.",
            wrong(reset=False),
        ),
        Mistake("One epoch too patient: stop when the count reaches patience.", wrong(extra=1)),
        Mistake("One epoch too impatient: stop when the count reaches patience.", wrong(extra=-1)),
        Mistake(
            "You compare with the previous epoch. A slow fall after a jump then looks like "
            "progress. Compare with the best.",
            wrong(previous=True),
        ),
        Mistake(
            "The epoch of the stop came back as the best. You want the weights from before the "
            "waiting.",
            lambda *args: (stops(*args)[0],) * 2,
        ),
        Mistake(
            "A plateau is not an improvement, nor is exactly min_delta: < and not <=.",
            wrong(better=lambda v, best, d: v <= best - d),
        ),
        Mistake(
            "The best creeps down by steps smaller than min_delta, and nothing ever counts as "
            "progress. Change best only when an epoch counts as an improvement.",
            wrong(creep=True),
        ),
        Mistake(
            "NaN is never >= anything, so `not loss >= ...` keeps the exploded epoch. "
            "Ask loss < best - min_delta.",
            wrong(better=lambda v, best, d: not v >= best - d),
            credit=0.5,
        ),
        Mistake(
            "You skip the epochs with NaN. They brought nothing, so they count against patience.",
            wrong(skip=True),
            credit=0.75,
        ),
        Mistake(
            "The smallest loss up to the stop may have missed min_delta. Keep the epoch of the "
            "last improvement.",
            argmin_until_the_stop,
            credit=0.5,
        ),
        Mistake(
            "You start from the first loss, and then epoch 1 does not improve on itself. "
            "Start from infinity.",
            from_the_first,
            credit=0.5,
        ),
        Mistake(
            "You look for the largest loss. Losses: smaller is better.",
            wrong(better=lambda v, best, d: v > best + d, start=-math.inf),
        ),
        Mistake("Where is min_delta?", wrong(better=lambda v, best, d: v < best)),
        Mistake(
            "min_delta makes it easier to improve in yours. It should be harder: best - min_delta.",
            wrong(better=lambda v, best, d: v < best + d),
        ),
        Mistake(
            "Count epochs from 1, as people do.",
            lambda *args: tuple(epoch - 1 for epoch in stops(*args)),
            credit=0.5,
        ),
        Mistake(
            "The best of all epochs, those after the stop included. They were never run, and "
            "an epoch that misses min_delta does not count.",
            argmin_of_all,
        ),
        Mistake(
            "You start from best = 1, but a loss can be larger. Start from infinity.",
            wrong(start=1.0),
        ),
        Mistake(
            "The two results have changed places: the stop comes first.",
            lambda *args: stops(*args)[::-1],
            credit=0.5,
        ),
    ],
    hints=[
        "Three things to remember: the best loss (start from np.inf), its epoch, and a count.",
        "Better than best - min_delta: new best, its epoch, count to 0. Otherwise count + 1.",
        "When the count reaches patience, leave the loop. If it never does, the stop is the "
        "last epoch.",
    ],
)
