"""Lab 05, race: momentum on two named test functions, one run per learning rate."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def race_edges():
    valley, hills = np.array([-0.3, 0.6]), np.array([0.0, 0.0])
    lrs = np.array([1e-4, 1e-3, 1.0, 2e-3])
    # A goal a hair above or below the value after 8 steps: no slope may be off by one percent.
    w = valley
    for _ in range(8):
        w = w - 1e-3 * slope("rosenbrock", w)
    after_eight = float(value("rosenbrock", w))
    return [
        ("rosenbrock", hills, lrs[1:2], 0.9, 1.0, 3),  # begins at 1.0, which is not below 1.0
        ("rosenbrock", valley, lrs[1:2], 0.0, after_eight * (1 + 1e-6), 20),
        ("rosenbrock", valley, lrs[1:2], 0.0, after_eight * (1 - 1e-6), 20),
        ("rosenbrock", np.array([1.0, 1.0]), lrs[:2], 0.9, 0.1, 5),
        ("himmelblau", np.array([3.0, 2.0]), lrs[:1], 0.0, 0.1, 5),
        ("rosenbrock", valley, lrs, 0.9, 0.1, 120),
        ("himmelblau", hills, np.array([0.01, 0.5, 4e-3]), 0.0, 0.01, 60),
    ]


def race_inputs(rng):
    valley, hills = np.array([-0.3, 0.6]), np.array([0.0, 0.0])
    lrs = np.array([1e-4, 1e-3, 1.0, 2e-3])
    below = float(rng.uniform(0.05, 0.1))
    (there,) = race_answer("rosenbrock", valley, lrs[3:], 0.9, below, 200)
    return [
        ("rosenbrock", valley, lrs[3:], 0.9, below, int(there)),  # arrives with its last step
        ("rosenbrock", valley, lrs[3:], 0.9, below, int(there) - 1),
        ("himmelblau", hills, rng.uniform(3e-3, 6e-3, 2), 0.5, below, 80),
        ("himmelblau", hills, rng.uniform(3e-3, 6e-3, 2), 0.9, below, 120),
    ]


def value(name, w):
    a, b = w[..., 0], w[..., 1]
    if name == "rosenbrock":
        return (1 - a) ** 2 + 100 * (b - a**2) ** 2
    return (a**2 + b - 11) ** 2 + (a + b**2 - 7) ** 2


def slope(name, w):
    a, b = w[..., 0], w[..., 1]
    if name == "rosenbrock":
        return np.stack([-2 * (1 - a) - 400 * a * (b - a**2), 200 * (b - a**2)], axis=-1)
    u, v = a**2 + b - 11, a + b**2 - 7
    return np.stack([4 * a * u + 2 * v, 2 * u + 4 * b * v], axis=-1)


def run(name, start, lr, momentum, below, most, slope=slope, value=value, average=1.0):
    """Return the steps one run needs, or -1; a mistake passes its own parts."""
    w, memory = np.array(start, float), np.zeros(2)
    with np.errstate(all="ignore"):
        for count in range(most + 1):
            if value(name, w) < below:
                return count
            memory = momentum * memory + average * slope(name, w)
            w = w - lr * memory
    return -1


def race_answer(name, start, lrs, momentum, below, most):
    return np.array([run(name, start, lr, momentum, below, most) for lr in lrs])


def mistaken(after=lambda counts, most: counts, **changed):
    """Return ``race`` with parts of each run changed, and the counts changed at the end."""

    def race(name, start, lrs, momentum, below, most):
        counts = [run(name, start, lr, momentum, below, most, **changed) for lr in lrs]
        return after(np.array(counts), most)

    return race


def race_side_by_side(name, start, lrs, momentum, below, most):
    w, memory = np.tile(np.asarray(start, float), (len(lrs), 1)), np.zeros((len(lrs), 2))
    counts = np.full(len(lrs), -1)
    with np.errstate(all="ignore"):
        for count in range(most + 1):
            counts[(counts < 0) & (value(name, w) < below)] = count
            memory = momentum * memory + slope(name, w)
            w = w - lrs[:, None] * memory
    return counts


def race_with_while(name, start, lrs, momentum, below, most):
    counts = []
    for lr in lrs:
        w, memory, count = start * 1.0, 0.0, 0
        while count < most and not value(name, w) < below:
            memory = momentum * memory + slope(name, w)
            w = w - lr * memory
            count += 1
        counts.append(count if value(name, w) < below else -1)
    return np.array(counts)


def race_by_path(name, start, lrs, momentum, below, most):
    counts = []
    with np.errstate(all="ignore"):
        for lr in lrs:
            path, memory = [np.array(start, float)], np.zeros(2)
            for _ in range(most):
                memory = momentum * memory + slope(name, path[-1])
                path.append(path[-1] - lr * memory)
            arrived = np.flatnonzero(value(name, np.array(path)) < below)
            counts.append(arrived[0] if len(arrived) else -1)
    return np.array(counts)


def one_track(name, start, lrs, momentum, below, most, keep_weights=False, keep_memory=False):
    """Return the counts of runs that wrongly share weights or memory with the one before."""
    counts, w, memory = [], np.array(start, float), np.zeros(2)
    with np.errstate(all="ignore"):
        for lr in lrs:
            w = w if keep_weights else np.array(start, float)
            memory = memory if keep_memory else np.zeros(2)
            counts.append(-1)
            for count in range(most + 1):
                if value(name, w) < below:
                    counts[-1] = count
                    break
                memory = momentum * memory + slope(name, w)
                w = w - lr * memory
    return np.array(counts)


def rosenbrock_with(first=lambda a: -2 * (1 - a), inner=lambda a: -400 * a):
    def changed(name, w):
        a, b = w[..., 0], w[..., 1]
        wrong = np.stack([first(a) + inner(a) * (b - a**2), 200 * (b - a**2)], axis=-1)
        return wrong if name == "rosenbrock" else slope(name, w)

    return changed


def race_in_place(name, start, lrs, momentum, below, most):
    counts = []
    with np.errstate(all="ignore"):
        for lr in lrs:
            counts.append(run(name, start, lr, momentum, below, most))
            memory = np.zeros(2)
            for _ in range(most + 1 if counts[-1] < 0 else counts[-1]):
                memory = momentum * memory + slope(name, start)
                start -= lr * memory
    return np.array(counts)


def himmelblau_squares_only(name, w):
    a, b = w[..., 0], w[..., 1]
    wrong = np.stack([4 * a * (a**2 + b - 11), 4 * b * (a + b**2 - 7)], axis=-1)
    return wrong if name == "himmelblau" else slope(name, w)


EXERCISE = Exercise(
    "race",
    points=4,
    answer=race_answer,
    edges=race_edges,
    inputs=race_inputs,
    forbidden=(*LIBRARY, "optimize"),
    also_right=[race_side_by_side, race_with_while, race_by_path],
    mistakes=[
        Mistake(
            "One too many: at the start no step has been taken, and the count is 0.",
            mistaken(after=lambda counts, most: np.where(counts < 0, -1, counts + 1)),
        ),
        Mistake(
            "One too few: count a step when it has been taken.",
            mistaken(after=lambda counts, most: np.where(counts > 0, counts - 1, counts)),
        ),
        Mistake(
            "A run that never arrives has the answer -1, not the number of steps tried.",
            mistaken(after=lambda counts, most: np.where(counts < 0, most, counts)),
        ),
        Mistake(
            "A run that never arrives has the answer -1, not 0: 0 means that it began there.",
            mistaken(after=lambda counts, most: np.maximum(counts, 0)),
        ),
        Mistake(
            "A run may arrive with its very last step. Look at f once more after the loop.",
            mistaken(after=lambda counts, most: np.where(counts == most, -1, counts)),
        ),
        Mistake(
            "Rosenbrock: (b - a²) depends on a through a², so the chain rule gives -2a more.",
            mistaken(slope=rosenbrock_with(inner=lambda a: 200)),
        ),
        Mistake(
            "Rosenbrock: (1 - a)² falls while a grows towards 1. Its slope is -2(1 - a).",
            mistaken(slope=rosenbrock_with(first=lambda a: 2 * (1 - a))),
        ),
        Mistake(
            "Rosenbrock: 2 from the square and -2a from a²: together -400a(b - a²).",
            mistaken(slope=rosenbrock_with(inner=lambda a: -200 * a)),
        ),
        Mistake(
            "Rosenbrock: b - a² falls while a grows, so its part of the slope is -400a(b - a²).",
            mistaken(slope=rosenbrock_with(inner=lambda a: 400 * a)),
        ),
        Mistake(
            "Himmelblau: each weight occurs in both squares, so each slope has two parts.",
            mistaken(slope=himmelblau_squares_only),
        ),
        Mistake(
            "You looked whether the slope is small. The race ends when f itself is below the goal.",
            mistaken(value=lambda name, w: np.linalg.norm(slope(name, w))),
        ),
        Mistake(
            "Momentum is ignored. Keep b = momentum * b + g from step to step.",
            lambda name, start, lrs, momentum, below, most: race_answer(
                name, start, lrs, 0.0, below, most
            ),
        ),
        Mistake(
            "An average, b = m b + (1 - m) g, takes shorter steps. Here, as in torch: b = m b + g.",
            lambda name, start, lrs, momentum, below, most: np.array(
                [run(name, start, lr, momentum, below, most, average=1 - momentum) for lr in lrs]
            ),
            credit=0.5,
        ),
        Mistake(
            "Each rate must begin at `start`. Yours goes on where the run before it ended.",
            lambda name, start, lrs, momentum, below, most: one_track(
                name, start, lrs, momentum, below, most, keep_weights=True
            ),
        ),
        Mistake(
            "w = start is no copy: w -= ... moves the start of the next run. Write w = w - ...",
            race_in_place,
            credit=0.25,
        ),
        Mistake(
            "Each run needs a memory of its own: set b to 0 before it begins.",
            lambda name, start, lrs, momentum, below, most: one_track(
                name, start, lrs, momentum, below, most, keep_memory=True
            ),
        ),
        Mistake(
            "Uphill: subtract.",
            lambda name, start, lrs, momentum, below, most: race_answer(
                name, start, -lrs, momentum, below, most
            ),
        ),
    ],
    hints=[
        "Rosenbrock's slopes: -2(1 - a) - 400a(b - a²) and 200(b - a²).",
        "Himmelblau's, with u = a² + b - 11 and v = a + b² - 7: 4au + 2v and 2u + 4bv.",
        "For each rate: w = start.copy(), b = zeros. Then for count in range(most + 1): first look "
        "whether f is below the goal, then step.",
    ],
)
