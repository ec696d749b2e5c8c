"""Lab 08, initialize: how large (LeCun, Xavier, He) and how spread (uniform, normal, cut)."""

import numpy as np
from scipy.special import ndtr, ndtri

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY

SCHEMES, KINDS = ("lecun", "xavier", "he"), ("uniform", "normal", "truncated")
CUT_SD = 0.8796256610342398  # what is left of a spread of 1 after a cut at 2


def initialize_edges():
    wide = np.array([[0.001, 0.25, 0.5], [0.6, 0.9, 0.999]])
    tall = np.array([[0.01, 0.3], [0.5, 0.7], [0.2, 0.8], [0.97, 0.995]])
    cases = [(s, k, wide) for s in SCHEMES for k in KINDS]
    cases += [(s, "normal", tall) for s in SCHEMES]
    return [*cases, ("lecun", "uniform", wide[:, :1])]


def initialize_inputs(rng):
    cases = [(s, k, rng.random((4, 2, 3, 2))) for s in SCHEMES for k in KINDS]
    return [*cases, ("he", "truncated", rng.random((5, 3, 3)))]


def fans(shape):
    area = int(np.prod(shape[2:]))
    return shape[1] * area, shape[0] * area


def std_of(scheme, fan_in, fan_out):
    return {
        "lecun": np.sqrt(1 / fan_in),
        "xavier": np.sqrt(2 / (fan_in + fan_out)),
        "he": np.sqrt(2 / fan_in),
    }[scheme]


def spread_one(kind, u):
    """Return numbers of mean 0 and, over all u, standard deviation 1."""
    if kind == "uniform":
        return np.sqrt(3) * (2 * u - 1)
    if kind == "normal":
        return ndtri(u)
    low = ndtr(-2.0)
    return ndtri(low + (1 - 2 * low) * u) / CUT_SD


def initialize_answer(scheme, kind, u):
    return std_of(scheme, *fans(u.shape)) * spread_one(kind, u)


def with_own(fans=fans, std=None, **kinds):
    """Return ``initialize`` with other fans, schemes (``std``) or kinds, each by name."""

    def initialize(scheme, kind, u):
        size = (std or {}).get(scheme, lambda a, b: std_of(scheme, a, b))(*fans(u.shape))
        return size * kinds.get(kind, lambda u: spread_one(kind, u))(u)

    return initialize


def by_bounds(scheme, kind, u):
    out_channels, fan_in = len(u), u[0].size
    fan_out = out_channels * u[0, 0].size
    variance = {"lecun": 1, "he": 2}.get(scheme, 2 * fan_in / (fan_in + fan_out)) / fan_in
    if kind == "uniform":
        bound = (3 * variance) ** 0.5
        return -bound + 2 * bound * u
    if kind == "truncated":
        low, high = ndtr(-2), ndtr(2)
        density = np.exp(-2) / np.sqrt(2 * np.pi)
        variance /= 1 - 4 * density / (high - low)
        u = u * high + (1 - u) * low
    return ndtri(u) * np.sqrt(variance)


def by_gain(scheme, kind, u):
    fan_in = u.size // len(u)
    fan_out = u.size // u.shape[1]
    fan = (fan_in + fan_out) / 2 if scheme == "xavier" else fan_in
    gain = 2**0.5 if scheme == "he" else 1.0
    return gain / fan**0.5 * spread_one(kind, u)


def area_once(shape):
    return shape[1] * int(np.prod(shape[2:])), shape[0]


SCHEME = {"xavier": lambda a, b: 1 / np.sqrt(a + b)}

EXERCISE = Exercise(
    "initialize",
    points=4,
    answer=initialize_answer,
    edges=initialize_edges,
    inputs=initialize_inputs,
    forbidden=LIBRARY,
    also_right=[with_own(), by_bounds, by_gain],
    mistakes=[
        Mistake(
            "The fans are swapped. The shape is (out, in): fan_in counts what each output adds up.",
            with_own(fans=lambda shape: fans(shape)[::-1]),
        ),
        Mistake(
            "The kernel's area is forgotten. Each output reads in * height * width numbers.",
            with_own(fans=lambda shape: (shape[1], shape[0])),
            credit=0.5,
        ),
        Mistake(
            "Xavier: the kernel's area belongs to fan_out too. Going backward, each input feeds "
            "out * height * width sums.",
            with_own(fans=area_once),
            credit=0.75,
        ),
        Mistake(
            "The last two axes are the kernel, not the fans. The fans come first: (out, in, ...).",
            with_own(fans=lambda shape: (shape[-1] * int(np.prod(shape[:-2])), shape[-2])),
        ),
        Mistake(
            "That is the variance. The numbers are multiplied by its root.",
            lambda scheme, kind, u: std_of(scheme, *fans(u.shape)) ** 2 * spread_one(kind, u),
        ),
        Mistake(
            "Xavier: the *mean* of the two fans, so a 2 on top: 2 / (fan_in + fan_out).",
            with_own(std=SCHEME),
        ),
        Mistake(
            "Xavier: the sum of the fans, not their product.",
            with_own(std={"xavier": lambda a, b: np.sqrt(2 / (a * b))}),
        ),
        Mistake(
            "He: ReLU silences half, so the variance is 2 / fan_in. Yours is LeCun's.",
            with_own(std={"he": lambda a, b: np.sqrt(1 / a)}),
            credit=0.5,
        ),
        Mistake(
            "He: the root of 2 / fan_in, so the 2 goes under the root as well.",
            with_own(std={"he": lambda a, b: 2 / np.sqrt(a)}),
        ),
        Mistake(
            "Uniform: within ± the SD the spread is smaller, SD / root of 3. Widen the bound.",
            with_own(uniform=lambda u: 2 * u - 1),
        ),
        Mistake(
            "Uniform: from -bound to bound. Yours goes from 0 to bound, so its mean is not 0.",
            with_own(uniform=lambda u: np.sqrt(3) * u),
        ),
        Mistake(
            "Uniform: from -bound to bound is 2 bounds wide. Yours is one bound wide.",
            with_own(uniform=lambda u: np.sqrt(3) * (u - 0.5)),
        ),
        Mistake(
            "Uniform: 3, not its root. The bound is the root of 3 times the SD.",
            with_own(uniform=lambda u: 3 * (2 * u - 1)),
        ),
        Mistake(
            "Normal: u is a percentile, not the value. Look the value up with ndtri(u).",
            with_own(normal=lambda u: u),
        ),
        Mistake(
            "Truncated: after the cut the spread is 0.880. Divide by it.",
            with_own(truncated=lambda u: CUT_SD * spread_one("truncated", u)),
            credit=0.75,
        ),
        Mistake(
            "Truncated: after the cut the spread is too small, so divide by 0.880, not times.",
            with_own(truncated=lambda u: CUT_SD**2 * spread_one("truncated", u)),
            credit=0.5,
        ),
        Mistake(
            "Truncated: you pushed the tails onto ±2. Squeeze the percentile into ndtr(-2) to "
            "ndtr(2) first, then look the value up.",
            with_own(truncated=lambda u: np.clip(ndtri(u), -2, 2) / CUT_SD),
            credit=0.5,
        ),
        Mistake(
            "Truncated: the percentiles should end at ndtr(2). From ndtr(-2), go up by u times the "
            "*width* of the range.",
            with_own(truncated=lambda u: ndtri(ndtr(-2) + ndtr(2) * u) / CUT_SD),
            credit=0.5,
        ),
        Mistake(
            "The kernel's area is height times width. You took one side.",
            with_own(fans=lambda shape: fans(shape[:3])),
            credit=0.5,
        ),
        Mistake(
            "Truncated: nothing is cut. Squeeze the percentile into ndtr(-2) to ndtr(2).",
            with_own(truncated=ndtri),
        ),
    ],
    hints=[
        "area = np.prod(u.shape[2:]) is 1 for a dense layer; fan_in = u.shape[1] * area and "
        "fan_out = u.shape[0] * area.",
        "First the SD from the scheme, then numbers of SD 1 from the kind; return their product.",
        "SD 1: uniform np.sqrt(3) * (2 * u - 1); normal ndtri(u); truncated, with low = ndtr(-2), "
        "ndtri(low + (1 - 2 * low) * u) / 0.8796256610342398.",
    ],
)
