"""Unit 11: a body that is frozen, except that its batch normalization goes on averaging."""

import copy

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from dlcourse import data

from ._transfer import HAND, TEST, accuracy, canvas, few_per_class, train, with_new_head

SEEDS = (0, 1, 2, 3, 4)


def network():
    """Return the rig's network with batch normalization."""
    return nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(144, 32), nn.BatchNorm1d(32), nn.ReLU(),
        nn.Linear(32, 10),
    )  # fmt: skip


def train_head(source, X, y, batches, body_in_train_mode, seed):
    """Train a new head on a body whose weights are frozen; return the network."""
    model = with_new_head(copy.deepcopy(source), 10, seed)
    model[:-1].requires_grad_(False)
    model.train()
    model[:-1].train(body_in_train_mode)
    optimizer = torch.optim.Adam(model[-1].parameters(), 2e-2)
    for rows in batches:
        optimizer.zero_grad()
        F.cross_entropy(model(X[rows]), y[rows]).backward()
        optimizer.step()
    return model.eval()


def measure(seed):
    """Return the shares read correctly at 5 examples per class, by mode and order of batches."""
    images = data.printed_characters(4000, np.random.default_rng(0))
    P, p = canvas(images.X, False, 1), torch.tensor(images.y)
    X, y = canvas(HAND.X, False, 99), torch.tensor(HAND.y)
    torch.manual_seed(seed)
    source = network()
    groups = [{"params": source.parameters(), "lr": 3e-3}]
    train(source, P, p, groups, 300, seed, batch=64)
    rows, rng = few_per_class(HAND.y, 5, seed), np.random.default_rng(seed)
    orders = {
        "mixed": [rows[rng.permutation(50)[:32]] for _ in range(150)],
        # As a folder for each class delivers them, unshuffled.
        "one class at a time": [rows[step % 10 * 5 :][:5] for step in range(150)],
    }
    found = {}
    for order, batches in orders.items():
        for mode in ("eval", "train"):
            model = train_head(source, X, y, batches, mode == "train", seed)
            moved = (model[1].running_mean - source[1].running_mean).abs().max().item()
            share = accuracy(model, X[TEST], y[TEST])
            found.setdefault(order, {})[mode] = {"read": share, "running mean moved": moved}
    return found
