"""How much two boxes overlap, and which of many on one lesion may stay."""

import numpy as np

from ...validation import evaluation as validate


def box_iou(boxes1, boxes2):
    """Return the intersection over the union of every box with every box, (n, m).

    Edges are lines, not pixel numbers: no + 1. Where both areas are 0 there is nothing to
    unite, and it is 0 (torchvision: NaN). Computed in float64 whatever the dtype, so that
    small integers do not overflow and an overlap of 0.3 does not lie above 0.3.

    Parameters
    ----------
    boxes1, boxes2 : (n, 4) and (m, 4), left, top, right, bottom

    Raises
    ------
    ValueError
        If a right edge lies left of the left one: that is a corner with width and height.

    Examples
    --------
    >>> box_iou([[0, 0, 4, 4]], [[0, 0, 4, 2], [2, 2, 6, 6], [9, 9, 10, 10]]).round(3)
    array([[0.5  , 0.143, 0.   ]])
    """
    a, b = validate.boxes("boxes1", boxes1), validate.boxes("boxes2", boxes2)
    sides = np.minimum(a[:, None, 2:], b[:, 2:]) - np.maximum(a[:, None, :2], b[:, :2])
    common = np.prod(sides.clip(0), axis=2)  # (n, m); each side clipped, not their product
    union = _areas(a)[:, None] + _areas(b) - common
    return np.divide(common, union, out=np.zeros_like(common), where=union > 0)


def nms(boxes, scores, iou_threshold, labels=None):
    """Return the indices of the boxes that stay, best first: non-maximum suppression.

    The best box stays and removes all that overlap it by *more* than the threshold; so does
    the best of the rest. A removed box removes nobody. Equal scores keep their order.

    Parameters
    ----------
    boxes : (n, 4), left, top, right, bottom
    scores : (n,)
    iou_threshold : from 0 to 1; at exactly the threshold both stay, as in torchvision
    labels : (n,), classes that do not remove each other; None if there is one. Without them
        a sure kidney removes the lesion that lies on it.

    Examples
    --------
    A chain: the first overlaps the second, the second the third, the third not the first.

    >>> chain = [[0, 0, 10, 4], [4, 0, 14, 4], [8, 0, 18, 4]]
    >>> nms(chain, [0.9, 0.8, 0.7], 0.4)
    array([0, 2])
    """
    boxes = validate.boxes("boxes", boxes)
    scores = validate.for_each("scores", validate.numbers("scores", scores, 1), boxes, "boxes")
    validate.shares("iou_threshold", iou_threshold)
    order = np.argsort(-scores, kind="stable")
    rivals = box_iou(boxes[order], boxes[order]) > iou_threshold
    if labels is not None:
        labels = validate.for_each("labels", np.asarray(labels), boxes, "boxes")[order]
        rivals &= labels[:, None] == labels
    stays = np.ones(len(order), bool)
    for i in range(len(order)):
        if stays[i]:
            stays[i + 1 :] &= ~rivals[i, i + 1 :]
    return order[stays]


def _areas(boxes):
    return (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
