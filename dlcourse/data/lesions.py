"""Phantom scans with lesions whose outlines are known: drawn, so nobody had to outline them.

Smooth tissue inside an oval body, thin bright vessels that are no lesions, bright ellipses that
are, a little blur, and noise. Two spots that touch are one lesion to whoever counts.
"""

from typing import NamedTuple

import numpy as np

from ..validation.descent import whole

LEAST_SIDE, LEAST_RADIUS = 24, 1.0


class LesionScans(NamedTuple):
    """Scans ``X`` (n, 1, side, side), and ``mask``, of the same shape, True inside a lesion.

    Both fit ``dlcourse.metrics``; the mask becomes a target with ``mask.astype(X.dtype)``.
    """

    X: np.ndarray
    mask: np.ndarray
    source: str


def lesion_scans(
    n, rng, side=40, most=4, radius=(1.2, 7.0), contrast=(0.8, 1.6), empty=None, noise=0.35
):
    """Return ``n`` phantom scans, each with 0 to ``most`` lesions.

    Parameters
    ----------
    n : int, 0 or more
    rng : numpy.random.Generator
    side : pixels of height and width, at least 24
    most : how many lesions at most; each number from 0 on is as likely
    radius : (smallest, largest) in pixels, drawn evenly on a logarithmic scale; 1 or more, so that
        every lesion holds a pixel
    contrast : (least, most) that a lesion adds; the tissue has mean 0.6 and SD 0.35
    empty : probability of a scan without lesion; the others then have 1 to ``most``. None for as
        it comes
    noise : its standard deviation

    Raises
    ------
    ValueError
        If one of these is out of range.

    Source: drawn here. No patient stands behind it, so nothing learned on it holds for patients.

    >>> some = lesion_scans(3, np.random.default_rng(0))
    >>> some.X.shape, some.mask.sum(axis=(1, 2, 3)).tolist()
    ((3, 1, 40, 40), [65, 165, 97])
    """
    from scipy import ndimage

    whole("n", n, 0), whole("side", side, LEAST_SIDE), whole("most", most, 1)
    if not LEAST_RADIUS <= radius[0] <= radius[1]:
        raise ValueError(f"radius is {radius}; needed two numbers from {LEAST_RADIUS:g} on, rising")
    if empty is not None and not 0 <= empty <= 1:
        raise ValueError(f"empty is {empty}; needed a probability from 0 to 1, or None")
    if not noise >= 0:
        raise ValueError(f"noise is {noise}; needed 0 or more")
    y, x = np.mgrid[:side, :side] - (side - 1) / 2
    body = (y / 0.44) ** 2 + (x / 0.40) ** 2 < side**2
    X = np.empty((n, 1, side, side), np.float32)
    mask = np.zeros((n, 1, side, side), bool)
    for i in range(n):
        tissue = ndimage.gaussian_filter(rng.normal(size=(side, side)), 5)
        scan = np.where(body, 0.6 + tissue * (0.35 / tissue.std()), -1.0)
        for _ in range(rng.integers(1, 4)):
            scan += 0.9 * body * _vessel(y, x, side, rng)
        none = empty is not None and rng.random() < empty
        lesions = 0 if none else rng.integers(empty is not None, most + 1)
        for _ in range(lesions):
            lesion = _ellipse(y, x, side, radius, rng)
            mask[i, 0] |= lesion
            scan += rng.uniform(*contrast) * lesion
        X[i, 0] = ndimage.gaussian_filter(scan, 0.7) + noise * rng.normal(size=scan.shape)
    return LesionScans(X, mask, "Phantom scans, drawn by dlcourse.data.lesions")


def _vessel(y, x, side, rng):
    """Return a line across the scan, 1 in its middle, two pixels wide."""
    down, across = rng.uniform(-side / 2, side / 2, 2)
    angle = rng.uniform(0, np.pi)
    return np.exp(-(((y - down) * np.cos(angle) + (x - across) * np.sin(angle)) ** 2))


def _ellipse(y, x, side, radius, rng):
    """Return where one lesion is: inside the body, longer than wide by at most 1.7."""
    size = np.exp(rng.uniform(*np.log(radius)))
    stretch, turn, angle = rng.uniform(0.77, 1.3), rng.uniform(0, np.pi), rng.uniform(0, 2 * np.pi)
    far = np.sqrt(rng.random()) * max(0.36 * side - 0.6 * size, 1)
    down, across = y - far * np.sin(angle), x - 0.9 * far * np.cos(angle)
    along = down * np.cos(turn) + across * np.sin(turn)
    aside = across * np.cos(turn) - down * np.sin(turn)
    return (along / stretch) ** 2 + (aside * stretch) ** 2 < size**2
