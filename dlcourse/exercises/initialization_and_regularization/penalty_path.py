"""Lab 08, penalty_path: weights of L1 and L2 as the penalty grows."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def penalty_path_edges():
    X = np.array([[1.0, 0.0], [0.0, 2.0], [1.0, -1.0]])
    y = np.array([2.0, -1.0, 4.0])
    cases = []
    for penalty in ("l1", "l2"):
        cases += [
            (penalty, X, y, np.array([0.0, 1.0]), 0.1, 1),
            (penalty, X, y, np.array([0.5, 2.0, 20.0]), 0.1, 3),
        ]
    return cases


def penalty_path_inputs(rng):
    def case(penalty, n, features, strengths, steps):
        X = rng.normal(size=(n, features))
        y = X @ rng.normal(size=features) * 2 + rng.normal(size=n)
        return penalty, X, y, np.array(strengths), 0.1, steps

    cases = []
    for penalty in ("l1", "l2"):
        cases += [
            case(penalty, 8, 4, [0.1, 1.0, 4.0], 30),
            case(penalty, 5, 5, [2.0, 0.3], 10),
            case(penalty, 6, 3, [0.5], 0),
        ]
    return cases


def penalty_path_answer(penalty, X, y, strengths, lr, steps):
    path = []
    for strength in strengths:
        w = np.zeros(X.shape[1])
        for _ in range(steps):
            gradient = 2 * X.T @ (X @ w - y) / len(y)
            if penalty == "l2":
                w = w - lr * (gradient + strength * w)
            else:
                w = w - lr * gradient
                w = np.sign(w) * np.maximum(np.abs(w) - lr * strength, 0)
        path.append(w)
    return np.array(path)


def shrink(w, t):
    return w - np.clip(w, -t, t)


def walk(
    penalty,
    X,
    y,
    strengths,
    lr,
    steps,
    l1=lambda w, g, lr, s: shrink(w - lr * g, lr * s),
    l2=lambda w, g, lr, s: w - lr * (g + s * w),
    factor=2.0,
    warm=False,
):
    """Return the path by hand; mistakes change a step, the gradient or the start."""
    path, w = [], np.zeros(X.shape[1])
    for s in strengths:
        w = w if warm else np.zeros(X.shape[1])
        for _ in range(steps):
            w = (l1 if penalty == "l1" else l2)(w, factor * X.T @ (X @ w - y) / len(y), lr, s)
        path.append(w)
    return np.array(path)


def mistaken(**changed):
    """Return ``walk`` with the named parts changed."""

    def penalty_path(penalty, X, y, strengths, lr, steps):
        return walk(penalty, X, y, strengths, lr, steps, **changed)

    return penalty_path


def all_at_once(penalty, X, y, strengths, lr, steps):
    w, s = np.zeros((len(strengths), X.shape[1])), strengths[:, None]
    gram, moment = 2 * X.T @ X / len(X), 2 * y @ X / len(X)
    for _ in range(steps):
        moved = w - lr * (w @ gram - moment)
        w = shrink(moved, lr * s) if penalty == "l1" else moved - lr * s * w
    return w


def by_decay(penalty, X, y, strengths, lr, steps):
    path = []
    for s in strengths:
        w = np.zeros(X.shape[1])
        for _ in range(steps):
            pull = lr * 2 / len(y) * (y - X @ w) @ X
            if penalty == "l2":
                w = (1 - lr * s) * w + pull
            else:
                w = np.maximum(w + pull - lr * s, 0) + np.minimum(w + pull + lr * s, 0)
        path.append(w)
    return np.vstack(path)


def swapped(penalty, X, y, strengths, lr, steps):
    return walk({"l1": "l2", "l2": "l1"}[penalty], X, y, strengths, lr, steps)


def threshold_at_end(penalty, X, y, strengths, lr, steps):
    if penalty == "l2":
        return walk(penalty, X, y, strengths, lr, steps)
    plain = walk(penalty, X, y, 0 * strengths, lr, steps)
    return np.array([shrink(w, lr * s) for w, s in zip(plain, strengths, strict=True)])


def summed_error(penalty, X, y, strengths, lr, steps):
    return walk(penalty, X, y, strengths, lr, steps, factor=2.0 * len(y))


EXERCISE = Exercise(
    "penalty_path",
    points=4,
    sitting=3,
    answer=penalty_path_answer,
    edges=penalty_path_edges,
    inputs=penalty_path_inputs,
    forbidden=LIBRARY,
    also_right=[walk, all_at_once, by_decay],
    mistakes=[
        Mistake(
            "L1: a step along lambda * sign(w) jumps across 0 and back. Step along the loss only, "
            "then soft-threshold by lr * lambda.",
            mistaken(l1=lambda w, g, lr, s: w - lr * (g + s * np.sign(w))),
            credit=0.5,
        ),
        Mistake(
            "L1: the threshold is lr * lambda. You forgot lr, and everything is cut away.",
            mistaken(l1=lambda w, g, lr, s: shrink(w - lr * g, s)),
            credit=0.5,
        ),
        Mistake(
            "L1: step first, then threshold. You cut before the step.",
            mistaken(l1=lambda w, g, lr, s: shrink(w, lr * s) - lr * g),
            credit=0.5,
        ),
        Mistake(
            "L1: hard threshold. The survivors shrink by lr * lambda as well.",
            mistaken(l1=lambda w, g, lr, s: (w - lr * g) * (np.abs(w - lr * g) > lr * s)),
            credit=0.5,
        ),
        Mistake(
            "L1: negative weights count too. Yours are all cut to 0.",
            mistaken(l1=lambda w, g, lr, s: np.maximum(w - lr * g - lr * s, 0)),
        ),
        Mistake(
            "L2: the penalty is lambda / 2 times the squares, so its slope is lambda * w, no 2.",
            mistaken(l2=lambda w, g, lr, s: w - lr * (g + 2 * s * w)),
            credit=0.75,
        ),
        Mistake(
            "L2: the decay is multiplied by lr like every slope. Yours is not.",
            mistaken(l2=lambda w, g, lr, s: w - lr * g - s * w),
            credit=0.5,
        ),
        Mistake(
            "L2: your weights grow. The penalty's slope is added to the gradient.",
            mistaken(l2=lambda w, g, lr, s: w - lr * (g - s * w)),
        ),
        Mistake(
            "L2: each weight by itself. You used the norm of all of them.",
            mistaken(l2=lambda w, g, lr, s: w - lr * (g + s * np.linalg.norm(w))),
        ),
        Mistake(
            "L1: threshold after every step. You did it once, after the last.",
            threshold_at_end,
            credit=0.25,
        ),
        Mistake(
            "The error is a mean over the patients: divide its slope by n.",
            summed_error,
            credit=0.5,
        ),
        Mistake(
            "L2: one step against both slopes, taken at the same w. You stepped on the error first "
            "and shrank the result.",
            mistaken(l2=lambda w, g, lr, s: (w - lr * g) * (1 - lr * s)),
            credit=0.75,
        ),
        Mistake("The two penalties are swapped.", swapped),
        Mistake(
            "Each strength begins at zero weights. Yours goes on where the one before it ended.",
            mistaken(warm=True),
            credit=0.75,
        ),
        Mistake(
            "The mean squared error has slope 2 X'(Xw - y) / n: the 2 is missing.",
            mistaken(factor=1.0),
            credit=0.5,
        ),
        Mistake("Uphill: subtract the gradient.", mistaken(factor=-2.0)),
        Mistake(
            "No penalty at all: every row is the same.",
            lambda penalty, X, y, strengths, lr, steps: walk(
                penalty, X, y, 0 * strengths, lr, steps
            ),
        ),
        Mistake(
            "Right numbers, turned round: one row per strength.",
            lambda penalty, X, y, strengths, lr, steps: walk(penalty, X, y, strengths, lr, steps).T,
            credit=0.75,
        ),
    ],
    hints=[
        "Two loops: over strengths, each with w = np.zeros(X.shape[1]); inside, over steps.",
        "gradient = 2 * X.T @ (X @ w - y) / len(y). L2: w = w - lr * (gradient + strength * w).",
        "L1: w = w - lr * gradient; w = np.sign(w) * np.maximum(np.abs(w) - lr * strength, 0).",
    ],
)
