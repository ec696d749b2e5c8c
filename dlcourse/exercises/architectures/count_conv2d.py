"""Lab 10, count_conv2d: the weights and the work of one convolution, groups included."""

import math

import torch

from dlcourse.architectures import count_macs, count_parameters
from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def count_conv2d_edges():
    return [
        ((3, 227, 227), 96, 11, 4, 0, 1, True),
        ((96, 27, 27), 256, 5, 1, 2, 2, True),
        ((16, 8, 6), 32, 3, 2, 1, 4, False),
        ((4, 9, 7), 4, 3, 2, 1, 4, True),
        ((5, 6, 4), 8, 1, 1, 0, 1, False),
    ]


def count_conv2d_inputs(rng):
    groups = int(rng.integers(2, 5))
    within, filters, height = map(int, rng.integers(2, 6, 3))
    side = int(rng.integers(7, 20))
    return [
        ((groups * within, side, side + height), groups * filters, 3, 2, 1, groups, True),
        ((within + 1, side + 4, side), filters, 5, 1, 2, 1, False),
    ]


def places(shape, k, stride, padding):
    """Return rows and columns of the output."""
    return [(side + 2 * padding - k) // stride + 1 for side in shape[1:]]


def count_conv2d(in_shape, out_channels, k, stride, padding, groups, bias):
    one_filter = in_shape[0] // groups * k * k
    rows, columns = places(in_shape, k, stride, padding)
    weights = out_channels * one_filter + (out_channels if bias else 0)
    return weights, out_channels * one_filter * rows * columns


def by_torch(in_shape, out_channels, k, stride, padding, groups, bias):
    with torch.device("meta"):
        layer = torch.nn.Conv2d(
            in_shape[0], out_channels, k, stride, padding, groups=groups, bias=bias
        )
        return count_parameters(layer), count_macs(layer, torch.zeros(1, *in_shape))


def group_by_group(in_shape, out_channels, k, stride, padding, groups, bias):
    weights = products = 0
    rows, columns = places(in_shape, k, stride, padding)
    for _ in range(groups):
        part = (out_channels // groups) * (in_shape[0] // groups) * k**2
        weights += part
        products += part * rows * columns
    return weights + out_channels * int(bias), products


def by_ranges(in_shape, out_channels, k, stride, padding, groups, bias):
    channels, height, width = in_shape
    starts = [range(-padding, side + padding - k + 1, stride) for side in (height, width)]
    read = sum(k * k for _ in range(channels // groups))
    return (read + bias) * out_channels, math.prod(map(len, starts)) * read * out_channels


def wrong(weights=None, products=None):
    """Return the answer with another count of weights, or of products, in place of its own.

    Both get channels, filters, k, groups, bias, rows and columns of the output, and the input's
    height and width.
    """

    def answer(in_shape, out_channels, k, stride, padding, groups, bias):
        right = count_conv2d(in_shape, out_channels, k, stride, padding, groups, bias)
        given = (in_shape[0], out_channels, k, groups, bias)
        given += (*places(in_shape, k, stride, padding), *in_shape[1:])
        return (
            weights(*given) if weights else right[0],
            products(*given) if products else right[1],
        )

    return answer


def padding_once(in_shape, out_channels, k, stride, padding, groups, bias):
    weights, _ = count_conv2d(in_shape, out_channels, k, stride, padding, groups, bias)
    rows, columns = ((side + padding - k) // stride + 1 for side in in_shape[1:])
    return weights, out_channels * (in_shape[0] // groups) * k * k * rows * columns


EXERCISE = Exercise(
    "count_conv2d",
    points=2,
    answer=count_conv2d,
    edges=count_conv2d_edges,
    inputs=count_conv2d_inputs,
    forbidden=LIBRARY,
    also_right=[by_torch, group_by_group, by_ranges],
    mistakes=[
        Mistake(
            "Each filter sees only in_channels // groups channels: fewer weights, and less work.",
            wrong(
                lambda c, o, k, g, b, r, q, h, w: o * (c * k * k + b),
                lambda c, o, k, g, b, r, q, h, w: o * c * k * k * r * q,
            ),
        ),
        Mistake(
            "The weights are right. The products fall by the same factor, groups.",
            wrong(None, lambda c, o, k, g, b, r, q, h, w: o * c * k * k * r * q),
            credit=0.5,
        ),
        Mistake(
            "All out channels exist. With groups each of them reads less; they do not get fewer.",
            wrong(
                lambda c, o, k, g, b, r, q, h, w: o // g * (c // g) * k * k + o * b,
                lambda c, o, k, g, b, r, q, h, w: o // g * (c // g) * k * k * r * q,
            ),
        ),
        Mistake(
            "One bias for each out channel, not for each group.",
            wrong(lambda c, o, k, g, b, r, q, h, w: o * (c // g) * k * k + g * b),
            credit=0.5,
        ),
        Mistake(
            "The filters stand at the output's places; you counted the input's.",
            wrong(None, lambda c, o, k, g, b, r, q, h, w: o * (c // g) * k * k * h * w),
            credit=0.5,
        ),
        Mistake(
            "Those are the products of one filter. Every filter runs.",
            wrong(None, lambda c, o, k, g, b, r, q, h, w: (c // g) * k * k * r * q),
            credit=0.5,
        ),
        Mistake(
            "Twice too many products: that is FLOPs. A multiplication with its addition counts "
            "once here.",
            wrong(None, lambda c, o, k, g, b, r, q, h, w: 2 * o * (c // g) * k * k * r * q),
            credit=0.5,
        ),
        Mistake(
            "To add a bias is no multiply-add: leave biases out of the second number.",
            wrong(None, lambda c, o, k, g, b, r, q, h, w: o * ((c // g) * k * k + b) * r * q),
            credit=0.5,
        ),
        Mistake(
            "A window has k rows and k columns: k * k, not k.",
            wrong(
                lambda c, o, k, g, b, r, q, h, w: o * ((c // g) * k + b),
                lambda c, o, k, g, b, r, q, h, w: o * (c // g) * k * r * q,
            ),
        ),
        Mistake("Padding comes on both sides: side + 2 * padding.", padding_once, credit=0.5),
        Mistake(
            "Height and width differ: you took the height twice.",
            wrong(None, lambda c, o, k, g, b, r, q, h, w: o * (c // g) * k * k * r * r),
            credit=0.5,
        ),
        Mistake(
            "You divided by groups twice. Only the input is shared out among them.",
            wrong(None, lambda c, o, k, g, b, r, q, h, w: o * c * k * k * r * q // g // g),
            credit=0.5,
        ),
    ],
    hints=[
        "How many numbers does one filter hold, if it reads in_channels // groups channels?",
        "Along each side (side + 2 * padding - k) // stride + 1 windows fit.",
        "Products: out channels, times the weights of one filter, times the output's places.",
    ],
)
