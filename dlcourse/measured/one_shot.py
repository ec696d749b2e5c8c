"""Unit 11: one example of each class, drawn a hundred times: how much the draw decides."""

import torch

from ._transfer import HAND, TEST, canvas, few_per_class, network, pretrained

SEEDS = (0, 1, 2, 3, 4)
DRAWS = 100


def shares(features, y, unseen, y_test):
    """Return the share that the nearest example names correctly, for each draw."""
    found = []
    for draw in range(DRAWS):
        rows = few_per_class(HAND.y, 1, 1000 + draw)
        named = y[rows][torch.cdist(unseen, features[rows]).argmin(dim=1)]
        found.append((named == y_test).float().mean().item())
    return found


def measure(seed):
    """Return the shares of all draws, in pixels, on printed features and on random ones."""
    X, y = canvas(HAND.X, True, 99), torch.tensor(HAND.y)
    torch.manual_seed(200 + seed)
    bodies = {"printed": pretrained(True, seed)[:-1], "random": network()[:-1]}
    bodies["pixels"] = torch.nn.Flatten()
    found = {}
    for name, body in bodies.items():
        with torch.no_grad():
            features = body(X)
        found[name] = shares(features, y, features[TEST], y[TEST])
    return found
