"""Lab 04, cross_entropy: one of several diagnoses, from scores, with its gradient."""

import numpy as np
from scipy.special import log_softmax, logsumexp, softmax

from dlcourse import reference
from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def cross_entropy_edges():
    return [
        (np.array([[2.0, 1.0, -1.0], [0.0, 3.0, 0.0], [1.0, 1.0, 4.0]]), np.array([0, 2, 0])),
        (np.array([[1000.0, 0.0, -1000.0], [-1000.0, 0.0, 5.0]]), np.array([0, 2])),
        (np.array([[1000.0, 1001.0, 1002.0]]), np.array([1])),
        (np.array([[0.0, -900.0]]), np.array([1])),
        (np.array([[-1000.0, -1001.0, -1003.0]]), np.array([2])),
    ]


def cross_entropy_inputs(rng):
    return [
        (rng.normal(0, 2, (5, 4)), rng.integers(4, size=5)),
    ]


def cross_entropy_answer(z, target):
    return (
        reference.cross_entropy(z, target),
        reference.cross_entropy_backward(1.0, z, target),
    )


def one_hot(z, target):
    return np.eye(z.shape[1])[target]


def gradient(z, target):
    return (softmax(z, axis=1) - one_hot(z, target)) / len(z)


def right_loss(z, target):
    return cross_entropy_answer(z, target)[0]


def picked(log_p, target):
    return log_p[np.arange(len(target)), target]


def by_shift(z, target):
    z = z - z.max(axis=1, keepdims=True)
    e = np.exp(z)
    total = e.sum(axis=1, keepdims=True)
    grad = e / total
    grad[np.arange(len(z)), target] -= 1
    return (np.log(total[:, 0]) - picked(z, target)).mean(), grad / len(z)


def by_logsumexp(z, target):
    return (logsumexp(z, axis=1) - picked(z, target)).mean(), gradient(z, target)


def by_one_hot(z, target):
    return -(one_hot(z, target) * log_softmax(z, axis=1)).sum() / len(z), gradient(z, target)


def by_loop(z, target):
    total, grad = 0.0, np.zeros(z.shape)
    for i, (row, t) in enumerate(zip(z, target, strict=True)):
        e = np.exp(row - row.max())
        total += row.max() - row[t] + np.log(e.sum())
        grad[i] = e / e.sum()
        grad[i, t] -= 1
    return total / len(z), grad / len(z)


def log_of_softmax(z, target):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return -picked(np.log(e / e.sum(axis=1, keepdims=True)), target).mean()


def one_maximum(z, target):
    shifted = z - z.max()
    return (np.log(np.exp(shifted).sum(axis=1)) - picked(shifted, target)).mean()


def in_place(z, target):
    z -= z.max(axis=1, keepdims=True)
    return by_shift(z, target)


EXERCISE = Exercise(
    "cross_entropy",
    points=3,
    answer=cross_entropy_answer,
    edges=cross_entropy_edges,
    inputs=cross_entropy_inputs,
    forbidden=(*LIBRARY, "log_softmax", "logsumexp"),
    strict_floats=True,
    also_right=[by_shift, by_logsumexp, by_one_hot, by_loop],
    mistakes=[
        Mistake(
            "Softmax twice: with three classes your loss cannot go below 0.551.",
            lambda z, target: (right_loss(softmax(z, axis=1), target), gradient(z, target)),
        ),
        Mistake(
            "A share became 0 and its logarithm -inf. Subtract the log-sum-exp from the scores "
            "instead of taking log(softmax).",
            lambda z, target: (log_of_softmax(z, target), gradient(z, target)),
            credit=0.5,
        ),
        Mistake(
            "exp(1000) overflowed, and exp(-1000) is 0. Take the maximum out of the sum first.",
            lambda z, target: (
                (np.log(np.exp(z).sum(axis=1)) - picked(z, target)).mean(),
                gradient(z, target),
            ),
            credit=0.5,
        ),
        Mistake(
            "One maximum for the whole batch: a row far below it underflows to 0. Take each row's "
            "own.",
            lambda z, target: (one_maximum(z, target), gradient(z, target)),
            credit=0.5,
        ),
        Mistake(
            "axis=0: patients compete with each other instead of classes.",
            lambda z, target: (
                -picked(log_softmax(z, axis=0), target).mean(),
                (softmax(z, axis=0) - one_hot(z, target)) / len(z),
            ),
        ),
        Mistake(
            "logp[:, target] picks n² numbers. Pair the rows with np.arange(n).",
            lambda z, target: (-log_softmax(z, axis=1)[:, target].mean(), gradient(z, target)),
        ),
        Mistake(
            "You divided by n times C. Only n terms are not 0: one for each patient.",
            lambda z, target: (right_loss(z, target) / z.shape[1], gradient(z, target)),
        ),
        Mistake(
            "Nats, please: the natural logarithm.",
            lambda z, target: (right_loss(z, target) / np.log(2), gradient(z, target)),
        ),
        Mistake(
            "The loss is summed. Average over patients.",
            lambda z, target: (right_loss(z, target) * len(z), gradient(z, target)),
        ),
        Mistake(
            "A minus sign: a loss is never below 0.",
            lambda z, target: (-right_loss(z, target), gradient(z, target)),
        ),
        Mistake(
            "Where is the logarithm? Giving 0.01 and giving 0.001 to the truth must differ a lot.",
            lambda z, target: (-picked(softmax(z, axis=1), target).mean(), gradient(z, target)),
        ),
        Mistake(
            "The loss is right. Its gradient belongs to a mean: divide by the number of patients.",
            lambda z, target: (right_loss(z, target), gradient(z, target) * len(z)),
        ),
        Mistake(
            "The loss is right. Its gradient has the wrong sign: what was said less what is true.",
            lambda z, target: (right_loss(z, target), -gradient(z, target)),
        ),
        Mistake(
            "The loss is right. Its gradient lacks the one-hot: subtract 1 at the true class.",
            lambda z, target: (right_loss(z, target), softmax(z, axis=1) / len(z)),
        ),
        Mistake(
            "The loss is right. In its gradient you subtracted 1 after dividing by n. First the 1, "
            "then n.",
            lambda z, target: (
                right_loss(z, target),
                softmax(z, axis=1) / len(z) - one_hot(z, target),
            ),
        ),
        Mistake(
            "The loss is right. In its gradient, grad[:, target] changes whole columns. Pair the "
            "rows with np.arange(n).",
            lambda z, target: (
                right_loss(z, target),
                (softmax(z, axis=1) - one_hot(z, target).max(axis=0)) / len(z),
            ),
        ),
        Mistake(
            "The loss is right. In its gradient, subtract 1 at the class that is true, not at the "
            "one with the highest score.",
            lambda z, target: (
                right_loss(z, target),
                (softmax(z, axis=1) - one_hot(z, z.argmax(axis=1))) / len(z),
            ),
        ),
        Mistake(
            "The loss is right. Its gradient is divided by n times C; n is enough.",
            lambda z, target: (right_loss(z, target), gradient(z, target) / z.shape[1]),
        ),
        Mistake(
            "The loss is right. In its gradient the scores stand where their softmax should.",
            lambda z, target: (right_loss(z, target), (z - one_hot(z, target)) / len(z)),
        ),
        Mistake(
            "The loss is right. The p (1 - p) in its gradient cancels against the logarithm.",
            lambda z, target: (
                right_loss(z, target),
                gradient(z, target) * softmax(z, axis=1) * (1 - softmax(z, axis=1)),
            ),
        ),
        Mistake(
            "Right values, but your function changed the caller's scores. Write z = z - ... "
            "instead of z -= ...",
            in_place,
            credit=0.5,
        ),
    ],
    hints=[
        "One patient costs the logarithm of the sum of e^z over classes, less the true score.",
        "Subtract each row's maximum first: z = z - z.max(axis=1, keepdims=True). Then no "
        "exponential overflows and the sum is at least 1.",
        "True scores: z[np.arange(n), target]. Gradient: softmax, less 1 at the true class, / n.",
    ],
)
