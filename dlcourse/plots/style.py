"""One look for all figures: readable on a phone, told apart without colour."""

import matplotlib
from matplotlib.figure import Figure

# Okabe and Ito's palette, distinct under every common form of colour blindness.
BLUE, VERMILLION, GREEN, ORANGE = "#0072B2", "#D55E00", "#009E73", "#E69F00"
SKY, PURPLE, YELLOW, GREY = "#56B4E9", "#CC79A7", "#F0E442", "#6E6E6E"

matplotlib.rcParams.update(
    {
        "axes.grid": True,
        "axes.prop_cycle": matplotlib.cycler(
            color=[BLUE, VERMILLION, GREEN, ORANGE, PURPLE, SKY],
            linestyle=["-", "--", "-.", ":", "-", "--"],
        ),
        "axes.spines.right": False,
        "axes.spines.top": False,
        "axes.titley": 1.0,  # else every drawing measures all that is near a title
        "font.size": 13,
        # The one that matplotlib brings; every text would go through a list of a dozen others.
        **{f"font.{kind}": ["DejaVu Sans"] for kind in ("serif", "cursive", "fantasy")},
        "font.sans-serif": ["DejaVu Sans"],
        "font.monospace": ["DejaVu Sans Mono"],
        "grid.alpha": 0.3,
        "legend.frameon": False,
        "lines.linewidth": 2.2,
    }
)


def subplots(rows=1, columns=1, width=7.2, height=None, **options):
    """Return a figure and its axes, outside pyplot: nothing is shown or kept by itself.

    Parameters
    ----------
    rows, columns : panels
    width, height : inches; the height defaults to 4.2 per row
    options : passed to ``Figure.subplots`` (sharex, width_ratios, ...)
    """
    figure = Figure(figsize=(width, height or 4.2 * rows), layout="constrained")
    return figure, figure.subplots(rows, columns, **options)
