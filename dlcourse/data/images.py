"""Small images and what they show."""

from typing import NamedTuple

import numpy as np


class Images(NamedTuple):
    """Images ``X`` (n, channels, height, width) from 0 to 1, and classes ``y`` (n,), by number.

    ``classes`` has the name of each.
    """

    X: np.ndarray
    y: np.ndarray
    classes: tuple
    source: str


def digits():
    """Return 1797 handwritten digits, 8 by 8 pixels; 0 is paper, 1 is ink.

    They are the test part of the original, by 13 writers. Who wrote which is not told, so
    any split by chance tests on hands that were seen in training.

    Source: Alpaydin and Kaynak, Optical recognition of handwritten digits (1998), UCI.

    >>> images = digits()
    >>> images.X.shape, images.y[:5].tolist()
    ((1797, 1, 8, 8), [0, 1, 2, 3, 4])
    """
    from sklearn.datasets import load_digits

    bunch = load_digits()
    return Images(
        bunch.images[:, None] / 16,
        bunch.target,
        tuple("0123456789"),
        "Optical recognition of handwritten digits (Alpaydin, Kaynak 1998), UCI",
    )
