"""Lab 13, nms: the surest box stays, and what overlaps it too much goes."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY

from .box_iou import box_iou


def overlaps(boxes):
    """Return the IoU of every box with every box, (n, n); what an input holds."""
    return box_iou(boxes, boxes)


def nms_edges():
    rng = np.random.default_rng(13)
    chain = np.array([[0.0, 0, 10, 4], [4, 0, 14, 4], [8, 0, 18, 4]])  # 1-2 and 2-3, not 1-3
    half = np.array([[0.0, 0, 4, 4], [0, 0, 4, 2], [20, 0, 24, 4]])  # IoU exactly 0.5
    tie = np.array([[0.0, 0, 4, 4], [1, 0, 5, 4], [30, 30, 34, 34], [31, 30, 35, 34]])
    corner = rng.uniform(0, 30, (40, 2))
    many = np.hstack([corner, corner + rng.uniform(6, 12, (40, 2))])
    return [
        (overlaps(chain), np.array([0.9, 0.8, 0.7]), 0.4),
        (overlaps(chain[[2, 0, 1]]), np.array([0.7, 0.9, 0.8]), 0.4),
        (overlaps(half), np.array([0.9, 0.6, 0.3]), 0.5),
        (overlaps(tie), np.array([0.5, 0.5, 0.8, 0.8]), 0.5),
        (overlaps(many), rng.integers(1, 4, 40) / 4, 0.2),  # many equal scores
        (np.zeros((0, 0)), np.zeros(0), 0.5),
    ]


def nms_inputs(rng):
    n = int(rng.integers(10, 14))
    corner = rng.uniform(0, 16, (n, 2))
    boxes = np.hstack([corner, corner + rng.uniform(4, 10, (n, 2))])
    return [(overlaps(boxes), rng.random(n), 0.2)]


def nms(iou, scores, threshold):
    kept = []
    for i in sorted(range(len(scores)), key=lambda i: -scores[i]):
        if all(iou[i, j] <= threshold for j in kept):
            kept.append(i)
    return np.array(kept, int)


def by_striking_out(iou, scores, threshold):
    left, kept = np.argsort(-scores, kind="stable"), []
    while len(left):
        kept.append(left[0])
        left = left[1:][iou[left[0], left[1:]] <= threshold]
    return np.array(kept, int)


def by_mask(iou, scores, threshold):
    order = np.argsort(-scores, kind="stable")
    rivals, stays = iou[np.ix_(order, order)] > threshold, np.ones(len(order), bool)
    for i in range(len(order)):
        if stays[i]:
            stays[i + 1 :] &= ~rivals[i, i + 1 :]
    return order[stays]


def by_recursion(iou, scores, threshold):
    def of(rows):
        if not rows:
            return []
        best = max(rows, key=lambda i: (scores[i], -i))
        rest = [i for i in rows if i != best and not iou[best, i] > threshold]
        return [best, *of(rest)]

    return np.array(of(list(range(len(scores)))), dtype=int)


def wrong(
    order=lambda s: np.argsort(-s, kind="stable"),
    drops=lambda iou, threshold: iou > threshold,
    removed_remove=False,
    best_only=False,
):
    """Return an answer with another order or another rule."""

    def answer(iou, scores, threshold):
        rows = order(scores)
        stays = np.ones(len(rows), bool)
        for a, i in enumerate(rows):
            if stays[a] or removed_remove:
                stays[a + 1 :] &= ~drops(iou[i, rows[a + 1 :]], threshold)
            if best_only:
                break
        return rows[stays]

    return answer


def last_kept_only(iou, scores, threshold):
    kept = []
    for i in np.argsort(-scores, kind="stable"):
        if not kept or iou[kept[-1], i] <= threshold:
            kept.append(i)
    return np.array(kept, int)


def positions(iou, scores, threshold):
    order = list(np.argsort(-scores, kind="stable"))
    return np.array([order.index(i) for i in by_mask(iou, scores, threshold)], int)


EXERCISE = Exercise(
    "nms",
    points=3,
    sitting=2,
    answer=nms,
    edges=nms_edges,
    inputs=nms_inputs,
    forbidden=(*LIBRARY, "torchvision"),
    also_right=[by_striking_out, by_mask, by_recursion],
    mistakes=[
        Mistake(
            "At exactly the threshold both boxes stay (torchvision's rule): only what overlaps "
            "*more* goes.",
            wrong(drops=lambda iou, threshold: iou >= threshold),
            credit=0.75,
        ),
        Mistake(
            "A removed box removed another one. Only those that stay may remove.",
            wrong(removed_remove=True),
            credit=0.25,
        ),
        Mistake(
            "You began with the least sure box. Best first.",
            wrong(order=lambda s: np.argsort(s, kind="stable")),
        ),
        Mistake(
            "You took the boxes in the order given. The surest box comes first.",
            wrong(order=lambda s: np.arange(len(s))),
        ),
        Mistake(
            "argsort()[::-1] turns equal scores round; they keep their order. Sort -scores, "
            'kind="stable".',
            wrong(order=lambda s: np.argsort(s, kind="stable")[::-1]),
            credit=0.75,
        ),
        Mistake(
            "Only the best box removed others. So does every box that stays.",
            wrong(best_only=True),
        ),
        Mistake(
            "You compared with the last box that stayed. Compare with all of them.",
            last_kept_only,
            credit=0.25,
        ),
        Mistake(
            "Upside down: what overlaps stayed, and what lies apart went.",
            wrong(drops=lambda iou, threshold: iou <= threshold),
        ),
        Mistake(
            "Those are places in the sorted list. Translate them back: order[places].",
            positions,
            credit=0.25,
        ),
        Mistake(
            "The right boxes, sorted by number. Best first.",
            lambda *args: np.sort(by_mask(*args)),
            credit=0.75,
        ),
        Mistake(
            "You returned scores. Numbers of boxes were asked for: whoever calls this needs their "
            "labels, too.",
            lambda iou, scores, threshold: scores[by_mask(iou, scores, threshold)],
            credit=0.25,
        ),
        Mistake(
            "You returned True and False. Numbers of boxes, best first, were asked for.",
            lambda iou, scores, threshold: np.isin(
                np.arange(len(scores)), by_mask(iou, scores, threshold)
            ),
            credit=0.25,
        ),
    ],
    hints=[
        "Go through the boxes by falling score, and keep a list of those that stay.",
        "A box stays if iou[i, j] <= threshold for every j that stays already.",
        'np.argsort(-scores, kind="stable") goes down and leaves equal scores in their order.',
    ],
)
