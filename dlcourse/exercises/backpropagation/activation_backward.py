"""Lab 06, activation_backward: a gradient passes an activation, number by number."""

import numpy as np
from scipy.special import expit

from dlcourse import reference
from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY

BENDS = ("relu", "tanh", "sigmoid")


def case(name, grad, z):
    return name, grad, z, getattr(reference, name)(z)


def activation_backward_edges():
    # An exact 0, and gradients of both signs where relu is open and where it is shut.
    z = np.array([-3.0, -0.5, 0.0, 0.5, 2.0, 1.0, -1.0])
    grad = np.array([1.0, -1.0, 2.0, -2.0, 0.5, 3.0, 4.0])
    # Where exp overflows, one way or the other.
    far = np.array([-800.0, 800.0, 1.0])
    cases = [case(name, grad, z) for name in BENDS]
    return [*cases, case("sigmoid", np.array([2.0, -1.0, 4.0]), far)]


def activation_backward_inputs(rng):
    return [case(name, rng.normal(size=(3, 4)), rng.normal(0, 1.5, (3, 4))) for name in BENDS]


def activation_backward_answer(name, grad, z, h):
    return getattr(reference, f"{name}_backward")(grad, z)


def from_output(name, grad, z, h):
    return grad * {"relu": h > 0, "tanh": 1 - h * h, "sigmoid": h * (1 - h)}[name]


def from_input(name, grad, z, h):
    if name == "relu":
        return np.where(z > 0, grad, 0.0)
    if name == "tanh":
        return grad / np.cosh(z) ** 2
    return grad * expit(z) * expit(-z)


def by_loop(name, grad, z, h):
    out = np.zeros(grad.shape)
    for at in np.ndindex(grad.shape):
        slope = float(z[at] > 0)
        if name != "relu":
            slope = 1 - h[at] ** 2 if name == "tanh" else h[at] - h[at] ** 2
        out[at] = grad[at] * slope
    return out


def right_but(**changed):
    """Return a right answer in which the named activations are replaced."""

    def activation_backward(name, grad, z, h):
        return changed.get(name, lambda *args: from_output(name, *args))(grad, z, h)

    return activation_backward


def in_place(name, grad, z, h):
    grad *= from_output(name, np.ones_like(grad), z, h)
    return grad


def zeroed_in_place(grad, z, h):
    grad[z <= 0] = 0
    return grad


EXERCISE = Exercise(
    "activation_backward",
    points=2,
    answer=activation_backward_answer,
    edges=activation_backward_edges,
    inputs=activation_backward_inputs,
    forbidden=LIBRARY,
    also_right=[from_output, from_input, by_loop],
    mistakes=[
        Mistake(
            "relu: that is the local slope. Multiply it by what comes from above.",
            right_but(relu=lambda grad, z, h: (z > 0) * 1.0),
        ),
        Mistake(
            "relu: the slope is 1 where z is positive, not z itself.",
            right_but(relu=lambda grad, z, h: grad * np.maximum(z, 0)),
        ),
        Mistake(
            "relu: at exactly 0 torch takes slope 0. A convention; follow it.",
            right_but(relu=lambda grad, z, h: grad * (z >= 0)),
        ),
        Mistake(
            "relu: you masked by the sign of the gradient. That is the deconvnet rule of unit 12, "
            "not the derivative.",
            right_but(relu=lambda grad, z, h: grad * (grad > 0)),
        ),
        Mistake(
            "relu: negative gradients must pass too. Yours is guided backprop, a tool of unit 12.",
            right_but(relu=lambda grad, z, h: grad * (grad > 0) * (z > 0)),
        ),
        Mistake(
            "sigmoid: h has been through the sigmoid already. The slope is h (1 - h).",
            right_but(sigmoid=lambda grad, z, h: grad * expit(h) * (1 - expit(h))),
        ),
        Mistake(
            "sigmoid: h (1 - h) wants the output h. You put in z.",
            right_but(sigmoid=lambda grad, z, h: grad * z * (1 - z)),
        ),
        Mistake(
            "sigmoid: exp overflows for a z of 800 and leaves a NaN. h is safe: h (1 - h).",
            right_but(sigmoid=lambda grad, z, h: grad * np.exp(-z) / (1 + np.exp(-z)) ** 2),
            credit=0.5,
        ),
        Mistake(
            "tanh: it is 1 - h², the square on h alone. You squared 1 - h.",
            right_but(tanh=lambda grad, z, h: grad * (1 - h) ** 2),
        ),
        Mistake(
            "tanh: h is already tanh(z), so the slope is 1 - h².",
            right_but(tanh=lambda grad, z, h: grad * (1 - np.tanh(h) ** 2)),
        ),
        Mistake(
            "tanh: h (1 - h) is the sigmoid's slope. For tanh it is 1 - h².",
            right_but(tanh=lambda grad, z, h: grad * h * (1 - h)),
        ),
        Mistake(
            "tanh: 1 - h² wants the output h. You put in z.",
            right_but(tanh=lambda grad, z, h: grad * (1 - z**2)),
        ),
        Mistake(
            "All three are local slopes. Multiply each by grad, what comes from above.",
            lambda name, grad, z, h: from_output(name, np.ones_like(grad), z, h),
        ),
        Mistake(
            "You divided by the slope. A flat activation lets little through, it does not amplify.",
            right_but(tanh=lambda grad, z, h: grad / (1 - h * h)),
        ),
        Mistake(
            "Right values, but *= changed the caller's grad. Write grad * ... instead.",
            in_place,
        ),
        Mistake(
            "relu: right values, but = 0 changed the caller's grad. Write grad * (z > 0) instead.",
            right_but(relu=zeroed_in_place),
        ),
    ],
    hints=[
        "Every activation works number by number: what comes from above, times the slope there.",
        "relu's slope is 1 where z > 0 and else 0. tanh and sigmoid can use their output h.",
        "tanh: grad * (1 - h**2). sigmoid: grad * h * (1 - h).",
    ],
)
