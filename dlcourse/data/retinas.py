"""Phantom retinas whose severity is known, and graders who do not quite agree about it.

A retina is a round field of smooth tissue with dark dots, the more the worse the disease. The
severity is a number behind the image. A grade from 0 to 4 is that number, cut at ``CUTS``. Grade 2
or more is *referable*, as in screening for diabetic retinopathy.
"""

from typing import NamedTuple

import numpy as np

from ..validation.descent import whole

CUTS = (0.5, 1.2, 2.0, 3.0)  # severities at which the grades 1, 2, 3 and 4 begin
REFERABLE = 2
GRADERS = 54  # as many as in Gulshan and others (2016)
LEAST_SIDE = 16


class Retinas(NamedTuple):
    """Images ``X`` (n, 1, side, side), and the ``severity`` (n,) behind each, 0 or more."""

    X: np.ndarray
    severity: np.ndarray
    source: str


def retina_phantoms(n, rng, side=24):
    """Return ``n`` phantom retinas; about a third of them are referable.

    Parameters
    ----------
    n : int, 0 or more
    rng : numpy.random.Generator
    side : pixels of height and width, at least 16

    Raises
    ------
    ValueError
        If one of these is out of range.

    Source: drawn here. No patient stands behind it, so nothing learned on it holds for patients.

    >>> some = retina_phantoms(3, np.random.default_rng(0))
    >>> some.X.shape, some.severity.round(2).tolist()
    ((3, 1, 24, 24), [0.88, 1.48, 0.39])
    """
    from scipy import ndimage

    whole("n", n, 0), whole("side", side, LEAST_SIDE)
    y, x = np.mgrid[:side, :side]
    middle = (side - 1) / 2
    field = (y - middle) ** 2 + (x - middle) ** 2 < (0.475 * side) ** 2
    severity = rng.gamma(1.1, 1.0, n)
    X = np.empty((n, 1, side, side), np.float32)
    for image, worse in zip(X[:, 0], severity, strict=True):
        retina = 1.2 * ndimage.gaussian_filter(rng.normal(size=(side, side)), 3)
        down, across = rng.uniform(3, side - 3, (2, rng.poisson(3.5 * worse)))
        rows = np.exp(-((y[:, :1] - down) ** 2) / 1.2)  # (side, dots)
        columns = np.exp(-((x[0][:, None] - across) ** 2) / 1.2)
        retina -= 1.2 * rows @ columns.T
        image[:] = field * (retina + 0.3 * rng.normal(size=(side, side)))
    return Retinas(X, severity, "Phantom retinas, drawn by dlcourse.data.retinas")


def true_grades(severity):
    """Return the grades, 0 to 4, of severities of any shape.

    >>> true_grades(np.array([0.1, 1.2, 9.0])).tolist()
    [0, 2, 4]
    """
    return np.searchsorted(CUTS, severity, side="right")


def draw_grades(severity, each, rng, bias=0.35, error=0.45):
    """Return grades (n, each), 0 to 4, by ``each`` of 54 graders, other ones for each image.

    A grader sees the severity plus a bias, always the same, plus an error of the moment. With
    the defaults one grader is right about "referable" in about 84 of 100 phantoms.

    Parameters
    ----------
    severity : (n,)
    each : graders per image, 1 to 54
    rng : numpy.random.Generator
    bias, error : standard deviations, 0 or more

    Raises
    ------
    ValueError
        If ``each``, ``bias`` or ``error`` is out of range.
    """
    whole("each", each, 1)
    if each > GRADERS:
        raise ValueError(f"each is {each}; needed at most {GRADERS}, who are all graders")
    for name, value in (("bias", bias), ("error", error)):
        if not value >= 0:
            raise ValueError(f"{name} is {value}; needed 0 or more")
    severity = np.asarray(severity)
    own = bias * rng.normal(size=GRADERS)
    who = np.argsort(rng.random((len(severity), GRADERS)), axis=1)[:, :each]
    seen = severity[:, None] + own[who] + error * rng.normal(size=(len(severity), each))
    return true_grades(seen)
