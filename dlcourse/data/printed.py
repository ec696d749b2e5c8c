"""Printed characters in the size of the handwritten digits: labelled images without a download."""

import functools
from pathlib import Path

import numpy as np

from .images import Images

SIDE, FINE = 8, 3  # pixels of an image; points along a pixel's side at which ink is looked up
MASK = 48  # cells along the side of a typeface's drawing, which the points look into
FAMILIES = ("DejaVuSans", "DejaVuSerif", "STIXGeneral", "cmr10", "cmss10", "cmtt10")


def printed_characters(n, rng, characters="0123456789"):
    """Return ``n`` printed characters, 8 by 8 pixels; 0 is paper, 1 is ink.

    Each is one of ``characters``, by chance, in one of the typefaces that matplotlib ships;
    its height, width, slant, turn, place and ink differ a little from image to image, about as
    much as in ``digits()``.

    Parameters
    ----------
    n : how many
    rng : numpy.random.Generator
    characters : each is a class, in this order

    Raises
    ------
    TypeError
        If rng is no Generator.
    ValueError
        If no characters are given, one comes twice, or one leaves no ink.

    >>> images = printed_characters(4, np.random.default_rng(0))
    >>> images.X.shape, [images.classes[label] for label in images.y]
    ((4, 1, 8, 8), ['8', '6', '5', '2'])
    """
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng is of type {type(rng).__name__}; needed a numpy.random.Generator")
    if not characters or len(set(characters)) < len(characters):
        raise ValueError(f"characters are {characters!r}; needed at least one, each once")
    if len(characters.split()) > 1 or characters != characters.strip():
        raise ValueError(f"characters are {characters!r}; needed none that leaves no ink")
    drawn = [[_drawing(c, face) for face in _faces()] for c in characters]
    ink = np.array([[mask for mask, _ in row] for row in drawn])  # (classes, faces, MASK, MASK)
    ratio = np.array([[width for _, width in row] for row in drawn])
    y, face = rng.integers(len(characters), size=n), rng.integers(len(_faces()), size=n)
    height = rng.uniform(6.6, 8.0, n)
    width = np.clip(height * ratio[y, face] * rng.uniform(0.85, 1.2, n), 1.5, 7.5)
    right, down = rng.normal(0, 0.3, n), rng.normal(0, 0.2, n)
    u, v = _looked_up(rng.normal(0, 0.1, n), rng.normal(0, 0.15, n), right, down)
    row, column = (_cells(v, height), _cells(u, width))  # (n, points, points)
    inside = (row >= 0) & (row < MASK) & (column >= 0) & (column < MASK)
    row, column = row.clip(0, MASK - 1), column.clip(0, MASK - 1)
    found = ink[y[:, None, None], face[:, None, None], row, column] & inside
    shares = found.reshape(n, 1, SIDE, FINE, SIDE, FINE).mean(axis=(3, 5))
    strength = rng.uniform(0.9, 1.3, (n, 1, 1, 1))
    source = f"Printed in {len(_faces())} typefaces that matplotlib ships"
    return Images(np.minimum(shares * strength, 1), y, tuple(characters), source)


def _looked_up(turn, slant, right, down):
    """Return where each image's points lie in its upright drawing: across and down, in pixels.

    Both are (n, points, points) and count from the drawing's middle.
    """
    points = (np.arange(SIDE * FINE) + 0.5) / FINE - SIDE / 2
    x = points - right[:, None, None]
    y = points[:, None] - down[:, None, None]
    cos, sin, slant = np.cos(turn), np.sin(turn), slant[:, None, None]
    cos, sin = cos[:, None, None], sin[:, None, None]
    upright = cos * y - sin * x
    return cos * x + sin * y + slant * upright, upright


def _cells(place, size):
    return np.floor((place / size[:, None, None] + 0.5) * MASK).astype(int)


@functools.cache
def _faces():
    import matplotlib

    folder = Path(matplotlib.get_data_path(), "fonts", "ttf")
    found = [f for f in sorted(folder.glob("*.ttf")) if f.name.startswith(FAMILIES)]
    return tuple(f for f in found if "Display" not in f.name)  # these two hold few characters


@functools.cache
def _drawing(character, face):
    """Return where a character has ink, (MASK, MASK) over its own box, and its width / height."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.path import Path as Outline
    from matplotlib.textpath import TextPath

    outline = TextPath((0, 0), character, size=10, prop=FontProperties(fname=face))
    box = outline.get_extents()
    share = (np.arange(MASK) + 0.5) / MASK
    x, y = np.meshgrid(box.x0 + share * box.width, box.y1 - share * box.height)
    points = np.column_stack([x.ravel(), y.ravel()])
    ink = np.zeros(MASK * MASK, bool)
    for polygon in outline.to_polygons():
        ink ^= Outline(polygon).contains_points(points)  # the hole of a 0 is a polygon, too
    return ink.reshape(MASK, MASK), box.width / box.height
