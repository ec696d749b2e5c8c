"""How far one outline lies from the other, in the unit of the spacing."""

import numpy as np

from ...validation import evaluation as validate
from ...validation.arrays import choice

EMPTY, DIRECTIONS = ("inf", "nan"), ("larger", "pooled", "to_truth", "to_pred")


def surface_distances(y_true, y_pred, spacing=1.0):
    """Return the distances of each outline's pixels from the other outline.

    An outline is what is in the mask and has a neighbour, by a side, that is not; pixels at
    the border of the picture are outline too.

    Parameters
    ----------
    y_true, y_pred : masks of one scan, (h, w) or (d, h, w), neither empty
    spacing : size of a pixel along each axis, in millimetres for example, in the order of the
        axes: rows before columns; one number if they are equal

    Returns
    -------
    tuple : distances to the truth of the outline painted, and to it of the truth's outline
    """
    t, p = validate.masks(y_true, y_pred)
    if not (t.any() and p.any()):
        raise ValueError(
            f"y_true holds {t.sum()} pixels of a lesion and y_pred {p.sum()}; "
            "a distance needs some in both"
        )
    from scipy import ndimage

    spacing = _spacing(spacing, t.ndim)
    true_edge, pred_edge = (mask & ~ndimage.binary_erosion(mask) for mask in (t, p))
    to_truth, to_pred = (
        ndimage.distance_transform_edt(~edge, sampling=spacing) for edge in (true_edge, pred_edge)
    )
    return to_truth[pred_edge], to_pred[true_edge]


def hausdorff_distance(
    y_true, y_pred, spacing=1.0, percentile=100.0, direction="larger", empty="inf"
):
    """Return the Hausdorff distance of two outlines, or a percentile of it.

    **Which 95th percentile.** Each outline has its list of distances from the other. We take
    the percentile of each list and the "larger" of the two, MONAI's way, as the definition
    takes the larger maximum: a far blob of a few pixels is not drowned by the rest. "pooled",
    MedPy's ``hd95``, takes it of both lists together. "to_truth" measures the painted outline
    alone, "to_pred" the truth's. Between two distances the percentile is interpolated.

    **Empty masks.** If one mask is empty the other is infinitely far: "inf", torchmetrics'
    way, so that a missed lesion cannot leave the average unseen; "nan" is MONAI's. Where both
    are empty there is nothing to measure, and it is NaN. MedPy raises in both cases.

    Parameters
    ----------
    y_true, y_pred : masks of one scan
    spacing : as in ``surface_distances``, and the unit of the result
    percentile : 100 for the distance itself, 95 for HD95
    direction : "larger", "pooled", "to_truth" or "to_pred"
    empty : "inf" or "nan", if exactly one mask is empty

    Examples
    --------
    >>> truth, painted = np.zeros((2, 9, 9), bool)
    >>> truth[2:5, 2:5], painted[2:5, 4:7] = True, True
    >>> hausdorff_distance(truth, painted), hausdorff_distance(truth, painted, (1.0, 0.5))
    (2.0, 1.0)
    """
    if not 0 <= percentile <= 100:
        raise ValueError(f"percentile is {percentile}; needed from 0 to 100 (95, not 0.95)")
    choice("direction", direction, DIRECTIONS)
    missing = _without_surface(y_true, y_pred, empty)
    if missing is not None:
        return missing
    to_truth, to_pred = surface_distances(y_true, y_pred, spacing)
    lists = {"to_truth": [to_truth], "to_pred": [to_pred], "larger": [to_truth, to_pred]}
    lists["pooled"] = [np.concatenate([to_truth, to_pred])]
    return float(max(np.percentile(each, percentile) for each in lists[direction]))


def average_surface_distance(y_true, y_pred, spacing=1.0, direction="pooled", empty="inf"):
    """Return the mean distance of the outlines from each other.

    "pooled", the default, is the symmetric one: the mean over both outlines' pixels together
    (MONAI's ``symmetric=True``). "to_truth" is MONAI's default, over the painted outline
    alone, which does not notice what was left out; "to_pred" the other; "larger" the larger
    of the two. Empty masks as in ``hausdorff_distance``.

    Parameters
    ----------
    y_true, y_pred, spacing, direction, empty : as in ``hausdorff_distance``
    """
    choice("direction", direction, DIRECTIONS)
    missing = _without_surface(y_true, y_pred, empty)
    if missing is not None:
        return missing
    to_truth, to_pred = surface_distances(y_true, y_pred, spacing)
    means = {"to_truth": to_truth.mean(), "to_pred": to_pred.mean()}
    means["larger"] = max(means.values())
    means["pooled"] = np.concatenate([to_truth, to_pred]).mean()
    return float(means[direction])


def _without_surface(y_true, y_pred, empty):
    """Return what stands for a distance if a mask is empty, else None."""
    choice("empty", empty, EMPTY)
    t, p = (mask.any() for mask in validate.masks(y_true, y_pred))
    if t and p:
        return None
    return float(empty) if t or p else float("nan")


def _spacing(spacing, axes):
    sizes = validate.numbers("spacing", spacing)
    sizes = np.full(axes, sizes) if sizes.ndim == 0 else sizes
    if sizes.shape != (axes,) or not (sizes > 0).all():
        raise ValueError(f"spacing is {spacing}; needed {axes} numbers above 0, one for each axis")
    return sizes
