"""Lab 05, descend: full-batch descent on the mean squared error, every stop written down."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def descend_edges():
    whole = np.array([[1, 2], [0, -1], [3, 1]]), np.array([2, 0, 1]), np.array([1, 0])
    return [
        (*whole, 0.1, 0),
        (*whole, 0.1, 1),
    ]


def descend_inputs(rng):
    def table(n, features):
        return rng.normal(size=(n, features)), rng.normal(size=n), rng.normal(size=features)

    return [
        (*table(5, 1), 0.2, 3),
        (*table(4, 3), 0.05, 2),
        (*table(7, 2), 0.1, 6),
    ]


def gradient(X, y, w):
    return 2 * X.T @ (X @ w - y) / len(y)


def walk(X, y, w, lr, steps, slope=gradient):
    """Return the path; a mistake passes its own ``slope``."""
    path = [np.array(w, float)]
    for _ in range(steps):
        path.append(path[-1] - lr * slope(X, y, path[-1]))
    return np.array(path)


def descend_into_array(X, y, w, lr, steps):
    path = np.empty((steps + 1, len(w)))
    path[0] = w
    for t in range(steps):
        path[t + 1] = path[t] - lr * gradient(X, y, path[t])
    return path


def descend_by_loop(X, y, w, lr, steps):
    path = [list(map(float, w))]
    for _ in range(steps):
        w, slope = path[-1], [0.0] * len(path[-1])
        for row, truth in zip(X, y, strict=True):
            error = sum(a * b for a, b in zip(row, w, strict=True)) - truth
            slope = [s + 2 * error * a / len(y) for s, a in zip(slope, row, strict=True)]
        path.append([a - lr * s for a, s in zip(w, slope, strict=True)])
    return np.array(path)


def descend_by_hessian(X, y, w, lr, steps):
    H, c = 2 * X.T @ X / len(y), 2 * X.T @ y / len(y)
    return walk(X, y, w, lr, steps, lambda X, y, w: H @ w - c)


def descend_aliased(X, y, w, lr, steps):
    w = np.array(w, float)
    path = [w]
    for _ in range(steps):
        w -= lr * gradient(X, y, w)
        path.append(w)
    return np.array(path)


def descend_in_place(X, y, w, lr, steps):
    path = [w.copy()]
    for _ in range(steps):
        w[...] = w - lr * gradient(X, y, w)
        path.append(w.copy())
    return np.array(path)


def descend_in_whole_numbers(X, y, w, lr, steps):
    path = np.tile(w, (steps + 1, 1))
    for t in range(steps):
        path[t + 1] = path[t] - lr * gradient(X, y, path[t])
    return path


def descend_shrunk(X, y, w, lr, steps):
    w = w.copy()
    path = [w.copy()]
    for _ in range(steps):
        w -= lr * gradient(X, y, w)
        path.append(w.copy())
    return np.array(path)


def descend_stale(X, y, w, lr, steps):
    g = gradient(X, y, w)
    return walk(X, y, w, lr, steps, lambda *_: g)


def descend_weight_by_weight(X, y, w, lr, steps):
    path = [np.array(w, float)]
    for _ in range(steps):
        w = path[-1].copy()
        for j in range(len(w)):
            w[j] -= lr * gradient(X, y, w)[j]
        path.append(w)
    return np.array(path)


EXERCISE = Exercise(
    "descend",
    points=2,
    answer=lambda X, y, w, lr, steps: walk(X, y, w, lr, steps),
    edges=descend_edges,
    inputs=descend_inputs,
    forbidden=LIBRARY,
    also_right=[descend_into_array, descend_by_loop, descend_by_hessian],
    mistakes=[
        Mistake(
            "Uphill: the gradient points to where the loss grows. Subtract it.",
            lambda X, y, w, lr, steps: walk(X, y, w, -lr, steps),
        ),
        Mistake(
            "The derivative of a square has a factor 2. Without it you descend on half the loss.",
            lambda X, y, w, lr, steps: walk(X, y, w, lr / 2, steps),
        ),
        Mistake(
            "Summed over patients: divide by n, or the step grows with the data.",
            lambda X, y, w, lr, steps: walk(X, y, w, lr * len(y), steps),
            credit=0.5,
        ),
        Mistake(
            "Divide by the number of patients (rows), not of measurements (columns).",
            lambda X, y, w, lr, steps: walk(X, y, w, lr * len(y) / X.shape[1], steps),
        ),
        Mistake(
            "Where is the learning rate?",
            lambda X, y, w, lr, steps: walk(X, y, w, 1.0, steps),
        ),
        Mistake(
            "The gradient was computed once, at the start. It changes with every step.",
            descend_stale,
        ),
        Mistake(
            "Only the last weights. The path has steps + 1 rows, the start first.",
            lambda X, y, w, lr, steps: walk(X, y, w, lr, steps)[-1],
        ),
        Mistake(
            "The start is missing: row 0 of the path is where you set out.",
            lambda X, y, w, lr, steps: walk(X, y, w, lr, steps)[1:],
        ),
        Mistake(
            "One step too many: the start is a row of the path, but no step.",
            lambda X, y, w, lr, steps: walk(X, y, w, lr, steps + 1),
        ),
        Mistake(
            "All rows are the same array: w -= ... changed those already in the list. "
            "Write w = w - ..., or append a copy.",
            descend_aliased,
        ),
        Mistake(
            "You changed the caller's weights, or could not because they are integers. "
            "Start from a float copy: np.array(w, float).",
            descend_in_place,
            credit=0.5,
        ),
        Mistake(
            "The start may hold whole numbers, and a table of its type cuts off what stands behind "
            "the point. Make it a table of floats.",
            descend_in_whole_numbers,
            credit=0.5,
        ),
        Mistake(
            "Right for floats. The start may hold whole numbers, and w -= ... cannot make them "
            "floats: begin with np.array(w, float).",
            descend_shrunk,
            credit=0.75,
        ),
        Mistake(
            "These are losses. The path holds the weights of each stop.",
            lambda X, y, w, lr, steps: np.mean((walk(X, y, w, lr, steps) @ X.T - y) ** 2, axis=1),
        ),
        Mistake(
            "One number moved all weights. Each weight has a slope of its own: no mean over them.",
            lambda X, y, w, lr, steps: walk(
                X, y, w, lr, steps, lambda X, y, w: 2 * np.mean(X.T @ (X @ w - y)) * np.ones(len(w))
            ),
        ),
        Mistake(
            "You moved one weight, then took the next one's slope at the new place. "
            "Take all slopes at the same spot, then move.",
            descend_weight_by_weight,
        ),
    ],
    hints=[
        "The gradient of mean((X @ w - y)**2) is 2 * X.T @ (X @ w - y) / n.",
        "Start the list with a float copy of w. In the loop: compute the gradient at the present "
        "weights, then append w - lr * gradient.",
        "Return np.array(path): one row per stop, steps + 1 of them.",
    ],
)
