"""Lab 12, top_crops: the boxes in which a unit has seen what it answers loudest to."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def top_crops_inputs(rng):
    shuffled = rng.permutation(8 * 6 * 7).reshape(8, 6, 7) / 100
    negative = -rng.permutation(6 * 5 * 5).reshape(6, 5, 5) / 10 - 0.1
    wide = rng.permutation(5 * 4 * 6).reshape(5, 4, 6) / 50
    # The loudest answer lies at a border in one image, and inside in the next; two of the
    # loudest places are in one image, and one image is loud on the whole only.
    shuffled[6, 0, 6], shuffled[2, 3, 2], shuffled[2, 3, 3] = 9, 8, 7.5
    shuffled[4] += 3
    negative[5, 4, 1], negative[1, 2, 2], negative[1, 0, 0] = -0.01, -0.02, -0.03
    wide[3, 3, 0], wide[0, 1, 2], wide[0, 2, 2] = 9, 8, 7.5
    # Boxes that begin between two pixels, and boxes that lie outside altogether, before the
    # first pixel or behind the last: a unit that sees padding only.
    between, outside = (rng.permutation(6 * 5 * 7).reshape(6, 5, 7) / 30 for _ in range(2))
    between[1, 0, 2], between[4, 1, 0] = 9, 8
    outside[5, 0, 6], outside[2, 4, 0] = 9, 8
    return [
        (shuffled, 3, 11, 4, 0.0, 28),
        (negative, 4, 5, 2, 1.0, 12),
        (wide, 2, 8, 4, 3.5, 24),
        (between, 3, 8, 4, 1.0, 26),
        (outside, 3, 2, 3, -3.5, 14),
    ]


def places(maps, images):
    flat = maps.reshape(len(maps), -1)[images].argmax(axis=1)
    return np.column_stack(np.unravel_index(flat, maps.shape[1:]))


def strongest(maps, k):
    return np.argsort(-maps.max(axis=(1, 2)))[:k]


def boxes(images, where, size, jump, start, side):
    first = np.floor(start + where * jump - (size - 1) / 2).astype(int)
    return np.column_stack([images, first.clip(0, side), (first + size).clip(0, side)])


def top_crops(maps, k, size, jump, start, side):
    images = strongest(maps, k)
    return boxes(images, places(maps, images), size, jump, start, side)


def by_a_sorted_list(maps, k, size, jump, start, side):
    found = []
    for n in sorted(range(len(maps)), key=lambda n: -maps[n].max())[:k]:
        row, column = np.unravel_index(maps[n].argmax(), maps[n].shape)
        top = int(np.floor(start + jump * row - (size - 1) / 2))
        left = int(np.floor(start + jump * column - (size - 1) / 2))
        box = [top, left, top + size, left + size]
        found.append([n, *(min(max(edge, 0), side) for edge in box)])
    return np.array(found)


def all_then_cut(maps, k, size, jump, start, side):
    return by_a_sorted_list(maps, len(maps), size, jump, start, side)[:k]


def by_argpartition(maps, k, size, jump, start, side):
    loudest = maps.max(axis=(1, 2))
    images = np.argpartition(-loudest, k - 1)[:k]
    images = images[np.argsort(-loudest[images])]
    where = np.array([np.argwhere(maps[n] == loudest[n])[0] for n in images])
    return boxes(images, where, size, jump, start, side)


def picked(pick, **changed):
    """Return an answer that picks other images, or has other numbers, or other boxes."""
    box = changed.pop("box", boxes)

    def answer(maps, k, size, jump, start, side):
        images = pick(maps, k)
        numbers = {"size": size, "jump": jump, "start": start, "side": side}
        numbers |= {name: value(numbers) for name, value in changed.items()}
        return box(images, places(maps, images), **numbers)

    return answer


def loudest_places(maps, k, size, jump, start, side):
    flat = np.argsort(-maps.ravel())[:k]
    images, *where = np.unravel_index(flat, maps.shape)
    return boxes(images, np.column_stack(where), size, jump, start, side)


def begins_at(whole):
    """Return a way to make boxes that makes a whole number of their beginning in another way."""

    def make(images, where, size, jump, start, side):
        first = whole(start + where * jump - (size - 1) / 2).astype(int)
        return np.column_stack([images, first.clip(0, side), (first + size).clip(0, side)])

    return make


def clipped_at_one_end_each(images, where, size, jump, start, side):
    first = np.floor(start + where * jump - (size - 1) / 2).astype(int)
    return np.column_stack([images, np.maximum(first, 0), np.minimum(first + size, side)])


def not_clipped(images, where, size, jump, start, side):
    first = np.floor(start + where * jump - (size - 1) / 2).astype(int)
    return np.column_stack([images, first, first + size])


def moved_inside(images, where, size, jump, start, side):
    first = np.floor(start + where * jump - (size - 1) / 2).astype(int).clip(0, side - size)
    return np.column_stack([images, first, first + size])


EXERCISE = Exercise(
    "top_crops",
    points=3,
    answer=top_crops,
    inputs=top_crops_inputs,
    forbidden=LIBRARY,
    sitting=2,
    also_right=[by_a_sorted_list, all_then_cut, by_argpartition],
    mistakes=[
        Mistake(
            "argsort rises: the first k are the quietest.",
            picked(lambda maps, k: np.argsort(maps.max(axis=(1, 2)))[:k]),
        ),
        Mistake(
            "By its maximum, not its mean: a unit that answers loudly once has found something.",
            picked(lambda maps, k: np.argsort(-maps.mean(axis=(1, 2)))[:k]),
        ),
        Mistake(
            "At most one crop an image: you took the k loudest places, and would see one film "
            "many times.",
            loudest_places,
        ),
        Mistake(
            "Best first: yours are in the data's order.",
            picked(lambda maps, k: np.sort(strongest(maps, k))),
            credit=0.5,
        ),
        Mistake(
            "A row of the map is jump pixels, not one.",
            picked(strongest, jump=lambda n: 1),
        ),
        Mistake(
            "Unit 0 is centred on pixel start, not on pixel 0.",
            picked(strongest, start=lambda n: 0.0),
        ),
        Mistake(
            "Your box begins at the centre. Half of the field lies on each side: subtract "
            "(size - 1) / 2.",
            picked(strongest, start=lambda n: n["start"] + (n["size"] - 1) / 2),
        ),
        Mistake(
            "Your box is jump by jump. The unit has seen more than its step: size by size.",
            picked(strongest, size=lambda n: n["jump"]),
        ),
        Mistake(
            "Not clipped: -3 as an index counts from the end.",
            picked(strongest, box=not_clipped),
            credit=0.5,
        ),
        Mistake(
            "top can lie behind the image, and bottom before it. Clip all four at both ends: the "
            "box is empty then.",
            picked(strongest, box=clipped_at_one_end_each),
            credit=0.75,
        ),
        Mistake(
            "int() goes towards 0, so -2.5 becomes -2 and your box ends one pixel late. np.floor "
            "goes down.",
            picked(strongest, box=begins_at(np.trunc)),
            credit=0.5,
        ),
        Mistake(
            "np.round takes half of the boxes up. Down, always: np.floor.",
            picked(strongest, box=begins_at(np.round)),
            credit=0.5,
        ),
        Mistake(
            "You moved the box inside, so its centre is elsewhere. Cut off what hangs over.",
            picked(strongest, box=moved_inside),
            credit=0.5,
        ),
        Mistake(
            "Row before column: image, top, left, bottom, right.",
            picked(strongest, box=lambda *a, **n: boxes(*a, **n)[:, [0, 2, 1, 4, 3]]),
        ),
        Mistake(
            "bottom and right are places, not height and width.",
            picked(
                strongest,
                box=lambda *a, **n: np.concatenate(
                    [(b := boxes(*a, **n))[:, :3], b[:, 3:] - b[:, 1:3]], axis=1
                ),
            ),
        ),
        Mistake(
            "bottom and right are not included, as in a slice: no - 1.",
            picked(strongest, box=lambda *a, **n: boxes(*a, **n) - [0, 0, 0, 1, 1]),
            credit=0.5,
        ),
    ],
    hints=[
        "maps.max(axis=(1, 2)) is how loud each image made the unit. np.argsort rises, so sort the "
        "negative.",
        "np.unravel_index(maps[n].argmax(), maps[n].shape) is the place, in rows and columns of "
        "the map.",
        "The centre is start + jump * place. top = floor(centre - (size - 1) / 2), bottom = "
        "top + size; then clip both to 0 ... side.",
    ],
)
