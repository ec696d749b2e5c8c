"""Lab 07, keep_best: train, and end with the weights of the best epoch."""

import numpy as np
from scipy.special import expit

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def keep_best_inputs(rng):
    def case(wanted, n=8, features=2, epochs=9, lr=2.0, same_rule=1, near=False, told=()):
        """Draw patients until the validation losses by epoch are as ``wanted``."""
        while True:
            X, X_val = rng.normal(size=(n, features)), rng.normal(size=(n, features))
            y = (X[:, 0] + 0.5 * rng.normal(size=n) > 0).astype(float)
            y_val = (same_rule * X_val[:, 0] > 0).astype(float)
            if near:
                X_val, y_val = X[:5] + 0.1, y[:5]
            w, b = 0.3 * rng.normal(size=features), 0.3 * rng.normal(size=1)
            args = w, b, X, y, X_val, y_val, lr, epochs
            if wanted(np.array([state[2] for state in states(*args)[1:]])) and tell(args, told):
                return args

    w, b, X, y, X_val, y_val, _, _ = case(lambda v: True)
    return [
        (w, b, X, y, X_val, y_val, 0.0, 3),  # no step changes anything: a tie
        case(lambda v: 0 < v.argmin() < len(v) - 2 and v.argmax() != v.argmin()),
        case(lambda v: (np.diff(v[: v.argmin() + 1]) > 0).any(), lr=12.0, told=(by_squares,)),
        case(lambda v: v.argmin() == 0, same_rule=-1),
        case(lambda v: v.argmin() == len(v) - 1, epochs=5, near=True),
        case(relapses, 11, 3, lr=12.0, told=(by_training, without_bias)),
        case(relapses, 9, 2, lr=12.0, told=(by_accuracy, by_bent_loss)),
    ]


def tell(args, others):
    """Return whether each of ``others`` keeps neither the right epoch nor the last."""
    right = every_state(*args)[2]
    return all(judged(*args)[2] not in (right, args[-1]) for judged in others)


def relapses(v):
    """Return whether the loss rises after its lowest, and then falls again, but not as far."""
    best = v.argmin()
    return 0 < best < len(v) - 2 and (np.diff(v[best:]) < 0).any()


def loss_of(w, b, X, y):
    z = X @ w + b
    return np.mean(np.logaddexp(0, z) - y * z)


def step(w, b, X, y, lr):
    e = (expit(X @ w + b) - y) / len(y)
    return w - lr * X.T @ e, b - lr * e.sum()


def states(w, b, X, y, X_val, y_val, lr, epochs):
    """Return weights, bias, validation and training loss, at the start and after each epoch."""
    after = []
    for epoch in range(epochs + 1):
        if epoch:
            w, b = step(w, b, X, y, lr)
        after.append((w, b, loss_of(w, b, X_val, y_val), loss_of(w, b, X, y)))
    return after


def kept(choose):
    """Return an answer that keeps the epoch ``choose(validation, training losses)``.

    Both are arrays that begin with epoch 0, the start.
    """

    def answer(*args):
        after = states(*args)
        epoch = int(choose(*np.array([state[2:] for state in after]).T))
        return *after[epoch][:2], epoch

    return answer


every_state = kept(lambda validation, training: validation[1:].argmin() + 1)
start_counts = kept(lambda validation, training: validation.argmin())
by_training = kept(lambda validation, training: training[1:].argmin() + 1)
judged_before_the_step = kept(lambda validation, training: validation[:-1].argmin() + 1)


def new_arrays(w, b, X, y, X_val, y_val, lr, epochs):
    best, answer = np.inf, None
    for epoch in range(1, epochs + 1):
        w, b = step(w, b, X, y, lr)
        if (loss := loss_of(w, b, X_val, y_val)) < best:
            best, answer = loss, (w, b, epoch)
    return answer


def in_place_with_copies(w, b, X, y, X_val, y_val, lr, epochs):
    v, A, A_val = np.r_[w, b], np.c_[X, np.ones(len(X))], np.c_[X_val, np.ones(len(X_val))]
    best = np.inf
    for epoch in range(1, epochs + 1):
        v -= lr * A.T @ (expit(A @ v) - y) / len(y)
        p = expit(A_val @ v)
        loss = -np.log(np.where(y_val == 1, p, 1 - p)).mean()
        if loss < best:
            best, saved, at = loss, v.copy(), epoch
    return saved[:-1], saved[-1:], at


def sorted_states(*args):
    after = list(enumerate(states(*args)))[1:]
    epoch, best = sorted(after, key=lambda pair: pair[1][2])[0]
    return *best[:2], epoch


def same_arrays(*args):
    after = states(*args)
    return *after[-1][:2], every_state(*args)[2]


def bias_dragged(*args):
    w, _, best = every_state(*args)
    return w, states(*args)[-1][1], best


def first_low(validation, training):
    return np.flatnonzero(np.diff(validation[1:], append=np.inf) >= 0)[0] + 1


def one_step_early(*args):
    best = every_state(*args)[2]
    return *states(*args)[best - 1][:2], best


def judged_by(badness):
    """Return an answer that keeps the epoch of least ``badness(w, b, X_val, y_val)``."""

    def answer(w, b, X, y, X_val, y_val, *rest):
        after = states(w, b, X, y, X_val, y_val, *rest)[1:]
        i = int(np.argmin([badness(*state[:2], X_val, y_val) for state in after]))
        return *after[i][:2], i + 1

    return answer


by_accuracy = judged_by(lambda w, b, X, y: ((X @ w + b > 0) != y).mean())
by_bent_loss = judged_by(lambda w, b, X, y: (np.logaddexp(-1, X @ w + b) - y * (X @ w + b)).sum())
by_squares = judged_by(lambda w, b, X, y: np.square(expit(X @ w + b) - y).sum())
without_bias = judged_by(lambda w, b, X, y: loss_of(w, 0, X, y))


def last_improvement_over_the_previous(validation, training):
    return np.flatnonzero(np.diff(validation[1:], prepend=np.inf) < 0)[-1] + 1


def mutating(w, b, *rest):
    answer = every_state(w, b, *rest)
    w[:], b[:] = states(w, b, *rest)[-1][:2]
    return answer


EXERCISE = Exercise(
    "keep_best",
    points=3,
    answer=new_arrays,
    inputs=keep_best_inputs,
    forbidden=LIBRARY,
    also_right=[every_state, in_place_with_copies, sorted_states],
    mistakes=[
        Mistake(
            "Right epoch, but the weights of the last one: best = w keeps the same array, "
            "which went on training. Save w.copy() and b.copy().",
            same_arrays,
            credit=0.25,
        ),
        Mistake(
            "A shallow copy: w was saved, and the bias moved on. Copy both.",
            bias_dragged,
            credit=0.5,
        ),
        Mistake(
            "You stopped when the loss first rose. Go on: it may fall below that later.",
            kept(first_low),
        ),
        Mistake(
            "One epoch early: you saved before the step. First step, then judge and save.",
            one_step_early,
        ),
        Mistake(
            "You kept the first epoch for ever. Replace it when something better comes.",
            kept(lambda validation, training: 1),
        ),
        Mistake(
            "You kept the epoch with the largest loss. Smaller is better.",
            kept(lambda validation, training: validation[1:].argmax() + 1),
        ),
        Mistake(
            "The last epoch came back. Did you forget to store the best loss, so that each "
            "epoch seems to beat it?",
            kept(lambda validation, training: len(validation) - 1),
        ),
        Mistake(
            "You judged by the training patients. Keep the epoch that is best in validation.",
            by_training,
            credit=0.25,
        ),
        Mistake(
            "You judged by the accuracy. The loss was asked for: it also sees how sure the "
            "neuron is.",
            by_accuracy,
            credit=0.5,
        ),
        Mistake(
            "The loss belongs to the weights before the step, what you saved to those after it. "
            "First step, then judge.",
            judged_before_the_step,
        ),
        Mistake(
            "The start does not count as an epoch. Judge only after the first step.",
            start_counts,
            credit=0.5,
        ),
        Mistake(
            "Compare with the best loss so far, not with the epoch before.",
            kept(last_improvement_over_the_previous),
        ),
        Mistake(
            "At a tie the first epoch wins: < and not <=.",
            kept(
                lambda validation, training: np.flatnonzero(validation == validation[1:].min())[-1]
            ),
            credit=0.75,
        ),
        Mistake(
            "Count epochs from 1.",
            lambda *args: (*every_state(*args)[:2], every_state(*args)[2] - 1),
            credit=0.75,
        ),
        Mistake(
            "The caller's arrays went on training too. Begin with w, b = w.copy(), b.copy().",
            mutating,
            credit=0.75,
        ),
    ],
    hints=[
        "In each epoch: one step on all training patients, then the validation loss.",
        "If that loss is below the best so far, remember it, the epoch, and copies of w and b.",
        "w.copy() makes a new array. best_w = w only gives the old one a second name.",
    ],
)
