"""Patients as marks: circles are benign, triangles malignant, so colour is never alone."""

import numpy as np

from .style import BLUE, VERMILLION

CLASSES = ((0, "benign", "o", BLUE), (1, "malignant", "^", VERMILLION))


def jittered(ax, x, y, rng=None):
    """Draw one measurement of each patient at height y (0 or 1), spread a little for sight."""
    rng = rng or np.random.default_rng(0)
    for value, name, marker, colour in CLASSES:
        chosen = x[y == value]
        heights = value + rng.uniform(-0.06, 0.06, len(chosen))
        ax.plot(chosen, heights, marker, color=colour, ms=4, alpha=0.45, mew=0, label=name)


def scattered(ax, X, y, **options):
    """Draw two measurements of each patient, ``X`` of shape (n, 2)."""
    for value, name, marker, colour in CLASSES:
        options = {"ms": 5, "alpha": 0.5, "mew": 0} | options
        ax.plot(*X[y == value].T, marker, color=colour, label=name, **options)


def histograms(ax, x, y, bins=30):
    """Draw one measurement's histogram for each class, hatched differently."""
    edges = np.linspace(x.min(), x.max(), bins + 1)
    for value, name, _, colour in CLASSES:
        hatch = "//" if value else None
        style = {"facecolor": colour, "alpha": 0.5, "hatch": hatch, "edgecolor": "white"}
        # One outline: a bar for each bin takes three times as long to draw.
        ax.stairs(np.histogram(x[y == value], edges)[0], edges, fill=True, label=name, **style)
