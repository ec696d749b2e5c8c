"""Larger batches, and the rate that goes with them: digits, 64-64-10, SGD, ten epochs. For unit 18.

1,280 digits are learned from, the other 517 test. All runs see the same images equally often, so
a batch that is four times as large makes a quarter of the steps.
"""

import torch
import torch.nn.functional as F
from torch import nn

from dlcourse import data

SEEDS = range(5)
BASE_BATCH, BASE_LR, EPOCHS, N_TRAIN = 32, 0.1, 10, 1280
TIMES = (1, 4, 10, 40)
RULES = {"as it was": lambda k: 1, "root": lambda k: k**0.5, "linear": lambda k: k}


def digits():
    """Return images (n, 64) and labels (n,), to learn from and to test on, always the same."""
    all_ = data.digits()
    X, y = torch.tensor(all_.X).flatten(1).float(), torch.tensor(all_.y)
    order = torch.randperm(len(y), generator=torch.Generator().manual_seed(18))
    X, y = X[order], y[order]
    return (X[:N_TRAIN], y[:N_TRAIN]), (X[N_TRAIN:], y[N_TRAIN:])


def network(seed):
    """Return a network 64-64-10 with weights drawn from ``seed``."""
    torch.manual_seed(seed)
    return nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))


def train(batch, lr, seed, warmup_epochs=0):
    """Return the share of test images that are right after ten epochs of SGD."""
    (X, y), (X_test, y_test) = digits()
    model = network(seed)
    generator = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.SGD(model.parameters(), lr)
    warmup, step = warmup_epochs * len(X) // batch, 0
    for _ in range(EPOCHS):
        for rows in torch.randperm(len(X), generator=generator).split(batch):
            if step < warmup:
                optimizer.param_groups[0]["lr"] = BASE_LR + (lr - BASE_LR) * step / warmup
            else:
                optimizer.param_groups[0]["lr"] = lr
            optimizer.zero_grad()
            F.cross_entropy(model(X[rows]), y[rows]).backward()
            optimizer.step()
            step += 1
    with torch.no_grad():
        return float((model(X_test).argmax(1) == y_test).double().mean())


def noise(batch, seed, draws=100):
    """Return how far a batch's gradient lies from that of all images, in lengths of the latter."""
    (X, y), _ = digits()
    model = network(seed)
    weight = model[0].weight
    full = torch.autograd.grad(F.cross_entropy(model(X), y), weight)[0]
    generator = torch.Generator().manual_seed(seed)
    off = []
    for _ in range(draws):
        rows = torch.randint(0, len(X), (batch,), generator=generator)
        g = torch.autograd.grad(F.cross_entropy(model(X[rows]), y[rows]), weight)[0]
        off.append(float((g - full).norm() / full.norm()))
    return sum(off) / draws


def measure(seed):
    """Return {times the batch: {rule: accuracy}}, and the noise of a gradient by batch."""
    found = {}
    for k in TIMES:
        rules = RULES.items() if k > 1 else [("as it was", RULES["as it was"])]
        found[str(k)] = {rule: train(BASE_BATCH * k, BASE_LR * by(k), seed) for rule, by in rules}
        if k > 1:
            found[str(k)]["linear, warm-up"] = train(BASE_BATCH * k, BASE_LR * k, seed, 3)
    found["noise"] = {str(b): noise(b, seed) for b in (8, 32, 128, 512)}
    return found
