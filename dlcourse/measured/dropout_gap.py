"""What the spread of dropout says among the data and in a gap. Networks on a curve, for unit 17.

Each seed draws other patients and other starts. The spread is the SD of 300 answers of one network
that answers with dropout left on, beside that of five networks of five starts without dropout.
"""

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

SEEDS = range(10)
PLACES = {"among": -1.0, "gap": 0.0, "outside": 3.0}
RUNS = ((0.05, 120), (0.05, 1200), (0.3, 120), (0.3, 1200))  # p, patients
STARTS, ANSWERS, STEPS = 5, 300, 300


def patients(n, seed):
    """Return x (n, 1) on both sides of a gap from -0.5 to 0.5, and y (n,): a sine with noise."""
    rng = np.random.default_rng(seed)
    x = np.concatenate([rng.uniform(-1.5, -0.5, n // 2), rng.uniform(0.5, 1.5, n // 2)])
    y = np.sin(3 * x) + 0.1 * rng.normal(size=n)
    return torch.tensor(x[:, None]).float(), torch.tensor(y).float()


def trained(p, x, y, seed):
    """Return two hidden layers of 64 after full-batch Adam whose rate falls to 0."""
    torch.manual_seed(seed)
    model = nn.Sequential(
        nn.Linear(1, 64), nn.ReLU(), nn.Dropout(p), nn.Linear(64, 64), nn.ReLU(),
        nn.Dropout(p), nn.Linear(64, 1), nn.Flatten(0),
    )  # fmt: skip
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, STEPS)
    for _ in range(STEPS):
        optimizer.zero_grad()
        F.mse_loss(model(x), y).backward()
        optimizer.step()
        schedule.step()
    return model


def spread(models, answers):
    """Return the SD of so many answers of each model, at each place."""
    at = torch.tensor(list(PLACES.values()))[:, None]
    with torch.no_grad():
        said = torch.stack([model(at) for model in models for _ in range(answers)])
    return dict(zip(PLACES, said.std(dim=0).tolist(), strict=True))


def measure(seed):
    """Return {run: {place: SD}}, a run being "p = 0.3, 120" or "five networks, 120"."""
    found = {}
    for p, n in RUNS:
        found[f"p = {p}, {n}"] = spread([trained(p, *patients(n, seed), seed)], ANSWERS)
    x, y = patients(120, seed)
    models = [trained(0.0, x, y, STARTS * seed + start) for start in range(STARTS)]
    return found | {"five networks, 120": spread(models, 1)}
