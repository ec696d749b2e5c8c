"""Numbers written into the pixels of an image, all of them in one stroke."""

import functools

import numpy as np
from matplotlib.collections import PathCollection
from matplotlib.colors import to_rgb
from matplotlib.path import Path
from matplotlib.textpath import TextPath
from matplotlib.transforms import IdentityTransform


def numbers(ax, grid, size):
    """Write each finite number of ``grid``, with three digits, into its pixel.

    A hundred of matplotlib's texts are a third of the time of a redraw. These outlines are
    kept, and drawn as one collection.

    Parameters
    ----------
    ax : axes that show ``grid`` by ``imshow``
    grid : (height, width)
    size : font size in points
    """
    rows, columns = np.nonzero(np.isfinite(grid))
    values = np.asarray(grid)[rows, columns]
    outlines = PathCollection(
        [_outline(f"{value:.3g}") for value in values],
        sizes=[size**2],
        offsets=np.column_stack([columns, rows]),
        offset_transform=ax.transData,
        transform=IdentityTransform(),  # outlines keep their size in points
        facecolors=[legible(colour) for colour in ax.images[-1].to_rgba(values)],
        linewidths=0,
    )
    ax.add_collection(outlines, autolim=False)


def legible(background):
    """Return "black" or "white", whichever contrasts more with the colour ``background``.

    One of the two always has a contrast of at least 4.5 to 1: WCAG 2.2, relative luminance.
    """
    rgb = np.array(to_rgb(background))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    luminance = linear @ [0.2126, 0.7152, 0.0722]
    return "black" if (luminance + 0.05) ** 2 > 1.05 * 0.05 else "white"


@functools.cache
def _outline(label):
    """Return the outline of ``label`` around (0, 0), in units of the font's size."""
    outline = TextPath((0, 0), label, size=1)
    middle = outline.get_extents().get_points().mean(axis=0)
    return Path(outline.vertices - middle, outline.codes)
