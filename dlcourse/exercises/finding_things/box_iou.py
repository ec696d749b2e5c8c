"""Lab 13, box_iou: the common area over the whole, of every box with every box."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def box_iou_edges():
    first = np.array([[0.0, 0, 4, 4], [10, 10, 14, 16], [2, 1, 6, 3]])
    second = np.array(
        [
            [0.0, 0, 4, 4],  # equal to the first
            [2, 2, 6, 6],
            [4, 0, 8, 4],  # touches: no area in common
            [30, 0, 33, 2],  # apart in both axes from the second of the others
            [1, 1, 2, 2],  # inside
        ]
    )
    flat = np.array([[1.0, 1, 1, 3]])  # no area
    small = np.array([[0.1, 0.2, 0.6, 0.9], [0.3, 0.1, 0.8, 0.5]])  # areas below 1
    return [
        (first, second),
        (flat, flat),
        (small, small[::-1] + 0.1),
        (np.array([[3, 5, 9, 7], [0, 0, 5, 9]]), np.array([[4, 2, 8, 6], [1, 1, 3, 4]])),
        (first, np.zeros((0, 4))),
    ]


def boxes(rng, n):
    corner = rng.uniform(0, 20, (n, 2))
    return np.hstack([corner, corner + rng.uniform(2, 12, (n, 2))])


def box_iou_inputs(rng):
    return [(boxes(rng, 3), boxes(rng, 4)), (boxes(rng, 2), boxes(rng, 2))]


def sides(a, b):
    """Return width and height of what is common, (n, m) each; negative where nothing is."""
    width = np.minimum(a[:, None, 2], b[:, 2]) - np.maximum(a[:, None, 0], b[:, 0])
    height = np.minimum(a[:, None, 3], b[:, 3]) - np.maximum(a[:, None, 1], b[:, 1])
    return width, height


def area(a):
    return (a[:, 2] - a[:, 0]) * (a[:, 3] - a[:, 1])


def box_iou(a, b):
    width, height = sides(a, b)
    common = width.clip(0) * height.clip(0)
    union = area(a)[:, None] + area(b) - common
    return common / np.where(union > 0, union, 1)


def by_loops(a, b):
    found = np.zeros((len(a), len(b)))
    for i, (left, top, right, bottom) in enumerate(a):
        for j, (x0, y0, x1, y1) in enumerate(b):
            wide = max(0, min(right, x1) - max(left, x0))
            high = max(0, min(bottom, y1) - max(top, y0))
            whole = (right - left) * (bottom - top) + (x1 - x0) * (y1 - y0) - wide * high
            found[i, j] = wide * high / whole if whole else 0
    return found


def by_corners(a, b):
    upper = np.maximum(a[:, None, :2], b[:, :2])
    lower = np.minimum(a[:, None, 2:], b[:, 2:])
    common = np.prod(np.clip(lower - upper, 0, None), axis=2)
    union = area(a)[:, None] + area(b)[None] - common
    return np.divide(common, union, out=np.zeros(common.shape), where=union != 0)


def by_parts(a, b):
    """Add up what only the first has, what only the second has, and what both have."""
    both = np.maximum(0, sides(a, b)[0]) * np.maximum(0, sides(a, b)[1])
    only_a, only_b = area(a)[:, None] - both, area(b)[None, :] - both
    with np.errstate(all="ignore"):
        return np.nan_to_num(both / (only_a + only_b + both), nan=0.0)


def share(above, below):
    return np.divide(above, below, out=np.zeros(above.shape), where=below != 0)


def over(below):
    """Return an answer with another number below the line."""

    def answer(a, b):
        width, height = sides(a, b)
        common = width.clip(0) * height.clip(0)
        return share(common, below(area(a)[:, None], area(b)[None], common) + 0.0 * common)

    return answer


def with_common(join):
    """Return an answer that makes the common area of the two sides in another way."""

    def answer(a, b):
        common = join(*sides(a, b))
        return share(common, area(a)[:, None] + area(b) - common)

    return answer


def pixels_counted(a, b):
    width, height = sides(a, b)
    common = (width + 1).clip(0) * (height + 1).clip(0)
    sizes = [(c[:, 2] - c[:, 0] + 1) * (c[:, 3] - c[:, 1] + 1) for c in (a, b)]
    return share(common, sizes[0][:, None] + sizes[1] - common)


def over_the_hull(a, b):
    width, height = sides(a, b)
    hull = np.maximum(a[:, None, 2:], b[:, 2:]) - np.minimum(a[:, None, :2], b[:, :2])
    return share(width.clip(0) * height.clip(0), hull.prod(axis=2))


def from_width_and_height(a, b):
    first, second = (np.hstack([c[:, :2], c[:, :2] + c[:, 2:]]) for c in (a, b))
    return by_corners(first, second)


def not_a_number(a, b):
    width, height = sides(a, b)
    common = width.clip(0) * height.clip(0)
    with np.errstate(all="ignore"):
        return common / (area(a)[:, None] + area(b) - common)


EXERCISE = Exercise(
    "box_iou",
    points=2,
    answer=box_iou,
    edges=box_iou_edges,
    inputs=box_iou_inputs,
    forbidden=(*LIBRARY, "torchvision"),
    also_right=[by_loops, by_corners, by_parts],
    mistakes=[
        Mistake(
            "Two boxes that are apart in both axes have two negative sides, and minus times minus "
            "is plus. Clip each side at 0.",
            with_common(lambda width, height: width * height),
        ),
        Mistake(
            "You clipped the product. Minus times minus is plus: clip each side at 0, then "
            "multiply.",
            with_common(lambda width, height: (width * height).clip(0)),
            credit=0.25,
        ),
        Mistake(
            "Corners are edges, not numbers of pixels: no + 1. (VOC's first code had it.)",
            pixels_counted,
            credit=0.5,
        ),
        Mistake(
            "Below stands the sum of both areas. In it the common part is counted twice: subtract "
            "it once.",
            over(lambda a, b, common: a + b),
            credit=0.25,
        ),
        Mistake(
            "That is Dice: twice the common part over the sum of both areas.",
            lambda a, b: 2 * over(lambda s, t, common: s + t)(a, b),
            credit=0.25,
        ),
        Mistake(
            "Over the smaller area a tiny box inside a large one scores 1.",
            over(lambda a, b, common: np.minimum(a, b)),
        ),
        Mistake(
            "Over the area of the first box only. Both count, and what they share counts once.",
            over(lambda a, b, common: a + 0 * b),
        ),
        Mistake(
            "Below stands the box around both (the hull of GIoU). The union is what they cover.",
            over_the_hull,
        ),
        Mistake(
            "The third and fourth number are the right and the lower edge, not width and height.",
            from_width_and_height,
        ),
        Mistake(
            "Rows and columns have changed places: row i is the i-th box of a.",
            lambda a, b: by_corners(b, a),
            credit=0.5,
        ),
        Mistake(
            "You compared first with first, second with second. Every box with every box: "
            "a[:, None] makes room for it.",
            lambda a, b: np.diag(by_corners(a, b)),
        ),
        Mistake("0 / 0 is NaN. Where there is nothing to unite, say 0.", not_a_number, credit=0.75),
    ],
    hints=[
        "The common part reaches from the larger left edge to the smaller right edge.",
        "np.minimum(a[:, None, 2], b[:, 2]) has the shape (n, m). Clip each side at 0.",
        "The union is area of a + area of b - common. Where it is 0, divide by 1 instead.",
    ],
)
