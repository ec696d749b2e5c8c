"""Phantom chest films whose truth is known: where the lesion is, and what else was planted.

A phantom is drawn, not taken: an oval of soft tissue, two dark lungs, ribs, a heart, small bright
vessels, noise. The ill have one lesion more, a soft round opacity in a lung. Nobody had to outline
it, since it was drawn. Shortcuts are added on top: a hospital's tag, or a longer exposure.
"""

from typing import NamedTuple

import numpy as np

from ..validation.descent import whole

LEAST_SIDE = 24
TAG = np.array([[1, 0, 0, 0], [1, 0, 0, 0], [1, 0, 0, 0], [1, 1, 1, 1]], bool)  # an L, for "left"


class Films(NamedTuple):
    """Films ``X`` (n, 1, side, side) from 0 to 1, and ``y`` (n,), 1 for ill.

    ``lesion`` (n, side, side) is True where a lesion was drawn, False all over in the well.
    """

    X: np.ndarray
    y: np.ndarray
    lesion: np.ndarray
    source: str


def films(n, rng, side=28, prevalence=0.5, contrast=0.2):
    """Return ``n`` phantom films, each ill with probability ``prevalence``.

    Parameters
    ----------
    n : int, 0 or more
    rng : numpy.random.Generator
    side : pixels of height and width, at least 24; all parts scale with it
    prevalence : probability of a lesion, 0 to 1
    contrast : brightness that the centre of a lesion adds, on average; each one's lies within
        a third of it

    Raises
    ------
    ValueError
        If one of these is out of range.

    Source: drawn here. No patient stands behind it, so nothing learned on it holds for patients.

    >>> some = films(4, np.random.default_rng(0))
    >>> some.X.shape, some.y.tolist(), some.lesion.any(axis=(1, 2)).tolist()
    ((4, 1, 28, 28), [0, 1, 1, 1], [False, True, True, True])
    """
    whole("n", n, 0), whole("side", side, LEAST_SIDE)
    if not 0 <= prevalence <= 1:
        raise ValueError(f"prevalence is {prevalence}; needed a probability from 0 to 1")
    if not contrast >= 0:
        raise ValueError(f"contrast is {contrast}; needed 0 or more")
    y = (rng.random(n) < prevalence).astype(np.int64)
    grid = np.linspace(-1, 1, side)
    X = np.empty((n, 1, side, side))
    lesion = np.zeros((n, side, side), bool)
    for i in range(n):
        film, lungs = _chest(grid, rng)
        # Drawn for the well as well, so that both kinds use the generator alike.
        spot = _soft_disc(grid, *_place(lungs, rng), rng.uniform(0.16, 0.24))
        strength = contrast * rng.uniform(2 / 3, 4 / 3)
        if y[i]:
            film += strength * spot
            lesion[i] = spot > 0.5
        X[i, 0] = np.clip(film + rng.normal(0, 0.03, film.shape), 0, 1)
    return Films(X, y, lesion, "Phantom films, drawn by dlcourse.data.films")


def assign(y, if_ill, if_well, rng):
    """Return which films get the shortcut, (n,) bool: with a probability for each class.

    Parameters
    ----------
    y : (n,), 1 for ill
    if_ill, if_well : probability among the ill, and among the well
    rng : numpy.random.Generator
    """
    return rng.random(len(y)) < np.where(np.asarray(y) == 1, if_ill, if_well)


def tag(X, who=True, row=1, column=1, brightness=1.0):
    """Return copies of the films with the hospital's L, 4 by 4 pixels, on some of them.

    Parameters
    ----------
    X : (n, channels, height, width)
    who : (n,) bool, or one for all
    row, column : upper left pixel of the tag
    brightness : of its seven pixels; where the film is brighter, the film stays

    Raises
    ------
    ValueError
        If the tag does not lie inside the film.
    """
    place = _tag_place(X.shape[-2:], row, column)
    tagged = X.copy()
    part = tagged[(..., *place)]
    with_tag = np.maximum(part, np.where(TAG, brightness, 0).astype(X.dtype))
    part[...] = np.where(_one_each(who, X), with_tag, part)
    return tagged


def tag_area(side, row=1, column=1, margin=1):
    """Return where the tag is, and ``margin`` pixels around it: (side, side) bool."""
    down, across = _tag_place((side, side), row, column)
    area = np.zeros((side, side), bool)
    area[
        max(down.start - margin, 0) : down.stop + margin,
        max(across.start - margin, 0) : across.stop + margin,
    ] = True
    return area


def expose(X, who=True, gain=1.2):
    """Return copies of the films, some of them ``gain`` times as bright, at most 1."""
    brighter = np.minimum(X * np.asarray(gain, X.dtype), np.asarray(1, X.dtype))
    return np.where(_one_each(who, X), brighter, X)


def _one_each(who, X):
    """Return ``who`` with axes to go beside ``X``; refuse another number of films."""
    who = np.asarray(who, bool)
    if who.shape not in ((), (len(X),)):
        raise ValueError(f"who has shape {who.shape}; needed one entry per film, ({len(X)},)")
    return who.reshape(-1, 1, 1, 1)


def _tag_place(shape, row, column):
    whole("row", row, 0), whole("column", column, 0)
    for name, start, end in (("row", row, shape[0]), ("column", column, shape[1])):
        if start + len(TAG) > end:
            raise ValueError(f"{name} is {start}; needed at most {end - len(TAG)}, to lie inside")
    return slice(row, row + len(TAG)), slice(column, column + len(TAG))


def _soft_disc(grid, y, x, radius, stretch=1.0):
    """Return a disc that fades at its edge, 0 to 1; ``stretch`` is its height over its width."""
    distance = np.hypot((grid[:, None] - y) / stretch, grid - x)
    return 1 / (1 + np.exp((distance - radius) / 0.04))


def _chest(grid, rng):
    """Return a film without lesion and noise, and its two lungs as (y, x, radius, stretch)."""
    shift, size = rng.normal(0, 0.04, 2), rng.normal(1, 0.04)
    body = _soft_disc(grid, *shift, 0.92 * size, 1.05)
    film = 0.55 * body
    lungs = []
    for sign in (-1, 1):
        y = shift[0] - 0.05 + rng.normal(0, 0.02)
        x = shift[1] + sign * (0.42 + rng.normal(0, 0.02))
        lung = (y, x, 0.31 * size * rng.normal(1, 0.03), 1.9)
        film -= 0.33 * _soft_disc(grid, *lung)
        lungs.append(lung)
    film += 0.15 * _soft_disc(grid, shift[0] + 0.3, shift[1] + 0.12, 0.28 * rng.normal(1, 0.08))
    phase, slope = rng.uniform(0, 2 * np.pi), rng.normal(0.25, 0.05)
    ribs = np.sin(14 * (grid[:, None] + slope * np.abs(grid)) + phase)
    film += 0.03 * body * ribs
    for _ in range(rng.poisson(4)):
        film += rng.uniform(0.1, 0.3) * _soft_disc(grid, *_place(lungs, rng), 0.05)
    return film * rng.normal(1, 0.05), lungs


def _place(lungs, rng):
    """Return (y, x) inside one of the lungs, away from its edge."""
    y, x, radius, stretch = lungs[rng.integers(2)]
    far, angle = 0.65 * radius * rng.random() ** 0.5, rng.uniform(0, 2 * np.pi)
    return y + stretch * far * np.sin(angle), x + far * np.cos(angle)
