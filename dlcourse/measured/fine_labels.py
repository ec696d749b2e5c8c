"""Two labels, or ten that are summed to two? Digits stand in for skin diseases.

0, 3, 5, 6 and 8 are "malignant". The same network, but for its last layer, learns the two sides,
the ten digits, or ten labels drawn by chance within each side. For unit 15, after Esteva and
others (2017).
"""

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from dlcourse.data import digits
from dlcourse.metrics import roc_auc_score

from ._cases import fit, logits

SEEDS = range(5)
MALIGNANT = (0, 3, 5, 6, 8)
SIZES = (50, 100, 200, 500, 1000)
STEPS = 600


def split(n, seed):
    """Return n images (n, 64) with their digits to learn from, and the rest to test on."""
    images = digits()
    order = np.random.default_rng(seed).permutation(len(images.y))
    X, y = images.X.reshape(-1, 64).astype(np.float32), images.y
    return X[order[:n]], y[order[:n]], X[order[n:]], y[order[n:]]


def shuffled(fine, rng):
    """Return digits drawn by chance, each from its own side."""
    drawn, ill = fine.copy(), np.isin(fine, MALIGNANT)
    for side in (ill, ~ill):
        drawn[side] = rng.choice(np.unique(fine[side]), side.sum())
    return drawn


def model(outputs, hidden):
    """Return a network of one hidden layer, or a linear one where ``hidden`` is 0."""
    if not hidden:
        return nn.Linear(64, outputs)
    return nn.Sequential(nn.Linear(64, hidden), nn.ReLU(), nn.Linear(hidden, outputs))


def probabilities(X, labels, X_test, outputs, hidden, seed):
    """Return the test probabilities (n, outputs) of a network that learned these labels."""
    torch.manual_seed(seed)
    net = fit(model(outputs, hidden), X, labels, seed, STEPS, F.cross_entropy, lr=1e-2)
    return torch.softmax(torch.tensor(logits(net, X_test)), 1).numpy()


def measure(seed):
    """Return AUC and accuracy of "malignant" by hidden units, images and kind of labels."""
    found = {}
    for hidden in (0, 32):
        for n in SIZES:
            X, fine, X_test, fine_test = split(n, seed)
            ill, ill_test = (np.isin(y, MALIGNANT).astype(int) for y in (fine, fine_test))
            chance = shuffled(fine, np.random.default_rng(90 + seed))
            row = {}
            for kind, labels in (("two", ill), ("ten, summed", fine), ("ten, by chance", chance)):
                outputs = 2 if kind == "two" else 10
                p = probabilities(X, labels, X_test, outputs, hidden, seed)
                score = p[:, 1] if kind == "two" else p[:, MALIGNANT].sum(axis=1)
                row[kind] = {
                    "auc": roc_auc_score(ill_test, score),
                    "accuracy": float(((score > 0.5) == ill_test).mean()),
                }
                if kind == "ten, summed":
                    call = np.isin(p.argmax(axis=1), MALIGNANT)
                    row["arg max"] = {
                        "auc": roc_auc_score(ill_test, call.astype(float)),
                        "accuracy": float((call == ill_test).mean()),
                        "differ": float((call != (score > 0.5)).mean()),
                    }
            found.setdefault(str(hidden), {})[str(n)] = row
    return found
