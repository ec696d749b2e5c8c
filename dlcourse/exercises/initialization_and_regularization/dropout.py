"""Lab 08, dropout: forward and backward, on given random numbers."""

import numpy as np

from dlcourse import reference
from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def dropout_edges():
    x = np.array([[1.0, -2.0, 3.0], [4.0, 5.0, -6.0]])
    grad = np.array([[1.0, 10.0, 100.0], [-1.0, 2.0, 3.0]])
    u = np.array([[0.1, 0.5, 0.9], [0.7, 0.29, 0.3]])

    cases = [(x, grad, u, p, True) for p in (0.0, 0.3, 0.5, 1.0)]
    return cases + [(x, grad, u, p, False) for p in (0.3, 1.0)]


def dropout_inputs(rng):
    def case(p, training, *shape):
        return rng.normal(size=shape), rng.normal(size=shape), rng.random(shape), p, training

    return [
        case(0.8, True, 5, 6),
        case(0.2, True, 7),
        case(float(rng.uniform(0.05, 0.95)), True, 2, 3, 4),
        case(0.8, False, 4, 2),
    ]


def dropout_answer(x, grad, u, p, training):
    if not training:
        return x, grad
    mask = (u >= p) * (1 / (1 - p) if p < 1 else 0.0)
    return x * mask, reference.dropout_backward(grad, mask)


def masked(mask, evaluate=lambda x, p: x, backward=None):
    """Return dropout with ``mask`` (u, p); ``backward`` takes (grad, mask, x), if another."""

    def dropout(x, grad, u, p, training):
        if not training:
            return evaluate(x, p), evaluate(grad, p)
        m = mask(u, p)
        return x * m, grad * m if backward is None else backward(grad, m, x)

    return dropout


def scale(p):
    return 0.0 if p == 1 else 1 / (1 - p)


def right(u, p):
    return (u >= p) * scale(p)


def by_where(x, grad, u, p, training):
    if not training or p == 0:
        return x.copy(), grad.copy()
    if p == 1:
        return np.zeros_like(x), np.zeros_like(grad)
    return np.where(u < p, 0.0, x / (1 - p)), np.where(u < p, 0.0, grad / (1 - p))


def by_index(x, grad, u, p, training):
    kept = u >= p if training else np.full(u.shape, True)
    results = np.zeros(x.shape), np.zeros(x.shape)
    for result, values in zip(results, (x, grad), strict=True):
        result[kept] = values[kept] * (scale(p) if training else 1.0)
    return results


def unguarded(u, p):
    with np.errstate(all="ignore"):
        return (u >= p) / np.float64(1 - p)


def by_share(u, p):
    return (u >= p) / max(np.mean(u >= p), 1e-12)


def silent_in_evaluation(x, grad, u, p, training):
    y, grad_x = masked(right)(x, grad, u, p, training)
    return y, grad_x if training else np.zeros(grad.shape)


def ignores_training(x, grad, u, p, training):
    return x * right(u, p), grad * right(u, p)


EXERCISE = Exercise(
    "dropout",
    points=3,
    sitting=4,
    answer=dropout_answer,
    edges=dropout_edges,
    inputs=dropout_inputs,
    forbidden=LIBRARY,
    also_right=[masked(right), by_where, by_index],
    mistakes=[
        Mistake(
            "The survivors are not rescaled. In evaluation all are present, and the sums will be "
            "1 / (1 - p) times as large as in training.",
            masked(lambda u, p: u >= p),
            credit=0.5,
        ),
        Mistake(
            "You scale in evaluation by 1 - p, as dropout did in 2012. Scale in training, by "
            "1 / (1 - p), and leave evaluation alone.",
            masked(lambda u, p: u >= p, evaluate=lambda x, p: x * (1 - p)),
            credit=0.5,
        ),
        Mistake(
            "Scaled twice: right in training, and then once more in evaluation.",
            masked(right, evaluate=lambda x, p: x * (1 - p)),
            credit=0.5,
        ),
        Mistake(
            "p is the chance to be dropped, not to be kept. At p = 0.5 one would not see it.",
            masked(lambda u, p: (u < p) / p if p else np.zeros(u.shape)),
        ),
        Mistake(
            "The wrong ones are silenced: drop where u < p.",
            masked(lambda u, p: (u < p) * scale(p)),
        ),
        Mistake(
            "Divided by p. The share that survives is 1 - p.",
            masked(lambda u, p: (u >= p) / p if p else np.ones(u.shape)),
        ),
        Mistake(
            "Multiplied by 1 - p. The survivors must become larger, so divide.",
            masked(lambda u, p: (u >= p) * (1 - p)),
        ),
        Mistake(
            "One mask for all rows. Each patient gets a draw of their own.",
            masked(lambda u, p: np.broadcast_to(right(u[:1], p), u.shape)),
        ),
        Mistake(
            "Still dropping in evaluation. Two evaluations of one patient must agree.",
            ignores_training,
        ),
        Mistake(
            "At p = 1 all is silent: zeros. Yours divides 0 by 0.",
            masked(unguarded),
            credit=0.75,
        ),
        Mistake(
            "The gradient went through as if nothing had been dropped. Multiply it by the mask.",
            masked(right, backward=lambda grad, m, x: grad),
            credit=0.5,
        ),
        Mistake(
            "The gradient's mask lacks the rescaling. Forward multiplies by it, so backward does.",
            masked(right, backward=lambda grad, m, x: grad * (m > 0)),
            credit=0.5,
        ),
        Mistake(
            "Backward, the product's slope in x is the mask. You multiplied by x as well.",
            masked(right, backward=lambda grad, m, x: grad * m * x),
        ),
        Mistake(
            "You divided by the share that happened to survive. Divide by 1 - p, the share that "
            "survives on average: else each answer depends on the whole draw.",
            masked(by_share),
            credit=0.5,
        ),
        Mistake(
            "The gradient was divided, not silenced: what was dropped had no say: 0 there.",
            masked(right, backward=lambda grad, m, x: grad * m.max()),
            credit=0.5,
        ),
        Mistake(
            "In evaluation nothing happens to x, so its gradient is grad, as it is.",
            silent_in_evaluation,
            credit=0.5,
        ),
        Mistake(
            "Where u equals p, keep: drop only where u < p. (Almost never matters.)",
            masked(lambda u, p: (u > p) * scale(p)),
            credit=0.9,
        ),
    ],
    hints=[
        "Evaluation first: if not training, return x, grad.",
        "mask = (u >= p) / (1 - p): 0 for the dropped, 1 / (1 - p) for others. p = 1 needs care.",
        "Forward is x * mask. Its slope in x is the mask, so backward is grad * mask.",
    ],
)
