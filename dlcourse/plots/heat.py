"""Films and heat maps side by side: one look, the scale always said, the truth outlined."""

import numpy as np

from .boundaries import DIVERGING
from .style import GREY, subplots

NO_HEAT = 1e-12


def film(ax, pixels, label="", outline=None):
    """Show an image from 0, black, to 1, white, without ticks.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    pixels : (height, width)
    label : below the image
    outline : (height, width) of bools, or None: drawn as a line around what is True
    """
    ax.imshow(np.asarray(pixels), cmap="gray", vmin=0, vmax=1, interpolation="nearest")
    _bare(ax, label)
    if outline is not None:
        _outline(ax, outline, "#F0E442")


def heat(ax, values, label="", largest=None, outline=None):
    """Show a map: vermillion is for, blue against, white nothing; its range stands below.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    values : (rows, columns)
    label : below the map, before its range
    largest : value of the strongest colour; by default the map's own
    outline : as for ``film``, of the map's shape
    """
    values = np.asarray(values, float)
    own = np.abs(values).max() if largest is None else largest
    # A map of nothing stays white: dust is not stretched to full colour.
    limit = own if own > NO_HEAT else 1.0
    ax.imshow(values, cmap=DIVERGING, vmin=-limit, vmax=limit, interpolation="nearest")
    _bare(ax, f"{label}\n{_range(values)}")
    if outline is not None:
        _outline(ax, outline, "black")


def boxes(ax, corners, colour=GREY, lw=1.6, ls="-"):
    """Draw boxes over an image, as one line: cheap to redraw.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    corners : (n, 4), left, top, right, bottom: edges between pixels, of which the first has its
        centre at 0.5
    colour, lw, ls : of the line
    """
    around = np.asarray(corners, float).reshape(-1, 4)[:, [0, 1, 2, 1, 2, 3, 0, 3, 0, 1]]
    path = np.insert(around.reshape(-1, 5, 2) - 0.5, 5, np.nan, axis=1).reshape(-1, 2)
    ax.plot(*path.T, color=colour, lw=lw, ls=ls, scalex=False, scaley=False)


def mosaic(crops, side, columns=3):
    """Return crops of unequal size as one image, each in a cell of ``side``, a line between.

    Parameters
    ----------
    crops : list of (height, width), at most ``side`` each
    side : height and width of a cell
    columns : cells in a row

    Returns
    -------
    (rows * (side + 1) - 1, columns * (side + 1) - 1), NaN where there is no image
    """
    rows = -(-len(crops) // columns)
    sheet = np.full((rows * (side + 1) - 1, columns * (side + 1) - 1), np.nan)
    for i, crop in enumerate(crops):
        top, left = i // columns * (side + 1), i % columns * (side + 1)
        sheet[top : top + crop.shape[0], left : left + crop.shape[1]] = crop
    return sheet


def gallery(rows, width=7.6, height=None):
    """Return a figure of films and maps in a grid.

    Parameters
    ----------
    rows : list of rows, each a list of (draw, values, label) or (draw, values, label, outline),
        where ``draw`` is ``film`` or ``heat``
    width, height : inches
    """
    height = height or len(rows) * (width / len(rows[0]) + 0.45)
    figure, axes = subplots(len(rows), len(rows[0]), width=width, height=height, squeeze=False)
    for row, line in zip(rows, axes, strict=True):
        for (draw, values, label, *outline), ax in zip(row, line, strict=True):
            draw(ax, values, label, outline=outline[0] if outline else None)
    return figure


def _range(values):
    """Return the least and the largest value; one that is nothing beside the other is 0."""
    ends = np.array([values.min(), values.max()])
    ends[np.abs(ends) < np.abs(ends).max() / 100] = 0
    return "{:.2g} to {:.2g}".format(*ends)


def _bare(ax, label):
    ax.set(xticks=[], yticks=[])
    ax.set_xlabel(label, fontsize=11)
    ax.grid(False)
    ax.spines[:].set_visible(True)
    ax.spines[:].set_color(GREY)


def _outline(ax, inside, colour):
    """Draw the border of a region along the edges of its pixels, as one line: cheap to redraw."""
    inside = np.pad(np.asarray(inside, bool), 1)
    down = np.argwhere(inside[1:] != inside[:-1]) - [0.5, 1]
    across = np.argwhere(inside[:, 1:] != inside[:, :-1]) - [1, 0.5]
    gap = [np.nan, np.nan]
    path = [p for y, x in down for p in ([x - 0.5, y], [x + 0.5, y], gap)]
    path += [p for y, x in across for p in ([x, y - 0.5], [x, y + 0.5], gap)]
    if path:
        ax.plot(*np.array(path).T, color=colour, lw=1.6, ls="-", scalex=False, scaley=False)
