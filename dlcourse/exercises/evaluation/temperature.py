"""Lab 14, temperature: one number that makes a network less sure, fitted by its slope."""

import math

import numpy as np
import torch
import torch.nn.functional as F

from dlcourse.checks import Exercise, Mistake, TorchFunction


def too_sure_by(rng, n, classes, true):
    """Return logits, and labels that were drawn at temperature ``true``."""
    logits = rng.normal(size=(n, classes)) * 2.5
    chance = logits / true + rng.gumbel(size=(n, classes))  # its arg max is a draw from softmax
    return logits, chance.argmax(axis=1)


def temperature_edges():
    rng = np.random.default_rng(14)
    return [
        too_sure_by(rng, 90, 3, 2.5),
        too_sure_by(rng, 70, 2, 0.6),  # not sure enough
        too_sure_by(rng, 80, 5, 1.7),
        (np.array([[1.0, 0.0]] * 4), np.array([0, 0, 0, 1])),  # right in 3 of 4: T = 1 / ln 3
    ]


def temperature_inputs(rng):
    return [too_sure_by(rng, 80, 4, rng.uniform(1.6, 2.6))]


def temperature(logits, target):
    log_t = torch.zeros((), dtype=logits.dtype, requires_grad=True)
    optimizer = torch.optim.LBFGS([log_t], line_search_fn="strong_wolfe")

    def closure():
        optimizer.zero_grad()
        loss = F.cross_entropy(logits / log_t.exp(), target)
        loss.backward()
        return loss

    optimizer.step(closure)
    return log_t.detach().exp()


def minimum(score, start=1.0, steps=60):
    """Return the T where ``score`` of T is least, by Newton's steps on 1 / T, halved if need be."""
    b = torch.tensor(1 / start, dtype=torch.float64, requires_grad=True)
    for _ in range(steps):
        value = score(1 / b)
        (slope,) = torch.autograd.grad(value, b, create_graph=True)
        (curve,) = torch.autograd.grad(slope, b)
        step = (slope / curve.abs().clamp(min=1e-9)).detach().clamp(-0.2, 0.2)
        b = (b - step).detach().clamp(min=0.02).requires_grad_()
    return (1 / b).detach()


def by_newton(logits, target):
    return minimum(lambda t: F.cross_entropy(logits / t, target))


def by_bisection(logits, target):
    low, high = 1e-3, 50.0  # of 1 / T
    got = logits.gather(1, target[:, None])[:, 0]
    for _ in range(80):
        middle = (low + high) / 2
        expected = (torch.softmax(middle * logits, dim=1) * logits).sum(dim=1)
        if (expected - got).mean() > 0:
            high = middle
        else:
            low = middle
    return 2 / (low + high)


def by_grid(logits, target):
    low, high = -4.0, 4.0  # of ln T
    for _ in range(9):
        tried = torch.linspace(low, high, 41, dtype=logits.dtype)
        losses = [F.nll_loss((logits / t.exp()).log_softmax(1), target).item() for t in tried]
        best = min(max(int(np.argmin(losses)), 1), 39)
        low, high = tried[best - 1].item(), tried[best + 1].item()
    return float(np.exp((low + high) / 2))


def changed(change):
    return lambda logits, target: change(by_bisection(logits, target))


def of_softmax(logits, target):
    return by_bisection(torch.softmax(logits, dim=1), target)


def one_step(logits, target):
    t = torch.ones((), dtype=logits.dtype, requires_grad=True)
    F.cross_entropy(logits / t, target).backward()
    return (t - 0.1 * t.grad).detach()


def by_confidence(logits, target):
    right = (logits.argmax(dim=1) == target).double().mean()
    low, high = 1e-3, 50.0
    for _ in range(80):
        middle = (low + high) / 2
        sure = torch.softmax(middle * logits, dim=1).max(dim=1).values.mean()
        low, high = (low, middle) if sure > right else (middle, high)
    return 2 / (low + high)


def by_brier(logits, target):
    truth = F.one_hot(target, logits.shape[1])
    start = by_bisection(logits, target)
    return minimum(lambda t: ((torch.softmax(logits / t, dim=1) - truth) ** 2).sum(1).mean(), start)


def by_spread(logits, target):
    return logits.std()


def where_wrong(logits, target):
    return (torch.softmax(logits, dim=1).max(dim=1).values.mean()) / (
        logits.argmax(dim=1) == target
    ).double().mean()


EXERCISE = Exercise(
    "temperature",
    points=3,
    sitting=2,
    answer=temperature,
    edges=temperature_edges,
    inputs=temperature_inputs,
    forbidden=("dlcourse", "sklearn"),
    tolerance=(1e-3, 1e-6),
    torch=TorchFunction(),
    also_right=[by_newton, by_bisection, by_grid],
    mistakes=[
        Mistake(
            "That is 1 / T. Logits are *divided* by T: above 1 means less sure.",
            changed(lambda t: 1 / t),
            credit=0.5,
        ),
        Mistake("That is ln T, which you optimized. Undo it: exp.", changed(math.log), credit=0.5),
        Mistake(
            "cross_entropy wants logits. A softmax of a softmax is nearly flat.",
            of_softmax,
            credit=0.25,
        ),
        Mistake(
            "That is one step of descent. Go on until the slope is 0, or let LBFGS do it.",
            one_step,
            credit=0.25,
        ),
        Mistake(
            "T stayed at 1. Accuracy cannot choose it, since no T changes an arg max; and an "
            "optimizer needs backward() inside its closure.",
            lambda logits, target: torch.ones((), dtype=logits.dtype),
        ),
        Mistake(
            "There mean confidence equals accuracy: one sensible equation, and not the least loss.",
            by_confidence,
            credit=0.5,
        ),
        Mistake(
            "T was kept at 1 or above. A network can also be too unsure.",
            changed(lambda t: max(t, 1.0)),
            credit=0.5,
        ),
        Mistake(
            "A whole number is too coarse: to three digits.", changed(lambda t: max(round(t), 1))
        ),
        Mistake(
            "The Brier score is proper, too, and has its minimum elsewhere. Cross-entropy was "
            "asked for.",
            by_brier,
            credit=0.5,
        ),
        Mistake(
            "The spread of the logits says nothing of who was right. The labels must come in.",
            by_spread,
        ),
        Mistake(
            "Confidence over accuracy is a ratio of shares, no divisor of logits.", where_wrong
        ),
    ],
    hints=[
        "One number with requires_grad=True, say log_t = 0: its exp is positive, whatever happens.",
        "The loss is F.cross_entropy(logits / log_t.exp(), target), as in the lecture.",
        'torch.optim.LBFGS([log_t], line_search_fn="strong_wolfe").step(closure), where closure '
        "sets the gradient to 0, computes the loss, calls backward() and returns the loss.",
    ],
)
