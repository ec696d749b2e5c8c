"""Diagrams of whole networks: a column of circles for each layer, a line for each weight."""

import numpy as np

from .style import BLUE, GREY, VERMILLION


def network_diagram(ax, sizes, names=None, weights=None, most=8):
    """Draw a dense network.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    sizes : neurons per layer, the inputs first
    names : one per layer; by default "input", "hidden 1", ..., "output"
    weights : list of (out, in), optional: thicker lines weigh more, dashed ones are negative
    most : circles in a column; of larger layers the first and last are drawn, and dots

    Returns
    -------
    A sentence with the numbers, for the alt text

    Raises
    ------
    ValueError
        If there are fewer than two layers, or names or weights do not fit them.
    """
    sizes = [int(n) for n in sizes]
    if len(sizes) < 2 or min(sizes) < 1:
        raise ValueError(f"sizes is {sizes}; needed at least two layers of at least one neuron")
    hidden = [f"hidden {i}" for i in range(1, len(sizes) - 1)]
    names = ["input", *hidden, "output"] if names is None else list(names)
    shapes = list(zip(sizes[1:], sizes[:-1], strict=True))
    if len(names) != len(sizes):
        raise ValueError(f"names has {len(names)} entries; needed one per layer, {len(sizes)}")
    if weights is not None and [np.shape(w) for w in weights] != shapes:
        raise ValueError(f"weights have shapes {[np.shape(w) for w in weights]}; needed {shapes}")

    columns = [_places(n, most) for n in sizes]
    tall = min(max(sizes), most)
    for i in range(len(shapes)):
        _lines(ax, i, columns[i], columns[i + 1], None if weights is None else weights[i])
    for i, (places, size, name) in enumerate(zip(columns, sizes, names, strict=True)):
        for y in places.values():
            ax.plot(i, y, "o", ms=17, mfc="white", mec="black", mew=1.4, zorder=3)
        if len(places) < size:
            ax.text(i, 0, "⋮", ha="center", va="center", fontsize=20)
        ax.text(i, -tall / 2 - 0.1, f"{name}\n{size}", ha="center", va="top")
    ax.set_axis_off()
    ax.set(
        xlim=(-0.5, len(sizes) - 0.5), ylim=(-tall / 2 - 0.1 - 0.18 * (tall + 1), tall / 2 + 0.1)
    )
    return _sentence(names, sizes, shapes, weights)


def _places(size, most):
    """Return the height of each neuron that is drawn, by its number; a gap in the middle."""
    if size <= most:
        return {i: (size - 1) / 2 - i for i in range(size)}
    half = (most - 1) // 2
    top = {i: (most - 1) / 2 - i for i in range(half)}
    return top | {size - 1 - i: -y for i, y in top.items()}


def _lines(ax, i, left, right, weight):
    largest = 1.0 if weight is None else np.abs(weight).max() or 1.0
    for a, y in left.items():
        for b, z in right.items():
            style = {"color": GREY, "lw": 0.7, "ls": "-"}
            if weight is not None:
                up = weight[b][a] >= 0
                style["lw"] = 0.3 + 3.2 * abs(weight[b][a]) / largest
                style |= {"color": BLUE, "ls": "-"} if up else {"color": VERMILLION, "ls": "--"}
            ax.plot([i, i + 1], [y, z], zorder=1, **style)


def _sentence(names, sizes, shapes, weights):
    layers = ", ".join(f"{size} in {name}" for name, size in zip(names, sizes, strict=True))
    count = sum(n_out * n_in + n_out for n_out, n_in in shapes)
    drawn = ""
    if weights is not None:
        low, high = min(np.min(w) for w in weights), max(np.max(w) for w in weights)
        drawn = f" Weights go from {low:.2g} to {high:.2g}; negative ones are dashed."
    return f"Network of {len(sizes)} layers: {layers}; {count:,} weights and biases.{drawn}"
