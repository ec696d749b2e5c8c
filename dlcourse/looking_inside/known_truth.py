"""Scores of a heat map where the truth is known: heat and peak inside a mask, agreement."""

import numpy as np
from scipy.stats import rankdata


def share_inside(heat, mask):
    """Return which share of the positive heat lies inside the mask, (n,), NaN without heat.

    Parameters
    ----------
    heat : (n, height, width), an array or a tensor
    mask : (height, width) for all, or (n, height, width), True inside

    Raises
    ------
    ValueError
        If the shapes do not fit.
    """
    heat, mask = _pair(heat, mask)
    positive = np.maximum(heat, 0)
    whole = positive.sum(axis=(1, 2))
    inside = np.where(mask, positive, 0).sum(axis=(1, 2))
    return np.divide(inside, whole, out=np.full(len(heat), np.nan), where=whole > 0)


def peak_inside(heat, mask):
    """Return whether the hottest pixel lies inside the mask, (n,) bool: the pointing game.

    A map without positive heat points nowhere, and counts as a miss. Arguments and errors as
    for ``share_inside``.

    Source: Zhang and others, Top-down neural attention by excitation backprop (2016),
    doi:10.1007/s11263-017-1059-x.
    """
    heat, mask = _pair(heat, mask)
    flat, inside = heat.reshape(len(heat), -1), mask.reshape(len(heat), -1)
    peak = flat.argmax(axis=1)[:, None]
    hit = np.take_along_axis(inside, peak, axis=1) & (np.take_along_axis(flat, peak, axis=1) > 0)
    return hit[:, 0]


def rank_correlation(a, b):
    """Return Spearman's rank correlation of two maps, image by image, (n,); NaN if one is constant.

    Equal pixels share their mean rank: half of a Grad-CAM is exactly 0.

    Parameters
    ----------
    a, b : (n, height, width), arrays or tensors

    Raises
    ------
    ValueError
        If the shapes differ.
    """
    a, b = np.asarray(a), np.asarray(b)
    if a.shape != b.shape or a.ndim != 3:
        raise ValueError(f"a and b have shapes {a.shape} and {b.shape}; needed one, (n, h, w)")
    ranks = [rankdata(m.reshape(len(m), -1), axis=1) for m in (a, b)]
    x, y = (r - r.mean(axis=1, keepdims=True) for r in ranks)
    spread = np.sqrt((x**2).sum(axis=1) * (y**2).sum(axis=1))
    return np.divide((x * y).sum(axis=1), spread, out=np.full(len(a), np.nan), where=spread > 0)


def _pair(heat, mask):
    """Return both as arrays of one shape, the mask of bools."""
    heat, mask = np.asarray(heat), np.asarray(mask)
    if heat.ndim != 3 or mask.shape not in (heat.shape, heat.shape[1:]):
        raise ValueError(
            f"heat has shape {heat.shape} and mask {mask.shape}; "
            "needed (n, height, width), and a mask of that shape or without n"
        )
    return heat, np.broadcast_to(mask.astype(bool), heat.shape)
