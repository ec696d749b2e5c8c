"""Lab 08, variance_law: mean squares through a stack of layers, measured and predicted."""

from itertools import pairwise

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY

BENDS = {"linear": lambda z: z, "relu": lambda z: np.maximum(z, 0), "tanh": np.tanh}


def variance_law_edges():
    X = np.array([[1.0, 2.0, -1.0], [0.0, 1.0, 1.0]])
    first = np.array([[1.0, 0.0, 2.0], [-1.0, 1.0, 0.0]])
    second = np.array([[1.0, -2.0], [0.5, 1.0], [2.0, 0.0], [1.0, 1.0]])
    return [(X, first, second, activation) for activation in BENDS]


def variance_law_inputs(rng):
    def case(activation, rows, sizes, scale=1.0, mean=0.0):
        X = mean + rng.normal(size=(rows, sizes[0]))
        first, second = (scale * rng.normal(size=(b, a)) / np.sqrt(a) for a, b in pairwise(sizes))
        return X, first, second, activation

    return [
        case("relu", 5, (4, 6, 3), mean=0.5),
        case("tanh", 7, (3, 3, 3), scale=2.0),
        case("linear", 4, (5, 2, 4), mean=1.0),
        case("relu", 6, (8, 8, 8), scale=1.4),
    ]


def law(
    X,
    first,
    second,
    activation,
    spread=lambda a: np.mean(a**2),
    of_weights=lambda w: np.mean(w**2),
    terms=lambda w: w.shape[1],
    bends=BENDS,
    after=False,
    chained=False,
    from_input=False,
    bent_input=False,
):
    """Return (measured, predicted) by hand; mistakes change one of the named parts."""
    h, measured, predicted = X, [], []
    if bent_input:
        h = bends[activation](h)
    for w in (first, second):
        source = spread(X if from_input else h)
        if chained and predicted:
            source = predicted[-1]
        predicted.append(terms(w) * of_weights(w) * source)
        z = h @ w.T
        h = bends[activation](z)
        measured.append(spread(h if after else z))
    return np.array(measured), np.array(predicted)


def mistaken(**changed):
    """Return ``law`` with the named parts changed."""

    def variance_law(X, first, second, activation):
        return law(X, first, second, activation, **changed)

    return variance_law


def variance_law_answer(X, first, second, activation):
    h, measured, predicted = X, [], []
    for w in (first, second):
        predicted.append(w.shape[1] * np.mean(w**2) * np.mean(h**2))
        z = h @ w.T
        measured.append(np.mean(z**2))
        h = BENDS[activation](z)
    return np.array(measured), np.array(predicted)


def by_sums(X, first, second, activation):
    rows = []
    h = X.T
    for w in (first, second):
        z = np.einsum("oi,ip->op", w, h)
        rows.append([(z * z).sum() / z.size, (w * w).sum() / len(w) * (h * h).sum() / h.size])
        h = {"relu": z * (z > 0), "tanh": np.tanh(z)}.get(activation, z)
    return tuple(np.array(rows).T)


def by_moments(X, first, second, activation):
    def square(a):
        return a.var() + a.mean() ** 2

    inputs, sums = [X], []
    for w in (first, second):
        sums.append(inputs[-1].dot(w.T))
        inputs.append(BENDS[activation](sums[-1]))
    told = [
        w.shape[1] * square(w) * square(h) for w, h in zip((first, second), inputs, strict=False)
    ]
    return np.array([square(z) for z in sums]), np.array(told)


def variance_law_root(X, first, second, activation):
    return tuple(np.sqrt(part) for part in law(X, first, second, activation))


def halved_again(X, first, second, activation):
    measured, predicted = law(X, first, second, activation)
    return measured, predicted / 2 if activation == "relu" else predicted


EXERCISE = Exercise(
    "variance_law",
    points=3,
    answer=variance_law_answer,
    edges=variance_law_edges,
    inputs=variance_law_inputs,
    forbidden=LIBRARY,
    also_right=[law, by_sums, by_moments],
    mistakes=[
        Mistake(
            "You measured variances, np.var. After a ReLU the mean is not 0, and the law holds for "
            "the mean square: np.mean(h**2).",
            mistaken(spread=np.var, of_weights=np.var),
            credit=0.5,
        ),
        Mistake(
            "The inputs' variance is not enough: the law wants their mean square, np.mean(h**2).",
            lambda X, first, second, activation: (
                law(X, first, second, activation)[0],
                law(X, first, second, activation, spread=np.var)[1],
            ),
            credit=0.5,
        ),
        Mistake(
            "n is how many numbers each sum adds up: the inputs, w.shape[1]. You took the outputs.",
            mistaken(terms=lambda w: w.shape[0]),
        ),
        Mistake(
            "n times the mean square of the weights: you counted all weights of the layer.",
            mistaken(terms=lambda w: w.size),
        ),
        Mistake(
            "The factor n is missing: each output adds up n products.",
            mistaken(terms=lambda w: 1),
        ),
        Mistake(
            "Measure the weighted sums, before the activation. You measured after it.",
            mistaken(after=True),
            credit=0.5,
        ),
        Mistake(
            "Each prediction starts from what really enters its layer. Yours starts from the "
            "prediction before it, as if there were no activation.",
            mistaken(chained=True),
        ),
        Mistake(
            "Each layer reads the layer before it. All your predictions read X.",
            mistaken(from_input=True),
        ),
        Mistake(
            "The activation comes after each weighted sum. The first layer reads X as it is.",
            mistaken(bent_input=True),
        ),
        Mistake(
            "`activation` is ignored: without the activation these are linear layers.",
            mistaken(bends=dict.fromkeys(BENDS, lambda z: z)),
        ),
        Mistake(
            "You halved for the ReLU, but its half is lost already: the next layer's h is measured "
            "after the activation. Predict with the mean square of what enters.",
            halved_again,
            credit=0.5,
        ),
        Mistake("You took the root: the mean of the squares is asked.", variance_law_root),
        Mistake(
            "Right numbers, wrong order: measured first, then predicted.",
            lambda X, first, second, activation: law(X, first, second, activation)[::-1],
            credit=0.75,
        ),
        Mistake(
            "You summed the squares; take their mean.",
            mistaken(spread=lambda a: np.sum(a**2)),
        ),
        Mistake(
            "The mean size of the weights, squared, is not the mean of their squares.",
            mistaken(of_weights=lambda w: np.mean(np.abs(w)) ** 2),
        ),
    ],
    hints=[
        "Start with h = X. For each w: z = h @ w.T, then h = the activation of z.",
        "Measured is np.mean(z**2). Predicted needs h from before the layer: "
        "w.shape[1] * np.mean(w**2) * np.mean(h**2).",
        "Append both to lists inside the loop, and return np.array(measured), np.array(predicted).",
    ],
)
