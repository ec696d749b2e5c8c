"""Lab 09, count_conv: the parameters of a layer of kernels."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def count_conv_edges():
    return [(3, 8, 3, True), (16, 4, 5, False), (3, 64, 7, True), (1, 1, 1, True)]


def count_conv_inputs(rng):
    return [(*map(int, rng.integers([2, 12, 2], [12, 64, 9])), bias) for bias in (True, False)]


def count(in_channels, out_channels, k, bias=True):
    return out_channels * (in_channels * k * k + (1 if bias else 0))


def by_shape(in_channels, out_channels, k, bias=True):
    return np.zeros((out_channels, in_channels, k, k)).size + np.zeros(out_channels).size * bias


def by_loop(in_channels, out_channels, k, bias=True):
    total = 0
    for _ in range(out_channels):
        for _ in range(in_channels):
            total += k**2
        total += bias
    return total


EXERCISE = Exercise(
    "count_conv",
    points=1,
    answer=count,
    edges=count_conv_edges,
    inputs=count_conv_inputs,
    forbidden=LIBRARY,
    also_right=[
        by_shape,
        by_loop,
        lambda in_channels, out_channels, k, bias=True: int(
            np.prod([out_channels, in_channels, k, k]) + (out_channels if bias else 0)
        ),
    ],
    mistakes=[
        Mistake(
            "Each kernel spans all input channels: it has one slice of k x k for each.",
            lambda in_channels, out_channels, k, bias=True: out_channels * (k * k + bias),
        ),
        Mistake(
            "One bias per output map, not one per slice.",
            lambda in_channels, out_channels, k, bias=True: (
                out_channels * in_channels * (k * k + bias)
            ),
        ),
        Mistake(
            "One bias for the whole layer is too few: each output map has its own.",
            lambda in_channels, out_channels, k, bias=True: (
                out_channels * in_channels * k * k + bias
            ),
        ),
        Mistake(
            "A slice has k rows and k columns: its area, k * k.",
            lambda in_channels, out_channels, k, bias=True: out_channels * (in_channels * k + bias),
        ),
        Mistake(
            "Outputs have biases, inputs have not.",
            lambda in_channels, out_channels, k, bias=True: (
                out_channels * in_channels * k * k + in_channels * bias
            ),
        ),
        Mistake(
            "With bias=False there are none to count.",
            lambda in_channels, out_channels, k, bias=True: (
                out_channels * (in_channels * k * k + 1)
            ),
        ),
        Mistake(
            "With bias=True each kernel has one number more.",
            lambda in_channels, out_channels, k, bias=True: out_channels * in_channels * k * k,
        ),
        Mistake(
            "That is one kernel. The layer has out_channels of them.",
            lambda in_channels, out_channels, k, bias=True: in_channels * k * k + bias,
        ),
        Mistake(
            "You have all the biases, but the weights of one kernel only.",
            lambda in_channels, out_channels, k, bias=True: (
                in_channels * k * k + out_channels * bias
            ),
        ),
    ],
    hints=[
        "How many numbers are there in one kernel, if the image has in_channels channels?",
        "in_channels * k * k weights, and one bias if asked. How many kernels are there?",
    ],
)
