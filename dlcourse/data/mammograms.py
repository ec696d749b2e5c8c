"""Phantom mammograms from hospitals that differ: in who comes, in the device, in the disease.

A breast is a texture. In the ill it holds one soft bright spot. What makes one hospital unlike
another is an argument, so that one thing can be changed at a time.
"""

from typing import NamedTuple

import numpy as np

from ..validation.descent import whole

LEAST_SIDE = 16


class Mammograms(NamedTuple):
    """Images ``X`` (n, 1, side, side), and ``y`` (n,), 1 for ill."""

    X: np.ndarray
    y: np.ndarray
    source: str


def mammogram_phantoms(
    n, rng, prevalence=0.3, gain=1.0, noise=0.35, grain=3.0, contrast=2.0, side=24
):
    """Return ``n`` phantom mammograms of one hospital.

    Parameters
    ----------
    n : int, 0 or more
    rng : numpy.random.Generator
    prevalence : probability of a lesion, 0 to 1
    gain : of the device: every pixel is multiplied by it; above 0
    noise : its standard deviation, before the gain; the texture's is 0.5
    grain : width of the texture in pixels, above 0; smaller is finer
    contrast : brightness of a lesion's centre, on average; each one's lies within a half of it
    side : pixels of height and width, at least 16

    Raises
    ------
    ValueError
        If one of these is out of range.

    Source: drawn here. No patient stands behind it, so nothing learned on it holds for patients.

    >>> some = mammogram_phantoms(5, np.random.default_rng(0))
    >>> some.X.shape, some.y.tolist()
    ((5, 1, 24, 24), [0, 1, 1, 1, 0])
    """
    from scipy import ndimage

    whole("n", n, 0), whole("side", side, LEAST_SIDE)
    if not 0 <= prevalence <= 1:
        raise ValueError(f"prevalence is {prevalence}; needed a probability from 0 to 1")
    for name, value in (("gain", gain), ("grain", grain)):
        if not value > 0:
            raise ValueError(f"{name} is {value}; needed a number above 0")
    for name, value in (("noise", noise), ("contrast", contrast)):
        if not value >= 0:
            raise ValueError(f"{name} is {value}; needed 0 or more")
    rows, columns = np.mgrid[:side, :side]
    y = (rng.random(n) < prevalence).astype(np.int64)
    X = np.empty((n, 1, side, side), np.float32)
    for image, ill in zip(X[:, 0], y, strict=True):
        texture = ndimage.gaussian_filter(rng.normal(size=(side, side)), grain)
        breast = 0.5 * texture / texture.std()
        # Drawn for the healthy as well, so that both kinds use the generator alike.
        down, across = rng.uniform(4, side - 4, 2)
        bright, width = contrast * rng.uniform(0.5, 1.5), rng.uniform(2, 5)
        spot = np.exp(-((rows - down) ** 2 + (columns - across) ** 2) / width)
        image[:] = gain * (breast + ill * bright * spot + noise * rng.normal(size=(side, side)))
    return Mammograms(X, y, "Phantom mammograms, drawn by dlcourse.data.mammograms")
