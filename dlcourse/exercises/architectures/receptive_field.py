"""Lab 10, receptive_field: how far one unit sees, from kernels, strides, padding and dilation."""

import math

from dlcourse.architectures import receptive_field as from_library
from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def receptive_field_edges():
    return [
        ([(3, 1, 1, 1)] * 3,),
        ([(11, 4, 0, 1), (3, 2, 0, 1), (5, 1, 2, 1), (3, 2, 0, 1)],),
        ([(7, 2, 3, 1), (3, 2, 1, 1), (3, 1, 1, 1)],),
        ([(3, 1, 2, 2), (3, 2, 0, 4), (2, 2, 0, 1)],),
        ([],),
    ]


def receptive_field_inputs(rng):
    def layer(kernel):
        stride, padding, dilation = map(int, rng.integers([1, 0, 1], [4, 4, 4]))
        return kernel, stride, padding, dilation

    return [([layer(k) for k in rng.permutation([2, 3, 4, 5]).tolist()],) for _ in range(2)]


def receptive_field(layers):
    size, jump, start = 1, 1, 0.0
    for kernel, stride, padding, dilation in layers:
        reach = dilation * (kernel - 1)
        size += reach * jump
        start += (reach / 2 - padding) * jump
        jump *= stride
    return size, jump, start


def from_the_top(layers):
    first = last = 0
    for kernel, stride, padding, dilation in reversed(layers):
        first, last = (
            first * stride - padding,
            last * stride - padding + dilation * (kernel - 1),
        )
    return last - first + 1, math.prod(layer[1] for layer in layers), (first + last) / 2


def by_sets(layers):
    seen = {0}
    for kernel, stride, padding, dilation in reversed(layers):
        seen = {i * stride - padding + dilation * tap for i in seen for tap in range(kernel)}
    jump = 1
    for layer in layers:
        jump *= layer[1]
    return max(seen) - min(seen) + 1, jump, (max(seen) + min(seen)) / 2


def of_library(layers):
    return tuple(from_library(layers))


def grown(n, j, k, s, p, d):
    return n + d * (k - 1) * j


def moved(a, j, k, s, p, d):
    return a + (d * (k - 1) / 2 - p) * j


def wrong(size=grown, jump=lambda j, s: j * s, start=moved):
    """Return the answer with another step for one of the three.

    ``n``, ``j``, ``a`` are size, jump and start so far; ``k``, ``s``, ``p``, ``d`` the layer.
    """

    def answer(layers):
        n, j, a = 1, 1, 0.0
        for layer in layers:
            n, j, a = size(n, j, *layer), jump(j, layer[1]), start(a, j, *layer)
        return n, j, a

    return answer


EXERCISE = Exercise(
    "receptive_field",
    points=3,
    answer=receptive_field,
    edges=receptive_field_edges,
    inputs=receptive_field_inputs,
    forbidden=LIBRARY,
    sitting=3,
    also_right=[from_the_top, by_sets, of_library],
    mistakes=[
        Mistake(
            "You multiplied the jump before you used it: this kernel steps on the incoming grid.",
            wrong(
                size=lambda n, j, k, s, p, d: grown(n, j * s, k, s, p, d),
                start=lambda a, j, k, s, p, d: moved(a, j * s, k, s, p, d),
            ),
        ),
        Mistake(
            "The jump is multiplied too early for size: this kernel steps on the incoming grid.",
            wrong(size=lambda n, j, k, s, p, d: grown(n, j * s, k, s, p, d)),
        ),
        Mistake(
            "size grows by d * (k - 1) steps of this layer, and a step is jump pixels wide.",
            wrong(size=lambda n, j, k, s, p, d: n + d * (k - 1)),
        ),
        Mistake(
            "Neighbouring fields overlap: a kernel of k adds k - 1 steps, not k.",
            wrong(size=lambda n, j, k, s, p, d: n + (d * (k - 1) + 1) * j),
        ),
        Mistake(
            "Sizes multiply only where the stride equals the kernel. Here fields overlap, and grow "
            "by steps.",
            wrong(size=lambda n, j, k, s, p, d: n * k),
        ),
        Mistake(
            "Dilation spreads the taps: the kernel spans d * (k - 1) + 1, not k.",
            wrong(
                size=lambda n, j, k, s, p, d: grown(n, j, k, s, p, 1),
                start=lambda a, j, k, s, p, d: moved(a, j, k, s, p, 1),
            ),
        ),
        Mistake(
            "A dilated kernel spans d * (k - 1) + 1: behind the last tap nothing follows.",
            wrong(
                size=lambda n, j, k, s, p, d: n + (d * k - 1) * j,
                start=lambda a, j, k, s, p, d: a + ((d * k - 1) / 2 - p) * j,
            ),
        ),
        Mistake(
            "jump is the product of all strides so far, not the last one.",
            wrong(jump=lambda j, s: s),
        ),
        Mistake("Strides multiply; you added them.", wrong(jump=lambda j, s: j + s - 1)),
        Mistake(
            "Padding moves the field and adds nothing to it: there is no image in the frame.",
            wrong(size=lambda n, j, k, s, p, d: grown(n, j, k, s, p, d) + 2 * p * j),
        ),
        Mistake(
            "start forgets the padding: unit 0 looks over the edge.",
            wrong(start=lambda a, j, k, s, p, d: moved(a, j, k, s, 0, d)),
            credit=0.5,
        ),
        Mistake(
            "start is in pixels of the image: a shift on this layer's grid is worth jump pixels.",
            wrong(start=lambda a, j, k, s, p, d: moved(a, 1, k, s, p, d)),
            credit=0.5,
        ),
        Mistake(
            "You went through the layers from the top. This way of adding up begins at the image.",
            lambda layers: receptive_field(layers[::-1]),
        ),
    ],
    hints=[
        "Begin with size 1, jump 1, start 0.0: a pixel sees itself. Then layer by layer.",
        "A kernel reaches over dilation * (kernel - 1) steps, each jump pixels wide.",
        "size += reach * jump; start += (reach / 2 - padding) * jump; last, jump *= stride.",
    ],
)
