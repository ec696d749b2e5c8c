"""Survival: what to charge where many patients are, happily, still alive.

A patient who was alive when the study ended is censored: the time to death is unknown, but
known to be longer. Cox's answer uses both kinds: at each death it asks who, of all those
still at risk, was the likeliest to be the one. ``dlcourse.metrics`` has the concordance index.
"""

import numpy as np

from ...validation.arrays import choice, floating, through_float32
from ...validation.losses import survival
from ..neurons.activations import log_softmax, softmax
from ._reduction import reduce, spread

TIES = ("efron", "breslow")


@through_float32
def cox_ph_loss(input, time, event, ties="efron", reduction="mean"):
    r"""Charge, at each death, the surprise that it was this patient of all those at risk.

    With scores :math:`\eta` (log hazards) it is a cross-entropy whose classes are the
    patients still under observation, :math:`R_i = \{j : t_j \ge t_i\}`:

    .. math:: -\eta_i + \ln \sum_{j \in R_i} e^{\eta_j}

    Where d patients die at one time, Breslow leaves each of them in the sum of the others.
    Efron lets them leave one after another, in every order at once: for the k-th of them
    (k from 0) all d count 1 - k/d. Not in torch. The sums are taken
    over a matrix of (deaths, patients).

    Source: Cox, Regression models and life-tables (1972); Breslow (1974) and Efron (1977)
    on ties.

    Parameters
    ----------
    input : (patients,), log hazards, higher for who dies sooner; adding a constant to all
        changes nothing
    time : (patients,), until death or the end of observation, any unit
    event : (patients,), 1 for a death, 0 for a censored patient
    ties : "efron" or "breslow"
    reduction : "none", "mean" or "sum"
        "none" gives (patients,), 0 for the censored; the mean is over deaths, NaN where
        there is none; the sum is minus the log partial likelihood.

    Raises
    ------
    TypeError, ValueError
        If shapes differ, a time is NaN or an event is neither 0 nor 1.

    Examples
    --------
    Two at risk at the first death, one at the second: ln 2 and ln 1.

    >>> time, event = np.array([5.0, 9.0, 2.0]), np.array([1, 1, 0])
    >>> cox_ph_loss(np.zeros(3), time, event, reduction="none").round(3)
    array([0.693, 0.   , 0.   ])
    """
    eta, died, weight = _at_each_death(input, time, event, ties)
    own = np.arange(len(died)), died
    loss = np.zeros_like(eta)
    # A log-softmax, and not a logarithm less eta: their difference would lose its digits.
    loss[died] = np.log(weight[own]) - log_softmax(_scores(eta, weight), dim=1)[own]
    return reduce(loss, reduction, len(died))


@through_float32
def cox_ph_loss_backward(grad_output, input, time, event, ties="efron", reduction="mean"):
    """Return the gradient of input: a patient's shares of the risk, less 1 for a death."""
    eta, died, weight = _at_each_death(input, time, event, ties)
    upstream = spread(grad_output, eta, reduction, len(died))[died]
    grad_input = upstream @ softmax(_scores(eta, weight), dim=1)  # (deaths,) @ (deaths, patients)
    grad_input[died] -= upstream
    return grad_input


def _at_each_death(input, time, event, ties):
    """Return the log hazards, the indices of who died, and who was at risk at each death.

    The last is (deaths, patients): 1 for who was at risk, 0 for who had left, and between
    for Efron's ties.
    """
    eta, time, event = (
        floating(name, value)
        for name, value in (("input", input), ("time", time), ("event", event))
    )
    survival(eta, time, event)
    (died,) = np.nonzero(event)
    weight = (time >= time[died, None]).astype(eta.dtype)
    if choice("ties", ties, TIES) == "efron":
        together = (time == time[died, None]) & (event == 1)  # (deaths, patients)
        d = together.sum(axis=1, keepdims=True)
        k = np.tril(together[:, died], -1).sum(axis=1, keepdims=True)  # rows before this one
        weight -= together * (k / d).astype(eta.dtype)
    return eta, died, weight


def _scores(eta, weight):
    """Return scores whose softmax, along each row, is the share of the risk."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(weight > 0, eta + np.log(weight), eta.dtype.type(-np.inf))
