"""Lab 17, shuffle_pixels: take away who is whose neighbour, and nothing else."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def shuffle_pixels_inputs(rng):
    def case(n, channels, h, w):
        return rng.normal(size=(n, channels, h, w)), rng.permutation(h * w)

    return [case(4, 1, 3, 5), case(1, 2, 2, 3), case(3, 3, 4, 4)]


def shuffle_pixels(images, order):
    n, channels, h, w = images.shape
    return images.reshape(n, channels, h * w)[:, :, order].reshape(n, channels, h, w)


def by_take(images, order):
    return np.take(images.reshape(*images.shape[:2], -1), order, axis=2).reshape(images.shape)


def by_coordinates(images, order):
    rows, columns = np.unravel_index(order, images.shape[2:])
    return images[:, :, rows, columns].reshape(images.shape)


def pixel_by_pixel(images, order):
    flat = images.reshape(len(images), images.shape[1], -1)
    mixed = np.empty_like(flat)
    for place, old in enumerate(order):
        mixed[..., place] = flat[..., old]
    return mixed.reshape(images.shape)


def undone(images, order):
    return shuffle_pixels(images, np.argsort(order))


def each_its_own(images, order):
    orders = [np.roll(order, i) for i in range(len(images))]
    return np.concatenate([shuffle_pixels(x[None], o) for x, o in zip(images, orders, strict=True)])


def rows_only(images, order):
    return images[:, :, np.argsort(order[: images.shape[2]])]


def channels_apart(images, order):
    mixed = [shuffle_pixels(images[:, [c]], np.roll(order, c)) for c in range(images.shape[1])]
    return np.concatenate(mixed, axis=1)


def across_channels(images, order):
    flat = images.reshape(len(images), -1, images.shape[1])[:, order]
    return flat.reshape(images.shape)


def turned(images, order):
    n, channels, h, w = images.shape
    flat = images.transpose(0, 1, 3, 2).reshape(n, channels, h * w)
    return flat[:, :, order].reshape(n, channels, h, w)


EXERCISE = Exercise(
    "shuffle_pixels",
    points=2,
    answer=shuffle_pixels,
    inputs=shuffle_pixels_inputs,
    forbidden=LIBRARY,
    also_right=[by_take, by_coordinates, pixel_by_pixel],
    mistakes=[
        Mistake(
            "That undoes the order: place i must hold the old pixel order[i].",
            undone,
            credit=0.5,
        ),
        Mistake(
            "Each image got an order of its own. Then no method can learn anything: one order "
            "for all.",
            each_its_own,
            credit=0.25,
        ),
        Mistake("Only rows were moved: neighbours within a row are still neighbours.", rows_only),
        Mistake(
            "Each channel got an order of its own: a pixel's channels must stay together.",
            channels_apart,
            credit=0.25,
        ),
        Mistake(
            "Channels and pixels were mixed: the second axis is the channel, and stays.",
            across_channels,
            credit=0.25,
        ),
        Mistake(
            "Pixels were counted column by column. reshape counts along a row.",
            turned,
            credit=0.5,
        ),
        Mistake("The images came back as they were.", lambda images, order: images.copy()),
        Mistake(
            "The pixels are right, and still in one line: reshape to height and width.",
            lambda images, order: images.reshape(*images.shape[:2], -1)[:, :, order],
            credit=0.5,
        ),
    ],
    hints=[
        "Lay the pixels of each channel in a line: images.reshape(n, channels, h * w).",
        "flat[:, :, order] picks the same order for all images and channels.",
        "reshape the result to images.shape.",
    ],
)
