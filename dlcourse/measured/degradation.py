"""Convolutional networks of 6 to 58 layers on digits, with batch norm, without and with skips.

The skip has no weights, so that both kinds have equally many: it takes every second pixel and
fills missing channels with zeros. For unit 10.
"""

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.model_selection import train_test_split
from torch import nn

from dlcourse.data import digits

SEEDS = range(5)
DEPTHS = (6, 18, 34, 58)
EPOCHS = 12


class Block(nn.Module):
    """Two convolutions of 3 x 3 with batch norm, around which x is carried if ``skip``."""

    def __init__(self, before, after, stride, skip):
        super().__init__()
        self.conv1 = nn.Conv2d(before, after, 3, stride, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(after)
        self.conv2 = nn.Conv2d(after, after, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(after)
        self.skip, self.stride, self.missing = skip, stride, after - before

    def forward(self, x):
        """Return (n, after, h / stride, w / stride)."""
        y = self.norm2(self.conv2(F.relu(self.norm1(self.conv1(x)))))
        if self.skip:
            x = x[:, :, :: self.stride, :: self.stride]
            y = y + F.pad(x, (0, 0, 0, 0, 0, self.missing))
        return F.relu(y)


def network(depth, skip):
    """Return a stem, two stages of blocks of 8 and 16 channels, the mean over places, a head."""
    blocks = (depth - 2) // 4
    layers = [nn.Conv2d(1, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8), nn.ReLU()]
    layers += [Block(8, 8, 1, skip) for _ in range(blocks)]
    layers += [Block(8, 16, 2, skip)] + [Block(16, 16, 1, skip) for _ in range(blocks - 1)]
    whole = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, 10))
    for part in whole.modules():
        if isinstance(part, nn.Conv2d):
            nn.init.kaiming_normal_(part.weight, nonlinearity="relu")
    return whole


def parts():
    """Return digits as tensors and the numbers of those to train on and to test on."""
    images = digits()
    X, y = torch.tensor(images.X, dtype=torch.float32), torch.tensor(images.y)
    train, rest = train_test_split(np.arange(len(y)), test_size=0.4, random_state=0, stratify=y)
    _, test = train_test_split(rest, test_size=0.5, random_state=0, stratify=y[rest])
    return X, y, train, test


def right(whole, X, y):
    """Return the share of images that are read correctly, in eval mode."""
    whole.eval()
    with torch.no_grad():
        return (whole(X).argmax(dim=1) == y).double().mean().item()


def train(depth, skip, seed, epochs=EPOCHS):
    """Return shares of training images read correctly after each epoch, and of test images."""
    X, y, seen, test = parts()
    torch.manual_seed(seed)
    whole, rng = network(depth, skip), np.random.default_rng(seed)
    optimizer = torch.optim.SGD(whole.parameters(), lr=0.05, momentum=0.9)
    shares = []
    for _ in range(epochs):
        whole.train()
        for batch in np.array_split(rng.permutation(seen), 17):
            optimizer.zero_grad()
            F.cross_entropy(whole(X[batch]), y[batch]).backward()
            optimizer.step()
        shares.append(right(whole, X[seen], y[seen]))
    return {
        "train": [round(share, 4) for share in shares],
        "test": round(right(whole, X[test], y[test]), 4),
        "parameters": sum(p.numel() for p in whole.parameters()),
    }


def measure(seed):
    """Return {plain or skip: {depth: what ``train`` returns}}."""
    return {
        name: {str(depth): train(depth, skip, seed) for depth in DEPTHS}
        for name, skip in (("plain", False), ("skip", True))
    }
