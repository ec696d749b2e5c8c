"""Which boxes are hits: each lesion serves once, and the surest box chooses first."""

import numpy as np

from ...validation import evaluation as validate
from ...validation.arrays import choice
from .boxes import box_iou

RULES = ("coco", "voc")


def match_boxes(boxes, scores, truths, iou_threshold=0.5, rule="coco"):
    """Return whether each box is a hit, best score first: of one class, in one image.

    A box takes the truth that it overlaps most, if by at least the threshold, and a truth
    can be taken once: a second box on the same lesion is a false alarm.

    **If the best truth is taken.** "coco" looks among the truths still free; "voc" (the
    development kit of PASCAL VOC) does not look on, and the box is a false alarm. They
    differ only where lesions are crowded.

    Parameters
    ----------
    boxes : (n, 4), left, top, right, bottom
    scores : (n,); equal ones keep their order
    truths : (m, 4)
    iou_threshold : at exactly the threshold it counts
    rule : "coco" or "voc"

    Returns
    -------
    array of booleans (n,), in the order of ``np.argsort(-scores, kind="stable")``

    Examples
    --------
    >>> lesion = [[0, 0, 4, 4]]
    >>> match_boxes([[0, 0, 4, 3], [0, 0, 4, 4], [9, 9, 10, 10]], [0.6, 0.9, 0.7], lesion)
    array([ True, False, False])
    """
    choice("rule", rule, RULES)
    boxes, truths = validate.boxes("boxes", boxes), validate.boxes("truths", truths)
    scores = validate.for_each("scores", validate.numbers("scores", scores, 1), boxes, "boxes")
    validate.shares("iou_threshold", iou_threshold)
    hit = np.zeros(len(boxes), bool)
    if not len(truths):
        return hit
    overlap = box_iou(boxes, truths)[np.argsort(-scores, kind="stable")]
    free = np.ones(len(truths), bool)
    for i, row in enumerate(overlap):
        wanted = np.where(free, row, -1) if rule == "coco" else row
        best = wanted.argmax()
        hit[i] = free[best] and wanted[best] >= iou_threshold
        if hit[i]:
            free[best] = False
    return hit


def match_images(detections, truths, iou_threshold=0.5, rule="coco"):
    """Return the hits of many images in one list, best score first, and how many lesions.

    Parameters
    ----------
    detections : for each image a pair (boxes, scores)
    truths : for each image its boxes, perhaps none
    iou_threshold, rule : as in ``match_boxes``

    Returns
    -------
    tuple : hits (all boxes,), the number of truths
    """
    if len(detections) != len(truths):
        raise ValueError(
            f"detections has {len(detections)} images and truths {len(truths)}; needed as many"
        )
    hits, scores, lesions = [np.zeros(0, bool)], [np.zeros(0)], 0
    for (boxes, sure), boxes_true in zip(detections, truths, strict=True):
        hits.append(match_boxes(boxes, sure, boxes_true, iou_threshold, rule))
        scores.append(-np.sort(-np.asarray(sure, np.float64)))
        lesions += len(validate.boxes("truths", boxes_true))
    order = np.argsort(-np.concatenate(scores), kind="stable")
    return np.concatenate(hits)[order], lesions
