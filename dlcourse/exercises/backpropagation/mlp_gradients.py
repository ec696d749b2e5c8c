"""Lab 06, mlp_gradients: the backward of a whole network, last line first."""

import numpy as np

from dlcourse import reference
from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY

from .cross_entropy_backward import (
    by_index,
    cross_entropy_backward_answer,
    one_hot,
    softmax,
    unstable,
)


def mlp_gradients_edges():
    # Square, and the first patient's hidden sums are exactly 0.
    return [
        (
            np.array([[0.0, 0.0, 0.0], [1.0, -2.0, 0.5], [-1.0, 3.0, 2.0]]),
            np.array([0, 2, 2]),
            np.array([[1.0, 2.0, 0.0], [0.0, -1.0, 1.0], [2.0, 0.0, -1.0]]),
            np.zeros(3),
            np.array([[1.0, -1.0, 2.0], [0.5, 2.0, 0.0], [-1.0, 0.0, 1.0]]),
            np.array([0.1, 0.0, -0.2]),
        )
    ]


def mlp_gradients_inputs(rng):
    def network(n, inputs, hidden, classes):
        return (
            rng.normal(size=(n, inputs)),
            rng.integers(0, classes, n),
            rng.normal(size=(hidden, inputs)),
            rng.normal(size=hidden),
            rng.normal(size=(classes, hidden)),
            rng.normal(size=classes),
        )

    x, target, W1, b1, W2, b2 = network(4, 3, 5, 3)
    large = x, target, W1, b1, 1000 * W2, b2  # scores beyond what exp can take
    return [network(5, 4, 6, 3), network(1, 2, 3, 4), large]


def by_library(x, target, W1, b1, W2, b2):
    z = reference.linear(x, W1, b1)
    h = reference.relu(z)
    grad = reference.cross_entropy_backward(1.0, reference.linear(h, W2, b2), target)
    grad_h, grad_W2, grad_b2 = reference.linear_backward(grad, h, W2, b2)
    grad_z = reference.relu_backward(grad_h, z)
    _, grad_W1, grad_b1 = reference.linear_backward(grad_z, x, W1, b1)
    return grad_W1, grad_b1, grad_W2, grad_b2


def mlp_gradients_answer(x, target, W1, b1, W2, b2):
    z = x @ W1.T + b1
    h = np.maximum(z, 0)
    g = cross_entropy_backward_answer(h @ W2.T + b2, target)
    grad_z = (g @ W2) * (z > 0)
    return grad_z.T @ x, grad_z.sum(axis=0), g.T @ h, g.sum(axis=0)


def gradients(x, target, W1, b1, W2, b2, scores=by_index, slope=None, mask=None):
    """Return the four gradients; a mistake passes its own part."""
    z = x @ W1.T + b1
    h = np.maximum(z, 0)
    g = scores(h @ W2.T + b2, target)
    grad_h = g @ W2
    open_ = (z > 0) if slope is None else slope(z, h)
    grad_z = grad_h * (open_ if mask is None else mask(grad_h))
    return grad_z.T @ x, grad_z.sum(0), g.T @ h, g.sum(0)


def by_patient(x, target, W1, b1, W2, b2):
    total = [np.zeros_like(part) for part in (W1, b1, W2, b2)]
    for row, t in zip(x, target, strict=True):
        h = np.maximum(W1 @ row + b1, 0)
        g = softmax((W2 @ h + b2)[None])[0]
        g[t] -= 1
        d = (W2.T @ g) * (h > 0)
        for part, new in zip(total, (np.outer(d, row), d, np.outer(g, h), g), strict=True):
            part += new / len(x)
    return tuple(total)


def augmented(x, target, W1, b1, W2, b2):
    one = np.ones((len(x), 1))
    A, B = np.c_[x, one], np.c_[W1, b1]
    H = np.c_[np.maximum(A @ B.T, 0), one]
    g = (softmax(H @ np.c_[W2, b2].T) - one_hot(np.empty((1, len(b2))), target)) / len(x)
    d = np.where(H[:, :-1] > 0, g @ W2, 0)
    first, second = d.T @ A, g.T @ H
    return first[:, :-1], first[:, -1], second[:, :-1], second[:, -1]


def with_parts(**parts):
    """Return an answer with another ``scores``, ``slope`` or ``mask``."""
    return lambda x, target, W1, b1, W2, b2: gradients(x, target, W1, b1, W2, b2, **parts)


def changed(change):
    """Return an answer whose four gradients pass through ``change``, which sees all arguments."""
    return lambda *args: change(*gradients(*args), *args)


def moved_too_early(x, target, W1, b1, W2, b2):
    _, _, grad_W2, grad_b2 = gradients(x, target, W1, b1, W2, b2)
    z = x @ W1.T + b1
    h = np.maximum(z, 0)
    g = by_index(h @ W2.T + b2, target)
    grad_z = (g @ (W2 - grad_W2)) * (z > 0)
    return grad_z.T @ x, grad_z.sum(0), grad_W2, grad_b2


def hidden_sums(x, W1, b1):
    return x @ W1.T + b1


def through_transpose(x, target, W1, b1, W2, b2):
    z = hidden_sums(x, W1, b1)
    h = np.maximum(z, 0)
    g = by_index(h @ W2.T + b2, target)
    grad_z = (g @ W2.T) * (z > 0)
    return grad_z.T @ x, grad_z.sum(0), g.T @ h, g.sum(0)


def bias_before_bend(gW1, gb1, gW2, gb2, x, target, W1, b1, W2, b2):
    h = np.maximum(hidden_sums(x, W1, b1), 0)
    return gW1, (by_index(h @ W2.T + b2, target) @ W2).sum(0), gW2, gb2


def weights_met_sums(gW1, gb1, gW2, gb2, x, target, W1, b1, W2, b2):
    z = hidden_sums(x, W1, b1)
    return gW1, gb1, by_index(np.maximum(z, 0) @ W2.T + b2, target).T @ z, gb2


EXERCISE = Exercise(
    "mlp_gradients",
    points=4,
    answer=mlp_gradients_answer,
    edges=mlp_gradients_edges,
    inputs=mlp_gradients_inputs,
    forbidden=LIBRARY,
    also_right=[by_library, by_patient, augmented],
    mistakes=[
        Mistake(
            "The hidden layer was treated as linear: multiply by relu's slope on the way back.",
            with_parts(slope=lambda z, h: np.ones_like(z)),
        ),
        Mistake(
            "W2 was moved before the gradient went through it. Backward needs the W2 that forward "
            "used.",
            moved_too_early,
        ),
        Mistake(
            "b1 sits before the relu: sum the gradient that has passed relu's slope.",
            changed(bias_before_bend),
        ),
        Mistake(
            "Large scores made exp overflow, and inf / inf is NaN. Subtract each row's maximum.",
            with_parts(scores=unstable),
            credit=0.5,
        ),
        Mistake("W2 met h, what came out of the relu, and not z.", changed(weights_met_sums)),
        Mistake(
            "Which units were open was decided forward, by z. You masked by the gradient's sign.",
            with_parts(mask=lambda grad_h: grad_h > 0),
        ),
        Mistake(
            "The loss is a mean over patients; so are its gradients. Divide by n, once.",
            changed(lambda a, b, c, d, x, *_: tuple(len(x) * g for g in (a, b, c, d))),
        ),
        Mistake(
            "Divided by n more than once: where the scores' gradient has its 1/n, the rest "
            "inherits it.",
            changed(lambda a, b, c, d, x, *_: tuple(g / len(x) for g in (a, b, c, d))),
        ),
        Mistake(
            "At exactly 0 relu's slope is taken as 0, as in torch.",
            with_parts(slope=lambda z, h: z >= 0),
        ),
        Mistake(
            "1 - h² is the slope of tanh. These hidden units are relu.",
            with_parts(slope=lambda z, h: 1 - h**2),
        ),
        Mistake(
            "Sign: steps against these gradients climb. Start from p minus one-hot.",
            changed(lambda a, b, c, d, *_: (-a, -b, -c, -d)),
        ),
        Mistake(
            "What reaches the hidden layer is g @ W2. With W2.T it runs only where classes and "
            "hidden units are as many.",
            through_transpose,
        ),
        Mistake(
            "The weights' gradients lie on their side: (out, in), as W1 and W2 do.",
            changed(lambda a, b, c, d, *_: (a.T, b, c.T, d)),
        ),
        Mistake(
            "Right numbers, in the order in which you found them: return W1, b1, W2, b2.",
            changed(lambda a, b, c, d, *_: (c, d, a, b)),
        ),
        Mistake(
            "The forward pass left the biases out: z = x @ W1.T + b1, scores = h @ W2.T + b2.",
            lambda x, target, W1, b1, W2, b2: gradients(x, target, W1, 0 * b1, W2, 0 * b2),
        ),
        Mistake(
            "Each patient's probabilities must sum to 1: softmax along axis 1.",
            with_parts(scores=lambda z, target: (softmax(z, axis=0) - one_hot(z, target)) / len(z)),
        ),
        Mistake(
            "Biases take sums over patients. The 1/n is inside g already.",
            changed(lambda a, b, c, d, x, *_: (a, b / len(x), c, d / len(x))),
        ),
    ],
    hints=[
        "Forward first, keep z and h: z = x @ W1.T + b1, h = relu(z), scores = h @ W2.T + b2.",
        "At the scores: g = (softmax - one_hot) / n. Then the last layer is linear_backward: "
        "g.T @ h and g.sum(axis=0).",
        "grad_z = (g @ W2) * (z > 0), and the first layer again: grad_z.T @ x, grad_z.sum(axis=0).",
    ],
)
