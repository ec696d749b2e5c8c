"""Histograms of activations, a panel for each layer: how far signals come."""

import math

import numpy as np

from ..wording import rounded
from .style import BLUE, subplots


def activation_histograms(layers, bins=40, span=None, columns=5):
    """Draw how the outputs of each layer are spread, on one horizontal scale.

    Parameters
    ----------
    layers : list of (name, array of any shape)
    bins : int
    span : (low, high) of the horizontal axis; by default all values fit. What lies outside
        is counted in the panel, so that nothing disappears unseen.
    columns : panels in a row, at most

    Returns
    -------
    A figure, and a sentence with the numbers, for the alt text

    Raises
    ------
    ValueError
        If there is no layer, or one holds no finite number.
    """
    layers = [(str(name), np.asarray(values, float).ravel()) for name, values in layers]
    for name, values in layers:
        if not np.isfinite(values).any():
            raise ValueError(f"layer {name!r} holds no finite number; needed at least one")
    if not layers:
        raise ValueError("layers is empty; needed at least one (name, array)")
    finite = [values[np.isfinite(values)] for _, values in layers]
    low, high = span or (min(v.min() for v in finite), max(v.max() for v in finite))
    edges = np.linspace(low, high if high > low else low + 1, bins + 1)

    columns = min(columns, len(layers))
    rows = math.ceil(len(layers) / columns)
    figure, axes = subplots(
        rows, columns, width=7.6, height=0.7 + 1.7 * rows, sharex=True, sharey=True, squeeze=False
    )
    parts = []
    for ax, (name, values), kept in zip(axes.flat, layers, finite, strict=False):
        counts = np.histogram(kept, edges)[0]
        # Each to its own peak: on one scale, one narrow layer would flatten all others.
        ax.stairs(counts / max(counts.max(), 1), edges, fill=True, color=BLUE)
        outside = 1 - counts.sum() / len(values)
        lost = f"\n{outside:.0%} outside" if outside > 0.005 else ""
        ax.set_title(f"{name}\nSD {rounded(kept.std())}{lost}", fontsize=11)
        parts.append(f"{name} {rounded(kept.std())}{lost.replace(chr(10), ', ')}")
    for ax in axes.flat[len(layers) :]:
        ax.remove()
    figure.supxlabel("activation")
    figure.supylabel("count / peak")
    return (
        figure,
        f"Spread of the activations of each layer, standard deviation: {'; '.join(parts)}.",
    )
