"""The rig of unit 11's experiments: one small network, and printed or handwritten digits for it."""

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.model_selection import train_test_split
from torch import nn

from dlcourse import data
from dlcourse.reference import random_shift

HAND = data.digits()
POOL, TEST = train_test_split(
    np.arange(len(HAND.y)), test_size=0.4, random_state=0, stratify=HAND.y
)
LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"


def network(classes=10):
    """Return a body of two convolutions and a dense layer, and a head: 6,218 weights for ten."""
    return nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(144, 32), nn.ReLU(),
        nn.Linear(32, classes),
    )  # fmt: skip


def canvas(images, bumped, seed):
    """Return (n, 1, 8, 8) images on 12 by 12 pixels, in the middle or up to 2 pixels off."""
    x = np.pad(images, ((0, 0), (0, 0), (2, 2), (2, 2)))
    if bumped:
        x = random_shift(x, 2, rng=np.random.default_rng(seed))
    return torch.tensor(x, dtype=torch.float32)


def train(model, X, y, groups, steps, seed, batch=32, watch=None):
    """Take ``steps`` steps of Adam; ``watch(step)`` is called before each and at the end."""
    optimizer, rng, order = torch.optim.Adam(groups), np.random.default_rng(seed), []
    for step in range(steps):
        if watch:
            watch(step)
        if len(order) < min(batch, len(y)):
            order = rng.permutation(len(y))
        rows, order = order[:batch], order[batch:]
        optimizer.zero_grad()
        F.cross_entropy(model(X[rows]), y[rows]).backward()
        optimizer.step()
    if watch:
        watch(steps)
    return model


def accuracy(model, X, y):
    """Return the share of images that the model names correctly."""
    with torch.no_grad():
        return (model(X).argmax(dim=1) == y).float().mean().item()


def few_per_class(y, k, seed):
    """Return the rows of ``k`` handwritten digits of each class, drawn from the pool."""
    rng = np.random.default_rng(seed)
    rows = [rng.choice(POOL[y[POOL] == c], k, replace=False) for c in range(10)]
    return np.concatenate(rows)


def pretrained(bumped, seed, characters="0123456789", shuffled=False):
    """Return a network trained for 700 steps on 4,000 printed characters."""
    images = data.printed_characters(4000, np.random.default_rng(0), characters)
    X, y = canvas(images.X, bumped, 1), torch.tensor(images.y)
    if shuffled:
        y = y[torch.tensor(np.random.default_rng(seed).permutation(len(y)))]
    torch.manual_seed(seed)
    model = network(len(characters))
    return train(model, X, y, model.parameters(), 700, seed, batch=64)


def with_new_head(model, classes, seed):
    """Give the network a last layer that has learned nothing; return it."""
    torch.manual_seed(100 + seed)
    model[-1] = nn.Linear(32, classes)
    return model
