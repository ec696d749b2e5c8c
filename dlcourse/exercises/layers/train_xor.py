"""Lab 03, train_xor: a hidden layer finds its own weights by gradient descent."""

import numpy as np
from scipy.special import expit

from dlcourse import reference
from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY

X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
Y = np.array([0.0, 1.0, 1.0, 0.0])


def train_xor_edges():
    W1 = np.array([[1.0, -1.0], [0.5, 2.0]])
    return [
        (W1, np.array([0.0, -1.0]), np.array([1.0, -2.0]), 0.5, 0.5, 1),
    ]


def train_xor_inputs(rng):
    def start(units, lr, steps):
        W1, b1, w2 = rng.normal(size=(units, 2)), rng.normal(size=units), rng.normal(size=units)
        return W1, b1, w2, float(rng.normal()), lr, steps

    return [
        start(3, 0.1, 2),
        start(4, 0.5, 10),
    ]


def train_with_library(W1, b1, w2, b2, lr, steps):
    rng = np.random.default_rng(0)
    hidden = reference.Linear(2, len(W1), rng=rng)
    output = reference.Linear(len(W1), 1, rng=rng)
    network = reference.Sequential(hidden, reference.Tanh(), output)
    for parameter, value in zip(network.parameters(), (W1, b1, w2, b2), strict=True):
        parameter[...] = value
    optimizer = reference.SGD(network.parameters(), lr=lr)
    for _ in range(steps):
        z = network.forward(X)
        network.backward(reference.binary_cross_entropy_with_logits_backward(1.0, z, Y[:, None]))
        optimizer.step(network.gradients())
    return hidden.weight, hidden.bias, output.weight[0], float(output.bias[0])


def gradients(W1, b1, w2, b2, error=None, slope=None):
    """Return the four gradients; a mistake passes its own ``error`` or ``slope``."""
    z = X @ W1.T + b1
    h = np.tanh(z)
    e = (expit(h @ w2 + b2) - Y) / 4 if error is None else error(h @ w2 + b2)
    dz = np.outer(e, w2) * (1 - h**2 if slope is None else slope(z))
    return dz.T @ X, dz.sum(0), h.T @ e, e.sum()


def descend(W1, b1, w2, b2, lr, steps, grads=gradients):
    for _ in range(steps):
        dW1, db1, dw2, db2 = grads(W1, b1, w2, b2)
        W1, b1, w2, b2 = W1 - lr * dW1, b1 - lr * db1, w2 - lr * dw2, b2 - lr * db2
    return W1, b1, w2, b2


def train_by_loop(W1, b1, w2, b2, lr, steps):
    def grads(W1, b1, w2, b2):
        total = [np.zeros_like(W1), np.zeros_like(b1), np.zeros_like(w2), 0.0]
        for x, y in zip(X, Y, strict=True):
            h = np.tanh(W1 @ x + b1)
            e = (1 / (1 + np.exp(-(h @ w2 + b2))) - y) / 4
            dz = e * w2 * (1 - h**2)
            each = [np.outer(dz, x), dz, e * h, e]
            total = [t + g for t, g in zip(total, each, strict=True)]
        return total

    return descend(W1, b1, w2, b2, lr, steps, grads)


def train_augmented(W1, b1, w2, b2, lr, steps):
    A, one = np.c_[X, np.ones(4)], np.ones((4, 1))
    V, v = np.c_[W1, b1], np.r_[w2, b2]
    for _ in range(steps):
        H = np.c_[np.tanh(A @ V.T), one]
        e = (expit(H @ v) - Y)[:, None] / 4
        dV = ((e @ v[None, :-1]) * (1 - H[:, :-1] ** 2)).T @ A
        V, v = V - lr * dV, v - lr * (H.T @ e)[:, 0]
    return V[:, :-1], V[:, -1], v[:-1], v[-1]


def train_output_first(W1, b1, w2, b2, lr, steps):
    for _ in range(steps):
        _, _, dw2, db2 = gradients(W1, b1, w2, b2)
        w2, b2 = w2 - lr * dw2, b2 - lr * db2
        dW1, db1, _, _ = gradients(W1, b1, w2, b2)
        W1, b1 = W1 - lr * dW1, b1 - lr * db1
    return W1, b1, w2, b2


def train_in_place(W1, b1, w2, b2, lr, steps):
    for _ in range(steps):
        dW1, db1, dw2, db2 = gradients(W1, b1, w2, b2)
        W1 -= lr * dW1
        b1 -= lr * db1
        w2 -= lr * dw2
        b2 -= lr * db2
    return W1, b1, w2, b2


def blame_without_w2(W1, b1, w2, b2):
    e = (expit(np.tanh(X @ W1.T + b1) @ w2 + b2) - Y) / 4
    return gradients(W1, b1, np.ones_like(w2), b2, error=lambda z: e)


def train_forward_once(W1, b1, w2, b2, lr, steps):
    h = np.tanh(X @ W1.T + b1)
    e = (expit(h @ w2 + b2) - Y) / 4
    for _ in range(steps):
        D = np.outer(e, w2) * (1 - h**2)
        W1, b1 = W1 - lr * D.T @ X, b1 - lr * D.sum(0)
        w2, b2 = w2 - lr * h.T @ e, b2 - lr * e.sum()
    return W1, b1, w2, b2


def train_with_new_w2(W1, b1, w2, b2, lr, steps):
    for _ in range(steps):
        h = np.tanh(X @ W1.T + b1)
        e = (expit(h @ w2 + b2) - Y) / 4
        w2, b2 = w2 - lr * h.T @ e, b2 - lr * e.sum()
        D = np.outer(e, w2) * (1 - h**2)
        W1, b1 = W1 - lr * D.T @ X, b1 - lr * D.sum(0)
    return W1, b1, w2, b2


def changed(change):
    """Return descent whose gradients pass through ``change(dW1, db1, dw2, db2)``."""
    return lambda W1, b1, w2, b2, lr, steps: descend(
        W1, b1, w2, b2, lr, steps, lambda *weights: change(*gradients(*weights))
    )


def with_options(**options):
    """Return descent with another ``error`` or ``slope`` in its gradients."""
    return lambda W1, b1, w2, b2, lr, steps: descend(
        W1, b1, w2, b2, lr, steps, lambda *weights: gradients(*weights, **options)
    )


def squared_error(z):
    p = expit(z)
    return (p - Y) * p * (1 - p) / 4


EXERCISE = Exercise(
    "train_xor",
    points=3,
    sitting=2,
    answer=train_with_library,
    edges=train_xor_edges,
    inputs=train_xor_inputs,
    forbidden=LIBRARY,
    also_right=[descend, train_by_loop, train_augmented],
    mistakes=[
        Mistake(
            "Uphill: the loss grew with every step. Go against the gradient.",
            lambda W1, b1, w2, b2, lr, steps: descend(W1, b1, w2, b2, -lr, steps),
        ),
        Mistake(
            "You moved the output layer, then computed the hidden layer's slopes with the new "
            "w2. Take all slopes at the same spot, then move.",
            train_output_first,
        ),
        Mistake(
            "You moved w2 and then used it in D. Compute D with the old w2, and move afterwards.",
            train_with_new_w2,
        ),
        Mistake(
            "The gradients are summed over the four cases. The loss is a mean: divide by 4.",
            lambda W1, b1, w2, b2, lr, steps: descend(W1, b1, w2, b2, 4 * lr, steps),
        ),
        Mistake(
            "The bend is missing on the way back: multiply by the slope of tanh, 1 - h².",
            with_options(slope=np.ones_like),
        ),
        Mistake(
            "The slope of tanh is 1 - h² with h = tanh(z). You squared z, the sum before the bend.",
            with_options(slope=lambda z: 1 - z**2),
        ),
        Mistake(
            "h (1 - h) is the slope of a sigmoid. These units are tanh: 1 - h².",
            with_options(slope=lambda z: np.tanh(z) * (1 - np.tanh(z))),
        ),
        Mistake(
            "The blame of a hidden unit depends on how strongly the output listens to it: w2 is "
            "missing from D.",
            lambda W1, b1, w2, b2, lr, steps: descend(W1, b1, w2, b2, lr, steps, blame_without_w2),
        ),
        Mistake(
            "The biases take sums over the four cases, not means: e is divided by 4 already.",
            changed(lambda dW1, db1, dw2, db2: (dW1, db1 / 4, dw2, db2 / 4)),
        ),
        Mistake(
            "The weights move, but h and e stay those of the start. Compute them in each step.",
            train_forward_once,
        ),
        Mistake(
            "You compared the logit with y. Apply the sigmoid first.",
            with_options(error=lambda z: (z - Y) / 4),
        ),
        Mistake(
            "That is the squared error's gradient. With cross-entropy the p (1 - p) cancels.",
            with_options(error=squared_error),
        ),
        Mistake(
            "The hidden layer never moved: that is one neuron on random features.",
            changed(lambda dW1, db1, dw2, db2: (0 * dW1, 0 * db1, dw2, db2)),
        ),
        Mistake(
            "The hidden biases never moved, so all hinges stay where they started.",
            changed(lambda dW1, db1, dw2, db2: (dW1, 0 * db1, dw2, db2)),
        ),
        Mistake(
            "dW1 is turned round. Row i of W1 belongs to unit i, so it is dz.T @ X.",
            changed(lambda dW1, db1, dw2, db2: (dW1.T, db1, dw2, db2)),
        ),
        Mistake(
            "You returned after the first step. Is the return inside the loop?",
            lambda W1, b1, w2, b2, lr, steps: descend(W1, b1, w2, b2, lr, 1),
        ),
        Mistake(
            "Right values, but -= changed the caller's weights. Write W1 = W1 - ... instead.",
            train_in_place,
            credit=0.5,
        ),
    ],
    hints=[
        "Forward: h = tanh(X @ W1.T + b1), p = expit(h @ w2 + b2). The error is e = (p - y) / 4.",
        "The output neuron is the neuron of unit 02 with inputs h: dw2 = h.T @ e, db2 = e.sum().",
        "Each hidden unit gets its share of the error through w2 and the bend: "
        "dz = np.outer(e, w2) * (1 - h**2). Then dW1 = dz.T @ X and db1 = dz.sum(axis=0).",
    ],
)
