"""A hidden layer against a single neuron: cancers found, and odd digits, under cross-validation.

Each seed cuts the rows anew and starts the networks anew. For unit 03.
"""

from itertools import pairwise

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import StratifiedKFold

from dlcourse import reference as ref
from dlcourse.data import breast_cancer

SEEDS = range(5)


def trained(sizes, X, y, rng, steps, lr=0.5):
    """Return a dense network with ReLU between its layers, trained on yes or no."""
    layers = []
    for inputs, outputs in pairwise(sizes):
        layers += [ref.ReLU(), ref.Linear(inputs, outputs, rng=rng)]
    network = ref.Sequential(*layers[1:])
    optimizer = ref.SGD(network.parameters(), lr=lr)
    target = y[:, None].astype(float)
    for _ in range(steps):
        z = network.forward(X)
        network.backward(ref.binary_cross_entropy_with_logits_backward(1.0, z, target))
        optimizer.step(network.gradients())
    return network


def logits_of_unseen(X, y, hidden, folds, steps, seed):
    """Return one logit for each row, from a network that has not seen that row."""
    logits = np.zeros(len(y))
    splits = StratifiedKFold(folds, shuffle=True, random_state=seed).split(X, y)
    for fold, (seen, unseen) in enumerate(splits):
        mean, std = X[seen].mean(axis=0), X[seen].std(axis=0)
        std = np.where(std > 0, std, 1)
        rng = np.random.default_rng([seed, fold])
        sizes = [X.shape[1], *hidden, 1]
        network = trained(sizes, (X[seen] - mean) / std, y[seen], rng, steps)
        logits[unseen] = network.forward((X[unseen] - mean) / std)[:, 0]
    return logits


def biopsies(seed):
    """Return, for no and for 16 hidden units, how many cancers were missed, and more."""
    table = breast_cancer()
    y = table.y
    alarms = {
        name: logits_of_unseen(table.X, y, hidden, 10, 400, seed) > 0
        for name, hidden in (("none", []), ("16 units", [16]))
    }
    found = {
        name: {
            "missed": int((~alarm & (y == 1)).sum()),
            "false alarms": int((alarm & (y == 0)).sum()),
            "right": float((alarm == y).mean()),
        }
        for name, alarm in alarms.items()
    }
    differ = alarms["none"] != alarms["16 units"]
    found["differ"] = int(differ.sum())
    found["16 units right there"] = int((alarms["16 units"] == y)[differ].sum())
    return found


def odd_digits(seed):
    """Return the share of digits rightly called odd or even, for no and for 32 hidden units."""
    digits = load_digits()
    odd = digits.target % 2
    return {
        name: float(((logits_of_unseen(digits.data, odd, hidden, 5, 250, seed) > 0) == odd).mean())
        for name, hidden in (("none", []), ("32 units", [32]))
    }


def measure(seed):
    """Return both comparisons for one seed."""
    return {"biopsies": biopsies(seed), "odd digits": odd_digits(seed)}
