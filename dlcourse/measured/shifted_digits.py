"""Digits on a larger canvas, read by a network that saw them shifted or did not. For unit 08.

Canvas of 12 by 12 pixels around digits of 8 by 8; 144-64-10, 25 epochs; 1,300 to train on.
"""

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from dlcourse import data
from dlcourse import reference as ref

SEEDS = range(5)
KINDS = {"as they are": 0, "shifted": 2}


def canvas():
    """Return the digits (1797, 1, 12, 12) and their labels."""
    digits = data.digits()
    return np.pad(digits.X.reshape(-1, 1, 8, 8), ((0, 0), (0, 0), (2, 2), (2, 2))), digits.y


def train(images, labels, shift, seed):
    """Return a network that was shown each image moved by up to ``shift`` pixels each way."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    network = nn.Sequential(nn.Flatten(), nn.Linear(144, 64), nn.ReLU(), nn.Linear(64, 10)).double()
    optimizer = torch.optim.Adam(network.parameters(), lr=0.005)
    for _ in range(25):
        for rows in np.array_split(rng.permutation(len(images)), 40):
            shown = ref.random_shift(images[rows], shift, rng=rng) if shift else images[rows]
            optimizer.zero_grad()
            loss = F.cross_entropy(network(torch.tensor(shown)), torch.tensor(labels[rows]).long())
            loss.backward()
            optimizer.step()
    return network


def right(network, images, labels):
    """Return the share of images that are read correctly."""
    with torch.no_grad():
        read = network(torch.tensor(images)).argmax(dim=1).numpy()
    return float((read == labels).mean())


def measure(seed):
    """Return {kind: shares of 497 read correctly}, and of turned sixes those read as 9."""
    images, labels = canvas()
    held, truth = images[1300:], labels[1300:]
    turned = held[truth == 6][:, :, ::-1, ::-1].copy()
    found = {}
    for kind, shift in KINDS.items():
        network = train(images[:1300], labels[:1300], shift, seed)
        found[kind] = {
            "centred": right(network, held, truth),
            "moved": right(network, np.roll(held, 1, axis=3), truth),  # one pixel to the right
            "turned sixes read as 9": right(network, turned, 9),
        }
    return found
