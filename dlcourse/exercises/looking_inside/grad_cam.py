"""Lab 12, grad_cam: maps weighed by their mean gradient, summed, cut at 0, scaled to 1."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def grad_cam_inputs(rng):
    maps = np.maximum(rng.normal(size=(3, 4, 5, 6)), 0).round(2)
    gradients = rng.normal(size=(3, 4, 5, 6)).round(2)
    one_against = gradients.copy()
    one_against[1] = -np.abs(one_against[1])
    return [
        (maps, gradients),
        (7 * maps, one_against),
        # Nowhere 0: only here it shows whether a minimum was taken off.
        (maps + 0.5, gradients + 0.6),
        (maps[:1, :1], np.abs(gradients[:1, :1])),
        # Negative activations: a ReLU inside the sum is another tool.
        (maps - 0.5, gradients),
        # Faint evidence is stretched to 1 as well; low, wide maps, each film with its own sums.
        (0.01 * maps[:2, :3, :2], 0.02 * gradients[:2, :3, :2]),
    ]


def raw(activations, gradients, weights=None):
    weights = gradients.mean(axis=(2, 3)) if weights is None else weights
    return (weights[:, :, None, None] * activations).sum(axis=1)


def over_maximum(cam):
    top = cam.max(axis=(1, 2), keepdims=True)
    return np.divide(cam, top, out=np.zeros_like(cam), where=top > 0)


def from_0_to_1(cam):
    low, high = cam.min(axis=(1, 2), keepdims=True), cam.max(axis=(1, 2), keepdims=True)
    return np.divide(cam - low, high - low, out=np.zeros_like(cam), where=high > low)


def relu(x):
    return np.maximum(x, 0)


def grad_cam(activations, gradients):
    return over_maximum(relu(raw(activations, gradients)))


def by_einsum(activations, gradients):
    cams = np.einsum("nk,nkij->nij", gradients.mean(axis=(2, 3)), activations).clip(0)
    return np.array([cam / cam.max() if cam.max() > 0 else cam for cam in cams])


def by_loops(activations, gradients):
    cams = []
    for maps, slopes in zip(activations, gradients, strict=True):
        cam = relu(sum(slope.mean() * one for one, slope in zip(maps, slopes, strict=True)))
        cams.append(cam / (cam.max() or 1))
    return np.array(cams)


def by_sums(activations, gradients):
    return over_maximum(relu(raw(activations, gradients, gradients.sum(axis=(2, 3)))))


def not_divided_by_zero(activations, gradients):
    cam = relu(raw(activations, gradients))
    with np.errstate(all="ignore"):
        return cam / cam.max(axis=(1, 2), keepdims=True)


def one_maximum(activations, gradients):
    cam = relu(raw(activations, gradients))
    return cam / cam.max()


def over_batch(activations, gradients):
    weights = np.broadcast_to(gradients.mean(axis=(0, 2, 3)), activations.shape[:2])
    return over_maximum(relu(raw(activations, gradients, weights)))


def axes_1_and_2(activations, gradients):
    weights = gradients.mean(axis=(1, 2))
    return over_maximum(relu((weights[:, None, None, :] * activations).sum(axis=1)))


EXERCISE = Exercise(
    "grad_cam",
    points=3,
    answer=grad_cam,
    inputs=grad_cam_inputs,
    forbidden=LIBRARY,
    also_right=[by_einsum, by_loops, by_sums],
    mistakes=[
        Mistake(
            "ReLU is missing: only evidence for the class is shown.",
            lambda a, g: over_maximum(raw(a, g)),
        ),
        Mistake(
            "From the minimum to the maximum of the raw sum, evidence against becomes grey. Cut at "
            "0 instead.",
            lambda a, g: from_0_to_1(raw(a, g)),
        ),
        Mistake(
            "You took the minimum off after the ReLU. A map that is high everywhere must stay so: "
            "divide by the maximum only.",
            lambda a, g: from_0_to_1(relu(raw(a, g))),
            credit=0.5,
        ),
        Mistake(
            "Your sum starts from ones, so ReLU cuts nothing. Start from zeros.",
            lambda a, g: from_0_to_1(relu(1 + raw(a, g))),
        ),
        Mistake(
            "Against is not for: ReLU, not the absolute value.",
            lambda a, g: over_maximum(np.abs(raw(a, g))),
        ),
        Mistake(
            "Not scaled: divide each film's map by its own maximum.",
            lambda a, g: relu(raw(a, g)),
            credit=0.5,
        ),
        Mistake(
            "You divided by the maximum of the whole batch. Each film has its own.",
            one_maximum,
            credit=0.5,
        ),
        Mistake(
            "0 / 0: a film without evidence has a map of zeros, not of NaN.",
            not_divided_by_zero,
            credit=0.5,
        ),
        Mistake(
            "Place by place, gradient times activation is another tool. Average the gradient over "
            "the places first: one weight for each map.",
            lambda a, g: over_maximum(relu((a * g).sum(axis=1))),
        ),
        Mistake(
            "Maps that speak against must subtract: no ReLU on the weights.",
            lambda a, g: over_maximum(relu(raw(a, g, relu(g.mean(axis=(2, 3)))))),
        ),
        Mistake(
            "ReLU comes last, after the sum over maps, not inside it.",
            lambda a, g: over_maximum(relu(g.mean((2, 3))[:, :, None, None] * a).sum(axis=1)),
        ),
        Mistake(
            "Weights come from the gradient and the map from the activations, not the other way "
            "round.",
            lambda a, g: over_maximum(relu(raw(g, a))),
        ),
        Mistake(
            "You averaged over axes 1 and 2. The places are axes 2 and 3.",
            axes_1_and_2,
        ),
        Mistake(
            "All maps voted alike: weigh each by its gradient.",
            lambda a, g: over_maximum(relu(a.mean(axis=1))),
        ),
        Mistake(
            "You averaged the weights over the batch. Each film has its own gradient.",
            over_batch,
        ),
    ],
    hints=[
        "One weight for each film and map: gradients.mean(axis=(2, 3)), shape (n, maps).",
        "Multiply, sum over axis 1, cut at 0 with np.maximum.",
        "Then divide each film by its own maximum, where that is above 0.",
    ],
)
