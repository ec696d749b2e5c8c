"""Lab 03, linear: a layer of neurons as one matrix product, weight as in torch."""

import numpy as np

from dlcourse import reference
from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def linear_edges():
    # Square first: there the wrong product has the right shape.
    square = np.array([[1.0, 0.0, 2.0], [0.0, 3.0, 0.0], [1.0, 1.0, 0.0]])
    weight = np.array([[1.0, 2.0, 0.0], [0.0, 1.0, 3.0], [4.0, 0.0, 1.0]])
    return [
        (square, weight, np.array([10.0, 20.0, 30.0])),
    ]


def linear_inputs(rng):
    return [
        (rng.normal(size=(4, 3)), rng.normal(size=(2, 3)), rng.normal(size=2)),
        (rng.normal(size=(4, 3)), rng.normal(size=(2, 3)), None),
        (rng.normal(size=(2, 5, 3)), rng.normal(size=(2, 3)), rng.normal(size=2)),
    ]


def plus(sums, bias):
    return sums if bias is None else sums + bias


def linear_by_loop(x, weight, bias=None):
    out = np.zeros((*x.shape[:-1], len(weight)))
    for where in np.ndindex(x.shape[:-1]):
        for i, row in enumerate(weight):
            out[(*where, i)] = sum(row * x[where]) + (0 if bias is None else bias[i])
    return out


def linear_with_truth(x, weight, bias=None):
    sums = x @ weight.T
    return sums + bias if bias else sums


def linear_broadcast(x, weight, bias=None):
    return plus((x[..., None, :] * weight).sum(-1), bias)


EXERCISE = Exercise(
    "linear",
    points=2,
    answer=reference.linear,
    edges=linear_edges,
    inputs=linear_inputs,
    forbidden=LIBRARY,
    also_right=[
        linear_by_loop,
        linear_broadcast,
        lambda x, weight, bias=None: plus(np.einsum("...i,oi->...o", x, weight), bias),
        lambda x, weight, bias=None: np.inner(x, weight) + (0 if bias is None else bias),
    ],
    mistakes=[
        Mistake(
            "Right only when you look at the shapes of square matrices. "
            "Rows of `weight` are neurons.",
            lambda x, weight, bias=None: plus(x @ weight, bias),
        ),
        Mistake(
            "Patients are rows of x. Which axis is shared?",
            lambda x, weight, bias=None: plus(weight @ x, bias),
        ),
        Mistake(
            "Correct for two axes. With (2, 5, 3) .T turns everything round: "
            "transpose the weight, not the data.",
            lambda x, weight, bias=None: plus((weight @ x.T).T, bias),
        ),
        Mistake(
            "The bias is missing. At x = 0 a neuron should output its bias.",
            lambda x, weight, bias=None: x @ weight.T,
        ),
        Mistake(
            "Without a bias it fails. The default, bias=None, must work too.",
            lambda x, weight, bias=None: x @ weight.T + bias,
            credit=0.5,
        ),
        Mistake(
            "Bias i belongs to output i, not to patient i. Adding `bias` as it is does that.",
            lambda x, weight, bias=None: plus(
                x @ weight.T, bias if bias is None else bias[:, None]
            ),
        ),
        Mistake(
            "Each patient gets the bias once, not once per patient in the batch.",
            lambda x, weight, bias=None: plus(
                x @ weight.T, bias if bias is None else bias * len(x)
            ),
        ),
        Mistake(
            "reshape deals the same numbers out in other rows. To turn (out, in) into (in, out) "
            "without mixing the neurons, transpose: weight.T.",
            lambda x, weight, bias=None: plus(x @ weight.reshape(weight.shape[::-1]), bias),
        ),
        Mistake(
            "`if bias:` asks a whole array for one yes or no. Ask whether it is there: "
            "`if bias is not None:`.",
            linear_with_truth,
            credit=0.5,
        ),
        Mistake(
            "No bend here: the negative sums must come through as they are.",
            lambda x, weight, bias=None: np.maximum(plus(x @ weight.T, bias), 0),
        ),
    ],
    hints=[
        "Neuron i holds its weights in row i of `weight`; patient j is row j of x.",
        "x is (..., in) and the answer (..., out), so the product needs an (in, out) matrix. "
        "You were given (out, in).",
        "y = x @ weight.T, and then + bias unless bias is None.",
    ],
)
