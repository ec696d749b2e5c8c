"""Spike and wave against a slow wave of the same power: band powers, a network, raw samples.

400 windows of 4 s to learn from, 400 to test. Areas under the ROC curve. For unit 16.
"""

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from dlcourse.data import eeg_windows

from ._strips import fit, logits, network

SEEDS = range(5)
BANDS = ((0.5, 4), (4, 8), (8, 13), (13, 30), (30, 50))  # delta, theta, alpha, beta, gamma; in Hz


def band_powers(X, rate=100):
    """Return the logarithm of the power in five bands, (n, 5)."""
    power = np.abs(np.fft.rfft(X[:, 0])) ** 2
    hertz = np.fft.rfftfreq(X.shape[-1], 1 / rate)
    return np.log([power[:, (hertz >= a) & (hertz < b)].sum(axis=1) for a, b in BANDS]).T


def measure(seed):
    """Return {amplitude: {method: area under the curve}}."""
    found = {}
    for amplitude in (0.3, 0.6):
        rng = np.random.default_rng(seed)
        seen, unseen = (eeg_windows(400, rng, amplitude=amplitude) for _ in range(2))
        torch.manual_seed(seed)
        model = network(strides=(2, 2, 2), kernel=9)
        fit(model, seen.X, seen.y, seed, epochs=12)
        scores = {"network": logits(model, unseen.X)}
        for name, features in {"band powers": band_powers, "raw": lambda X: X[:, 0]}.items():
            linear = LogisticRegression(max_iter=1000).fit(features(seen.X), seen.y)
            scores[name] = linear.decision_function(features(unseen.X))
        found[str(amplitude)] = {
            name: round(float(roc_auc_score(unseen.y, score)), 4) for name, score in scores.items()
        }
    return found
