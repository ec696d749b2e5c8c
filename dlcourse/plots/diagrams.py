"""Diagrams of networks: circles that hold numbers, lines as thick as their weights."""

from matplotlib.patches import FancyArrowPatch

from .style import BLUE, GREY, VERMILLION


def neuron(ax, inputs, weights, bias, total, output, bend):
    """Draw one neuron with the numbers of one patient.

    Parameters
    ----------
    inputs : list of (name, value)
    weights : one number per input; thicker lines weigh more, dashed lines pull down
    bias, total, output : numbers; ``bend`` names the activation
    """
    ax.set_axis_off()
    ax.grid(False)
    rows = [*inputs, ("bias", 1.0)]
    strengths = [*weights, bias]
    largest = max(abs(s) for s in strengths) or 1.0
    height = len(rows) - 1
    for i, ((name, value), strength) in enumerate(zip(rows, strengths, strict=True)):
        y = height - i
        _wire(ax, (0.35, y), (2.6, height / 2), strength, largest)
        label = {"ha": "center", "va": "center", "bbox": {"fc": "w", "ec": "none", "pad": 1}}
        ax.text(1.25, y + (height / 2 - y) * 0.4, f"{strength:+.2f}", zorder=3, **label)
        _node(ax, 0, y, f"{value:.2f}", name)
    _node(ax, 3, height / 2, f"{total:.2f}", "weighted sum")
    _wire(ax, (3.4, height / 2), (4.6, height / 2), 1, 2)
    _node(ax, 5, height / 2, f"{output:.2f}", bend)
    ax.set_xlim(-1.6, 5.6)
    ax.set_ylim(-0.8, height + 0.7)


def _node(ax, x, y, text, name):
    ax.text(x, y, text, ha="center", va="center", bbox={"boxstyle": "circle,pad=0.45", "fc": "w"})
    if x == 0:
        ax.text(x - 0.5, y, name, ha="right", va="center")
    else:
        ax.text(x, y - 0.75, name, ha="center", va="center", color=GREY)


def _wire(ax, start, end, strength, largest):
    up = strength >= 0
    ax.add_patch(
        FancyArrowPatch(
            start,
            end,
            arrowstyle="-|>",
            mutation_scale=14,
            linewidth=0.8 + 3.5 * abs(strength) / largest,
            linestyle="-" if up else "--",
            color=BLUE if up else VERMILLION,
        )
    )
