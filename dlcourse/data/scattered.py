"""Small images scattered over a larger one, among debris: something to find, with known boxes."""

from typing import NamedTuple

import numpy as np

from ..validation.descent import whole

TRIES = 400


class Scattered(NamedTuple):
    """Canvases ``X`` (n, 1, side, side), and for each its ``boxes`` (k, 4).

    A box is left, top, right, bottom: edges between pixels, not numbers of pixels. ``which`` has,
    for each canvas, the rows (k,) of the images that lie in them.
    """

    X: np.ndarray
    boxes: list
    which: list


def scattered(n, rng, images, side=64, each=8, overlap=0, debris=10, noise=0.2):
    """Return ``n`` canvases with up to ``each`` of the ``images`` on them, at places by chance.

    Debris are images of which the upper or the left half was cut away; they have no box.

    Parameters
    ----------
    n : int, 0 or more
    rng : numpy.random.Generator
    images : (m, h, h), values from 0 on
    side : pixels of height and width of a canvas, h or more
    each : how many images on a canvas; fewer where no place is left
    overlap : by how many pixels two images may overlap, 0 to h - 1; 0 keeps them apart
    debris : pieces on each canvas, never on an image; pieces for which no place is left are lost
    noise : its standard deviation

    Raises
    ------
    ValueError
        If one of these is out of range, or the images are not square.

    >>> found = scattered(2, np.random.default_rng(0), np.ones((1, 3, 3)), side=9, each=2, debris=0)
    >>> found.X.shape, [boxes.tolist() for boxes in found.boxes][0]
    ((2, 1, 9, 9), [[4.0, 5.0, 7.0, 8.0], [1.0, 3.0, 4.0, 6.0]])
    """
    images = np.asarray(images)
    if images.ndim != 3 or images.shape[1] != images.shape[2] or not len(images):
        raise ValueError(f"images has shape {images.shape}; needed (m, h, h), one or more")
    h = images.shape[1]
    whole("n", n, 0), whole("side", side, h), whole("each", each, 0), whole("debris", debris, 0)
    if overlap not in range(h):
        raise ValueError(f"overlap is {overlap}; needed 0 to {h - 1} pixels")
    if not noise >= 0:
        raise ValueError(f"noise is {noise}; needed 0 or more")
    X = np.zeros((n, 1, side, side), np.float32)
    boxes, which = [], []
    for canvas in X[:, 0]:
        places, rows = [], []
        for _ in range(TRIES):
            if len(places) == each:
                break
            place = rng.integers(0, side - h + 1, 2)
            if _is_free(place, places, h - overlap):
                rows.append(int(rng.integers(len(images))))
                places.append(place)
                _lay(canvas, images[rows[-1]], place)
        for _ in range(debris):
            place = rng.integers(0, side - h + 1, 2)
            piece = images[rng.integers(len(images))].copy()
            piece[: h // 2] = 0
            piece = piece if rng.random() < 0.5 else piece.T
            if _is_free(place, places, h):
                _lay(canvas, piece, place)
        canvas += noise * rng.normal(size=canvas.shape)
        corners = np.array(places, float).reshape(-1, 2)[:, ::-1]  # rows, columns to x, y
        boxes.append(np.hstack([corners, corners + h]))
        which.append(np.array(rows, int))
    return Scattered(X, boxes, which)


def _is_free(place, places, apart):
    return all(np.abs(place - other).max() >= apart for other in places)


def _lay(canvas, image, place):
    row, column = place
    part = canvas[row : row + len(image), column : column + len(image)]
    np.maximum(part, image, out=part)
