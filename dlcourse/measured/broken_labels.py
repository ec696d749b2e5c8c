"""Unit 11: augmentations that break the label, on digits and on real chest X-rays (MedMNIST)."""

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.metrics import roc_auc_score
from torch import nn

from dlcourse import data

from ._transfer import HAND, TEST, canvas, few_per_class, network

SEEDS = (0, 1, 2, 3, 4)
CHANGES = {
    "none": lambda x: x,
    "turned by 180 degrees": lambda x: x.flip(-1, -2),
    "mirrored": lambda x: x.flip(-1),
}


def train_changed(model, X, y, change, lr, steps, seed):
    """Train with Adam on batches of 32 in which every second image, by chance, is changed."""
    optimizer, rng = torch.optim.Adam(model.parameters(), lr), np.random.default_rng(seed)
    for _ in range(steps):
        rows = rng.choice(len(y), 32, replace=False)
        chosen = torch.tensor(rng.random(32) < 0.5)[:, None, None, None]
        x = torch.where(chosen, change(X[rows]), X[rows])
        optimizer.zero_grad()
        F.cross_entropy(model(x), y[rows]).backward()
        optimizer.step()
    return model


def on_digits(seed):
    """Return how 50 digits of each class are read after training with each change."""
    X, y = canvas(HAND.X, False, 99), torch.tensor(HAND.y)
    rows, true, found = few_per_class(HAND.y, 50, seed), HAND.y[TEST], {}
    for name, change in CHANGES.items():
        torch.manual_seed(seed)
        model = train_changed(network(), X[rows], y[rows], change, 3e-3, 500, seed)
        with torch.no_grad():
            read = model(X[TEST]).argmax(dim=1).numpy()
        swapped = ((read == 9) & (true == 6)) | ((read == 6) & (true == 9))
        found[name] = {"all": float((read == true).mean())}
        for digit in (2, 5, 6, 9):
            found[name][str(digit)] = float((read[true == digit] == digit).mean())
        found[name]["6 and 9 confused"] = float(swapped.sum() / np.isin(true, (6, 9)).sum())
    return found


def reader():
    """Return a small network for X-rays of 28 by 28 pixels."""
    return nn.Sequential(
        nn.Conv2d(1, 8, 5, 2, 2), nn.ReLU(), nn.Conv2d(8, 16, 3, 2, 1), nn.ReLU(),
        nn.Flatten(), nn.Linear(784, 2),
    )  # fmt: skip


def on_x_rays(seed):
    """Return the AUC of two questions to the same 1,500 X-rays, with mirrored copies and without.

    "side": we mirror half of them, and ask which.
    """
    rng = np.random.default_rng(seed)
    train, test = data.medmnist("pneumonia"), data.medmnist("pneumonia", "test")
    rows = rng.choice(len(train.y), 1500, replace=False)
    found = {}
    for task in ("side", "pneumonia"):
        sets = []
        for images, labels in ((train.X[rows], train.y[rows]), (test.X, test.y)):
            if task == "side":
                labels = rng.integers(0, 2, len(labels))
                images = np.where(labels[:, None, None, None] == 1, images[..., ::-1], images)
            sets.append((torch.tensor(images - 0.5), torch.tensor(labels)))
        (X, y), (X_test, y_test) = sets
        for name in ("none", "mirrored"):
            torch.manual_seed(seed)
            model = train_changed(reader(), X, y, CHANGES[name], 2e-3, 250, seed)
            with torch.no_grad():
                scores = model(X_test)
            score = roc_auc_score(y_test.numpy(), (scores[:, 1] - scores[:, 0]).numpy())
            found.setdefault(task, {})[name] = float(score)
    return found


def measure(seed):
    """Return both experiments."""
    return {"digits": on_digits(seed), "x-rays": on_x_rays(seed)}
