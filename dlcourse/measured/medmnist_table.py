"""A small CNN beside the published table of MedMNIST: AUC and accuracy, with intervals.

The official splits; 1 is pneumonia, or malignant. Sets that are not in the cache are left out, so
that nothing is fetched. For unit 15.
"""

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from dlcourse.data import available, medmnist
from dlcourse.metrics import accuracy, auc_interval, roc_auc_score

from ._cases import logits

SEEDS = range(5)
EPOCHS = {"breast": 30, "pneumonia": 4, "retina": 20, "derma": 5}
BINARY = ("breast", "pneumonia")


def small_cnn(channels, outputs):
    """Return three convolutions of stride 2 and a dense layer, for 28 x 28 pixels."""
    return nn.Sequential(
        nn.Conv2d(channels, 8, 3, 2, 1), nn.ReLU(), nn.Conv2d(8, 16, 3, 2, 1), nn.ReLU(),
        nn.Conv2d(16, 16, 3, 2, 1), nn.ReLU(), nn.Flatten(), nn.Linear(256, outputs),
    )  # fmt: skip


def parts(name):
    """Return training and test images, minus 0.5, with their classes, 1 for ill where two."""
    found = []
    for part in ("train", "test"):
        images = medmnist(name, part)
        y = 1 - images.y if name == "breast" else images.y  # there 0 is malignant
        found.append((torch.tensor(images.X - 0.5), y))
    return found


def scores(name, seed):
    """Return the test classes and the logits of a network trained with batches of 64."""
    (X, y), (X_test, y_test) = parts(name)
    outputs, target = len(np.unique(y)), torch.tensor(y)
    torch.manual_seed(seed)
    model = small_cnn(X.shape[1], outputs)
    optimizer = torch.optim.Adam(model.parameters(), 3e-3)
    for _ in range(EPOCHS[name]):
        for rows in torch.randperm(len(y)).split(64):
            optimizer.zero_grad()
            F.cross_entropy(model(X[rows]), target[rows]).backward()
            optimizer.step()
    return y_test, logits(model.eval(), X_test)


def judged(name, y, z):
    """Return AUC (of several classes the mean of each against the rest) and accuracy."""
    p = torch.softmax(torch.tensor(z), 1).numpy()
    right = accuracy(np.ones(len(y), int), (z.argmax(axis=1) == y).astype(int))
    found = {"accuracy": list(right[2:]), "n": len(y), "largest class": float(np.bincount(y).max())}
    found["largest class"] /= len(y)
    if name in BINARY:
        found["auc"] = list(auc_interval(y, p[:, 1]))
    else:
        each = [roc_auc_score((y == k).astype(int), p[:, k]) for k in range(p.shape[1])]
        found["auc"] = [float(np.mean(each))]
    return found


def measure(seed):
    """Return what each set in the cache gives."""
    return {name: judged(name, *scores(name, seed)) for name in EPOCHS if available(name)}
