"""Dense networks of 6 to 58 layers on digits, without and with skips, and how a branch starts.

Width 32, He's initialization, no normalization unless the kind says so. For unit 10.
"""

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from .degradation import parts

SEEDS = range(5)
DEPTHS = (6, 18, 34, 58)
KINDS = ("plain", "skip", "zero", "norm")
LEARNING_RATES = (0.3, 0.1, 0.03, 0.01, 0.003)
WIDTH, EPOCHS = 32, 20


class Block(nn.Module):
    """relu(branch) or relu(x + branch), where the branch is a layer, a ReLU and a layer.

    ``zero`` starts the second layer at 0; ``norm`` has batch norm behind it instead.
    """

    def __init__(self, kind):
        super().__init__()
        self.branch = nn.Sequential(layer(WIDTH, WIDTH), nn.ReLU(), layer(WIDTH, WIDTH))
        if kind == "zero":
            nn.init.zeros_(self.branch[2].weight)
        if kind == "norm":
            self.branch.append(nn.BatchNorm1d(WIDTH))
        self.skip = kind != "plain"

    def forward(self, x):
        """Return (n, WIDTH)."""
        return F.relu(x + self.branch(x) if self.skip else self.branch(x))


def layer(inputs, outputs):
    """Return a dense layer with He's weights and biases of 0."""
    made = nn.Linear(inputs, outputs)
    nn.init.kaiming_normal_(made.weight, nonlinearity="relu")
    nn.init.zeros_(made.bias)
    return made


def network(depth, kind):
    """Return a stem, blocks of two layers, and a head: ``depth`` layers with weights."""
    blocks = [Block(kind) for _ in range((depth - 2) // 2)]
    return nn.Sequential(layer(64, WIDTH), nn.ReLU(), *blocks, layer(WIDTH, 10))


def alike(h):
    """Return the mean cosine between two patients, rows of ``h``."""
    return F.normalize(h.double(), dim=1).mean(dim=0).square().sum().item()


def at_the_start(whole, X, y):
    """Return what 1,078 patients have become before the head, and the gradients' ratio."""
    h = whole[:-1](X).detach()
    F.cross_entropy(whole(X), y).backward()
    first, last = (p.grad.double().norm().item() for p in (whole[0].weight, whole[-1].weight))
    whole.zero_grad()
    return {
        "alike": round(alike(h), 5),
        "rms": round(h.double().square().mean().sqrt().item(), 4),
        "gradient": round(first / last, 4),
    }


def train(depth, kind, seed, lr=0.1):
    """Return how the network starts, and shares of images read correctly at the end."""
    X, y, seen, test = parts()
    X = X.flatten(1)
    torch.manual_seed(seed)
    whole, rng = network(depth, kind), np.random.default_rng(seed)
    start = at_the_start(whole, X[seen], y[seen])
    optimizer = torch.optim.SGD(whole.parameters(), lr=lr)
    whole.train()
    for _ in range(EPOCHS):
        for batch in np.array_split(rng.permutation(seen), 34):
            optimizer.zero_grad()
            F.cross_entropy(whole(X[batch]), y[batch]).backward()
            nn.utils.clip_grad_norm_(whole.parameters(), 5.0)
            optimizer.step()
    whole.eval()
    with torch.no_grad():
        right = (whole(X).argmax(dim=1) == y).double()
    return start | {"train": round(right[seen].mean().item(), 4),
                    "test": round(right[test].mean().item(), 4)}  # fmt: skip


def measure(seed):
    """Return {kind: {depth: ...}}, and of the deepest {kind: {learning rate: training share}}."""
    by_depth = {kind: {str(d): train(d, kind, seed) for d in DEPTHS} for kind in KINDS}
    deepest = {
        kind: {str(lr): train(DEPTHS[-1], kind, seed, lr)["train"] for lr in LEARNING_RATES}
        for kind in KINDS
    }
    return {"by depth": by_depth, "by learning rate": deepest}
