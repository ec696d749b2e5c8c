"""The rig of unit 16's signals: a small network for one channel, trained and asked."""

import torch
import torch.nn.functional as F
from torch import nn

KERNEL = 7


def network(strides=(4, 1, 1), dilations=(1, 1, 1), kernel=KERNEL, channels=8):
    """Return three 1-D convolutions with batch norm, a mean over time, and one logit."""
    layers, before = [], 1
    for stride, dilation in zip(strides, dilations, strict=True):
        padding = dilation * (kernel - 1) // 2
        layers += [
            nn.Conv1d(before, channels, kernel, stride, padding, dilation),
            nn.BatchNorm1d(channels),
            nn.ReLU(),
        ]
        before = channels
    return nn.Sequential(*layers, nn.AdaptiveAvgPool1d(1), nn.Flatten(), nn.Linear(channels, 1))


def fit(model, X, y, seed, epochs=12):
    """Return the model, trained by Adam on signals (n, 1, samples) and bools (n,)."""
    X, y = torch.tensor(X), torch.tensor(y).float()
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    generator = torch.Generator().manual_seed(seed)
    model.train()
    for _ in range(epochs):
        for rows in torch.randperm(len(X), generator=generator).split(32):
            optimizer.zero_grad()
            F.binary_cross_entropy_with_logits(model(X[rows])[:, 0], y[rows]).backward()
            optimizer.step()
    return model.eval()


def logits(model, X):
    """Return one logit for each signal, (n,)."""
    with torch.no_grad():
        return model(torch.tensor(X))[:, 0].numpy()
