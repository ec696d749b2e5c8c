"""Fibrillation has two signs: which of them a network learned from strips that have both.

Asked about strips with one sign of the two; with a short and a long field of view, little and much
noise, trained with such strips too, and trained on the rhythm alone. For unit 16.
"""

import numpy as np
import torch
from scipy.signal import find_peaks

from dlcourse.architectures import receptive_field
from dlcourse.data import ecg_strips
from dlcourse.data.rhythms import KINDS

from ._strips import KERNEL, fit, logits, network

SEEDS = range(5)
TRAIN, TEST, RATE = 240, 200, 100
SHORT = {"strides": (4, 1, 1), "dilations": (1, 1, 1)}
LONG = {"strides": (4, 2, 2), "dilations": (1, 2, 4)}
NOISES = {"little": 0.08, "much": 0.25}


def variation(X):
    """Return SD over mean of the intervals between R peaks, one for each strip."""
    found = []
    for x in X[:, 0]:
        peaks, _ = find_peaks(x - np.median(x), height=0.55, distance=26)
        between = np.diff(peaks)
        found.append(between.std() / between.mean() if len(between) > 2 else 0.0)
    return np.array(found)


def asked(model, tests):
    """Return the share of each kind that the model calls fibrillation."""
    return {kind: round(float((logits(model, X) > 0).mean()), 4) for kind, X in tests.items()}


def trained(seed, options, kinds, noise, n=TRAIN, epochs=12, on_rhythm=False):
    """Return a network trained on strips of these kinds."""
    strips = ecg_strips(n, np.random.default_rng(seed), kinds, noise=noise)
    y = np.array([KINDS[kind][0] for kind in strips.kind]) if on_rhythm else strips.y
    torch.manual_seed(seed)
    return fit(network(**options), strips.X, y, seed, epochs)


def measure(seed):
    """Return {what was trained: {kind: share called fibrillation}}, and the rule's shares."""
    rng = np.random.default_rng(1000 + seed)
    tests = {
        size: {kind: ecg_strips(TEST, rng, kind, noise=noise).X for kind in KINDS}
        for size, noise in NOISES.items()
    }
    two, found = ("normal", "fibrillation"), {}
    for size, noise in NOISES.items():
        for name, options in {"short": SHORT, "long": LONG}.items():
            model = trained(seed, options, two, noise)
            found[f"{name}, {size} noise"] = asked(model, tests[size])
            if (name, size) == ("short", "little"):
                rule = {kind: variation(X) > 0.1 for kind, X in tests[size].items()}
                found["rule"] = {k: round(float(r.mean()), 4) for k, r in rule.items()}
                found["both"] = {
                    kind: round(float((r & (logits(model, tests[size][kind]) > 0)).mean()), 4)
                    for kind, r in rule.items()
                }
    model = trained(seed, LONG, tuple(KINDS), 0.08, 2 * TRAIN)
    found["with all four"] = asked(model, tests["little"])
    for name, options in {"short": SHORT, "long": LONG}.items():
        model = trained(seed, options, ("normal", "breathing"), 0.08, epochs=15, on_rhythm=True)
        said = asked(model, tests["little"])
        right = (said["breathing"] + 1 - said["normal"]) / 2
        layers = [(KERNEL, s, 0, d) for s, d in zip(*options.values(), strict=True)]
        seconds = receptive_field(layers).size / RATE
        found[f"rhythm alone, {name}"] = {"balanced accuracy": round(right, 4), "field": seconds}
    return found
