"""Lab 06, clip_grad_norm: one long vector, shortened where it is too long."""

import numpy as np

from dlcourse import reference
from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def clip_grad_norm_edges():
    weight, bias = np.array([[3.0, 0.0], [0.0, -1.0]]), np.array([4.0, -2.0])
    return [
        (weight, bias, 1.0),
        (weight / 10, bias / 10, 2.0),
        (np.zeros((2, 3)), np.zeros(2), 1.0),
    ]


def clip_grad_norm_inputs(rng):
    return [
        (3 * rng.normal(size=(4, 3)), 5 * rng.normal(size=4), 0.5),
        (rng.normal(size=(2, 5)), 0.1 * rng.normal(size=2), 0.25),
    ]


def clip_grad_norm_answer(grad_weight, grad_bias, max_norm):
    norm = np.sqrt((grad_weight**2).sum() + (grad_bias**2).sum())
    factor = min(1.0, max_norm / (norm + 1e-6))
    return grad_weight * factor, grad_bias * factor, norm


def by_library(grad_weight, grad_bias, max_norm):
    clipped = [np.array(grad_weight, float), np.array(grad_bias, float)]
    norm = reference.clip_grad_norm(clipped, max_norm)
    return *clipped, float(norm)


def scaled(factor):
    """Return an answer whose gradients are multiplied by ``factor(norm, max_norm)``."""

    def clip_grad_norm(grad_weight, grad_bias, max_norm):
        norm = np.sqrt((grad_weight**2).sum() + (grad_bias**2).sum())
        k = factor(norm, max_norm)
        return grad_weight * k, grad_bias * k, norm

    return clip_grad_norm


def by_vector(grad_weight, grad_bias, max_norm):
    vector = np.concatenate([grad_weight.ravel(), grad_bias])
    norm = np.linalg.norm(vector)
    vector = vector * np.minimum(max_norm / (norm + 1e-6), 1)
    cut = grad_weight.size
    return vector[:cut].reshape(grad_weight.shape), vector[cut:], norm


def by_hypot(grad_weight, grad_bias, max_norm):
    norm = float(np.hypot(np.linalg.norm(grad_weight), np.linalg.norm(grad_bias)))
    limit = norm + 1e-6
    if limit <= max_norm:
        return grad_weight.copy(), grad_bias.copy(), norm
    return grad_weight / limit * max_norm, grad_bias / limit * max_norm, norm


def shrink(norm, max_norm):
    return min(1.0, max_norm / (norm + 1e-6))


def each_alone(grad_weight, grad_bias, max_norm):
    norms = [np.linalg.norm(g) for g in (grad_weight, grad_bias)]
    parts = [g * shrink(n, max_norm) for g, n in zip((grad_weight, grad_bias), norms, strict=True)]
    return *parts, float(np.hypot(*norms))


def measured(norm):
    """Return an answer that measures length by ``norm`` of all entries, (entries,)."""

    def clip_grad_norm(grad_weight, grad_bias, max_norm):
        length = norm(grad_weight.ravel(), grad_bias)
        k = shrink(length, max_norm)
        return grad_weight * k, grad_bias * k, length

    return clip_grad_norm


def by_value(grad_weight, grad_bias, max_norm):
    norm = np.sqrt((grad_weight**2).sum() + (grad_bias**2).sum())
    parts = [np.clip(g, -max_norm, max_norm) for g in (grad_weight, grad_bias)]
    return *parts, norm


def with_the_tiny_number(grad_weight, grad_bias, max_norm):
    weight, bias, norm = clip_grad_norm_answer(grad_weight, grad_bias, max_norm)
    return weight, bias, norm + 1e-6


def reported_after(grad_weight, grad_bias, max_norm):
    weight, bias, _ = clip_grad_norm_answer(grad_weight, grad_bias, max_norm)
    return weight, bias, np.sqrt((weight**2).sum() + (bias**2).sum())


def in_place(grad_weight, grad_bias, max_norm):
    norm = np.sqrt((grad_weight**2).sum() + (grad_bias**2).sum())
    grad_weight *= shrink(norm, max_norm)
    grad_bias *= shrink(norm, max_norm)
    return grad_weight, grad_bias, norm


EXERCISE = Exercise(
    "clip_grad_norm",
    points=2,
    sitting=4,
    answer=clip_grad_norm_answer,
    edges=clip_grad_norm_edges,
    inputs=clip_grad_norm_inputs,
    forbidden=LIBRARY,
    also_right=[by_library, by_vector, by_hypot],
    mistakes=[
        Mistake(
            "Each array was shortened on its own, and the direction has turned. One norm for all.",
            each_alone,
        ),
        Mistake(
            "Clipping by value turns the vector. Multiply all entries by the same number.",
            by_value,
        ),
        Mistake(
            "Small gradients stay as they are: the factor is at most 1.",
            scaled(lambda norm, max_norm: max_norm / (norm + 1e-6)),
        ),
        Mistake(
            "The norm of both is not the sum of the norms: root of the sum of all squares.",
            measured(lambda w, b: np.linalg.norm(w) + np.linalg.norm(b)),
        ),
        Mistake(
            "That is the square of the norm. Take the root.",
            measured(lambda w, b: (w**2).sum() + (b**2).sum()),
        ),
        Mistake(
            "Report the norm before clipping: that is what one plots. After, it is never above "
            "max_norm.",
            reported_after,
        ),
        Mistake(
            "That is the largest entry. The norm is the root of the sum of squares.",
            measured(lambda w, b: max(np.abs(w).max(), np.abs(b).max())),
        ),
        Mistake(
            "You added absolute values. The norm is the root of the sum of squares.",
            measured(lambda w, b: np.abs(w).sum() + np.abs(b).sum()),
        ),
        Mistake(
            "The bias is part of the vector too: its squares are missing from the norm.",
            measured(lambda w, b: np.linalg.norm(w)),
        ),
        Mistake(
            "Divided by the norm and not multiplied by max_norm: the length is now 1.",
            scaled(lambda norm, max_norm: min(1.0, 1 / (norm + 1e-6))),
        ),
        Mistake(
            "Turn it round: max_norm over the norm, so that long gradients shrink.",
            scaled(lambda norm, max_norm: min(1.0, (norm + 1e-6) / max_norm)),
        ),
        Mistake(
            "max lets the factor be 1 or more, so it lengthens. It is at most 1: min.",
            scaled(lambda norm, max_norm: max(1.0, max_norm / (norm + 1e-6))),
        ),
        Mistake(
            "The 1e-6 belongs into the fraction only. The norm that you return has it too.",
            with_the_tiny_number,
            credit=0.5,
        ),
        Mistake(
            "Right but for the 1e-6 in the formula, which keeps 0 / 0 away.",
            scaled(lambda norm, max_norm: max_norm / norm if norm > max_norm else 1.0),
            credit=0.9,
        ),
        Mistake(
            "Right values, but *= changed the caller's gradients. Write grad * factor instead.",
            in_place,
        ),
    ],
    hints=[
        "The norm: square every entry of both arrays, add all of them, take the root.",
        "factor = min(1, max_norm / (norm + 1e-6)).",
        "Return grad_weight * factor, grad_bias * factor and the norm before clipping.",
    ],
)
