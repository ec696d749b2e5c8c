"""Lab 07, rescue: four sick training loops, one sound one."""

from itertools import combinations

import numpy as np
from scipy.special import expit

from dlcourse import reference, training
from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY

# What is still wrong, and what a tutor would say to it.
AILMENTS = {
    "twice": "Run A lives on: the sigmoid is applied twice, so no probability is below 1/2.",
    "added": "Run B lives on: gradients are added up and never cleared.",
    "sorted": "Run C lives on: patients come sorted by class, in the same order every epoch.",
    "table": "Run D lives on: (n, 1) minus (n,) is a table, and its mean has forgotten whose "
    "label is whose.",
}


def rescue_edges():
    # So large a step that the second epoch ends worse than the first: the last weights count.
    X, y = np.array([[1.0], [2.0], [-1.0], [3.0]]), np.array([0.0, 1.0, 1.0, 0.0])
    return [(np.array([[0.5]]), 0.0, X, y, 4.0, 2, 2, 2)]


def rescue_inputs(rng):
    def case(n, features, batch_size, epochs, lr):
        X = rng.normal(size=(n, features)) + 0.2
        y = rng.permutation(np.arange(n) % 3 == 0).astype(float)
        w, b = 0.5 * rng.normal(size=(features, 1)), float(rng.normal())
        return w, b, X, y, lr, batch_size, epochs, int(rng.integers(1, 10**6))

    return [
        case(7, 2, 3, 2, 0.5),
        case(8, 3, 4, 3, 0.2),
        case(int(rng.integers(12, 19)), 4, 5, 2, 0.3),
    ]


def loop(
    w, b, X, y, lr, batch_size, epochs, seed, *,
    twice=False, added=False, sorted=False, table=False,
    reorder=True, whole=False, move_b=True, summed=False, reseed=False,
):  # fmt: skip
    """Train the neuron; the options are ways to be ill."""
    rng, gw, gb = np.random.default_rng(seed), 0.0, 0.0
    by_class = np.argsort(y, kind="stable")
    for _ in range(epochs):
        if reseed:
            rng = np.random.default_rng(seed)
        order = by_class if sorted else rng.permutation(len(y)) if reorder else np.arange(len(y))
        end = len(y) // batch_size * batch_size if whole else len(y)
        for i in range(0, end, batch_size):
            rows = order[i : i + batch_size]
            p = expit(X[rows] @ w + b)
            if twice:
                p = expit(p)
            error = p - (y[rows].mean() if table else y[rows, None])
            n = 1 if summed else len(rows)
            gw, gb = added * gw + X[rows].T @ error / n, added * gb + error.sum() / n
            w, b = w - lr * gw, b - lr * gb * move_b
    return w, b


def with_fit(w, b, X, y, lr, batch_size, epochs, seed):
    layer = reference.Linear(len(w), 1, rng=np.random.default_rng(0))
    layer.weight[:], layer.bias[:] = w.T, b
    rng = np.random.default_rng(seed)
    training.fit(
        layer,
        reference.binary_cross_entropy_with_logits,
        reference.SGD(layer.parameters(), lr=lr),
        training.DataLoader((X, y[:, None]), batch_size, shuffle=True, rng=rng),
        epochs=epochs,
        progress=False,
    )
    return layer.weight.T, float(layer.bias[0])


def flat(w, b, X, y, lr, batch_size, epochs, seed):
    v, A, rng = np.append(w, b), np.c_[X, np.ones(len(X))], np.random.default_rng(seed)
    for _ in range(epochs):
        for rows in np.split(rng.permutation(len(y)), range(batch_size, len(y), batch_size)):
            v = v - lr * (expit(A[rows] @ v) - y[rows]) @ A[rows] / len(rows)
    return v[:-1, None], v[-1]


def patient_by_patient(w, b, X, y, lr, batch_size, epochs, seed):
    rng = np.random.default_rng(seed)
    for _ in range(epochs):
        order = rng.permutation(len(y)).tolist()
        while order:
            rows, order = order[:batch_size], order[batch_size:]
            errors = [expit(X[i] @ w[:, 0] + b) - y[i] for i in rows]
            gw = sum(e * X[i] for e, i in zip(errors, rows, strict=True)) / len(rows)
            w, b = w - lr * gw[:, None], b - lr * sum(errors) / len(rows)
    return w, b


def wrong(**options):
    return lambda *args: loop(*args, **options)


def in_place(w, b, *rest):
    w[:], b = loop(w, b, *rest)
    return w, b


def still_ill(names):
    """Return the mistake of leaving the ailments ``names`` as they were."""
    hint = " ".join(AILMENTS[name] for name in names)
    return Mistake(hint, wrong(**dict.fromkeys(names, True)), credit=1 - len(names) / 4)


EXERCISE = Exercise(
    "rescue",
    points=4,
    sitting=2,
    answer=flat,
    edges=rescue_edges,
    inputs=rescue_inputs,
    forbidden=LIBRARY,
    also_right=[loop, patient_by_patient, with_fit],
    mistakes=[
        *(still_ill(names) for k in (1, 2, 3, 4) for names in combinations(AILMENTS, k)),
        Mistake(
            "No longer sorted, but never shuffled either. Each epoch wants rng.permutation(n).",
            wrong(reorder=False),
            credit=0.75,
        ),
        Mistake(
            "Shuffled the same way in every epoch. Make the generator once, before the epochs, and "
            "draw a permutation in each.",
            wrong(reseed=True),
            credit=0.75,
        ),
        Mistake("The small last batch was left out.", wrong(whole=True), credit=0.75),
        Mistake("The bias never moved.", wrong(move_b=False), credit=0.5),
        Mistake(
            "The gradient was summed over the batch. Divide by the batch's length.",
            wrong(summed=True),
            credit=0.75,
        ),
        Mistake(
            "All four are healed, but w -= ... changed the caller's array. Copy it, or write "
            "w = w - lr * gradient.",
            in_place,
            credit=0.75,
        ),
    ],
    hints=[
        "The four loops differ from each other in one line each. Where three agree, trust them.",
        "Print the shape of p - y in run D, and the classes of the first batch in run C.",
        "y[rows][:, None] has the shape of p. The gradient of each batch starts from nothing.",
    ],
)
