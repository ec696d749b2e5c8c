"""A network at home and away: one change at a time, all together, and four repairs.

Trained on 1,000 phantom mammograms of one hospital; its threshold has a sensitivity of 0.90 on
1,000 more. 2,000 test images for each change. For unit 15, after McKinney and others (2020).
"""

import numpy as np
from scipy.optimize import minimize
from torch import nn

from dlcourse.data import mammogram_phantoms
from dlcourse.metrics import at_threshold, log_loss, operating_point, roc_auc_score
from dlcourse.reference import sigmoid

from ._cases import logits, trained

SEEDS = range(5)
AWAY = {
    "at home": {},
    "fewer ill": {"prevalence": 0.05},
    "brighter": {"gain": 1.6},
    "noisier": {"noise": 0.55},
    "finer grain": {"grain": 1.5},
    "fainter lesions": {"contrast": 1.4},
    "all but faint": {"prevalence": 0.1, "gain": 1.3, "noise": 0.5, "grain": 2.2},
}
SECOND = "all but faint"
LOCAL = (50, 200, 1000)


def at_home(seed):
    """Return the network, its threshold, its validation images, and the generator after them."""
    rng = np.random.default_rng(seed)
    seen, chosen_on = mammogram_phantoms(1000, rng), mammogram_phantoms(1000, rng)
    model = trained(seen.X, seen.y, seed, nn.AdaptiveMaxPool2d, steps=250)
    z = logits(model, chosen_on.X)
    return model, operating_point(chosen_on.y, z, sensitivity=0.9).threshold, (seen, chosen_on), rng


def judged(y, z, threshold):
    """Return what is measured at one hospital."""
    point = at_threshold(y, z, threshold)
    return {
        "auc": roc_auc_score(y, z),
        "sensitivity": point.sensitivity.share,
        "specificity": point.specificity.share,
        "mean p": float(sigmoid(z).mean()),
        "ill": float(y.mean()),
        "log loss": log_loss(y, sigmoid(z)).value,
    }


def line(z, y):
    """Return slope and offset that make logits fit these patients (Platt), drawn to 1 and 0."""

    def loss(w):
        p = np.clip(sigmoid(w[0] * z + w[1]), 1e-9, 1 - 1e-9)
        return -np.log(np.where(y == 1, p, 1 - p)).mean() + 1e-3 * ((w[0] - 1) ** 2 + w[1] ** 2)

    return minimize(loss, [1.0, 0.0], method="Nelder-Mead").x


def repaired(z, y, threshold, share):
    """Return what repairs with labels of the second hospital do, on its patients after 1,000."""
    z_rest, y_rest = z[1000:], y[1000:]
    odds = np.log(y.mean() / (1 - y.mean())) - np.log(share / (1 - share))
    found = {"prevalence corrected": judged(y_rest, z_rest + odds, threshold)}
    for n in LOCAL:
        slope, offset = line(z[:n], y[:n])
        local = operating_point(y[:n], z[:n], sensitivity=0.9).threshold
        found[f"line from {n}"] = judged(y_rest, slope * z_rest + offset, threshold)
        found[f"line from {n}"]["slope"] = float(slope)
        found[f"threshold from {n}"] = judged(y_rest, z_rest, local)
    return found


def standardized(X):
    """Return images of mean 0 and standard deviation 1 each."""
    return (X - X.mean((1, 2, 3), keepdims=True)) / X.std((1, 2, 3), keepdims=True)


def varied(X, seed):
    """Return each image three times, with another gain (0.7 to 1.6) and noise added (to 0.3)."""
    rng = np.random.default_rng(seed)
    X = np.concatenate([X] * 3)
    gain, noise = rng.uniform(0.7, 1.6, (2, len(X), 1, 1, 1))
    return (gain * X + 0.3 * (noise - 0.7) / 0.9 * rng.normal(size=X.shape)).astype(np.float32)


def measure(seed):
    """Return what is measured away, with one change or all, and after each repair."""
    model, threshold, (seen, chosen_on), rng = at_home(seed)
    away = {name: mammogram_phantoms(2000, rng, **how) for name, how in AWAY.items()}
    said = {name: logits(model, images.X) for name, images in away.items()}
    found = {name: judged(away[name].y, z, threshold) for name, z in said.items()}
    second = away[SECOND]
    found["repairs"] = repaired(said[SECOND], second.y, threshold, seen.y.mean())
    for name, change, times in (("standardized", standardized, 1), ("varied", None, 3)):
        X = standardized(seen.X) if change else varied(seen.X, seed)
        retrained = trained(X, np.tile(seen.y, times), seed, nn.AdaptiveMaxPool2d, steps=250)
        z_home, z_away = (
            logits(retrained, change(images.X) if change else images.X)
            for images in (chosen_on, second)
        )
        own = operating_point(chosen_on.y, z_home, sensitivity=0.9).threshold
        found["repairs"][name] = judged(second.y, z_away, own)
    return found
