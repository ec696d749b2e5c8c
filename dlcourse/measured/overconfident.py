"""Unit 14: a network that is too sure, and what dividing its logits by one number mends.

300 handwritten digits, 15 % of their labels drawn anew, 150 epochs; T from 400 other digits.
"""

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.model_selection import train_test_split
from torch import nn

from dlcourse import data, metrics

SEEDS = (0, 1, 2, 3, 4)


def too_sure(seed):
    """Return logits and labels, (n, 10) and (n,), of validation digits and of test digits."""
    digits = data.digits()
    X, y = torch.tensor(digits.X, dtype=torch.float32).flatten(1), torch.tensor(digits.y)
    rows, rest = train_test_split(
        np.arange(len(y)), train_size=300, random_state=seed, stratify=digits.y
    )
    validation, test = train_test_split(
        rest, train_size=400, random_state=seed, stratify=digits.y[rest]
    )
    rng = np.random.default_rng(seed)
    noisy = np.where(rng.random(300) < 0.15, rng.integers(0, 10, 300), digits.y[rows])
    target = torch.tensor(noisy)
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
    optimizer = torch.optim.Adam(model.parameters(), 5e-3)
    for _ in range(150):
        for batch in torch.randperm(300).split(32):
            optimizer.zero_grad()
            F.cross_entropy(model(X[rows][batch]), target[batch]).backward()
            optimizer.step()
    with torch.no_grad():
        return [(model(X[part]).double().numpy(), y[part].numpy()) for part in (validation, test)]


def judged(logits, y):
    """Return accuracy, mean confidence, log score and the winner's calibration error."""
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    return {
        "accuracy": float((p.argmax(axis=1) == y).mean()),
        "confidence": float(p.max(axis=1).mean()),
        "log loss": float(-np.log(p[np.arange(len(y)), y]).mean()),
        "ece": metrics.top_label_calibration_error(y, p, 15),
    }


def measure(seed):
    """Return T, and what the test digits say before and after."""
    (logits, y), (unseen, truth) = too_sure(seed)
    T = metrics.temperature(logits, y).value
    return {"T": T, "before": judged(unseen, truth), "after": judged(unseen / T, truth)}
