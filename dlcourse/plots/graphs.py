"""Computation graphs: what was computed from what, values forward, gradients backward."""

from matplotlib.patches import FancyArrowPatch

from .style import BLUE, GREY, VERMILLION


def computation_graph(ax, nodes, edges):
    """Draw boxes from left to right, each after all that it reads.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    nodes : dict of name: value, or name: (value, gradient); numbers, the last node's gradients
    edges : list of (name, name) or (name, name, label), from what is read to what reads it;
        the label may be the local gradient, which the way back multiplies by

    Returns
    -------
    A sentence with the numbers, for the alt text

    Raises
    ------
    ValueError
        If an edge names no node, or the edges run in a circle.
    """
    edges = [(a, b, *label) for a, b, *label in edges]
    reads = {name: [a for a, b, *_ in edges if b == name] for name in nodes}
    for a, b, *_ in edges:
        if a not in nodes or b not in nodes:
            raise ValueError(f"the edge {a!r} to {b!r} needs nodes; there are {', '.join(nodes)}")
    places = _places(reads)
    for a, b, *label in edges:
        _arrow(ax, places[a], places[b], *label)
    for name, value in nodes.items():
        _box(ax, *places[name], name, *(value if isinstance(value, tuple) else (value,)))
    ax.set_axis_off()
    xs, ys = zip(*places.values(), strict=True)
    ax.set(xlim=(-0.55, max(xs) + 0.55), ylim=(min(ys) - 0.85, max(ys) + 0.5))
    if any(isinstance(value, tuple) for value in nodes.values()):
        key = f"∂: gradient of {list(nodes)[-1]}    ×: local gradient of an arrow"
        ax.text(0.5, 0, key, transform=ax.transAxes, ha="center", fontsize=11, color=GREY)
    return " ".join(_sentence(name, value, reads[name]) for name, value in nodes.items())


def _places(reads):
    """Return (column, height) of each node: a column later than the last that it reads."""
    columns = {}
    while len(columns) < len(reads):
        ready = [n for n in reads if n not in columns and all(r in columns for r in reads[n])]
        if not ready:
            raise ValueError("edges run in a circle; needed an order from what is read to the end")
        columns |= {n: 1 + max([columns[r] for r in reads[n]], default=-1) for n in ready}
    places = {}
    for column in range(max(columns.values()) + 1):
        members = [n for n in reads if columns[n] == column]
        for i, name in enumerate(members):
            places[name] = (column, (len(members) - 1) / 2 - i)
    return places


def _box(ax, x, y, name, value, gradient=None):
    style = {"ha": "center", "va": "center", "zorder": 3}
    box = {"boxstyle": "round,pad=0.35", "fc": "white", "ec": "black"}
    ax.text(x, y, f"{name}\n{value:.3g}", bbox=box, **style)
    if gradient is not None:
        style |= {"fontsize": 11, "bbox": {"fc": "white", "ec": "none", "pad": 1}}
        ax.text(x, y - 0.4, f"∂ {gradient:.3g}", color=VERMILLION, **style)


def _arrow(ax, start, end, label=None):
    ax.add_patch(
        FancyArrowPatch(
            start, end, arrowstyle="-|>", mutation_scale=14, color=BLUE, shrinkA=20, shrinkB=20
        )
    )
    if label is not None:
        # Not in the middle, where arrows cross.
        x, y = (a + 0.45 * (b - a) for a, b in zip(start, end, strict=True))
        box = {"fc": "white", "ec": "none", "pad": 1}
        text = label if isinstance(label, str) else f"× {label:.3g}"
        ax.text(x, y, text, ha="center", va="center", fontsize=11, color=GREY, bbox=box)


def _sentence(name, value, reads):
    value, *gradient = value if isinstance(value, tuple) else (value,)
    source = f" from {' and '.join(reads)}" if reads else ""
    slope = f", gradient {gradient[0]:.3g}" if gradient else ""
    return f"{name} is {value:.3g}{source}{slope}."
