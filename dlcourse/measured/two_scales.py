"""A near path, a far path, and both, on spots whose meaning depends on detail and on place.

A lesion is a *rough* spot *near* a large organ. A rough spot far from it is harmless, and so is a
smooth spot of the same mean near it. 600 patches to learn from, as many to test. For unit 13.
"""

import numpy as np
import torch
import torch.nn.functional as F
from scipy import ndimage

from dlcourse.architectures import TwoPaths, count_macs, count_parameters

SEEDS = range(5)
LESION, FAR, SMOOTH = 0, 1, 2  # kinds of patches
SIDE, PATCHES, STEPS, BATCH = 39, 600, 250, 32
NETWORKS = {
    "near": lambda: TwoPaths(far=False),
    "near, wider": lambda: TwoPaths(far=False, width=12),
    "far": lambda: TwoPaths(near=False),
    "both": TwoPaths,
}


def patches(n, rng):
    """Return patches (n, 1, 39, 39) and their kinds (n,)."""
    y, x = np.mgrid[:SIDE, :SIDE] - SIDE // 2
    kinds, X = rng.integers(0, 3, n), np.zeros((n, 1, SIDE, SIDE), np.float32)
    for patch, kind in zip(X[:, 0], kinds, strict=True):
        tissue = ndimage.gaussian_filter(rng.normal(size=(SIDE, SIDE)), 3)
        patch += 0.3 * tissue / tissue.std()
        if kind != FAR:
            angle, far = rng.uniform(0, 2 * np.pi), rng.uniform(14, 18)
            organ = (y - far * np.sin(angle)) ** 2 + (x - far * np.cos(angle)) ** 2 < 49
            patch += 0.9 * (organ & (y**2 + x**2 > 49))
        spot = y**2 + x**2 < rng.uniform(2.2, 3.2) ** 2
        rough = 0 if kind == SMOOTH else 0.8 * (-1.0) ** (y + x)
        patch += 1.4 * spot * (1 + rough) + 0.3 * rng.normal(size=(SIDE, SIDE))
    return X, kinds


def fit(model, X, kinds, seed):
    """Return the model, trained for 250 steps of Adam."""
    X, y = torch.tensor(X), torch.tensor(kinds == LESION).float()[:, None]
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    generator = torch.Generator().manual_seed(seed)
    model.train()
    for _ in range(STEPS):
        rows = torch.randint(0, len(X), (BATCH,), generator=generator)
        optimizer.zero_grad()
        F.binary_cross_entropy_with_logits(model(X[rows]), y[rows]).backward()
        optimizer.step()
    return model.eval()


def called(model, X):
    """Return which patches are called a lesion, (n,)."""
    with torch.no_grad():
        return (model(torch.tensor(X)) > 0).numpy()[:, 0]


def score(said, kinds):
    """Return the accuracy, and which share of each kind was called a lesion."""
    return {
        "accuracy": float((said == (kinds == LESION)).mean()),
        "lesions": float(said[kinds == LESION].mean()),
        "rough but far": float(said[kinds == FAR].mean()),
        "smooth but near": float(said[kinds == SMOOTH].mean()),
    }


def measure(seed):
    """Return {network: scores, weights and multiply-adds}."""
    rng = np.random.default_rng(seed)
    (X, kinds), (X_test, kinds_test) = patches(PATCHES, rng), patches(PATCHES, rng)
    found = {}
    for name, make in NETWORKS.items():
        torch.manual_seed(seed)
        model = fit(make(), X, kinds, seed)
        scores = score(called(model, X_test), kinds_test)
        found[name] = {key: round(value, 4) for key, value in scores.items()}
        found[name]["weights"] = count_parameters(model)
        found[name]["macs"] = count_macs(model, torch.zeros(1, 1, SIDE, SIDE))
    return found
