"""What restrains a network with few patients and many inputs, with and without. For unit 08.

Each seed draws 40 biopsies; the other 529 are for the test. The inputs are the 30 measurements and
all 465 of their products and squares, all standardized by the 40 and cut off at five standard
deviations. One network of 64 hidden units for each restraint, 300 steps with all 40.
"""

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from dlcourse import data

SEEDS = range(20)
NONE = {"decay": 0.0, "inputs": 0.0, "hidden": 0.0}
KINDS = {
    "none": NONE,
    "weight decay 0.01": NONE | {"decay": 0.01},
    "weight decay 0.1": NONE | {"decay": 0.1},
    "weight decay 1": NONE | {"decay": 1.0},
    "dropout, hidden": NONE | {"hidden": 0.5},
    "dropout, inputs": NONE | {"inputs": 0.5},
}


def patients(seed):
    """Return inputs (40, 495) and labels (40,) to train on, then those of the other 529."""
    table, upper = data.breast_cancer(), np.triu_indices(30)
    order = np.random.default_rng(seed).permutation(569)
    few, others = order[:40], order[40:]
    Z = (table.X - table.X[few].mean(axis=0)) / table.X[few].std(axis=0)
    X = np.hstack([Z, Z[:, upper[0]] * Z[:, upper[1]]])
    X = ((X - X[few].mean(axis=0)) / X[few].std(axis=0)).clip(-5, 5)
    return tuple(torch.tensor(a[rows]).double() for rows in (few, others) for a in (X, table.y))


def train(X, y, seed, decay, inputs, hidden):
    """Return the network, in evaluation mode; the decay spares the biases."""
    torch.manual_seed(seed)
    network = nn.Sequential(
        nn.Dropout(inputs), nn.Linear(495, 64), nn.ReLU(), nn.Dropout(hidden),
        nn.Linear(64, 1), nn.Flatten(0),
    ).double()  # fmt: skip
    weights = [p for p in network.parameters() if p.ndim > 1]
    biases = [p for p in network.parameters() if p.ndim == 1]
    groups = [{"params": weights, "weight_decay": decay}, {"params": biases}]
    optimizer = torch.optim.SGD(groups, lr=0.05, momentum=0.9)
    for _ in range(300):
        optimizer.zero_grad()
        F.binary_cross_entropy_with_logits(network(X), y).backward()
        optimizer.step()
    return network.eval()


def score(network, X, y):
    """Return the loss in nats and the share of wrong diagnoses."""
    with torch.no_grad():
        logits = network(X)
    wrong = ((logits > 0) != (y > 0.5)).double().mean().item()
    return {"loss": F.binary_cross_entropy_with_logits(logits, y).item(), "wrong": wrong}


def measure(seed):
    """Return {kind: {"train": {"loss", "wrong"}, "test": {"loss", "wrong"}}}."""
    X, y, X_test, y_test = patients(seed)
    found = {}
    for kind, how in KINDS.items():
        network = train(X, y, seed, **how)
        found[kind] = {"train": score(network, X, y), "test": score(network, X_test, y_test)}
    return found
