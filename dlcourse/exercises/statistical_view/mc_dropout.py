"""Lab 17, mc_dropout: dropout left on at prediction, its mean and its spread."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def case(rng, masks, n, d, h, p):
    keep = (rng.random((masks, h)) >= p).astype(float)
    if p > 0:
        keep[0, 0], keep[1, 0] = 0, 1  # never all alike
    return rng.normal(size=(n, d)), rng.normal(size=(d, h)), rng.normal(size=h), keep, p


def mc_dropout_inputs(rng):
    return [
        case(rng, 20, 3, 2, 6, 0.2),
        case(rng, 10, 4, 3, 7, 0.5),
        case(rng, 5, 3, 2, 4, 0.0),
        case(rng, 4, 4, 3, 4, 0.3),
    ]


def mc_dropout(x, W, v, keep, p):
    hidden = np.maximum(x @ W, 0)
    y = np.array([(hidden * mask / (1 - p)) @ v for mask in keep])  # (masks, n)
    return y.mean(axis=0), y.std(axis=0)


def by_einsum(x, W, v, keep, p):
    y = np.einsum("nh,th,h->tn", np.maximum(x @ W, 0), keep, v) / (1 - p)
    return y.mean(axis=0), y.std(axis=0)


def masked_first(x, W, v, keep, p):
    y = np.stack([np.maximum((x @ W) * mask, 0) @ (v / (1 - p)) for mask in keep], axis=1)
    return y.mean(axis=1), np.sqrt(((y - y.mean(axis=1, keepdims=True)) ** 2).mean(axis=1))


def masked_weights(x, W, v, keep, p):
    y = np.maximum(x @ W, 0) @ (keep * v / (1 - p)).T
    return np.mean(y, axis=1), np.std(y, axis=1)


def wrong(
    *, bend=lambda z: np.maximum(z, 0), rescale=lambda p: 1 / (1 - p), masks=lambda keep: keep,
    mean=lambda y: y.mean(axis=0), spread=lambda y: y.std(axis=0),
):  # fmt: skip
    """Return an answer; the options are the ways in which it is done wrong."""

    def answer(x, W, v, keep, p):
        hidden = bend(x @ W)
        y = np.array([(hidden * mask * rescale(p)) @ v for mask in masks(keep)])
        return mean(y), spread(y)

    return answer


EXERCISE = Exercise(
    "mc_dropout",
    points=2,
    sitting=3,
    answer=mc_dropout,
    inputs=mc_dropout_inputs,
    forbidden=LIBRARY,
    tolerance=(1e-5, 1e-9),
    also_right=[by_einsum, masked_first, masked_weights],
    mistakes=[
        Mistake(
            "Fewer units speak, so each must speak louder: divide by 1 - p.",
            wrong(rescale=lambda p: 1),
            credit=0.5,
        ),
        Mistake(
            "Divided by p. Divide by the share that is kept, 1 - p.",
            wrong(rescale=lambda p: 1 / p if p else 1),
            credit=0.5,
        ),
        Mistake(
            "Multiplied by 1 - p: that is what older dropout does to the whole network. Here the "
            "units kept are divided by it.",
            wrong(rescale=lambda p: 1 - p),
            credit=0.5,
        ),
        Mistake("1 means keep: the masks are turned round.", wrong(masks=lambda k: 1 - k), 0.5),
        Mistake(
            "One mask only has no spread. Use them all.",
            wrong(masks=lambda keep: keep[:1]),
            credit=0.25,
        ),
        Mistake(
            "Divided by the root of the number of masks: that says how well the mean is known, and "
            "more passes make it as small as you like. Asked for is the spread.",
            wrong(spread=lambda y: y.std(axis=0) / np.sqrt(len(y))),
            credit=0.5,
        ),
        Mistake(
            "ddof=1 divides by one less. Here np.std as it comes.",
            wrong(spread=lambda y: y.std(axis=0, ddof=1)),
            credit=0.5,
        ),
        Mistake(
            "Over the patients. Mean and SD go over the masks, one number per patient.",
            wrong(mean=lambda y: y.mean(axis=1), spread=lambda y: y.std(axis=1)),
            credit=0.25,
        ),
        Mistake("That is the variance. Take its root.", wrong(spread=lambda y: y.var(axis=0)), 0.5),
        Mistake(
            "The masks were averaged first: one network again, and no spread.",
            wrong(masks=lambda keep: keep.mean(axis=0, keepdims=True)),
            credit=0.25,
        ),
        Mistake("The ReLU is missing.", wrong(bend=lambda z: z), credit=0.5),
    ],
    hints=[
        "The hidden layer, np.maximum(x @ W, 0), is the same for all masks.",
        "One pass: (hidden * mask / (1 - p)) @ v, an answer for each patient.",
        "Stack the passes to (masks, n); mean and std over axis 0.",
    ],
)
