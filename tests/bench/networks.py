"""One epoch of a network with two convolutions, ours and torch's."""

import numpy as np
import torch
from sklearn.datasets import load_digits
from torch import nn

from dlcourse.reference import SGD, Conv2d, Flatten, Linear, MaxPool2d, ReLU, Sequential

BATCH = 64


def digits():
    """Return scikit-learn's 1797 digits, (n, 1, 8, 8), and their classes."""
    data = load_digits()
    return (data.images[:, None] / 16).astype(np.float32), data.target


def images(n=1920):
    """Return made-up images, (n, 1, 28, 28), in ten classes; only their size matters here."""
    rng = np.random.default_rng(0)
    return rng.random((n, 1, 28, 28), np.float32), rng.integers(0, 10, n)


def our_epoch(x, y, loss, loss_backward):
    """Return a function that trains for one epoch and returns the last batch's loss."""
    rng, side = np.random.default_rng(0), x.shape[-1] // 4
    own = {"rng": rng, "dtype": np.float32}
    network = Sequential(
        Conv2d(1, 8, 3, padding=1, **own),
        ReLU(),
        MaxPool2d(2),
        Conv2d(8, 16, 3, padding=1, **own),
        ReLU(),
        MaxPool2d(2),
        Flatten(),
        Linear(16 * side * side, 10, **own),
    )
    optimizer = SGD(network.parameters(), lr=0.1)

    def epoch():
        for first in range(0, len(x), BATCH):
            scores = network.forward(x[first : first + BATCH])
            target = y[first : first + BATCH]
            last = loss(scores, target)
            network.backward(loss_backward(np.float32(1), scores, target))
            optimizer.step(network.gradients())
        return last

    return epoch


def torch_epoch(x, y):
    """Return the same with torch.nn."""
    side = x.shape[-1] // 4
    torch.manual_seed(0)
    network = nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(16 * side * side, 10),
    )
    optimizer, loss = torch.optim.SGD(network.parameters(), lr=0.1), nn.CrossEntropyLoss()
    x, y = torch.from_numpy(x), torch.from_numpy(y)

    def epoch():
        for first in range(0, len(x), BATCH):
            last = loss(network(x[first : first + BATCH]), y[first : first + BATCH])
            optimizer.zero_grad()
            last.backward()
            optimizer.step()
        return last.item()

    return epoch
