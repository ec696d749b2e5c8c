"""Lab 05, adam: Adam, and AdamW's way of letting weights decay."""

import numpy as np

from dlcourse import reference
from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def adam_edges():
    w = np.array([1.0, -2.0])
    grads = np.array([[3.0, 0.01], [1.0, -0.02], [-2.0, 0.05], [0.5, 0.01]])
    return [
        (w, grads[:1], 0.1, 0.0, False),
        (w, grads, 0.1, 0.0, True),
        (w, 0 * grads, 0.1, 0.0, False),
        (w, 1e-8 * grads, 0.1, 0.0, False),  # so small that eps counts
        (w, grads, 0.1, 0.1, False),
        (w, grads, 0.1, 0.1, True),
    ]


def adam_inputs(rng):
    def case(scale, decay, decoupled, steps=5, size=3):
        w, grads = rng.normal(size=size), scale * rng.normal(size=(steps, size))
        return w, grads, 0.01, decay, decoupled

    cases = []
    for decoupled in (False, True):
        cases += [
            case(1.0, 0.2, decoupled),
            case(1e-4, 0.05, decoupled, steps=12, size=4),
        ]
    return cases


def adam_answer(w, grads, lr, weight_decay, decoupled):
    w = w.copy()
    kind = reference.AdamW if decoupled else reference.Adam
    optimizer = kind([w], lr, weight_decay=weight_decay)
    for g in grads:
        optimizer.step([g])
    return w


def mean_and_square(m, v, g, betas):
    return betas[0] * m + (1 - betas[0]) * g, betas[1] * v + (1 - betas[1]) * g * g


def divided(m, v):
    return m / (np.sqrt(v) + 1e-8)


def by_hand(
    w,
    grads,
    lr,
    weight_decay,
    decoupled,
    betas=(0.9, 0.999),
    first=1,
    correct=(True, True),
    record=mean_and_square,
    move=divided,
    overwrite=False,
    twice=False,
):
    """Return the weights by hand; a mistake changes one of the last seven."""
    m, v = np.zeros(len(w)), np.zeros(len(w))
    for t, g in enumerate(grads, start=first):
        g = g if decoupled and not twice else g + weight_decay * w
        w = w * (1 - lr * weight_decay) if decoupled else w
        m, v = record(m, v, g, betas)
        m_hat = m / (1 - betas[0] ** t) if correct[0] else m
        v_hat = v / (1 - betas[1] ** t) if correct[1] else v
        w = w - lr * move(m_hat, v_hat)
        m, v = (m_hat, v_hat) if overwrite else (m, v)
    return w


def mistaken(**changed):
    def adam(w, grads, lr, weight_decay, decoupled):
        return by_hand(w, grads, lr, weight_decay, decoupled, **changed)

    return adam


def adam_by_sums(w, grads, lr, weight_decay, decoupled):
    seen = []
    for t, g in enumerate(grads):
        shrunk = w * (1 - lr * weight_decay) if decoupled else w
        seen.append(g if decoupled else g + weight_decay * w)
        ages = np.arange(t, -1, -1.0)
        m = np.average(seen, axis=0, weights=0.9**ages)
        v = np.average(np.square(seen), axis=0, weights=0.999**ages)
        w = shrunk - lr * m / (np.sqrt(v) + 1e-8)
    return w


def adam_in_torchs_order(w, grads, lr, weight_decay, decoupled):
    w, m, v = w.copy(), np.zeros(len(w)), np.zeros(len(w))
    for t, g in enumerate(grads, start=1):
        if decoupled:
            w -= lr * weight_decay * w
        else:
            g = g + weight_decay * w
        m += 0.1 * (g - m)
        v += (1 - 0.999) * (g**2 - v)
        w -= lr / (1 - 0.9**t) * m / (np.sqrt(v) / np.sqrt(1 - 0.999**t) + 1e-8)
    return w


def adam_by_weight(w, grads, lr, weight_decay, decoupled):
    one = [adam_by_sums(w[j : j + 1], grads[:, j : j + 1], lr, weight_decay, decoupled)
           for j in range(len(w))]  # fmt: skip
    return np.concatenate(one)


def with_own_shrinking(shrink, late=False):
    """Return Adam that is right without decoupling, and shrinks by ``shrink`` with it."""

    def adam(w, grads, lr, weight_decay, decoupled):
        if not decoupled:
            return by_hand(w, grads, lr, weight_decay, False)
        m, v = np.zeros(len(w)), np.zeros(len(w))
        for t, g in enumerate(grads, start=1):
            m, v = mean_and_square(m, v, g, (0.9, 0.999))
            step = lr * divided(m / (1 - 0.9**t), v / (1 - 0.999**t))
            factor = shrink(lr, weight_decay)
            w = (w - step) * factor if late else w * factor - step
        return w

    return adam


def adam_in_place(w, grads, lr, weight_decay, decoupled):
    w[...] = by_hand(w, grads, lr, weight_decay, decoupled)
    return w


def adam_always_decoupled(w, grads, lr, weight_decay, decoupled):
    return by_hand(w, grads, lr, weight_decay, True)


EXERCISE = Exercise(
    "adam",
    points=4,
    sitting=3,
    answer=adam_answer,
    edges=adam_edges,
    inputs=adam_inputs,
    forbidden=LIBRARY,
    also_right=[by_hand, adam_by_sums, adam_in_torchs_order, adam_by_weight],
    mistakes=[
        Mistake(
            "Both means start at 0 and are too small at first: divide by 1 - beta**t. "
            "Without it, the first step is 3.16 lr instead of lr.",
            mistaken(correct=(False, False)),
            credit=0.25,
        ),
        Mistake("v starts at 0 as well: correct both means.", mistaken(correct=(True, False))),
        Mistake("m starts at 0 as well: correct both means.", mistaken(correct=(False, True))),
        Mistake(
            "t starts at 0 in yours, and 1 - beta**0 is 0. Count the first step as 1.",
            mistaken(first=0),
            credit=0.5,
        ),
        Mistake(
            "t is 2 in your first step. Increase it once per step, from 0.",
            mistaken(first=2),
            credit=0.5,
        ),
        Mistake(
            "The corrected means overwrote m and v. Give them names of their own.",
            mistaken(overwrite=True),
            credit=0.5,
        ),
        Mistake(
            "The correction is the same in every step. t counts them: 1 - 0.9**t.",
            mistaken(correct=(False, False), move=lambda m, v: divided(m / 0.1, v / 0.001)),
        ),
        Mistake(
            "v records squares of the gradient, not sizes.",
            mistaken(
                record=lambda m, v, g, b: (
                    b[0] * m + (1 - b[0]) * g,
                    b[1] * v + (1 - b[1]) * np.abs(g),
                )
            ),
        ),
        Mistake(
            "eps goes outside the root. For tiny gradients it matters.",
            mistaken(move=lambda m, v: m / np.sqrt(v + 1e-8)),
            credit=0.5,
        ),
        Mistake(
            "Where is eps? With gradients of 0, this is 0 / 0.",
            mistaken(move=lambda m, v: m / np.sqrt(v)),
            credit=0.5,
        ),
        Mistake("Where is the root of v?", mistaken(move=lambda m, v: m / (v + 1e-8))),
        Mistake(
            "The betas are swapped: m forgets within 10 steps (0.9), v within 1,000 (0.999).",
            mistaken(betas=(0.999, 0.9)),
        ),
        Mistake(
            "The direction is m, not g. You divided the raw gradient: that is RMSprop, corrected.",
            mistaken(
                record=lambda m, v, g, b: (g, b[1] * v + (1 - b[1]) * g**2),
                correct=(False, True),
            ),
        ),
        Mistake(
            "decoupled=True asks for AdamW: in the gradient, the decay is divided by the root of "
            "v and cancels. Shrink w directly.",
            lambda w, grads, lr, decay, decoupled: by_hand(w, grads, lr, decay, False),
            credit=0.5,
        ),
        Mistake(
            "decoupled=False asks for Adam's own decay: add weight_decay * w to the gradient.",
            adam_always_decoupled,
            credit=0.5,
        ),
        Mistake(
            "AdamW: the weights decayed twice, directly and through the gradient. Only directly.",
            mistaken(twice=True),
            credit=0.5,
        ),
        Mistake(
            "AdamW shrinks by lr * weight_decay, not by weight_decay alone.",
            with_own_shrinking(lambda lr, decay: 1 - decay),
        ),
        Mistake(
            "AdamW: decay makes weights smaller. 1 - lr * weight_decay.",
            with_own_shrinking(lambda lr, decay: 1 + lr * decay),
        ),
        Mistake(
            "AdamW: torch shrinks the weights first, then steps.",
            with_own_shrinking(lambda lr, decay: 1 - lr * decay, late=True),
            credit=0.75,
        ),
        Mistake(
            "Right weights, but you changed the caller's. Write w = w - ..., not w -= ...",
            adam_in_place,
            credit=0.5,
        ),
    ],
    hints=[
        "Two memories, m and v, both zeros like w. Count steps: for t, g in enumerate(grads, 1).",
        "m = 0.9 * m + 0.1 * g and v = 0.999 * v + 0.001 * g**2. Then m / (1 - 0.9**t) and "
        "v / (1 - 0.999**t).",
        "Decay comes first in a step: w = w * (1 - lr * weight_decay) if decoupled, else "
        "g = g + weight_decay * w.",
    ],
)
