"""Unit 14: thresholds and a temperature chosen on validation X-rays, judged on test X-rays.

PneumoniaMNIST with its official split; 1 is pneumonia.
"""

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from dlcourse import data, metrics

SEEDS = (0, 1, 2, 3, 4)
WANTED = {
    "sensitivity 0.95": {"sensitivity": 0.95},
    "sensitivity 0.99": {"sensitivity": 0.99},
    "specificity 0.90": {"specificity": 0.90},
}


def split(part):
    """Return images and labels, 1 for ill."""
    images = data.medmnist("pneumonia", part)
    return torch.tensor(images.X - 0.5), images.y


def trained(seed):
    """Return a small CNN after four epochs of Adam, batches of 64."""
    X, y = split("train")
    y = torch.tensor(y, dtype=torch.float32)
    torch.manual_seed(seed)
    model = nn.Sequential(
        nn.Conv2d(1, 8, 3, 2, 1), nn.ReLU(), nn.Conv2d(8, 16, 3, 2, 1), nn.ReLU(),
        nn.Conv2d(16, 16, 3, 2, 1), nn.ReLU(), nn.Flatten(), nn.Linear(256, 1),
    )  # fmt: skip
    optimizer = torch.optim.Adam(model.parameters(), 3e-3)
    for _ in range(4):
        for rows in torch.randperm(len(y)).split(64):
            optimizer.zero_grad()
            F.binary_cross_entropy_with_logits(model(X[rows])[:, 0], y[rows]).backward()
            optimizer.step()
    return model


def measure(seed):
    """Return what was chosen on validation, and what it does there and on the test set."""
    model, parts, found = trained(seed), {}, {}
    for part in ("val", "test"):
        X, y = split(part)
        with torch.no_grad():
            parts[part] = y, model(X)[:, 0].double().numpy()
    for words, wanted in WANTED.items():
        threshold = metrics.operating_point(*parts["val"], **wanted).threshold
        for part, (y, logit) in parts.items():
            point = metrics.at_threshold(y, logit, threshold)
            found.setdefault(words, {})[part] = {
                "sensitivity": point.sensitivity.share,
                "specificity": point.specificity.share,
            }
    T = metrics.temperature(parts["val"][1], parts["val"][0]).value
    for part, (y, logit) in parts.items():
        p, mended = (1 / (1 + np.exp(-z)) for z in (logit, logit / T))
        found[part] = {
            "auc": metrics.roc_auc_score(y, logit),
            "temperature": metrics.temperature(logit, y).value,
            "ece": metrics.calibration_error(y, p),
            "ece after": metrics.calibration_error(y, mended),
            "moved at 0.1": int(((p >= 0.1) != (mended >= 0.1)).sum()),
            "ill": int(y.sum()),
            "n": len(y),
        }
    return found
