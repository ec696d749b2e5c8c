"""Lab 11, mirror: an image and its label change together, or neither does."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def mirror_edges():
    rng = np.random.default_rng(11)
    yes, no = True, False
    return [
        (
            rng.uniform(0.1, 1, (6, 1, 3, 4)),
            np.array([0, 1, 2, 0, 1, 0]),
            np.array([yes, yes, yes, no, no, yes]),
            np.array([1, 0, 2]),
        ),
        (
            rng.uniform(0.1, 1, (4, 2, 2, 3)),
            np.array([0, 1, 2, 3]),
            np.array([yes, yes, yes, yes]),
            np.array([0, -1, 3, 2]),  # class 1 must not be mirrored
        ),
        (
            rng.uniform(0.1, 1, (3, 1, 3, 3)),
            np.array([2, 0, 1]),
            np.array([no, no, no]),
            np.array([1, 0, -1]),
        ),
    ]


def mirror_inputs(rng):
    n = int(rng.integers(6, 10))
    return [
        (
            rng.uniform(0.1, 1, (n, 1, 2, 5)),
            rng.integers(0, 4, n),
            rng.random(n) < 0.5,
            np.array([3, -1, 2, 0]),
        )
    ]


def chosen(labels, who, partner):
    return who & (partner[labels] >= 0)


def mirror(images, labels, who, partner):
    images, labels = images.copy(), labels.copy()
    rows = chosen(labels, who, partner)
    images[rows] = images[rows][..., ::-1]
    labels[rows] = partner[labels[rows]]
    return images, labels


def one_by_one(images, labels, who, partner):
    seen, named = [], []
    for image, label, asked in zip(images, labels, who, strict=True):
        turn = asked and partner[label] != -1
        seen.append(np.flip(image, axis=2) if turn else image)
        named.append(partner[label] if turn else label)
    return np.array(seen), np.array(named)


def by_where(images, labels, who, partner):
    rows = np.logical_and(who, partner[labels] > -1)
    return (
        np.where(rows[:, None, None, None], images[:, :, :, ::-1], images),
        np.where(rows, partner[labels], labels),
    )


def by_columns(images, labels, who, partner):
    own = np.where(partner < 0, np.arange(len(partner)), partner)
    rows = who & (partner[labels] != -1)
    columns = np.arange(images.shape[3])
    columns = np.where(rows[:, None], columns[::-1], columns)  # (n, width)
    found = np.take_along_axis(
        images, np.broadcast_to(columns[:, None, None], images.shape), axis=3
    )
    return found, np.where(rows, own[labels], labels)


def changed(images, labels, who, partner, image_rows=None, label_rows=None, change=None):
    """Return images and labels, each changed in rows of its own."""
    rows = chosen(labels, who, partner)
    image_rows = rows if image_rows is None else image_rows
    label_rows = rows if label_rows is None else label_rows
    change = change or (lambda x: x[..., ::-1])
    return (
        np.where(image_rows[:, None, None, None], change(images), images),
        np.where(label_rows, partner[labels], labels),
    )


def label_kept(x, y, who, partner):
    return changed(x, y, who, partner, label_rows=np.zeros(len(y), bool))


def image_kept(x, y, who, partner):
    return changed(x, y, who, partner, image_rows=np.zeros(len(y), bool))


def in_place(x, y, who, partner):
    rows = chosen(y, who, partner)
    x[rows] = x[rows][..., ::-1]
    y[rows] = partner[y[rows]]
    return x, y


def by(change):
    return lambda x, y, who, partner: changed(x, y, who, partner, change=change)


EXERCISE = Exercise(
    "mirror",
    points=3,
    sitting=3,
    answer=mirror,
    edges=mirror_edges,
    inputs=mirror_inputs,
    forbidden=LIBRARY,
    also_right=[one_by_one, by_where, by_columns],
    mistakes=[
        Mistake("The label was kept: a mirrored left lung is a right lung.", label_kept),
        Mistake("The label has changed and the image has not. Both, or neither.", image_kept),
        Mistake(
            "An image whose class must not be mirrored (-1) was mirrored, label kept. Leave both.",
            lambda x, y, who, partner: changed(x, y, who, partner, image_rows=who),
            credit=0.25,
        ),
        Mistake(
            "-1 became a label. It says: leave this image and its label alone.",
            lambda x, y, who, partner: changed(x, y, who, partner, who, who),
            credit=0.25,
        ),
        Mistake(
            "All labels were swapped, also of images that were not mirrored.",
            lambda x, y, who, partner: changed(x, y, who, partner, label_rows=partner[y] >= 0),
        ),
        Mistake(
            "Everybody was mirrored. Only those in who.",
            lambda x, y, who, partner: mirror(x, y, np.ones(len(y), bool), partner),
        ),
        Mistake(
            "who was turned round: True means mirror.",
            lambda x, y, who, partner: mirror(x, y, ~who, partner),
        ),
        Mistake("Upside down. Left and right are the last axis.", by(lambda x: x[:, :, ::-1])),
        Mistake(
            "Turned by 180 degrees. Only the last axis is reversed.",
            by(lambda x: x[:, :, ::-1, ::-1]),
        ),
        Mistake(
            "You reversed the order of the patients. Reverse the last axis, [..., ::-1].",
            by(lambda x: x[::-1]),
        ),
        Mistake(
            "Only the mirrored ones came back. All were asked for, in their order.",
            lambda x, y, who, partner: tuple(
                a[chosen(y, who, partner)] for a in mirror(x, y, who, partner)
            ),
        ),
        Mistake(
            "You wrote over the caller's images or labels. Copy them first.", in_place, credit=0.75
        ),
    ],
    hints=[
        "partner[labels] is what each label would become; where it is -1, nothing may change.",
        "rows = who & (partner[labels] >= 0) says which images change.",
        "images[rows][..., ::-1] is those, mirrored. Work on copies.",
    ],
)
