"""Lab 06, linear_backward: three gradients of one layer, each in the shape of its array."""

import numpy as np

from dlcourse import reference
from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def linear_backward_edges():
    # Square in all directions: there no wrong product betrays itself by its shape.
    G = np.array([[1.0, 0.0], [2.0, -1.0]])
    x = np.array([[1.0, 3.0], [0.0, 2.0]])
    return [(G, x, np.array([[1.0, 4.0], [0.0, -2.0]]))]


def linear_backward_inputs(rng):
    def layer(n, inputs, outputs):
        shapes = (n, outputs), (n, inputs), (outputs, inputs)
        return tuple(rng.normal(size=shape) for shape in shapes)

    return [layer(4, 3, 2), layer(5, 3, 3), layer(1, 2, 3)]


def linear_backward_answer(grad, x, weight):
    return grad @ weight, grad.T @ x, grad.sum(axis=0)


def linear_backward_by_patient(grad, x, weight):
    grad_x = np.array([weight.T @ g for g in grad])
    grad_weight, grad_bias = np.zeros_like(weight), np.zeros(len(weight))
    for g, row in zip(grad, x, strict=True):
        grad_weight += np.outer(g, row)
        grad_bias += g
    return grad_x, grad_weight, grad_bias


def linear_backward_by_einsum(grad, x, weight):
    return (
        np.einsum("no,oi->ni", grad, weight),
        np.einsum("no,ni->oi", grad, x),
        np.einsum("no->o", grad),
    )


def linear_backward_augmented(grad, x, weight):
    both = grad.T @ np.c_[x, np.ones(len(x))]
    return (weight.T @ grad.T).T, both[:, :-1], both[:, -1]


def right_but(**changed):
    """Return a right answer in which ``x``, ``weight`` or ``bias`` has another gradient."""

    def linear_backward(grad, x, weight):
        parts = dict(
            zip(("x", "weight", "bias"), linear_backward_by_patient(grad, x, weight), strict=True)
        )
        return tuple(
            changed[name](grad, x, weight) if name in changed else part
            for name, part in parts.items()
        )

    return linear_backward


EXERCISE = Exercise(
    "linear_backward",
    points=2,
    answer=linear_backward_answer,
    edges=linear_backward_edges,
    inputs=linear_backward_inputs,
    forbidden=LIBRARY,
    also_right=[
        linear_backward_by_patient,
        linear_backward_by_einsum,
        linear_backward_augmented,
        lambda grad, x, weight: reference.linear_backward(grad, x, weight, np.zeros(len(weight))),
    ],
    mistakes=[
        Mistake(
            "grad_weight must have the shape of weight, (out, in). Yours is its transpose.",
            right_but(weight=lambda grad, x, weight: x.T @ grad),
        ),
        Mistake(
            "grad @ weight.T runs only where in equals out. Try 3 in and 2 out: each input sums "
            "over the neurons that read it.",
            right_but(x=lambda grad, x, weight: grad @ weight.T),
        ),
        Mistake(
            "One bias served every patient: add up what each patient wants.",
            right_but(bias=lambda grad, x, weight: grad),
        ),
        Mistake(
            "1 is the bias's local slope. Multiply it by what arrives: add up grad over patients.",
            right_but(bias=lambda grad, x, weight: np.ones(len(weight))),
        ),
        Mistake(
            "You summed the bias's gradient over outputs. Sum over the batch, axis 0.",
            right_but(bias=lambda grad, x, weight: grad.sum(axis=1)),
        ),
        Mistake(
            "No mean for the bias: if the loss was a mean, its 1/n is inside grad already.",
            right_but(bias=lambda grad, x, weight: grad.mean(axis=0)),
        ),
        Mistake(
            "The weights' gradient is divided by n twice: once in grad, once by you. A batch of 1 "
            "hides it.",
            right_but(weight=lambda grad, x, weight: grad.T @ x / len(x)),
        ),
        Mistake(
            "Each output has its own bias, so there are as many sums as outputs.",
            right_but(bias=lambda grad, x, weight: grad.sum()),
        ),
        Mistake(
            "The bias's numbers are right, the shape is not: (out,) and not (1, out).",
            right_but(bias=lambda grad, x, weight: grad.sum(axis=0, keepdims=True)),
        ),
        Mistake(
            "grad_weight does not depend on weight, but on what the weights met: x.",
            right_but(weight=lambda grad, x, weight: grad.T @ (grad @ weight)),
        ),
        Mistake(
            "Right numbers, wrong order: return the gradients of x, weight and bias.",
            lambda grad, x, weight: (grad.T @ x, grad @ weight, grad.sum(axis=0)),
        ),
        Mistake(
            "The output x @ weight.T belongs to the forward pass. What reaches x is grad, sent "
            "back through weight.",
            right_but(x=lambda grad, x, weight: x @ weight.T),
        ),
    ],
    hints=[
        "Write the shapes down: grad is (n, out), x is (n, in), weight is (out, in).",
        "A weight met every patient, so its gradient sums over n: (out, n) @ (n, in).",
        "grad_x = grad @ weight, grad_weight = grad.T @ x, grad_bias = grad.sum(axis=0).",
    ],
)
