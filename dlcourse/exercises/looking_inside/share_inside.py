"""Lab 12, share_inside: how much of the positive heat lies inside a mask."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def corner(height, width):
    mask = np.zeros((height, width), bool)
    mask[:2, :3] = True
    return mask


def share_inside_inputs(rng):
    heat = rng.normal(size=(4, 5, 6)).round(2)
    one_cold = 3 * heat
    one_cold[1] = -np.abs(one_cold[1])
    mask = corner(5, 6)
    # One film whose whole heat is far below 1 beside one that is flat.
    faint = np.array([0.01, 0.0, 0.002])[:, None, None] * heat[:3, :3]
    return [
        (heat, mask),
        (one_cold, mask),
        (faint, corner(3, 6)),
        (np.abs(heat), ~mask),
        (heat, np.zeros((5, 6), bool)),
    ]


def positive(heat):
    return np.maximum(heat, 0)


def share_inside(heat, mask):
    hot = positive(heat)
    whole = hot.sum(axis=(1, 2))
    share = np.full(len(heat), np.nan)
    return np.divide((hot * mask).sum(axis=(1, 2)), whole, out=share, where=whole > 0)


def film_by_film(heat, mask):
    shares = []
    for film in heat:
        hot = film > 0
        shares.append(film[hot & mask].sum() / film[hot].sum() if hot.any() else np.nan)
    return np.array(shares)


def by_clipping(heat, mask):
    hot = heat.clip(0)
    whole = hot.sum(axis=(1, 2))
    return np.where(whole > 0, hot[:, mask].sum(axis=1) / np.where(whole > 0, whole, 1), np.nan)


def by_einsum(heat, mask):
    hot = np.where(heat > 0, heat, 0)
    whole = hot.sum(axis=(1, 2))
    return np.einsum("nij,ij->n", hot, 1.0 * mask) / np.where(whole > 0, whole, np.nan)


def quiet(function):
    """Return ``function`` without NumPy's complaints about 0 / 0, which belong to the mistake."""

    def run(heat, mask):
        with np.errstate(all="ignore"):
            return function(heat, mask)

    return run


def mean_inside(heat, mask):
    return positive(heat)[:, mask].sum(axis=1) / mask.sum()


EXERCISE = Exercise(
    "share_inside",
    points=2,
    answer=share_inside,
    inputs=share_inside_inputs,
    forbidden=LIBRARY,
    also_right=[film_by_film, by_clipping, by_einsum],
    mistakes=[
        Mistake(
            "Evidence against cancels evidence for: take the positive part first.",
            quiet(lambda h, m: (h * m).sum(axis=(1, 2)) / h.sum(axis=(1, 2))),
        ),
        Mistake(
            "Against is not for: the positive part, not the absolute value.",
            quiet(lambda h, m: (np.abs(h) * m).sum(axis=(1, 2)) / np.abs(h).sum(axis=(1, 2))),
        ),
        Mistake(
            "You counted hot pixels. Weigh each by its heat.",
            quiet(lambda h, m: ((h > 0) * m).sum(axis=(1, 2)) / (h > 0).sum(axis=(1, 2))),
        ),
        Mistake(
            "That is the mean heat inside. A share is of all heat.",
            quiet(mean_inside),
        ),
        Mistake(
            "Mean inside over mean outside is a contrast. A share is of all heat.",
            quiet(lambda h, m: mean_inside(h, m) / mean_inside(h, ~m)),
        ),
        Mistake(
            "You divided by the mask's share of the area as well.",
            quiet(lambda h, m: share_inside(h, m) / m.mean()),
        ),
        Mistake(
            "Inside over all, not inside over the rest.",
            quiet(lambda h, m: (positive(h) * m).sum((1, 2)) / (positive(h) * ~m).sum((1, 2))),
        ),
        Mistake(
            "Each film has its own share: sum over axes 1 and 2 only.",
            quiet(lambda h, m: np.full(len(h), (positive(h) * m).sum() / positive(h).sum())),
        ),
        Mistake(
            "Taking the minimum off first warms the whole film. Cut at 0.",
            quiet(lambda h, m: share_inside(h - h.min(axis=(1, 2), keepdims=True), m)),
        ),
        Mistake(
            "A film without heat has no share: NaN, not 0.",
            lambda h, m: np.nan_to_num(share_inside(h, m)),
            credit=0.5,
        ),
        Mistake(
            "That asks whether the peak lies inside, yes or no: the pointing game.",
            lambda h, m: 1.0 * m.ravel()[h.reshape(len(h), -1).argmax(axis=1)],
        ),
        Mistake(
            "That is the share outside.",
            lambda h, m: 1 - share_inside(h, m),
        ),
        Mistake(
            "That is how much of the mask is hot, not how much of the heat is in the mask.",
            quiet(lambda h, m: (h[:, m] > h.max(axis=(1, 2))[:, None] / 2).sum(axis=1) / m.sum()),
        ),
    ],
    hints=[
        "np.maximum(heat, 0) is the positive part. Sum it over axes 1 and 2: one number per film.",
        "(hot * mask) keeps what is inside.",
        "Where the whole is 0, the share is NaN: start from np.full(len(heat), np.nan).",
    ],
)
