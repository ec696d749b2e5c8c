"""Lab 12, occlusion: what the score loses where a square of the image is hidden."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def score(W, image):
    """Return the score of a small network with one hidden layer, as the lab defines it."""
    return float(np.tanh((W * image).sum(axis=(1, 2))).sum())


def drawn(rng, height, width):
    return rng.normal(0, 0.4, (3, height, width)).round(2), rng.random((height, width)).round(2)


def occlusion_inputs(rng):
    return [
        (*drawn(rng, 6, 7), 2, 1, 0.5),
        (*drawn(rng, 8, 6), 3, 2, 0.0),
        (*drawn(rng, 5, 8), 2, 3, 0.2),
        (*drawn(rng, 4, 4), 4, 1, 1.0),
        # Squares of one pixel that leave gaps, then one row of places over a low, wide image.
        (*drawn(rng, 7, 5), 1, 3, -0.3),
        (*drawn(rng, 3, 9), 2, 4, 0.7),
    ]


def places(image, size, stride):
    return [(n - size) // stride + 1 for n in image.shape]


def occlusion(W, image, size, stride, fill):
    drops = np.zeros(places(image, size, stride))
    for r, c in np.ndindex(drops.shape):
        hidden = image.copy()
        hidden[r * stride : r * stride + size, c * stride : c * stride + size] = fill
        drops[r, c] = score(W, image) - score(W, hidden)
    return drops


def by_masks(W, image, size, stride, fill):
    rows = range(0, image.shape[0] - size + 1, stride)
    columns = range(0, image.shape[1] - size + 1, stride)
    drops = []
    for top in rows:
        for left in columns:
            inside = np.zeros(image.shape, bool)
            inside[top : top + size, left : left + size] = True
            drops.append(score(W, image) - score(W, np.where(inside, fill, image)))
    return np.array(drops).reshape(len(rows), len(columns))


def patched_and_restored(W, image, size, stride, fill):
    work, before = image.copy(), score(W, image)
    drops = np.zeros(places(image, size, stride))
    for r, c in np.ndindex(*drops.shape):
        patch = work[r * stride : r * stride + size, c * stride : c * stride + size]
        kept = patch.copy()
        patch[...] = fill
        drops[r, c] = before - score(W, work)
        patch[...] = kept
    return drops


def by_index_grids(W, image, size, stride, fill):
    i, j = np.arange(image.shape[0])[:, None], np.arange(image.shape[1])

    def hidden(top, left):
        inside = (i >= top) & (i < top + size) & (j >= left) & (j < left + size)
        return np.where(inside, fill, image)

    return np.array(
        [
            [
                score(W, image) - score(W, hidden(top, left))
                for left in range(0, image.shape[1] - size + 1, stride)
            ]
            for top in range(0, image.shape[0] - size + 1, stride)
        ]
    )


def hide(
    W, image, size, stride, fill, *,
    step=None, keep=False, add=False, only=False, found=lambda before, after: before - after,
):  # fmt: skip
    """Return the drops; the options are the ways in which this is done wrong."""
    drops, work = np.zeros(places(image, size, stride)), image.copy()
    step = stride if step is None else step
    for r, c in np.ndindex(drops.shape):
        work = work if keep else image.copy()
        place = np.s_[r * step : r * step + size, c * step : c * step + size]
        if only:
            work = np.full(image.shape, fill)
            work[place] = image[place]
        elif add:
            work[place] += fill
        else:
            work[place] = fill
        drops[r, c] = found(score(W, image), score(W, work))
    return drops


def wrong(**options):
    return lambda W, image, size, stride, fill: hide(W, image, size, stride, fill, **options)


def stride_down_only(W, image, size, stride, fill):
    return occlusion(W, image, size, 1, fill)[::stride]


def spread_over_pixels(W, image, size, stride, fill):
    total, count = np.zeros(image.shape), np.zeros(image.shape)
    drops = occlusion(W, image, size, stride, fill)
    for r, c in np.ndindex(drops.shape):
        place = np.s_[r * stride : r * stride + size, c * stride : c * stride + size]
        total[place] += drops[r, c]
        count[place] += 1
    return total / np.maximum(count, 1)


EXERCISE = Exercise(
    "occlusion",
    points=3,
    answer=occlusion,
    inputs=occlusion_inputs,
    forbidden=LIBRARY,
    also_right=[by_masks, patched_and_restored, by_index_grids],
    mistakes=[
        Mistake(
            "That is the score with the square in place. Drop: before minus after.",
            wrong(found=lambda before, after: after),
        ),
        Mistake(
            "After minus before is a rise. Drop: before minus after, with its sign.",
            wrong(found=lambda before, after: after - before),
        ),
        Mistake(
            "Relative to the score, a score near 0 blows everything up. Before minus after.",
            wrong(found=lambda before, after: (before - after) / before),
        ),
        Mistake(
            "The sign says whether the place spoke for or against: no absolute value.",
            wrong(found=lambda before, after: abs(before - after)),
        ),
        Mistake(
            "Your squares stay, and the image fills up. Begin each place with a copy.",
            wrong(keep=True),
        ),
        Mistake(
            "Place r, c begins at row r * stride, column c * stride.",
            wrong(step=1),
        ),
        Mistake("stride counts across as well as down.", stride_down_only),
        Mistake(
            "You paint with 0. Paint with fill.",
            lambda W, image, size, stride, fill: occlusion(W, image, size, stride, 0.0),
        ),
        Mistake(
            "You paint with the image's mean. Paint with fill.",
            lambda W, image, size, stride, fill: occlusion(W, image, size, stride, image.mean()),
        ),
        Mistake("fill replaces the pixels: it is not added to them.", wrong(add=True)),
        Mistake(
            "You hid everything else. That asks whether the square suffices, not whether it is "
            "needed.",
            wrong(only=True),
        ),
        Mistake(
            "One row and one column are missing: (n - size) // stride + 1 places fit.",
            lambda *args: occlusion(*args)[:-1, :-1],
        ),
        Mistake(
            "Rows and columns have changed places.",
            lambda *args: occlusion(*args).T,
        ),
        Mistake(
            "One number for each place of the square was asked, not one for each pixel.",
            spread_over_pixels,
        ),
    ],
    hints=[
        "(height - size) // stride + 1 places fit down, and likewise across.",
        "For each place: copy the image, paint the square, ask score again.",
        "drops[r, c] = score(W, image) - score(W, hidden), where hidden is painted from row "
        "r * stride, column c * stride.",
    ],
)
