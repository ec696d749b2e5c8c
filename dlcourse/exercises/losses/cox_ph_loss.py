"""Lab 04, cox_ph_loss: a loss that can use patients who are still alive."""

import numpy as np
from scipy.special import logsumexp

from dlcourse import reference
from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def cox_ph_loss_edges():
    score = np.array([1.0, 0.5, 0.0, -1.0, 0.3])
    time, event = np.array([2.0, 4.0, 5.0, 7.0, 1.0]), np.array([1, 0, 1, 1, 0])
    return [
        (score, time, event),
        (score + 1000, time, event),
        # Far apart: whoever is at risk at the last death lies 2800 below the largest score.
        (
            np.array([5.0, 800.0, 0.0, -2000.0]),
            np.array([2.0, 1.0, 3.0, 4.0]),
            np.array([1, 0, 1, 1]),
        ),
        # On days 3 and 6 one dies and one leaves alive, in either order: both are at risk.
        (
            np.array([0.5, 1.5, 1.0, -0.5, 0.0, 0.3]),
            np.array([3.0, 3.0, 6.0, 6.0, 1.0, 8.0]),
            np.array([1, 0, 0, 1, 1, 1]),
        ),
        (np.zeros(4), np.array([3.0, 1.0, 2.0, 4.0]), np.array([0, 1, 1, 0])),
    ]


def cox_ph_loss_inputs(rng):
    n = int(rng.integers(7, 10))
    times = rng.permutation(n) + 1.0
    events = (rng.random(n) < 0.6).astype(int)
    events[np.argsort(times)[:4]] = [1, 0, 1, 0]
    # One patient leaves alive on the day on which another dies: still at risk that day.
    times[np.argsort(times)[1]] = times.min()
    return [
        (rng.normal(size=n), times, events),
    ]


def cox_ph_loss_answer(log_risk, time, event):
    return reference.cox_ph_loss(log_risk, time, event)


def at_each_death(log_risk, time, event, at_risk=np.greater_equal, own=None):
    """Return the surprise at each death; a mistake passes its own risk set or own term."""
    own = log_risk if own is None else own
    losses = []
    for i in np.flatnonzero(event):
        here = log_risk[at_risk(time, time[i])]
        losses.append(logsumexp(here) - own[i] if len(here) else -np.inf)
    return np.array(losses)


def by_loop(log_risk, time, event):
    return at_each_death(log_risk, time, event).mean()


def by_matrix(log_risk, time, event):
    died = event == 1
    scores = np.where(time >= time[died][:, None], log_risk, -np.inf)
    m = scores.max(axis=1)
    return (m + np.log(np.exp(scores - m[:, None]).sum(axis=1)) - log_risk[died]).mean()


def by_sorting(log_risk, time, event):
    # Longest first, deaths after those who left alive that day: then a running sum will do.
    order = np.lexsort((event, -time))
    running = np.logaddexp.accumulate(log_risk[order])
    return ((running - log_risk[order]) * event[order]).sum() / event.sum()


def by_sorting_times(log_risk, time, event, order=None):
    """Return the answer of a running sum that forgets who else leaves that day."""
    order = np.argsort(-time, kind="stable") if order is None else order
    running = np.logaddexp.accumulate(log_risk[order])
    return ((running - log_risk[order]) * event[order]).sum() / event.sum()


def without_maximum(log_risk, time, event):
    total = 0.0
    for i in np.flatnonzero(event):
        total += np.log(np.exp(log_risk[time >= time[i]]).sum()) - log_risk[i]
    return total / event.sum()


def one_maximum(log_risk, time, event):
    return without_maximum(log_risk - log_risk.max(), time, event)


EXERCISE = Exercise(
    "cox_ph_loss",
    points=3,
    sitting=4,
    answer=cox_ph_loss_answer,
    edges=cox_ph_loss_edges,
    inputs=cox_ph_loss_inputs,
    forbidden=LIBRARY,
    strict_floats=True,
    also_right=[by_loop, by_matrix, by_sorting],
    mistakes=[
        Mistake(
            "The risk set is turned round: time <= t are those already gone. Who could still have "
            "died at t?",
            lambda log_risk, time, event: at_each_death(
                log_risk, time, event, np.less_equal
            ).mean(),
        ),
        Mistake(
            "Censored patients counted as deaths. They left alive; nothing happened.",
            lambda log_risk, time, event: by_loop(log_risk, time, np.ones(len(event))),
        ),
        Mistake(
            "Censored patients removed. They were at risk until they left: keep them in the sum.",
            lambda log_risk, time, event: by_loop(
                *(a[event == 1] for a in (log_risk, time, event))
            ),
        ),
        Mistake(
            "Divided by the number of patients. The mean is over deaths.",
            lambda log_risk, time, event: by_loop(log_risk, time, event) * event.sum() / len(event),
        ),
        Mistake(
            "The one who dies is at risk too, and who leaves that day: time >= t, not >.",
            lambda log_risk, time, event: at_each_death(log_risk, time, event, np.greater).mean(),
        ),
        Mistake(
            "A running sum over sorted times counts only those before it in the list. Who leaves "
            "alive on the day of a death is at risk too, wherever the sort put them.",
            by_sorting_times,
        ),
        Mistake(
            "Sorted backwards, a running sum misses patients of the same day: who leaves alive on "
            "the day of a death is at risk too.",
            lambda log_risk, time, event: by_sorting_times(
                log_risk, time, event, np.argsort(time, kind="stable")[::-1]
            ),
        ),
        Mistake(
            "event holds 0 and 1: as an index it picks patients 0 and 1, again and again. Write "
            "[event == 1].",
            lambda log_risk, time, event: at_each_death(log_risk, time, np.ones(len(event)))[
                event
            ].mean(),
        ),
        Mistake(
            "Both terms are logarithms: subtract the log-risk of the one who died, not its exp.",
            lambda log_risk, time, event: at_each_death(
                log_risk, time, event, own=np.exp(log_risk)
            ).mean(),
        ),
        Mistake(
            "+1000 overflowed. Adding a constant must change nothing: take the maximum out.",
            without_maximum,
            credit=0.5,
        ),
        Mistake(
            "One maximum for all deaths: a risk set far below it underflows to 0. Take the "
            "maximum of each risk set.",
            one_maximum,
            credit=0.5,
        ),
        Mistake(
            "The times were sorted and the other two were not. Sort all three, or none.",
            lambda log_risk, time, event: by_loop(log_risk, np.sort(time), event),
        ),
        Mistake(
            "A minus sign: it is the negative logarithm of a probability, so never below 0.",
            lambda log_risk, time, event: -by_loop(log_risk, time, event),
        ),
        Mistake(
            "Summed over deaths. Divide by their number.",
            lambda log_risk, time, event: by_loop(log_risk, time, event) * event.sum(),
        ),
        Mistake(
            "Everybody is in every sum. Whoever has died or left holds no more tickets.",
            lambda log_risk, time, event: at_each_death(
                log_risk, time, event, lambda t, day: t > -1
            ).mean(),
        ),
        Mistake(
            "Sum of risks instead of its logarithm? The term of each death is ln(sum) - log_risk; "
            "you left the second part out.",
            lambda log_risk, time, event: at_each_death(
                log_risk, time, event, own=np.zeros(len(event))
            ).mean(),
        ),
    ],
    hints=[
        "Loop over the deaths: np.flatnonzero(event). At each, who is at risk? time >= time[i].",
        "One death costs logsumexp(log_risk[at_risk]) - log_risk[i]. (scipy.special.logsumexp, or "
        "take the maximum out yourself.)",
        "The answer is the mean of these over the deaths. The censored appear in sums only.",
    ],
)
