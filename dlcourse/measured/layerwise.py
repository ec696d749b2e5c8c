"""Five sigmoid layers on the biopsies, pre-trained layer by layer or not. For unit 08, as history.

Each seed draws other weights and another order of the patients. Sigmoids take rate 1, ReLUs 0.1.
"""

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from dlcourse import data
from dlcourse.data import train_val_test_split

SEEDS = range(5)
STARTS = ("small random", "pre-trained", "ReLU and He")


def patients():
    """Return X (569, 30) and y (569, 1), then rows to train on and rows to test."""
    table = data.breast_cancer()
    fit, _, test = train_val_test_split(
        569, (0.6, 0.2, 0.2), np.random.default_rng(0), stratify=table.y
    )
    X = (table.X - table.X[fit].mean(axis=0)) / table.X[fit].std(axis=0)
    return torch.tensor(X), torch.tensor(table.y[:, None]).double(), fit, test


def pre_train(layer, h):
    """Train one layer so that its input can be rebuilt from its output; return that output."""
    back = nn.Linear(30, 30).double()
    optimizer = torch.optim.Adam([*layer.parameters(), *back.parameters()], lr=0.03)
    for _ in range(100):
        optimizer.zero_grad()
        torch.mean((back(torch.sigmoid(layer(h))) - h) ** 2).backward()
        optimizer.step()
    return torch.sigmoid(layer(h)).detach()


def network(start, h):
    """Return five layers and an output; ``h`` (n, 30) is what pre-training looks at."""
    layers = [nn.Linear(30, 30).double() for _ in range(5)]
    for layer in layers:
        nn.init.zeros_(layer.bias)
        if start == "ReLU and He":
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
        else:
            nn.init.normal_(layer.weight, std=0.1)
        if start == "pre-trained":
            h = pre_train(layer, h)
    act = nn.ReLU if start == "ReLU and He" else nn.Sigmoid
    stacked = [part for layer in layers for part in (layer, act())]
    return nn.Sequential(*stacked, nn.Linear(30, 1).double())


def measure(seed):
    """Return {start: how many of 42 cancers are found after 20 epochs of SGD}."""
    X, y, fit, test = patients()
    found = {}
    for start in STARTS:
        torch.manual_seed(seed)
        net, rng = network(start, X[fit]), np.random.default_rng(seed)
        optimizer = torch.optim.SGD(net.parameters(), lr=0.1 if start == "ReLU and He" else 1.0)
        for _ in range(20):
            for rows in np.array_split(rng.permutation(fit), 11):
                optimizer.zero_grad()
                F.binary_cross_entropy_with_logits(net(X[rows]), y[rows]).backward()
                optimizer.step()
        with torch.no_grad():
            found[start] = int((net(X[test])[y[test] == 1] > 0).sum())
    return found
