"""Lab 08, batch_norm_backward: the gradient that knows it was standardized."""

import numpy as np

from dlcourse import reference
from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def batch_norm_backward_edges():
    grad = np.array([[1.0, 0.0], [0.0, 2.0], [0.0, -1.0]])
    x = np.array([[1.0, 4.0], [2.0, 0.0], [6.0, 2.0]])
    return [
        (grad, x, np.array([1.0, 2.0]), 1e-5),
        (grad, x, np.array([1.0, -1.0]), 1.0),  # so large that eps counts
    ]


def batch_norm_backward_inputs(rng):
    def case(n, channels, eps=1e-5, scale=1.0):
        x = scale * rng.normal(size=(n, channels)) + rng.normal(size=channels)
        return rng.normal(size=(n, channels)), x, rng.normal(size=channels), eps

    return [
        case(2, 3),
        case(4, 4),
        case(6, 2, eps=0.1),
        case(5, 3, eps=1e-3, scale=0.1),
    ]


def batch_norm_backward_answer(grad, x, weight, eps):
    bias = np.zeros(len(weight))
    return reference.batch_norm_backward(grad, x, None, None, weight, bias, training=True, eps=eps)


def by_hand(
    grad,
    x,
    weight,
    eps,
    axis=0,
    mean_term=1,
    var_term=1,
    ddof=0,
    outer=1,
    weighted=True,
    divided=lambda var, eps: 1 / np.sqrt(var + eps),
):
    """Return the three gradients by hand; mistakes change one of the named parts."""
    inverse = divided(x.var(axis=0, ddof=ddof), eps)
    x_hat = (x - x.mean(axis=0)) * inverse
    g = grad * weight if weighted else grad
    kept = {"axis": axis, "keepdims": True}
    rest = mean_term * g.mean(**kept) + var_term * x_hat * (g * x_hat).mean(**kept)
    return inverse**outer * (g - rest), (grad * x_hat).sum(axis=0), grad.sum(axis=0)


def mistaken(**changed):
    """Return ``by_hand`` with the named parts changed."""

    def batch_norm_backward(grad, x, weight, eps):
        return by_hand(grad, x, weight, eps, **changed)

    return batch_norm_backward


def replaced(number, value):
    """Return the right answer with one of the three results replaced by ``value`` of all."""

    def batch_norm_backward(grad, x, weight, eps):
        results = list(by_hand(grad, x, weight, eps))
        results[number] = value(grad, x, weight, eps)
        return tuple(results)

    return batch_norm_backward


def with_sums(grad, x, weight, eps):
    return by_hand(grad, x, weight, eps, mean_term=len(x), var_term=len(x))[0]


def step_by_step(grad, x, weight, eps):
    n = len(x)
    centred = x - x.mean(axis=0)
    inverse = (np.sum(centred**2, axis=0) / n + eps) ** -0.5
    from_above = grad * weight
    grad_var = np.sum(from_above * centred, axis=0) * -0.5 * inverse**3
    grad_centred = from_above * inverse + grad_var * 2 * centred / n
    grad_x = grad_centred - grad_centred.mean(axis=0)
    return grad_x, np.sum(grad * centred * inverse, axis=0), np.sum(grad, axis=0)


def by_jacobian(grad, x, weight, eps):
    n = len(x)
    columns, grad_weight = [], []
    for g, column, w in zip(grad.T, x.T, weight, strict=True):
        inverse = 1 / np.sqrt(column.var() + eps)
        x_hat = (column - column.mean()) * inverse
        columns.append(w * inverse * (np.eye(n) - 1 / n - np.outer(x_hat, x_hat) / n) @ g)
        grad_weight.append(g @ x_hat)
    return np.array(columns).T, np.array(grad_weight), np.ones(n) @ grad


EXERCISE = Exercise(
    "batch_norm_backward",
    points=4,
    answer=batch_norm_backward_answer,
    edges=batch_norm_backward_edges,
    inputs=batch_norm_backward_inputs,
    forbidden=LIBRARY,
    also_right=[by_hand, step_by_step, by_jacobian],
    mistakes=[
        Mistake(
            "You treated mean and variance as constants. They depend on x too.",
            mistaken(mean_term=0, var_term=0),
            credit=0.25,
        ),
        Mistake(
            "The mean's share is missing: each column of grad_x must sum to 0.",
            mistaken(mean_term=0),
            credit=0.5,
        ),
        Mistake(
            "The variance's share is missing: each column of grad_x, times x_hat, must sum to "
            "nearly 0.",
            mistaken(var_term=0),
            credit=0.5,
        ),
        Mistake(
            "The variance's share has the wrong sign: subtract both shares.",
            mistaken(var_term=-1),
            credit=0.5,
        ),
        Mistake("n - 1: match the forward pass, which divides by n.", mistaken(ddof=1), credit=0.5),
        Mistake(
            "The statistics ran over the patients, axis 0, so the means here do too.",
            mistaken(axis=1),
        ),
        Mistake(
            "weight lies on the way back to x: multiply grad by it first.",
            mistaken(weighted=False),
            credit=0.5,
        ),
        Mistake(
            "1 / std twice: x_hat is divided already.",
            mistaken(outer=2),
        ),
        Mistake(
            "1 / std is missing in grad_x: x_hat changes by that much when x does.",
            mistaken(outer=0),
        ),
        Mistake(
            "eps goes under the root, as in the forward pass.",
            mistaken(divided=lambda var, eps: 1 / (np.sqrt(var) + eps)),
            credit=0.75,
        ),
        Mistake(
            "Where is eps? The forward pass has it under the root.",
            mistaken(divided=lambda var, eps: 1 / np.sqrt(var)),
            credit=0.75,
        ),
        Mistake(
            "weight multiplies x_hat, so its gradient is the sum of grad * x_hat.",
            replaced(1, lambda grad, x, weight, eps: grad.sum(axis=0)),
            credit=0.5,
        ),
        Mistake(
            "grad_weight: times x_hat, the normalized x, not x itself.",
            replaced(1, lambda grad, x, weight, eps: (grad * x).sum(axis=0)),
            credit=0.5,
        ),
        Mistake(
            "Inside grad_x the two shares are means over the patients. You took sums.",
            replaced(0, with_sums),
            credit=0.5,
        ),
        Mistake(
            "weight is no part of its own gradient: the slope of w * x_hat in w is x_hat.",
            replaced(1, lambda grad, x, weight, eps: weight * by_hand(grad, x, weight, eps)[1]),
            credit=0.5,
        ),
        Mistake(
            "bias is added last, so its gradient is the sum of grad, without weight.",
            replaced(2, lambda grad, x, weight, eps: (grad * weight).sum(axis=0)),
            credit=0.5,
        ),
        Mistake(
            "Weight and bias serve all patients: sum their gradients, do not average.",
            lambda grad, x, weight, eps: (
                by_hand(grad, x, weight, eps)[0],
                by_hand(grad, x, weight, eps)[1] / len(x),
                grad.mean(axis=0),
            ),
            credit=0.5,
        ),
    ],
    hints=[
        "First the forward pass again: inverse = 1 / np.sqrt(x.var(axis=0) + eps) and x_hat.",
        "grad_bias = grad.sum(axis=0) and grad_weight = (grad * x_hat).sum(axis=0). What reaches "
        "x_hat is g = grad * weight.",
        "grad_x = inverse * (g - g.mean(axis=0) - x_hat * (g * x_hat).mean(axis=0)).",
    ],
)
