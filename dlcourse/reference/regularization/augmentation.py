"""Augmentation: show every image a little changed each time, so that no pixel can be relied on.

An augmentation is a claim: this change leaves the label as it is. A mirrored skin lesion is
the same lesion; a mirrored chest has its heart on the wrong side, a mirrored 2 is no digit,
and a 6 turned by 180 degrees is a 9. Nobody but you can check the claim.

All functions take images, (n, channels, height, width), and draw anew for each of the n. Use
them on training batches only. What comes in from outside the image is 0.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from ...validation.arrays import floating, generator, through_float32
from ...validation.regularization import probability


def random_crop(images, size, padding=0, *, rng):
    """Cut a window out of every image, at a place of its own.

    Parameters
    ----------
    images : (n, channels, height, width)
    size : (rows, columns) of the window
    padding : int, rows and columns of 0 that are laid around first
    rng : numpy.random.Generator

    Returns
    -------
    (n, channels, *size)

    Raises
    ------
    TypeError, ValueError
        If images have other axes, or the window is larger than the padded image.
    """
    x = _images(images, rng)
    _whole("padding", padding)
    x = np.pad(x, [(0, 0), (0, 0), (padding, padding), (padding, padding)])
    size = tuple(size)
    if len(size) != 2 or not all(0 < s <= full for s, full in zip(size, x.shape[2:], strict=True)):
        raise ValueError(f"size is {size}; needed two numbers from 1 to {x.shape[2:]}")
    windows = sliding_window_view(x, size, axis=(2, 3))  # (n, channels, top, left, *size)
    top, left = (rng.integers(0, places, len(x)) for places in windows.shape[2:4])
    return windows[np.arange(len(x)), :, top, left]


def random_shift(images, max_shift, *, rng):
    """Move every image up to ``max_shift`` whole pixels, up or down and left or right.

    Examples
    --------
    >>> image = np.array([[[[1.0, 2.0], [3.0, 4.0]]]])
    >>> random_shift(image, 1, rng=np.random.default_rng(3))
    array([[[[0., 3.],
             [0., 0.]]]])
    """
    _whole("max_shift", max_shift)
    return random_crop(images, _images(images, rng).shape[2:], max_shift, rng=rng)


def random_flip(images, p=0.5, *, rng):
    """Mirror every image, left for right, with probability ``p``."""
    x = _images(images, rng)
    probability(p)
    mirrored = rng.random(len(x)) < p
    return np.where(mirrored[:, None, None, None], x[..., ::-1], x)


@through_float32
def random_rotation(images, max_degrees, *, rng):
    """Turn every image about its centre by up to ``max_degrees``, either way.

    Each new pixel looks up where it came from, between four old ones, and takes their
    average, the nearer the heavier (bilinear interpolation). That blurs a little.
    """
    x = _images(images, rng)
    _size("max_degrees", max_degrees)
    angles = np.deg2rad(rng.uniform(-max_degrees, max_degrees, len(x)))
    return (
        np.stack([_rotate(image, a) for image, a in zip(x, angles, strict=True)]) if len(x) else x
    )


@through_float32
def random_noise(images, std, *, rng):
    """Add to every pixel a normal draw with standard deviation ``std``."""
    x = _images(images, rng)
    _size("std", std)
    return x + rng.normal(0, std, x.shape).astype(x.dtype)


@through_float32
def random_brightness(images, max_change, *, rng):
    """Multiply every image by a factor from 1 - ``max_change`` to 1 + ``max_change``."""
    x = _images(images, rng)
    _size("max_change", max_change)
    factors = rng.uniform(1 - max_change, 1 + max_change, (len(x), 1, 1, 1))
    return x * factors.astype(x.dtype)


def _rotate(image, angle):
    """Return one image, (channels, height, width), turned counter-clockwise."""
    height, width = image.shape[1:]
    y, x = np.mgrid[:height, :width].astype(np.float64)
    y, x = y - (height - 1) / 2, x - (width - 1) / 2
    cos, sin = np.cos(angle), np.sin(angle)
    # Turned back, and counted from the corner of the image with a frame of one 0 around it.
    row = np.clip(cos * y + sin * x + (height + 1) / 2, 0, height + 1)
    column = np.clip(cos * x - sin * y + (width + 1) / 2, 0, width + 1)
    framed = np.pad(image, [(0, 0), (1, 1), (1, 1)])
    top, left = (np.minimum(row, height).astype(int), np.minimum(column, width).astype(int))
    down, right = (row - top).astype(image.dtype), (column - left).astype(image.dtype)
    upper = framed[:, top, left] * (1 - right) + framed[:, top, left + 1] * right
    lower = framed[:, top + 1, left] * (1 - right) + framed[:, top + 1, left + 1] * right
    return upper * (1 - down) + lower * down


def _images(images, rng):
    x = floating("images", images)
    if x.ndim != 4:
        raise ValueError(f"images has shape {x.shape}; needed (n, channels, height, width)")
    generator(rng)
    return x


def _whole(name, value):
    if not isinstance(value, int | np.integer) or value < 0:
        raise ValueError(f"{name} is {value!r}; needed a whole number, 0 or more")


def _size(name, value):
    if not value >= 0:
        raise ValueError(f"{name} is {value}; needed 0 or more")
