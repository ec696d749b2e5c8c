"""Unit 14: thresholds and a temperature chosen on validation images, judged on test images.

Two sets of MedMNIST with their official splits; 1 is pneumonia, or malignant.
"""

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from dlcourse import data, metrics

SEEDS = (0, 1, 2, 3, 4)
EPOCHS = {"pneumonia": 4, "breast": 30}
WANTED = {
    "sensitivity 0.95": {"sensitivity": 0.95},
    "sensitivity 0.99": {"sensitivity": 0.99},
    "sensitivity 0.90": {"sensitivity": 0.90},
    "specificity 0.90": {"specificity": 0.90},
}


def split(name, part):
    """Return images and labels, 1 for ill."""
    images = data.medmnist(name, part)
    ill = images.y if name == "pneumonia" else 1 - images.y  # in "breast" 0 is malignant
    return torch.tensor(images.X - 0.5), ill


def trained(name, seed):
    """Return a small CNN after some epochs of Adam, batches of 64."""
    X, y = split(name, "train")
    y = torch.tensor(y, dtype=torch.float32)
    torch.manual_seed(seed)
    model = nn.Sequential(
        nn.Conv2d(1, 8, 3, 2, 1), nn.ReLU(), nn.Conv2d(8, 16, 3, 2, 1), nn.ReLU(),
        nn.Conv2d(16, 16, 3, 2, 1), nn.ReLU(), nn.Flatten(), nn.Linear(256, 1),
    )  # fmt: skip
    optimizer = torch.optim.Adam(model.parameters(), 3e-3)
    for _ in range(EPOCHS[name]):
        for rows in torch.randperm(len(y)).split(64):
            optimizer.zero_grad()
            F.binary_cross_entropy_with_logits(model(X[rows])[:, 0], y[rows]).backward()
            optimizer.step()
    return model


def of(name, seed):
    """Return what was chosen on validation, and what it does there and on the test set."""
    model, found = trained(name, seed), {}
    parts = {}
    for part in ("val", "test"):
        X, y = split(name, part)
        with torch.no_grad():
            parts[part] = y, model(X)[:, 0].double().numpy()
    for words, wanted in WANTED.items():
        threshold = metrics.operating_point(*parts["val"], **wanted).threshold
        for part, (y, logit) in parts.items():
            point = metrics.at_threshold(y, logit, threshold)
            found.setdefault(words, {})[part] = {
                "sensitivity": point.sensitivity.share,
                "specificity": point.specificity.share,
                "ppv": float(y[logit >= threshold].mean()),
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
            "ill": float(y.mean()),
            "n": len(y),
        }
    return found


def measure(seed):
    """Return both sets."""
    return {name: of(name, seed) for name in EPOCHS}
