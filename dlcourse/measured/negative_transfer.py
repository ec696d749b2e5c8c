"""Unit 11: where a borrowed network gains nothing, or only starts more slowly.

"hands": bumped digits 5 to 9 with a network that knows 0 to 4 by the same hands, or all ten in
print. "ultrasound": from chest X-rays to breast ultrasound (MedMNIST), AUC.
"""

import copy

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.metrics import roc_auc_score
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
    with_new_head,
)

SEEDS = (0, 1, 2, 3, 4)
STEPS = (200, 1000)


def hands(seed):
    """Return shares of unseen 5 to 9 read correctly, by source and examples per class."""
    labels = torch.tensor(HAND.y)
    low, test = POOL[HAND.y[POOL] < 5], TEST[HAND.y[TEST] >= 5]
    X = canvas(HAND.X, True, 99)
    # Three bumps of each, so that this source too has seen each digit in several places.
    three = torch.cat([canvas(HAND.X[low], True, s) for s in range(3)])
    torch.manual_seed(seed)
    same = network()
    groups = [{"params": same.parameters(), "lr": 3e-3}]
    train(same, three, labels[low].repeat(3), groups, 700, seed, batch=64)
    torch.manual_seed(200 + seed)
    sources = {"printed": pretrained(True, seed), "same hands": same, "scratch": network()}
    found = {}
    for k in (5, 100):
        rows = few_per_class(HAND.y, k, seed)
        rows = rows[HAND.y[rows] >= 5]
        for name, source in sources.items():
            here = found.setdefault(str(k), {}).setdefault(name, {})
            with torch.no_grad():
                few, unseen = source[:-1](X[rows]), source[:-1](X[test])
            torch.manual_seed(100 + seed)
            head = nn.Linear(32, 5)
            groups = [{"params": head.parameters(), "lr": 2e-2}]
            train(head, few, labels[rows] - 5, groups, 200, seed)
            here["frozen"] = accuracy(head, unseen, labels[test] - 5)
            model = with_new_head(copy.deepcopy(source), 5, seed)

            def watch(step, model=model, here=here):
                if step in STEPS:
                    here[f"trained {step}"] = accuracy(model, X[test], labels[test] - 5)

            groups = [{"params": model.parameters(), "lr": 3e-3}]
            train(model, X[rows], labels[rows] - 5, groups, STEPS[-1], seed, watch=watch)
    return found


def reader(classes=2):
    """Return a network for images of 28 by 28 pixels: a body and a head."""
    return nn.Sequential(
        nn.Conv2d(1, 8, 5, 2, 2), nn.ReLU(), nn.Conv2d(8, 16, 3, 2, 1), nn.ReLU(),
        nn.Conv2d(16, 16, 3, 1, 1), nn.ReLU(), nn.Flatten(), nn.Linear(784, 32), nn.ReLU(),
        nn.Linear(32, classes),
    )  # fmt: skip


def tensors(images):
    """Return images around 0, and their labels."""
    return torch.tensor(images.X - 0.5, dtype=torch.float32), torch.tensor(images.y)


def auc(model, X, y):
    """Return the area under the ROC curve of class 1."""
    with torch.no_grad():
        scores = model(X)
    return float(roc_auc_score(y.numpy(), (scores[:, 1] - scores[:, 0]).numpy()))


def ultrasound(seed):
    """Return the AUC on 234 unseen ultrasound images, by source and examples per class."""
    rng = np.random.default_rng(seed)
    X, y = tensors(data.medmnist("pneumonia"))
    rows = rng.choice(len(y), 1500, replace=False)
    printed = data.printed_characters(1500, np.random.default_rng(0))
    big = F.interpolate(torch.tensor(printed.X, dtype=torch.float32), (28, 28), mode="bilinear")
    sources = {}
    for name, images, labels, classes in (
        ("X-rays", X[rows], y[rows], 2),
        ("printed digits", big - 0.5, torch.tensor(printed.y), 10),
    ):
        torch.manual_seed(seed)
        model = reader(classes)
        groups = [{"params": model.parameters(), "lr": 2e-3}]
        sources[name] = train(model, images, labels, groups, 250, seed, batch=64)
    torch.manual_seed(seed)
    sources["random"] = reader()
    found = {"source": auc(sources["X-rays"], *tensors(data.medmnist("pneumonia", "test")))}
    X, y = tensors(data.medmnist("breast"))
    unseen = [tensors(data.medmnist("breast", split)) for split in ("val", "test")]
    X_test, y_test = (torch.cat(parts) for parts in zip(*unseen, strict=True))
    for k in (5, 20, 100):
        few = [rng.choice(np.flatnonzero(y.numpy() == c), k, replace=False) for c in (0, 1)]
        few = np.concatenate(few)
        for name, source in sources.items():
            here = found.setdefault(str(k), {}).setdefault(name, {})
            with torch.no_grad():
                features, others = source[:-1](X[few]), source[:-1](X_test)
            torch.manual_seed(50 + seed)
            head = nn.Linear(32, 2)
            groups = [{"params": head.parameters(), "lr": 1e-2}]
            train(head, features, y[few], groups, 150, seed)
            here["frozen"] = auc(head, others, y_test)
            model = with_new_head(copy.deepcopy(source), 2, seed)
            groups = [{"params": model.parameters(), "lr": 1e-3}]
            train(model, X[few], y[few], groups, 300, seed)
            here["trained"] = auc(model, X_test, y_test)
    return found


def measure(seed):
    """Return both experiments."""
    return {"hands": hands(seed), "ultrasound": ultrasound(seed)}
