"""Lab 18, average_gradients: what many workers found, put together as one would have found it."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def average_gradients_inputs(rng):
    def case(sizes, shapes, empty=()):
        grads = [[rng.normal(size=shape) for shape in shapes] for _ in sizes]
        for worker in empty:  # the mean over nobody
            grads[worker] = [np.full(shape, np.nan) for shape in shapes]
        return grads, np.array(sizes)

    some = [int(n) for n in rng.integers(1, 50, 3)]
    return [
        case([96, 32], [(2, 3), (2,), (1, 2)]),
        case([32, 32, 32], [(4, 3), (4,)]),
        case([10, 0, 30], [(2, 2), (3,)], empty=[1]),
        case([7], [(2,)]),
        case([0, 5], [(3,)], empty=[0]),
        case(some, [(2, 4), (2,)]),
    ]


def average_gradients(grads, sizes):
    total = sizes.sum()
    return [
        sum(n / total * g for n, g in zip(sizes, of_all, strict=True) if n)
        for of_all in zip(*grads, strict=True)
    ]


def by_average(grads, sizes):
    some = sizes > 0
    return [
        np.average(np.stack(of_all)[some], axis=0, weights=sizes[some])
        for of_all in zip(*grads, strict=True)
    ]


def by_tensordot(grads, sizes):
    shares = sizes / np.sum(sizes)
    found = []
    for p in range(len(grads[0])):
        stacked = np.array([worker[p] for worker in grads])
        stacked[sizes == 0] = 0
        found.append(np.tensordot(shares, stacked, axes=1))
    return found


def by_running_mean(grads, sizes):
    means, seen = [np.zeros_like(g) for g in grads[0]], 0
    for worker, n in zip(grads, sizes, strict=True):
        if n > 0:
            seen += n
            means = [m + (g - m) * n / seen for m, g in zip(means, worker, strict=True)]
    return means


def weighed(weights, keep=lambda sizes: sizes > 0):
    """Return an answer with other weights; only workers of ``keep`` take part."""

    def answer(grads, sizes):
        rows = np.flatnonzero(keep(sizes))
        w = weights(sizes[rows])
        return [
            sum(w[i] * of_all[row] for i, row in enumerate(rows))
            for of_all in zip(*grads, strict=True)
        ]

    return answer


def after(change):
    """Return an answer that changes the right one, list by list."""
    return lambda grads, sizes: change(average_gradients(grads, sizes))


def plain_of_all(grads, sizes):
    return [sum(of_all) / len(sizes) for of_all in zip(*grads, strict=True)]


def nan_as_zero(grads, sizes):
    return [sum(map(np.nan_to_num, g)) / len(sizes) for g in zip(*grads, strict=True)]


def median(grads, sizes):
    return [np.median(np.stack(g)[sizes > 0], axis=0) for g in zip(*grads, strict=True)]


def in_place(grads, sizes):
    total = sizes.sum()
    for n, worker in zip(sizes, grads, strict=True):
        for g in worker:
            g *= n / total
    return [np.nansum(of_all, axis=0) for of_all in zip(*grads, strict=True)]


def everyone(sizes):
    return np.ones(len(sizes), bool)


EXERCISE = Exercise(
    "average_gradients",
    points=3,
    answer=average_gradients,
    inputs=average_gradients_inputs,
    forbidden=LIBRARY,
    also_right=[by_average, by_tensordot, by_running_mean],
    mistakes=[
        Mistake(
            "The plain mean is right for equal parts only. 96 patients weigh three times as much "
            "as 32.",
            weighed(lambda n: np.full(len(n), 1 / len(n))),
            credit=0.5,
        ),
        Mistake(
            "The plain mean, and a worker without patients in it: weigh by patients, and leave out "
            "whoever had none.",
            plain_of_all,
            credit=0.25,
        ),
        Mistake(
            "The plain mean, where a worker without patients counts as 0. He has no say at all, "
            "and the others have theirs by their patients.",
            nan_as_zero,
            credit=0.25,
        ),
        Mistake(
            "You added them up: the step grows with the number of workers.",
            weighed(lambda n: np.ones(len(n))),
        ),
        Mistake(
            "Each times its patients, and added. Divide by all patients at the end.",
            weighed(lambda n: n),
            credit=0.5,
        ),
        Mistake(
            "Divided by the number of workers. These are sums over patients now: divide by all "
            "patients.",
            lambda grads, sizes: [g / len(sizes) for g in weighed(lambda n: n)(grads, sizes)],
            credit=0.25,
        ),
        Mistake(
            "Divided by how many workers had patients. These are sums over patients now: divide "
            "by all patients.",
            weighed(lambda n: n / len(n)),
            credit=0.25,
        ),
        Mistake(
            "The smaller part got the larger say: weigh by n, not by 1/n.",
            weighed(lambda n: (1 / n) / (1 / n).sum()),
            credit=0.25,
        ),
        Mistake(
            "0 · NaN is NaN. Leave out a worker who had no patients.",
            weighed(lambda n: n / n.sum(), keep=everyone),
            credit=0.75,
        ),
        Mistake(
            "The first parameter only. All are wanted, biases too.",
            after(lambda found: found[:1]),
            credit=0.5,
        ),
        Mistake(
            "Averaged over the weights, too. Over the workers only.",
            after(lambda found: [g.mean() for g in found]),
        ),
        Mistake(
            "Weights by √n. How sure a worker is grows like that; the mean needs n.",
            weighed(lambda n: np.sqrt(n) / np.sqrt(n).sum()),
            credit=0.25,
        ),
        Mistake("A median is robust, and it is not the gradient of the mean loss.", median),
        Mistake(
            "Laid out as one long vector. Give back a list, one array for each parameter.",
            after(lambda found: np.concatenate([g.ravel() for g in found])),
            credit=0.75,
        ),
        Mistake(
            "You changed the workers' own gradients on the way (g *= ...). Make new arrays.",
            in_place,
            credit=0.5,
        ),
    ],
    hints=[
        "Parameter by parameter: zip(*grads) gives what all workers found for one of them.",
        "Worker k has the weight sizes[k] / sizes.sum().",
        "Where sizes[k] is 0 the gradient is NaN, and 0 · NaN stays NaN: skip it.",
    ],
)
