"""Mirroring where the label knows left from right: a mirrored left lung is a right lung."""

import numpy as np

from ...validation.arrays import floating, generator
from ...validation.regularization import probability
from ...validation.tables import labels as classes


def random_flip_with_labels(images, labels, partner, p=0.5, *, rng):
    """Mirror every image, left for right, with probability ``p``, and say what it shows now.

    Parameters
    ----------
    images : (n, channels, height, width)
    labels : (n,) classes, whole numbers from 0
    partner : one entry per class: the class of its mirror image, itself where the side does
        not matter, or -1 where a mirrored image would show nothing that exists; such images
        stay as they are
    rng : numpy.random.Generator

    Returns
    -------
    images, labels : new arrays of the same shapes

    Raises
    ------
    TypeError, ValueError
        If shapes do not fit, a label has no partner, or the partner's partner is another class.

    Examples
    --------
    Left (0), right (1) and a letter (2) that has no mirror image:

    >>> images = np.array([[[[1.0, 0.0]]], [[[0.0, 1.0]]], [[[1.0, 0.0]]]])
    >>> rng = np.random.default_rng(0)
    >>> flipped, labels = random_flip_with_labels(images, [0, 1, 2], [1, 0, -1], p=1, rng=rng)
    >>> flipped[:, 0, 0].tolist(), labels.tolist()
    ([[0.0, 1.0], [1.0, 0.0], [1.0, 0.0]], [1, 0, 2])
    """
    x = floating("images", images)
    if x.ndim != 4:
        raise ValueError(f"images has shape {x.shape}; needed (n, channels, height, width)")
    y = classes("labels", labels, len(x)) if len(x) else np.asarray(labels, int)
    partner = np.asarray(partner)
    if partner.ndim != 1 or partner.dtype.kind not in "iu" or y.dtype.kind not in "iu":
        raise TypeError(
            f"labels and partner are of {y.dtype} and {partner.dtype}, partner of shape "
            f"{partner.shape}; needed whole numbers, and one partner per class"
        )
    if len(y) and not (0 <= y.min() and y.max() < len(partner)):
        raise ValueError(f"labels go to {y.max()}; needed 0 to {len(partner) - 1}, as in partner")
    own = np.arange(len(partner))
    allowed = partner >= 0
    if (partner >= len(partner)).any() or (partner[partner[allowed]] != own[allowed]).any():
        raise ValueError(
            f"partner is {partner.tolist()}; needed classes, each the partner of its partner, or -1"
        )
    generator(rng)
    probability(p)
    mirrored = (rng.random(len(x)) < p) & allowed[y]
    flipped = np.where(mirrored[:, None, None, None], x[..., ::-1], x)
    return flipped, np.where(mirrored, partner[y], y)
