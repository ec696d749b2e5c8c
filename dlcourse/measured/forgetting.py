"""Unit 11: what a network still knows of its old task while it learns a new one.

Shares read correctly after each of STEPS, as [old task, new task].
"""

import copy

import numpy as np
import torch
from torch import nn

from dlcourse import data

from ._transfer import (
    HAND,
    POOL,
    TEST,
    accuracy,
    canvas,
    few_per_class,
    network,
    pretrained,
    train,
)

SEEDS = (0, 1, 2, 3, 4)
STEPS = (0, 1, 3, 10, 30, 100, 300)
RATES = {
    "all, 1e-4": 1e-4,
    "all, 1e-3": 1e-3,
    "all, 1e-2": 1e-2,
    "all, 3e-2": 3e-2,
    "head only, 1e-2": 1e-2,
    "all, 1e-3, with 50 old images": 1e-3,
}


def path(model, part, lr, X, y, old, new, seed):
    """Train ``part`` of the model; return [old, new] accuracy after each of STEPS."""
    found = {}

    def watch(step):
        if step in STEPS:
            found[str(step)] = [accuracy(model, *old), accuracy(model, *new)]

    groups = [{"params": part.parameters(), "lr": lr}]
    train(model, X, y, groups, STEPS[-1], seed, watch=watch)
    return found


def printed_then_handwritten(X, y, seed):
    """Return a path for each way of going on, with one head for both."""
    source = pretrained(True, seed)
    images = data.printed_characters(1500, np.random.default_rng(1))
    P, p = canvas(images.X, True, 2), torch.tensor(images.y)
    rows = few_per_class(HAND.y, 20, seed)
    found = {}
    for name, lr in RATES.items():
        model, Xk, yk = copy.deepcopy(source), X[rows], y[rows]
        if "old images" in name:  # repeated, to make up a third of each batch
            Xk, yk = torch.cat([Xk, P[:50], P[:50]]), torch.cat([yk, p[:50], p[:50]])
        part = model[-1] if "head" in name else model
        old, new = (P[500:], p[500:]), (X[TEST], y[TEST])
        found[name] = path(model, part, lr, Xk, yk, old, new, seed)
    return found


def low_then_high(X, y, seed):
    """Return the path from the digits 0 to 4 to 5 to 9, what a new head still reads, and more."""
    low, high = POOL[HAND.y[POOL] < 5], POOL[HAND.y[POOL] >= 5]
    test_low, test_high = TEST[HAND.y[TEST] < 5], TEST[HAND.y[TEST] >= 5]
    old, new = (X[test_low], y[test_low]), (X[test_high], y[test_high])
    torch.manual_seed(seed)
    start = network()
    train(start, X[low], y[low], [{"params": start.parameters(), "lr": 3e-3}], 300, seed)
    model = copy.deepcopy(start)
    found = {"path": path(model, model, 1e-3, X[high], y[high], old, new, seed)}
    rows = few_per_class(HAND.y, 20, seed + 7)
    torch.manual_seed(seed + 100)
    untrained = network()  # the control: a body that has nothing to remember
    for name, body in (("new head", model[:-1]), ("new head, untrained body", untrained[:-1])):
        torch.manual_seed(seed)
        head = nn.Linear(32, 10)
        with torch.no_grad():
            few, unseen = body(X[rows]), body(X[test_low])
        train(head, few, y[rows], [{"params": head.parameters(), "lr": 2e-2}], 200, seed)
        found[f"{name}, old digits"] = accuracy(head, unseen, y[test_low])
    model = copy.deepcopy(start)
    kept = np.random.default_rng(seed).choice(low, 25, replace=False)
    mixed = np.concatenate([high, np.tile(kept, 4)])
    found["with 25 old images"] = path(model, model, 1e-3, X[mixed], y[mixed], old, new, seed)
    return found


def measure(seed):
    """Return the paths of both experiments."""
    bumped, centred = (canvas(HAND.X, where, 99) for where in (True, False))
    y = torch.tensor(HAND.y)
    return {
        "printed, then handwritten": printed_then_handwritten(bumped, y, seed),
        "0 to 4, then 5 to 9": low_then_high(centred, y, seed),
    }
