"""Lab 05, sgd: momentum, Nesterov's form and weight decay, in torch's convention."""

import numpy as np

from dlcourse import reference
from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def sgd_edges():
    w, grads = np.array([1.0, -2.0]), np.array([[1.0, 0.5], [2.0, -1.0], [0.0, 3.0], [-1.0, 1.0]])
    lrs = np.array([0.1, 0.1, 0.01, 0.01])
    return [
        (w, grads[:1], lrs[:1], 0.9, False, 0.0),
        (w, grads, lrs, 0.9, False, 0.0),
        (w, grads, lrs, 0.9, True, 0.0),
        (w, grads, lrs, 0.0, False, 0.1),
    ]


def sgd_inputs(rng):
    def case(momentum, nesterov, decay, steps=5, size=3):
        # The rate falls on the way: so conventions that agree at a constant rate come apart.
        lrs = np.where(np.arange(steps) < steps // 2, 0.1, 0.01) * rng.uniform(0.5, 2)
        return rng.normal(size=size), rng.normal(size=(steps, size)), lrs, momentum, nesterov, decay

    return [
        case(0.5, False, 0.2),
        case(0.8, True, 0.1),
        case(0.9, True, 0.05, steps=7, size=4),
    ]


def sgd_answer(w, grads, lrs, momentum, nesterov, weight_decay):
    w = w.copy()
    optimizer = reference.SGD([w], 0.1, momentum, 0, weight_decay, nesterov)
    for g, optimizer.lr in zip(grads, lrs, strict=True):
        optimizer.step([g])
    return w


def steps(w, grads, lrs, momentum, nesterov, weight_decay, average=1.0, sign=1.0, pull=1.0):
    """Return the weights by hand; mistakes change ``average``, ``sign`` or ``pull``."""
    w, b = w.copy(), np.zeros(len(w))
    for g, lr in zip(grads, lrs, strict=True):
        g = g + pull * weight_decay * w
        b = momentum * b + average * g
        w = w - sign * lr * (g + momentum * b if nesterov else b)
    return w


def sgd_first_apart(w, grads, lrs, momentum, nesterov, weight_decay):
    b = None
    for g, lr in zip(grads, lrs, strict=True):
        g = g + weight_decay * w
        b = g if b is None else momentum * b + g
        w = w - lr * (g + momentum * b) if nesterov else w - lr * b
    return w


def sgd_by_sums(w, grads, lrs, momentum, nesterov, weight_decay):
    seen = []
    for t, lr in enumerate(lrs):
        seen.append(grads[t] + weight_decay * w)
        b = sum(momentum ** (t - i) * g for i, g in enumerate(seen))
        w = w - lr * (seen[-1] + momentum * b if nesterov else b)
    return w


def sgd_rate_inside(w, grads, lrs, momentum, nesterov, weight_decay):
    v = np.zeros(len(w))
    for g, lr in zip(grads, lrs, strict=True):
        g = g + weight_decay * w
        v = momentum * v - lr * g
        w = w + (momentum * v - lr * g if nesterov else v)
    return w


def sgd_decoupled(w, grads, lrs, momentum, nesterov, weight_decay):
    b = np.zeros(len(w))
    for g, lr in zip(grads, lrs, strict=True):
        w = w * (1 - lr * weight_decay)
        b = momentum * b + g
        w = w - lr * (g + momentum * b if nesterov else b)
    return w


def sgd_forgetful(w, grads, lrs, momentum, nesterov, weight_decay):
    for g, lr in zip(grads, lrs, strict=True):
        w = w - lr * (g + weight_decay * w)
    return w


def sgd_damped(w, grads, lrs, momentum, nesterov, weight_decay):
    b = None
    for g, lr in zip(grads, lrs, strict=True):
        g = g + weight_decay * w
        b = g if b is None else momentum * b + (1 - momentum) * g
        w = w - lr * (g + momentum * b if nesterov else b)
    return w


def sgd_remembers_the_look_ahead(w, grads, lrs, momentum, nesterov, weight_decay):
    b = np.zeros(len(w))
    for g, lr in zip(grads, lrs, strict=True):
        g = g + weight_decay * w
        b = momentum * b + g
        b = g + momentum * b if nesterov else b
        w = w - lr * b
    return w


def sgd_in_place(w, grads, lrs, momentum, nesterov, weight_decay):
    w[...] = steps(w, grads, lrs, momentum, nesterov, weight_decay)
    return w


def sgd_always_ahead(w, grads, lrs, momentum, nesterov, weight_decay):
    return steps(w, grads, lrs, momentum, True, weight_decay)


def sgd_ahead_without_gradient(w, grads, lrs, momentum, nesterov, weight_decay):
    w, b = w.copy(), np.zeros(len(w))
    for g, lr in zip(grads, lrs, strict=True):
        g = g + weight_decay * w
        b = momentum * b + g
        w = w - lr * (momentum * b if nesterov else b)
    return w


EXERCISE = Exercise(
    "sgd",
    points=3,
    answer=sgd_answer,
    edges=sgd_edges,
    inputs=sgd_inputs,
    forbidden=LIBRARY,
    also_right=[steps, sgd_first_apart, sgd_by_sums],
    mistakes=[
        Mistake(
            "An average: ten times smaller steps at momentum 0.9. torch sums: b = m b + g.",
            lambda w, grads, lrs, momentum, nesterov, weight_decay: steps(
                w, grads, lrs, momentum, nesterov, weight_decay, average=1 - momentum
            ),
            credit=0.5,
        ),
        Mistake(
            "From the second step on yours is an average. torch sums: b = m b + g in every step.",
            sgd_damped,
            credit=0.5,
        ),
        Mistake(
            "The same while the rate is constant. Here it drops on the way, and your old steps "
            "keep the old rate. Keep the rate out of the memory: w - lr * b.",
            sgd_rate_inside,
            credit=0.5,
        ),
        Mistake(
            "Momentum without memory is plain descent. Keep b from one step to the next.",
            sgd_forgetful,
        ),
        Mistake(
            "`nesterov` is ignored. Where it is True, step along g + m b instead of b.",
            lambda w, grads, lrs, momentum, nesterov, weight_decay: steps(
                w, grads, lrs, momentum, False, weight_decay
            ),
        ),
        Mistake(
            "You look ahead always. Only where `nesterov` is True.",
            sgd_always_ahead,
        ),
        Mistake(
            "Nesterov's step is g + m b: the new gradient counts once more.",
            sgd_ahead_without_gradient,
        ),
        Mistake(
            "You kept g + m b as the new memory. The step goes along it; b itself stays as it is.",
            sgd_remembers_the_look_ahead,
        ),
        Mistake(
            "Twice the decay. Add weight_decay * w to the gradient; the factor 2 of a square is "
            "not in torch's definition.",
            lambda w, grads, lrs, momentum, nesterov, weight_decay: steps(
                w, grads, lrs, momentum, nesterov, weight_decay, pull=2.0
            ),
        ),
        Mistake(
            "That is AdamW's decay, past the memory. SGD adds weight_decay * w to the gradient, "
            "so it enters b.",
            sgd_decoupled,
        ),
        Mistake(
            "Your weights grow: decay pulls towards 0, so + weight_decay * w in the gradient.",
            lambda w, grads, lrs, momentum, nesterov, weight_decay: steps(
                w, grads, lrs, momentum, nesterov, weight_decay, pull=-1.0
            ),
        ),
        Mistake(
            "Where is the weight decay? Add weight_decay * w to each gradient.",
            lambda w, grads, lrs, momentum, nesterov, weight_decay: steps(
                w, grads, lrs, momentum, nesterov, 0.0
            ),
        ),
        Mistake(
            "Decay uses the present weights, not those of the start.",
            lambda w, grads, lrs, momentum, nesterov, weight_decay: steps(
                w, grads + weight_decay * w, lrs, momentum, nesterov, 0.0
            ),
        ),
        Mistake(
            "Uphill: subtract.",
            lambda w, grads, lrs, momentum, nesterov, weight_decay: steps(
                w, grads, lrs, momentum, nesterov, weight_decay, sign=-1.0
            ),
        ),
        Mistake(
            "Right weights, but you changed the caller's. Write w = w - ..., not w -= ...",
            sgd_in_place,
            credit=0.5,
        ),
        Mistake(
            "All steps used the first rate. Each step has its own entry of lrs.",
            lambda w, grads, lrs, momentum, nesterov, weight_decay: steps(
                w, grads, np.full(len(lrs), lrs[0]), momentum, nesterov, weight_decay
            ),
        ),
    ],
    hints=[
        "Before the loop: b = np.zeros(len(w)). Loop over grads and lrs together, with zip.",
        "In the loop: g = g + weight_decay * w, then b = momentum * b + g.",
        "Then w = w - lr * b, or w - lr * (g + momentum * b) with nesterov.",
    ],
)
