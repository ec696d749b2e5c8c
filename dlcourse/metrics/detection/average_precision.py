"""One number for a list of detections: average precision, which has six dialects."""

import numpy as np

from ...validation import evaluation as validate
from ...validation.arrays import choice
from .matching import match_images

INTERPOLATIONS = ("all-point", "101-point", "11-point", "step", "trapezoid", "found-only")
COCO_THRESHOLDS = tuple(np.arange(50, 100, 5) / 100)


def average_precision(hit, n_truth, interpolation="all-point"):
    """Return the average precision of detections in order, best first.

    After each box: which share of the boxes so far are hits (precision), and which share of
    all lesions is found (recall). What lies under that staircase depends on whom you ask:

    ``"all-point"``, the default
        The exact area, each precision first replaced by the best at this recall or higher
        (the envelope). PASCAL VOC from 2010 on. It needs no grid, and no found lesion lowers it.
    ``"101-point"``
        The envelope's mean at recall 0, 0.01, ..., 1: COCO. pycocotools' number; torchmetrics
        1.9.0 keeps its grid in float32 and may lose a point (0.4975 for 0.505).
    ``"11-point"``
        The same at 0, 0.1, ..., 1: PASCAL VOC 2007.
    ``"step"``
        The staircase without envelope.
    ``"trapezoid"``
        Straight lines from point to point, from precision 1 at recall 0.
    ``"found-only"``
        What scikit-learn's ``average_precision_score(hit, score)`` gives: recall over the
        lesions *found*. It never hears of those that no box found, so it is no measure of
        detection; 0 where nothing is found.

    Parameters
    ----------
    hit : (n,), whether each box is a hit, best score first, as ``match_images`` returns
    n_truth : how many lesions there are, found or not
    interpolation : one of the six

    Returns
    -------
    float : NaN where there are no lesions (COCO's programs give -1: never average it in),
        0 where there are some and no boxes

    Examples
    --------
    >>> for name in INTERPOLATIONS:
    ...     print(f"{average_precision([1, 0, 1, 1, 0], 5, name):.3f} {name}")
    0.500 all-point
    0.505 101-point
    0.545 11-point
    0.483 step
    0.458 trapezoid
    0.806 found-only
    """
    choice("interpolation", interpolation, INTERPOLATIONS)
    validate.count("n_truth", n_truth, at_least=0)
    hit = validate.yes_or_no("hit", hit)
    if hit.ndim != 1 or hit.sum() > n_truth:
        raise ValueError(
            f"hit has shape {hit.shape} with {hit.sum()} hits for {n_truth} lesions; "
            "needed (n,), and no lesion hit twice"
        )
    if n_truth == 0:
        return float("nan")
    if not hit.any():
        return 0.0
    found = np.cumsum(hit)
    precision = found / np.arange(1, len(hit) + 1)
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    if interpolation == "all-point":
        return float(envelope[hit].sum() / n_truth)
    if interpolation == "step":
        return float(precision[hit].sum() / n_truth)
    if interpolation == "found-only":
        return float(precision[hit].mean())
    if interpolation == "trapezoid":
        before = np.append(1, precision[:-1])
        return float((precision + before)[hit].sum() / 2 / n_truth)
    points = int(interpolation.removesuffix("-point"))
    # Recall k / (points - 1) is reached at so many hits: in whole numbers, so none is lost.
    needed = -(-np.arange(points) * n_truth // (points - 1))
    first = np.searchsorted(found, needed)
    return float(np.append(envelope, 0)[first].mean())


def mean_average_precision(
    detections, truths, iou_thresholds=COCO_THRESHOLDS, interpolation="101-point", rule="coco"
):
    """Return the mean of the average precision over classes and over overlap thresholds.

    Classes without a lesion in any image are left out. COCO's own number further cuts to the
    100 surest boxes of an image and leaves out boxes marked as crowds; here there are neither.

    Parameters
    ----------
    detections : for each image (boxes (n, 4), scores (n,), labels (n,))
    truths : for each image (boxes (m, 4), labels (m,))
    iou_thresholds : COCO's 0.50, 0.55, ..., 0.95; (0.5,) for PASCAL VOC
    interpolation : as in ``average_precision``
    rule : as in ``match_boxes``

    Returns
    -------
    float : NaN where no image has a lesion

    Examples
    --------
    The interval over images: draw them again.

    >>> from dlcourse.metrics import bootstrap_interval
    >>> box = np.array([[0.0, 0.0, 4.0, 4.0]])
    >>> detections = [(box, [0.9], [0]), (box + 1, [0.8], [0])]
    >>> truths = [(box, [0]), (box, [0])]
    >>> def of_images(rows):
    ...     return mean_average_precision(
    ...         [detections[i] for i in rows], [truths[i] for i in rows], (0.5,), "all-point"
    ...     )
    >>> rng = np.random.default_rng(0)
    >>> print(bootstrap_interval(of_images, np.arange(2), draws=200, rng=rng))
    0.500 (0.000 to 1.000)
    """
    classes = sorted({label for _, labels in truths for label in np.asarray(labels).tolist()})
    found = []
    for label in classes:
        here = [_of_class(label, *image) for image in detections]
        there = [_of_class(label, *image)[0] for image in truths]
        for threshold in iou_thresholds:
            hit, n_truth = match_images(here, there, threshold, rule)
            found.append(average_precision(hit, n_truth, interpolation))
    return float(np.mean(found)) if found else float("nan")


def _of_class(label, boxes, *columns):
    """Return the boxes, and the columns before the labels, of one class; labels come last."""
    boxes = validate.boxes("boxes", boxes)
    labels = np.asarray(columns[-1])
    validate.for_each("labels", labels, boxes, "boxes")
    keep = labels == label
    return boxes[keep], *(np.asarray(column)[keep] for column in columns[:-1])
