"""Unit 11: printed digits lend a network to handwriting, with 1 to 100 examples of each class.

Shares read correctly, of 719. ``canvas``: "bumped" or "centred"; ``k``: examples per class.
"""

import copy

import torch
from torch import nn

from ._transfer import (
    HAND,
    LETTERS,
    TEST,
    accuracy,
    canvas,
    few_per_class,
    network,
    pretrained,
    train,
    with_new_head,
)

SEEDS = (0, 1, 2, 3, 4)
SIZES = (1, 5, 20, 100)
STEPS = (0, 25, 50, 100, 200, 400, 1000)
# Learning rates of the body and of the head.
TRAINED = {"fine-tuned": (3e-3, 3e-3), "discriminative": (3e-4, 2e-2), "too fast": (3e-2, 3e-2)}


def curve(model, groups, X, y, X_test, y_test, seed):
    """Train for the longest of STEPS; return the accuracy after each, by the number of steps."""
    found = {}

    def watch(step):
        if step in STEPS:
            found[str(step)] = accuracy(model, X_test, y_test)

    train(model, X, y, groups, STEPS[-1], seed, watch=watch)
    return found


def by_distance(features, y, unseen, y_test):
    """Return how well the nearest example, and the nearest prototype, name what is unseen."""
    prototypes = torch.stack([features[y == c].mean(dim=0) for c in range(10)])
    nearest = y[torch.cdist(unseen, features).argmin(dim=1)]
    mean = torch.cdist(unseen, prototypes).argmin(dim=1)
    return [(found == y_test).float().mean().item() for found in (nearest, mean)]


def on(bumped, seed):
    """Return all that is measured on one canvas."""
    X, labels = canvas(HAND.X, bumped, 99), torch.tensor(HAND.y)
    X_test, y_test = X[TEST], labels[TEST]
    torch.manual_seed(seed)
    sources = {
        "digits": pretrained(bumped, seed),
        "letters": pretrained(bumped, seed, LETTERS),
        "shuffled": pretrained(bumped, seed, shuffled=True),
        "random": network(),
    }
    found = {"as it comes": accuracy(sources["digits"], X_test, y_test)}
    for k in SIZES:
        rows = few_per_class(HAND.y, k, seed)
        Xk, yk = X[rows], labels[rows]
        here = found[str(k)] = {}
        pixels = by_distance(Xk.flatten(1), yk, X_test.flatten(1), y_test)
        here["neighbour"], here["prototypes in pixels"] = pixels
        for name, source in sources.items():
            with torch.no_grad():
                few, unseen = source[:-1](Xk), source[:-1](X_test)
            here[f"prototypes, {name}"] = by_distance(few, yk, unseen, y_test)[1]
            torch.manual_seed(100 + seed)
            head = nn.Linear(32, 10)
            groups = [{"params": head.parameters(), "lr": 2e-2}]
            here[f"frozen, {name}"] = curve(head, groups, few, yk, unseen, y_test, seed)
        for name, (slow, fast) in TRAINED.items():
            model = with_new_head(copy.deepcopy(sources["digits"]), 10, seed)
            groups = [
                {"params": model[:-1].parameters(), "lr": slow},
                {"params": model[-1].parameters(), "lr": fast},
            ]
            here[name] = curve(model, groups, Xk, yk, X_test, y_test, seed)
        torch.manual_seed(200 + seed)
        model = network()
        groups = [{"params": model.parameters(), "lr": 3e-3}]
        here["scratch"] = curve(model, groups, Xk, yk, X_test, y_test, seed)
    return found


def measure(seed):
    """Return {canvas: {"as it comes", k: {method: share, or {steps: share}}}}."""
    return {"bumped": on(True, seed), "centred": on(False, seed)}
