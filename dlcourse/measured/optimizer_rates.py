"""How many learning rates work, by optimizer: 600 digits, 64-32-10 tanh, five epochs. For unit 05.

Batches of 32, the same starts and the same order for all. Each optimizer gets the same 33 rates,
four a decade from 1e-6 to 100, and torch's defaults for all else. Kept is the loss on all 600.
"""

import torch
import torch.nn.functional as F

from dlcourse import data

SEEDS = range(5)
RATES = tuple(10 ** (quarter / 4) for quarter in range(-24, 9))
OPTIMIZERS = {
    "plain": (torch.optim.SGD, {}),
    "momentum": (torch.optim.SGD, {"momentum": 0.9}),
    "Adagrad": (torch.optim.Adagrad, {}),
    "RMSprop": (torch.optim.RMSprop, {}),
    "Adam": (torch.optim.Adam, {}),
}
EPOCHS, BATCH = 5, 32


def digits():
    """Return 600 images (600, 64), centred, and their labels."""
    all_ = data.digits()
    X = torch.tensor(all_.X[:600]).double().flatten(1)
    return X - X.mean(0), torch.tensor(all_.y[:600])


def train(name, lr, seed):
    """Return the loss on all images after five epochs, at most a million."""
    X, y = digits()
    torch.manual_seed(seed)
    model = torch.nn.Sequential(
        torch.nn.Linear(64, 32), torch.nn.Tanh(), torch.nn.Linear(32, 10)
    ).double()
    kind, options = OPTIMIZERS[name]
    optimizer = kind(model.parameters(), lr=lr, **options)
    for _ in range(EPOCHS):
        for rows in torch.randperm(len(X)).split(BATCH):
            optimizer.zero_grad()
            F.cross_entropy(model(X[rows]), y[rows]).backward()
            optimizer.step()
    with torch.no_grad():
        loss = F.cross_entropy(model(X), y).item()
    return loss if loss < 1e6 else 1e6


def measure(seed):
    """Return {optimizer: loss at each of RATES}."""
    return {name: [train(name, lr, seed) for lr in RATES] for name in OPTIMIZERS}
