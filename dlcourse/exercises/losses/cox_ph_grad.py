"""Lab 04, cox_ph_grad: who is pulled which way by Cox's loss."""

import numpy as np
from scipy.special import softmax

from dlcourse import reference
from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY

from .cox_ph_loss import cox_ph_loss_edges, cox_ph_loss_inputs


def cox_ph_grad_answer(log_risk, time, event):
    return reference.cox_ph_loss_backward(1.0, log_risk, time, event)


def shares(log_risk, time, event, at_risk=np.greater_equal):
    """Return the tickets that each patient holds at each death, (deaths, patients)."""
    died = np.flatnonzero(event)
    inside = at_risk(time, time[died][:, None])
    return softmax(np.where(inside, log_risk, -1e9), axis=1) * inside


def by_matrix(log_risk, time, event):
    return (shares(log_risk, time, event).sum(axis=0) - event) / event.sum()


def by_loop(log_risk, time, event):
    grad = np.zeros(len(time))
    for i in np.flatnonzero(event):
        here = np.flatnonzero(time >= time[i])
        grad[here] += softmax(log_risk[here])
        grad[i] -= 1
    return grad / event.sum()


def by_logarithms(log_risk, time, event):
    grad = -event / event.sum()
    for day in time[event == 1]:
        here = time >= day
        total = np.logaddexp.reduce(log_risk[here])
        grad[here] += np.exp(log_risk[here] - total) / event.sum()
    return grad


def without_maximum(log_risk, time, event):
    grad = -np.asarray(event, float)
    for i in np.flatnonzero(event):
        tickets = np.exp(log_risk) * (time >= time[i])
        grad = grad + tickets / tickets.sum()
    return grad / event.sum()


EXERCISE = Exercise(
    "cox_ph_grad",
    points=2,
    sitting=4,
    answer=cox_ph_grad_answer,
    edges=cox_ph_loss_edges,
    inputs=cox_ph_loss_inputs,
    forbidden=LIBRARY,
    strict_floats=True,
    also_right=[by_matrix, by_loop, by_logarithms],
    mistakes=[
        Mistake(
            "Summed over deaths. The loss is their mean: divide by the number of deaths.",
            lambda log_risk, time, event: by_matrix(log_risk, time, event) * event.sum(),
        ),
        Mistake(
            "Divided by the number of patients. The mean is over deaths.",
            lambda log_risk, time, event: (
                by_matrix(log_risk, time, event) * event.sum() / len(event)
            ),
        ),
        Mistake(
            "The shares are right, but nobody has died: subtract 1 from each who did, before you "
            "divide.",
            lambda log_risk, time, event: by_matrix(log_risk, time, event) + event / event.sum(),
        ),
        Mistake(
            "Opposite sign: who dies early should be pushed up by descent, so its gradient is "
            "negative.",
            lambda log_risk, time, event: -by_matrix(log_risk, time, event),
        ),
        Mistake(
            "You subtracted 1 for the censored as well. Nothing happened to them.",
            lambda log_risk, time, event: (
                by_matrix(log_risk, time, event) - (event == 0) / event.sum()
            ),
        ),
        Mistake(
            "Censored patients get 0. They hold tickets in every draw until they leave.",
            lambda log_risk, time, event: by_matrix(log_risk, time, event) * (event == 1),
        ),
        Mistake(
            "The risk set is turned round: time <= t are those already gone.",
            lambda log_risk, time, event: (
                (shares(log_risk, time, event, np.less_equal).sum(axis=0) - event) / event.sum()
            ),
        ),
        Mistake(
            "One share per patient, at the own death only. A patient is in the draws of all "
            "earlier deaths too.",
            lambda log_risk, time, event: own_draw_only(log_risk, time, event),
        ),
        Mistake(
            "Each death overwrites the shares of the one before. Add them up: += instead of =.",
            lambda log_risk, time, event: last_draw_only(log_risk, time, event),
        ),
        Mistake(
            "At each death you subtracted 1 from all at risk. Only one of them died.",
            lambda log_risk, time, event: (
                (shares(log_risk, time, event) - (time >= time[event == 1][:, None])).sum(axis=0)
                / event.sum()
            ),
        ),
        Mistake(
            "Everybody is in every draw. Whoever has died or left holds no more tickets.",
            lambda log_risk, time, event: softmax(log_risk) - event / event.sum(),
        ),
        Mistake(
            "One maximum for all deaths: a risk set far below it underflows, and 0 / 0 is NaN. "
            "Take the maximum of each risk set.",
            lambda log_risk, time, event: without_maximum(log_risk - log_risk.max(), time, event),
            credit=0.5,
        ),
        Mistake(
            "+1000 overflowed, and inf / inf is NaN. Subtract the maximum before exp.",
            without_maximum,
            credit=0.5,
        ),
    ],
    hints=[
        "Each death is a softmax over those at risk. Its gradient is the shares, less 1 for the "
        "one who died.",
        "Start with grad = np.zeros(n). At each death i, add the shares to those at risk and "
        "subtract 1 from grad[i].",
        "Last, divide by the number of deaths. The whole gradient sums to 0: check it.",
    ],
)


def own_draw_only(log_risk, time, event):
    """Return the gradient in which each patient is only in the draw of the own death."""
    grad = np.zeros(len(time))
    for i in np.flatnonzero(event):
        here = time >= time[i]
        grad[i] = softmax(log_risk[here])[np.flatnonzero(here) == i][0] - 1
    return grad / event.sum()


def last_draw_only(log_risk, time, event):
    """Return the gradient in which each death overwrites the shares of those before."""
    grad = np.zeros(len(time))
    for i in np.flatnonzero(event):
        here = time >= time[i]
        grad[here] = softmax(log_risk[here])
        grad[i] -= 1
    return grad / event.sum()
