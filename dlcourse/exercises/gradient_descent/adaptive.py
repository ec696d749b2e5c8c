"""Lab 05, adaptive: Adagrad and RMSprop, one rate per weight from its own history."""

import numpy as np

from dlcourse import reference
from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def adaptive_edges():
    w = np.array([1.0, -2.0, 0.5])
    grads = np.array([[4.0, 0.1, -1.0], [2.0, -0.2, 3.0], [-1.0, 0.3, 0.5]])
    cases = []
    for name in ("adagrad", "rmsprop"):
        cases += [
            (name, w, grads[:1], 0.1, 0.99, 1e-8),
            (name, w, grads, 0.1, 0.9, 1e-8),
            (name, w, 1e-3 * grads, 0.1, 0.8, 1e-4),  # so small that eps counts
            (name, w, 0 * grads, 0.1, 0.9, 1e-8),
        ]
    return cases


def adaptive_inputs(rng):
    def case(name, size, scale, alpha=0.9, eps=1e-8, steps=4):
        return name, rng.normal(size=size), scale * rng.normal(size=(steps, size)), 0.1, alpha, eps

    cases = []
    for name in ("adagrad", "rmsprop"):
        cases += [
            case(name, 4, 1.0),
            case(name, 2, 1e-3, alpha=0.7, eps=1e-3, steps=6),
        ]
    return cases


def adaptive_answer(name, w, grads, lr, alpha, eps):
    w = w.copy()
    if name == "adagrad":
        optimizer = reference.Adagrad([w], lr, eps=eps)
    else:
        optimizer = reference.RMSprop([w], lr, alpha, eps)
    for g in grads:
        optimizer.step([g])
    return w


def by_hand(name, w, grads, lr, alpha, eps, square=np.square, old=None, new=None, move=None):
    """Return the weights by hand; mistakes change how squares are kept or how w moves.

    ``old`` and ``new`` are functions of alpha: the weights of the record and of the square.
    """
    v = np.zeros(len(w))
    keep, add = (1.0, 1.0) if name == "adagrad" else (alpha, 1 - alpha)
    if name == "rmsprop" and old is not None:
        keep, add = old(alpha), new(alpha)
    for g in grads:
        v = keep * v + add * square(g)
        w = w - lr * (g / (np.sqrt(v) + eps) if move is None else move(g, v, eps))
    return w


def mistaken(**changed):
    """Return ``by_hand`` with something changed in both optimizers."""

    def adaptive(name, w, grads, lr, alpha, eps):
        return by_hand(name, w, grads, lr, alpha, eps, **changed)

    return adaptive


def adaptive_from_scratch(name, w, grads, lr, alpha, eps):
    for t, g in enumerate(grads):
        ages = np.arange(t, -1, -1)
        share = np.ones(t + 1) if name == "adagrad" else (1 - alpha) * alpha**ages
        w = w - lr * g / (np.sqrt(share @ grads[: t + 1] ** 2) + eps)
    return w


def adaptive_by_weight(name, w, grads, lr, alpha, eps):
    out = []
    for start, history in zip(w, grads.T, strict=True):
        v = 0.0
        for g in history:
            v = v + g * g if name == "adagrad" else v + (1 - alpha) * (g * g - v)
            start = start - lr * g / (v**0.5 + eps)
        out.append(start)
    return np.array(out)


def adaptive_swapped(name, w, grads, lr, alpha, eps):
    other = {"adagrad": "rmsprop", "rmsprop": "adagrad"}[name]
    return by_hand(other, w, grads, lr, alpha, eps)


def adaptive_never_forgets(name, w, grads, lr, alpha, eps):
    return by_hand("adagrad", w, grads, lr, alpha, eps)


def adaptive_forgets_always(name, w, grads, lr, alpha, eps):
    return by_hand("rmsprop", w, grads, lr, alpha, eps)


def adaptive_in_place(name, w, grads, lr, alpha, eps):
    w[...] = by_hand(name, w, grads, lr, alpha, eps)
    return w


def adaptive_one_rate(name, w, grads, lr, alpha, eps):
    return by_hand(name, w, grads, lr, alpha, eps, square=lambda g: np.full(len(g), (g**2).mean()))


def adaptive_late(name, w, grads, lr, alpha, eps):
    v = np.zeros(len(w))
    for g in grads:
        w = w - lr * g / (np.sqrt(v) + eps)
        v = v + g**2 if name == "adagrad" else alpha * v + (1 - alpha) * g**2
    return w


def adaptive_corrected(name, w, grads, lr, alpha, eps):
    if name == "adagrad":
        return by_hand(name, w, grads, lr, alpha, eps)
    v = np.zeros(len(w))
    for t, g in enumerate(grads, start=1):
        v = alpha * v + (1 - alpha) * g**2
        w = w - lr * g / (np.sqrt(v / (1 - alpha**t)) + eps)
    return w


def adaptive_first_kept(name, w, grads, lr, alpha, eps):
    v = None
    for g in grads:
        if v is None or name == "adagrad":
            v = g**2 if v is None else v + g**2
        else:
            v = alpha * v + (1 - alpha) * g**2
        w = w - lr * g / (np.sqrt(v) + eps)
    return w


def adaptive_without_gradient(name, w, grads, lr, alpha, eps):
    return by_hand(name, w, grads, lr, alpha, eps, move=lambda g, v, eps: 1 / (np.sqrt(v) + eps))


EXERCISE = Exercise(
    "adaptive",
    points=3,
    sitting=3,
    answer=adaptive_answer,
    edges=adaptive_edges,
    inputs=adaptive_inputs,
    forbidden=LIBRARY,
    also_right=[by_hand, adaptive_from_scratch, adaptive_by_weight],
    mistakes=[
        Mistake(
            "You recorded sizes, abs(g). Record squares: then the root has the units of g.",
            mistaken(square=np.abs),
        ),
        Mistake(
            "RMSprop never forgets in yours: that is Adagrad. Use the running mean.",
            adaptive_never_forgets,
            credit=0.5,
        ),
        Mistake(
            "Adagrad forgets in yours: that is RMSprop. Add up all squares.",
            adaptive_forgets_always,
            credit=0.5,
        ),
        Mistake(
            "The two names are swapped: Adagrad sums, RMSprop averages.",
            adaptive_swapped,
            credit=0.5,
        ),
        Mistake(
            "RMSprop: the factor (1 - alpha) is missing, so v is too large and steps too small.",
            mistaken(old=lambda a: a, new=lambda a: 1.0),
        ),
        Mistake(
            "RMSprop: alpha and 1 - alpha are swapped. You remember little more than one step.",
            mistaken(old=lambda a: 1 - a, new=lambda a: a),
        ),
        Mistake(
            "eps goes outside the root: sqrt(v) + eps. Inside, it counts for tiny gradients.",
            mistaken(move=lambda g, v, eps: g / np.sqrt(v + eps)),
            credit=0.5,
        ),
        Mistake(
            "Where is eps? With a gradient of 0 from the start, this is 0 / 0.",
            mistaken(move=lambda g, v, eps: g / np.sqrt(v)),
            credit=0.5,
        ),
        Mistake(
            "Where is the root? Divided by v itself, large gradients hardly move a weight.",
            mistaken(move=lambda g, v, eps: g / (v + eps)),
        ),
        Mistake(
            "One record for all weights. One per weight is the whole point.",
            adaptive_one_rate,
        ),
        Mistake(
            "The gradient got lost: without it every weight moves down, whatever its slope.",
            adaptive_without_gradient,
        ),
        Mistake(
            "Record first, then step: the present gradient belongs in v.",
            adaptive_late,
        ),
        Mistake(
            "Dividing v by 1 - alpha**t is Adam's correction. RMSprop uses v as it is.",
            adaptive_corrected,
            credit=0.5,
        ),
        Mistake(
            "RMSprop: v starts at 0, so the first record is (1 - alpha) * g**2, not g**2.",
            adaptive_first_kept,
            credit=0.5,
        ),
        Mistake(
            "Uphill: subtract.",
            lambda name, w, grads, lr, alpha, eps: by_hand(name, w, grads, -lr, alpha, eps),
        ),
        Mistake(
            "Right weights, but you changed the caller's. Write w = w - ..., not w -= ...",
            adaptive_in_place,
            credit=0.5,
        ),
    ],
    hints=[
        "Keep v, an array as long as w, that starts at 0. Both optimizers move w the same way.",
        'With name "adagrad": v = v + g**2. With "rmsprop": v = alpha * v + (1 - alpha) * g**2.',
        "Then w = w - lr * g / (np.sqrt(v) + eps).",
    ],
)
