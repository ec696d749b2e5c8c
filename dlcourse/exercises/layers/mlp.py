"""Lab 03, mlp: layers in a row, with a bend between them and none at the end."""

from itertools import pairwise

import numpy as np

from dlcourse import reference
from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def mlp_inputs(rng):
    def network(*sizes):
        return (
            [rng.normal(size=(b, a)) for a, b in pairwise(sizes)],
            [rng.normal(size=b) for b in sizes[1:]],
        )

    # Mostly square, so that no mistake betrays itself by its shape.
    return [
        (np.array([[1.0, -1.0], [0.0, 2.0], [-3.0, 0.5]]), *network(2, 2, 2)),
        (rng.normal(size=(4, 3)), *network(3, 2)),
        (rng.normal(size=(5, 3)), *network(3, 3, 3, 3)),
    ]


def relu(x):
    return np.maximum(x, 0)


def mlp_library(x, weights, biases):
    for weight, bias in zip(weights[:-1], biases[:-1], strict=True):
        x = reference.relu(reference.linear(x, weight, bias))
    return reference.linear(x, weights[-1], biases[-1])


def mlp_recursive(x, weights, biases):
    y = x @ weights[0].T + biases[0]
    return y if len(weights) == 1 else mlp_recursive(relu(y), weights[1:], biases[1:])


def mlp_by_patient(x, weights, biases):
    rows = []
    for h in x:
        for i, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
            h = weight @ h + bias
            if i < len(weights) - 1:
                h = np.where(h > 0, h, 0)
        rows.append(h)
    return np.array(rows)


def mlp_augmented(x, weights, biases):
    for i, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
        h = relu(x) if i else x
        x = np.c_[h, np.ones(len(h))] @ np.c_[weight, bias].T
    return x


def fold(x, weights, biases, hidden, last):
    """Pass ``x`` through ``hidden`` for all layers but the last, then through ``last``."""
    for weight, bias in zip(weights[:-1], biases[:-1], strict=True):
        x = hidden(x, weight, bias)
    return last(x, weights[-1], biases[-1])


def affine(x, weight, bias):
    return x @ weight.T + bias


def bent(x, weight, bias):
    return relu(affine(x, weight, bias))


def bend_first(x, weight, bias):
    return affine(relu(x), weight, bias)


def mlp_same_weights(x, weights, biases):
    first, n = weights[0], len(weights)
    return fold(x, [first] * n, [biases[0]] * n, bent, affine)


def mlp_from_x_again(x, weights, biases):
    h = x
    for weight, bias in zip(weights[:-1], biases[:-1], strict=True):
        h = bent(x, weight, bias)
    return affine(h, weights[-1], biases[-1])


def mlp_returns_early(x, weights, biases):
    for weight, bias in zip(weights[:-1], biases[:-1], strict=True):
        return affine(bent(x, weight, bias), weights[-1], biases[-1])


EXERCISE = Exercise(
    "mlp",
    points=3,
    answer=mlp_library,
    inputs=mlp_inputs,
    forbidden=LIBRARY,
    also_right=[mlp_recursive, mlp_by_patient, mlp_augmented],
    mistakes=[
        Mistake(
            "You bend the last layer too. Can this network ever answer -1?",
            lambda x, weights, biases: fold(x, weights, biases, bent, bent),
        ),
        Mistake(
            "No ReLU anywhere: three layers, one straight line.",
            lambda x, weights, biases: fold(x, weights, biases, affine, affine),
        ),
        Mistake(
            "Shifted by one: you squash the input and leave a hidden sum bare.",
            lambda x, weights, biases: fold(x, weights, biases, bend_first, bend_first),
        ),
        Mistake(
            "Every layer reads the original x. Feed the last layer's output on.",
            lambda x, weights, biases: affine(x, weights[-1], biases[-1]),
        ),
        Mistake(
            "The loop runs, the layer does not change: it is weights[0] each time.",
            mlp_same_weights,
        ),
        Mistake(
            "You stopped before the last layer and returned the features, not the answer.",
            lambda x, weights, biases: fold(x, weights, biases, bent, lambda h, *_: h),
        ),
        Mistake(
            "Squash the sum, not the weights.",
            lambda x, weights, biases: fold(
                x, weights, biases, lambda h, w, b: affine(h, relu(w), b), affine
            ),
        ),
        Mistake(
            "The bias moves the hinge, so it belongs inside the ReLU.",
            lambda x, weights, biases: fold(
                x, weights, biases, lambda h, w, b: relu(h @ w.T) + b, affine
            ),
        ),
        Mistake(
            "Each turn of your loop starts from the original x again. Keep one variable, and "
            "let each layer read what the one before it wrote.",
            mlp_from_x_again,
        ),
        Mistake(
            "The return stands inside the loop, so you leave after the first hidden layer, and "
            "with no hidden layer you return nothing.",
            mlp_returns_early,
        ),
        Mistake(
            "Each weight is (outputs, inputs), one row per neuron. The product needs weight.T.",
            lambda x, weights, biases: fold(
                x, weights, biases, lambda h, w, b: relu(h @ w + b), lambda h, w, b: h @ w + b
            ),
        ),
        Mistake(
            "The last layer has no ReLU, but it has a bias: biases[-1].",
            lambda x, weights, biases: fold(x, weights, biases, bent, lambda h, w, b: h @ w.T),
        ),
    ],
    hints=[
        "One layer is h @ weight.T + bias. What the next one reads is the ReLU of that.",
        "Loop over all layers but the last with zip(weights[:-1], biases[:-1]).",
        "After the loop: return h @ weights[-1].T + biases[-1], without a ReLU.",
    ],
)
