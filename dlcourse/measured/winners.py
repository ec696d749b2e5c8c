"""How far the best of many settings flatters itself on the patients that chose it. For unit 07.

Each seed is a split of the 569 biopsies: 190 train 60 small networks with random learning rate,
weight decay and start; of the 379 others the first few choose the winner, the rest judge it.
"""

import numpy as np

from dlcourse import data
from dlcourse import reference as ref

SEEDS = range(20)
PATIENTS = (10, 30, 60, 100, 190)
TRIED = (1, 2, 3, 5, 10, 20, 30, 40, 50, 60)


def sixty_networks(seed, count=60, hidden=8, steps=60):
    """Return whether each network is right about each of the others, (count, 379)."""
    table, rng = data.breast_cancer(), np.random.default_rng(seed)
    order = rng.permutation(len(table.y))
    fit, rest = order[:190], order[190:]
    mean, std = table.X[fit].mean(axis=0), table.X[fit].std(axis=0)
    X, y = (table.X[fit] - mean) / std, table.y[fit][:, None]
    lr = (10 ** rng.uniform(-3, 0.5, count))[:, None, None]
    decay = (10 ** rng.uniform(-4, 0, count))[:, None, None]
    W1 = rng.normal(size=(count, 30, hidden)) * np.sqrt(2 / 30)
    w2 = rng.normal(size=(count, hidden, 1)) * np.sqrt(2 / hidden)
    b1, b2 = np.zeros((count, 1, hidden)), np.zeros((count, 1, 1))
    for _ in range(steps):  # all networks at once: the first axis counts them
        H = np.maximum(X @ W1 + b1, 0)  # (count, patients, hidden)
        e = (ref.sigmoid(H @ w2 + b2) - y) / len(y)
        D = (e @ w2.swapaxes(1, 2)) * (H > 0)
        w2, b2 = w2 - lr * (H.swapaxes(1, 2) @ e + decay * w2), b2 - lr * e.sum(1, keepdims=True)
        W1, b1 = W1 - lr * (X.T @ D + decay * W1), b1 - lr * D.sum(1, keepdims=True)
    others = (table.X[rest] - mean) / std
    logits = (np.maximum(others @ W1 + b1, 0) @ w2 + b2)[..., 0]
    return (logits > 0) == table.y[rest]


def measure(seed):
    """Return {patients that choose: {settings tried: {"chosen on", "others"}}}, accuracies."""
    right = sixty_networks(seed)
    found = {}
    for patients in PATIENTS:
        judged, truth = right[:, :patients].mean(axis=1), right[:, patients:].mean(axis=1)
        best = {tried: judged[:tried].argmax() for tried in TRIED}
        found[str(patients)] = {
            str(tried): {"chosen on": round(judged[k], 4), "others": round(truth[k], 4)}
            for tried, k in best.items()
        }
    return found
