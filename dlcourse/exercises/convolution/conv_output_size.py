"""Lab 09, conv_output_size: how many windows fit along one axis."""

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def conv_output_size_edges():
    # Without stride 1 and a padding in one call, a wrong padding hides in the rounding.
    cases = [(8, 3, 2, 0, 1), (7, 3, 2, 1, 1), (10, 3, 1, 0, 2), (6, 3, 1, 2, 1)]
    return [*cases, (224, 11, 4, 2, 1), (9, 2, 2, 0, 1), (5, 5, 1, 0, 1), (3, 1, 3, 0, 4)]


def conv_output_size_inputs(rng):
    cases = []
    for _ in range(8):
        n, k = rng.integers(12, 40), rng.integers(1, 6)
        stride, padding, dilation = rng.integers(1, 5), rng.integers(0, 4), rng.integers(1, 4)
        cases.append(tuple(map(int, (n, k, stride, padding, dilation))))
    return cases


def size(n, k, stride=1, padding=0, dilation=1):
    return (n + 2 * padding - dilation * (k - 1) - 1) // stride + 1


def by_counting(n, k, stride=1, padding=0, dilation=1):
    span = dilation * (k - 1) + 1
    return sum(1 for start in range(0, n + 2 * padding, stride) if start + span <= n + 2 * padding)


def by_range(n, k, stride=1, padding=0, dilation=1):
    return len(range(0, n + 2 * padding - dilation * (k - 1), stride))


def by_steps(n, k, stride=1, padding=0, dilation=1):
    count, end = 0, dilation * (k - 1)
    while end < n + 2 * padding:
        count, end = count + 1, end + stride
    return count


def room(n, k, padding, dilation):
    return n + 2 * padding - dilation * (k - 1) - 1


EXERCISE = Exercise(
    "conv_output_size",
    points=1,
    answer=size,
    edges=conv_output_size_edges,
    inputs=conv_output_size_inputs,
    forbidden=LIBRARY,
    also_right=[by_counting, by_range, by_steps],
    mistakes=[
        Mistake(
            "Padding is added on both sides of the image.",
            lambda n, k, stride=1, padding=0, dilation=1: (
                (n + padding - dilation * (k - 1) - 1) // stride + 1
            ),
        ),
        Mistake(
            "You rounded up. The last window must fit; one that hangs over is not taken.",
            lambda n, k, stride=1, padding=0, dilation=1: (
                -(-room(n, k, padding, dilation) // stride) + 1
            ),
        ),
        Mistake(
            "Count positions, not steps: from first to last there is one more.",
            lambda n, k, stride=1, padding=0, dilation=1: room(n, k, padding, dilation) // stride,
        ),
        Mistake(
            "With dilation d the kernel spans d (k - 1) + 1 pixels, not d k: the gaps lie between "
            "its taps.",
            lambda n, k, stride=1, padding=0, dilation=1: (
                (n + 2 * padding - dilation * k) // stride + 1
            ),
        ),
        Mistake(
            "The kernel covers d (k - 1) + 1 pixels, its first one included. You took off only "
            "d (k - 1).",
            lambda n, k, stride=1, padding=0, dilation=1: (
                (n + 2 * padding - dilation * (k - 1)) // stride + 1
            ),
        ),
        Mistake(
            "Dilation is missing: it spreads the taps apart, so the window gets wider.",
            lambda n, k, stride=1, padding=0, dilation=1: (n + 2 * padding - k) // stride + 1,
        ),
        Mistake(
            "Take the kernel off before you divide by the stride.",
            lambda n, k, stride=1, padding=0, dilation=1: (
                (n + 2 * padding) // stride - dilation * (k - 1)
            ),
        ),
        Mistake(
            "A size is a whole number: divide with //.",
            lambda n, k, stride=1, padding=0, dilation=1: (
                room(n, k, padding, dilation) / stride + 1
            ),
        ),
        Mistake(
            "Add 1 after the division. Before it, that is right for stride 1 only.",
            lambda n, k, stride=1, padding=0, dilation=1: (
                (room(n, k, padding, dilation) + 1) // stride
            ),
        ),
        Mistake(
            'n / stride, rounded up, is what another library calls "same" padding. Here the '
            "padding is given.",
            lambda n, k, stride=1, padding=0, dilation=1: -(-n // stride),
        ),
        Mistake(
            "The stride is missing: the window moves by more than one pixel.",
            lambda n, k, stride=1, padding=0, dilation=1: room(n, k, padding, dilation) + 1,
        ),
    ],
    hints=[
        "Where is the window's last pixel when its first pixel is at 0? At dilation * (k - 1).",
        "How many pixels are left for it to travel? n + 2 * padding - dilation * (k - 1) - 1.",
        "It travels in steps of stride, // rounds down, and the place where it started counts too.",
    ],
)
