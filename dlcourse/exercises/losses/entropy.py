"""Lab 04, entropy: how undecided answers are, from their scores, as a loss with its gradient."""

import numpy as np
from scipy.special import log_softmax, logsumexp, softmax

from dlcourse import reference
from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def entropy_edges():
    return [
        (np.array([[2.0, 1.0, -1.0], [0.0, 0.0, 0.0], [0.0, 3.0, 0.5]]),),
        (np.array([[1000.0, 0.0, -1000.0], [-1000.0, 5.0, 5.5]]),),
        (np.array([[-1000.0, -1001.0]]),),
        # Nearly decided: where a small number inside the logarithm shows.
        (np.array([[0.0, -15.0]]),),
    ]


def entropy_inputs(rng):
    return [
        (rng.normal(0, 2, (5, 4)),),
    ]


def entropy_answer(z):
    p = reference.softmax(z, dim=1)
    slope = reference.entropy_backward(np.full(len(z), 1 / len(z)), p, dim=1)
    return reference.entropy(p, dim=1).mean(), reference.softmax_backward(slope, z, dim=1)


def log_of(p):
    """Return the logarithm, and 0 where p is 0: it will be multiplied by 0."""
    return np.log(np.where(p > 0, p, 1))


def parts(z):
    """Return shares, their logarithms, and the entropy of each patient, (patients, 1)."""
    p = softmax(z, axis=1)
    return p, log_of(p), -(p * log_of(p)).sum(axis=1, keepdims=True)


def gradient(z):
    p, log_p, H = parts(z)
    return -p * (log_p + H) / len(z)


def right_value(z):
    return parts(z)[2].mean()


def by_log_softmax(z):
    log_p = log_softmax(z, axis=1)
    p = np.exp(log_p)
    H = -(p * log_p).sum(axis=1)
    return H.mean(), -p * (log_p + H[:, None]) / len(z)


def by_mean_score(z):
    # ln p is z less the log-sum-exp, so H is the log-sum-exp less the mean score.
    p = softmax(z, axis=1)
    mean = (p * z).sum(axis=1, keepdims=True)
    H = logsumexp(z, axis=1, keepdims=True) - mean
    return H.mean(), p * (mean - z) / len(z)


def by_jacobian(z):
    total, grad = 0.0, np.zeros(z.shape)
    for i, row in enumerate(z):
        p = softmax(row)
        total -= p @ log_of(p) / len(z)
        grad[i] = (np.diag(p) - np.outer(p, p)) @ -log_of(p) / len(z)
    return total, grad


def from_shares(p, log_p, n):
    H = -(p * log_p).sum(axis=1, keepdims=True)
    return H.mean(), -p * (log_p + H) / n


def overflowing(z):
    e = np.exp(z)
    p = e / e.sum(axis=1, keepdims=True)
    return from_shares(p, log_of(p), len(z))


def both(change):
    """Return a mistake that does the same to the right value and to its gradient."""
    return lambda z: (change(right_value(z), z), change(gradient(z), z))


def only_gradient(wrong):
    """Return a mistake with the right value, and wrong slopes of each patient's entropy."""
    return lambda z: (right_value(z), wrong(*parts(z)) / len(z))


EXERCISE = Exercise(
    "entropy",
    points=3,
    answer=entropy_answer,
    edges=entropy_edges,
    inputs=entropy_inputs,
    forbidden=(*LIBRARY, "entr", "stats"),
    strict_floats=True,
    also_right=[by_log_softmax, by_mean_score, by_jacobian],
    mistakes=[
        Mistake(
            "At scores of ±1000 a share is exactly 0, and 0 · log 0 is NaN in NumPy. Give log a "
            "harmless number there.",
            lambda z: from_shares(softmax(z, axis=1), np.log(softmax(z, axis=1)), len(z)),
            credit=0.5,
        ),
        Mistake(
            "exp(1000) overflowed. Take the maximum out, or use scipy's softmax.",
            overflowing,
            credit=0.5,
        ),
        Mistake(
            "A small number inside the logarithm changes every answer to save one. Treat p = 0 "
            "alone.",
            lambda z: from_shares(softmax(z, axis=1), np.log(softmax(z, axis=1) + 1e-11), len(z)),
            credit=0.5,
        ),
        Mistake(
            "softmax(z) divides one cake among all patients. Each row has its own: axis=1.",
            lambda z: from_shares(softmax(z), log_of(softmax(z)), len(z)),
        ),
        Mistake(
            "z holds scores, not shares. Softmax makes shares of them.",
            lambda z: from_shares(z, log_of(z), len(z)),
        ),
        Mistake("Bits; here in nats: the natural logarithm.", both(lambda a, z: a / np.log(2))),
        Mistake(
            "A sum over the classes, not a mean: the weights p are already in it.",
            both(lambda a, z: a / z.shape[1]),
        ),
        Mistake("The entropies are summed. Average over patients.", both(lambda a, z: a * len(z))),
        Mistake("A minus sign: no answer is less than undecided by 0.", both(lambda a, z: -a)),
        Mistake(
            "axis=0: patients share a cake with each other. The classes lie along axis 1.",
            lambda z: (entropy_answer(z.T)[0], entropy_answer(z.T)[1].T),
        ),
        Mistake(
            "Each surprise must be weighed by how often it happens: a factor p is missing.",
            lambda z: (-parts(z)[1].sum(axis=1).mean(), gradient(z)),
        ),
        Mistake(
            "That is Gini's impurity, p (1 - p). A cousin without the logarithm.",
            lambda z: ((parts(z)[0] * (1 - parts(z)[0])).sum(axis=1).mean(), gradient(z)),
        ),
        Mistake(
            "Divided by ln C it runs from 0 to 1. Handy, but no longer nats.",
            both(lambda a, z: a / np.log(z.shape[1])),
        ),
        Mistake(
            "The value is right. That is its gradient in the shares. A score moves all shares of "
            "its row: put H where the 1 stands, and a factor p in front.",
            only_gradient(lambda p, log_p, H: -(log_p + 1)),
        ),
        Mistake(
            "The value is right. That is its gradient in the shares, times p. A score moves all "
            "shares of its row: put H where the 1 stands.",
            only_gradient(lambda p, log_p, H: -p * (log_p + 1)),
        ),
        Mistake(
            "The value is right. Its gradient lacks + H: adding a constant to a row changes "
            "nothing, so each row must sum to 0.",
            only_gradient(lambda p, log_p, H: -p * log_p),
        ),
        Mistake(
            "The value is right. Its gradient lacks the factor p in front.",
            only_gradient(lambda p, log_p, H: -(log_p + H)),
        ),
        Mistake(
            "The value is right. In its gradient each patient needs the own H, not the mean of "
            "all.",
            only_gradient(lambda p, log_p, H: -p * (log_p + H.mean())),
        ),
        Mistake(
            "The value is right. Its gradient has the wrong sign.",
            only_gradient(lambda p, log_p, H: p * (log_p + H)),
        ),
        Mistake(
            "The value is right. It is a mean, so divide its gradient by the number of patients.",
            lambda z: (right_value(z), gradient(z) * len(z)),
        ),
    ],
    hints=[
        "p = softmax(z, axis=1). The surprise at class c is -ln p_c, and it comes with share p_c.",
        "Where p is 0, p · ln p is 0: log_p = np.log(np.where(p > 0, p, 1)). Keep the axis: "
        "H = -(p * log_p).sum(axis=1, keepdims=True).",
        "Return H.mean() and -p * (log_p + H) / len(z).",
    ],
)
