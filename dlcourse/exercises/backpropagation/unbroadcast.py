"""Lab 06, unbroadcast: copies made going forward are added up going backward."""

import numpy as np

from dlcourse import reference
from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def unbroadcast_edges():
    return [
        (np.array([[1.0, 2.0, 3.0], [10.0, 20.0, 30.0]]), (3,)),
    ]


def unbroadcast_inputs(rng):
    def case(grad, shape):
        return rng.normal(size=grad), shape

    return [
        case((4, 3), (4, 1)),
        case((4, 3), (1, 3)),
        case((4, 3), ()),
        case((2, 4, 3), (4, 1)),
        case((2, 3), (2, 3)),
        case((3, 3), (3,)),
        case((3, 3), (3, 1)),
        case((1, 3), (1, 3)),
        case((2, 2, 2), (1, 2)),
        case((2, 1, 3), (1, 1, 1)),
    ]


def unbroadcast_answer(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.sum(0)
    for axis, size in enumerate(shape):
        if size == 1:
            grad = grad.sum(axis, keepdims=True)
    return grad


def by_padding(grad, shape):
    padded = (1,) * (grad.ndim - len(shape)) + tuple(shape)
    axes = tuple(i for i, (g, s) in enumerate(zip(grad.shape, padded, strict=True)) if g != s)
    return grad.sum(axis=axes, keepdims=True).reshape(shape)


def by_places(grad, shape):
    out = np.zeros(shape)
    place = np.broadcast_to(np.arange(out.size).reshape(shape), grad.shape)
    np.add.at(out.reshape(-1), place.ravel(), grad.ravel())
    return out


def added(grad, shape, reduce=np.sum):
    while grad.ndim > len(shape):
        grad = reduce(grad, axis=0)
    return grad


def stretched(grad, shape, reduce=np.sum):
    for axis, size in enumerate(shape):
        if size == 1:
            grad = reduce(grad, axis=axis, keepdims=True)
    return grad


def with_means(grad, shape):
    return stretched(added(grad, shape, np.mean), shape, np.mean)


def without_keepdims(grad, shape):
    grad = added(grad, shape)
    return grad.sum(axis=tuple(i for i, size in enumerate(shape) if size == 1))


def from_the_right(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.sum(axis=-1)
    return stretched(grad, shape)


def from_the_left(grad, shape):
    pairs = enumerate(zip(grad.shape, shape, strict=False))
    return grad.sum(axis=tuple(i for i, (g, s) in pairs if g != s), keepdims=True)


def first_copy(grad, shape):
    while grad.ndim > len(shape):
        grad = grad[0]
    for axis, size in enumerate(shape):
        if size == 1:
            grad = grad.take([0], axis=axis)
    return grad


def stretched_first(grad, shape):
    return added(stretched(grad, shape), shape)


def one_leading(grad, shape):
    return stretched(grad.sum(axis=0) if grad.ndim > len(shape) else grad, shape)


EXERCISE = Exercise(
    "unbroadcast",
    points=2,
    sitting=3,
    answer=unbroadcast_answer,
    edges=unbroadcast_edges,
    inputs=unbroadcast_inputs,
    forbidden=LIBRARY,
    also_right=[
        by_padding,
        by_places,
        lambda grad, shape: reference.unbroadcast(grad, shape),
    ],
    mistakes=[
        Mistake(
            "An axis of length 1 was stretched too: sum over it and keep it.",
            added,
        ),
        Mistake(
            "(3,) gained an axis on the left on its way to (2, 3). Sum the extra axes away first.",
            stretched,
        ),
        Mistake(
            "A mean would be right if the copies had shared the input. Each had all of it: sum.",
            with_means,
        ),
        Mistake("(4,) is not (4, 1): keep the summed axis, keepdims=True.", without_keepdims),
        Mistake(
            "Broadcasting adds axes on the left. You summed those on the right.",
            from_the_right,
        ),
        Mistake(
            "You compared the shapes from the left. NumPy compares from the right: first sum the "
            "extra axes on the left away.",
            from_the_left,
        ),
        Mistake("Every copy contributes to the gradient, not the first alone.", first_copy),
        Mistake(
            "Sometimes nothing was broadcast, or a middle axis was. Axis 0 is not always the one.",
            lambda grad, shape: grad.sum(axis=0),
        ),
        Mistake(
            "You handed grad back as it came. It must get the shape that is asked for.",
            lambda grad, shape: grad,
        ),
        Mistake(
            "Stretched axes are counted in `shape`, so first remove the axes on the left, or "
            "you count from the wrong end.",
            stretched_first,
        ),
        Mistake(
            "More than one axis may have been added on the left: a number has none at all.",
            one_leading,
        ),
        Mistake(
            "reshape deals the numbers out in other places or fails. Copies must be added up.",
            lambda grad, shape: np.resize(grad, shape),
        ),
    ],
    hints=[
        "NumPy compares shapes from the right: it adds axes on the left, and stretches axes of "
        "length 1.",
        "While grad has more axes than shape, sum over axis 0.",
        "Then for each axis where shape has a 1: grad.sum(axis=axis, keepdims=True).",
    ],
)
