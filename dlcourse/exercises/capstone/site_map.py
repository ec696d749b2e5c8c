"""Lab 19, site_map: how much of each pixel says where the picture was made."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def some(rng, n, side, sites=(1, 2, 3)):
    site = rng.permutation(np.resize(np.repeat(sites, [4, 2, 1][: len(sites)]), n))
    images = rng.random((n, side, side + 1)) + 0.3
    images[:, 0, 0] += 2.0 * (site == sites[-1])  # a stamp
    images[:, 1, 1] += 0.4 * site
    return images, site


def site_map_edges():
    rng = np.random.default_rng(19)
    images, site = some(rng, 12, 2)
    images[:, 1, 0] = 0.5  # never changes
    flat = images.copy()
    flat[:, 0, 1] = site / 4  # the site, and nothing else
    return [(images, site), (flat, site), some(rng, 15, 3, (7, 2)), some(rng, 21, 3)]


def site_map_inputs(rng):
    return [some(rng, int(rng.integers(15, 25)), 3)]


def site_map(images, site):
    mean = images.mean(axis=0)
    between = 0
    for one in np.unique(site):
        there = images[site == one]
        between = between + len(there) * (there.mean(axis=0) - mean) ** 2
    return divided(between, ((images - mean) ** 2).sum(axis=0))


def divided(part, whole):
    """Return the share, 0 where a pixel is the same in all pictures."""
    with np.errstate(invalid="ignore"):
        return np.nan_to_num(part / whole)


def by_fitted(images, site):
    """Each picture replaced by the mean of its clinic: the variance that is left."""
    fitted = np.empty_like(images)
    for one in np.unique(site):
        fitted[site == one] = images[site == one].mean(axis=0)
    constant = np.ptp(images, axis=0) == 0
    return np.where(constant, 0, fitted.var(axis=0) / np.where(constant, 1, images.var(axis=0)))


def by_rest(images, site):
    within = sum((site == one).sum() * images[site == one].var(axis=0) for one in np.unique(site))
    whole = len(images) * images.var(axis=0)
    return np.where(whole > 1e-12, 1 - within / np.maximum(whole, 1e-12), 0)


def by_matrix(images, site):
    member = (site[:, None] == np.unique(site)).astype(float)
    flat = images.reshape(len(images), -1)
    centred = flat - flat.mean(axis=0)
    means = (member.T @ centred) / member.sum(axis=0)[:, None]
    share = divided(member.sum(axis=0) @ means**2, (centred**2).sum(axis=0))
    return share.reshape(images.shape[1:])


def within(images, site):
    share = site_map(images, site)
    return np.where(images.var(axis=0) > 0, 1 - share, 0.0)


def unweighted(images, site):
    means = np.array([images[site == one].mean(axis=0) for one in np.unique(site)])
    return divided(means.var(axis=0), images.var(axis=0))


def over_within(images, site):
    share = site_map(images, site)
    return divided(share, 1 - share)


def between_only(images, site):
    return site_map(images, site) * images.var(axis=0)


def undivided_range(images, site):
    means = np.array([images[site == one].mean(axis=0) for one in np.unique(site)])
    return means.max(axis=0) - means.min(axis=0)


def unsafe(images, site):
    return np.where(images.var(axis=0) > 0, site_map(images, site), np.nan)


def whole_picture(images, site):
    mean = images.mean(axis=(1, 2))
    return np.full(images.shape[1:], site_map(mean[:, None, None], site)[0, 0])


def correlation(images, site):
    centred, s = images - images.mean(axis=0), site - site.mean()
    product = np.tensordot(s, centred, 1)
    return divided(product**2, (centred**2).sum(axis=0) * (s**2).sum())


def root(images, site):
    return np.sqrt(site_map(images, site))


def ddof(images, site):
    n, k = len(images), len(np.unique(site))
    return site_map(images, site) * (n - 1) / (k - 1)


EXERCISE = Exercise(
    "site_map",
    points=2,
    answer=site_map,
    edges=site_map_edges,
    inputs=site_map_inputs,
    forbidden=LIBRARY,
    tolerance=(1e-6, 1e-9),
    also_right=[by_fitted, by_rest, by_matrix],
    mistakes=[
        Mistake(
            "That is the share *within* the clinics, 1 minus what was asked for.",
            within,
            credit=0.5,
        ),
        Mistake(
            "A clinic with two pictures weighs as much as one with eight. Weigh each squared "
            "difference by the number of pictures there.",
            unweighted,
            credit=0.5,
        ),
        Mistake(
            "Divided by what is within the clinics. The share is of the whole sum of squares.",
            over_within,
            credit=0.5,
        ),
        Mistake(
            "That is the variance between clinics. Divide it by the whole variance: a share.",
            between_only,
            credit=0.5,
        ),
        Mistake(
            "A range of means depends on how bright the picture is. A share of the variance does "
            "not.",
            undivided_range,
        ),
        Mistake(
            "0 / 0 where a pixel is the same in all pictures: it says nothing, 0.",
            unsafe,
            credit=0.75,
        ),
        Mistake(
            "The mean of the whole picture hides a small mark. One number for each pixel.",
            whole_picture,
        ),
        Mistake(
            "That is a correlation with the clinic's number, as if clinic 3 were more than clinic "
            "1. The numbers are names: take each clinic's mean.",
            correlation,
        ),
        Mistake("That is the root of the share.", root, credit=0.75),
        Mistake(
            "Divided by degrees of freedom, as for an F test. A share: sum of squares over sum of "
            "squares.",
            ddof,
            credit=0.5,
        ),
    ],
    hints=[
        "Per pixel: the sum over pictures of the squared distance from the mean is the whole.",
        "Between clinics: for each clinic, its number of pictures times the squared distance of "
        "its mean from the mean of all.",
        "np.nan_to_num(between / whole) makes 0 of 0 / 0.",
    ],
)
