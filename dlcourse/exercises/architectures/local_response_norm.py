"""Lab 10, local_response_norm: AlexNet's, by the paper's convention."""

import numpy as np
import torch
import torch.nn.functional as F

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def local_response_norm_inputs(rng):
    def case(shape, n, alpha, beta, k):
        return 3 * rng.normal(size=shape), n, alpha, beta, k

    return [
        case((2, 7, 3, 4), 5, 0.3, 0.75, 2.0),
        case((1, 3, 2, 2), 5, 0.5, 0.5, 1.0),
        case((2, 6, 2, 3), 3, 0.2, 1.5, 0.5),
        case((1, 5, 1, 2), 1, 0.7, 0.75, 2.0),
    ]


def neighbours(x, before, after):
    """Return the sum of ``x`` over each channel and those around it, beyond the ends 0."""
    framed = np.pad(x, ((0, 0), (before, after), (0, 0), (0, 0)))
    return sum(framed[:, i : i + x.shape[1]] for i in range(before + after + 1))


def local_response_norm(x, n, alpha, beta, k):
    y = np.empty_like(x)
    for i in range(x.shape[1]):
        window = x[:, max(0, i - n // 2) : i + n // 2 + 1]
        y[:, i] = x[:, i] / (k + alpha * (window**2).sum(axis=1)) ** beta
    return y


def by_padding(x, n, alpha, beta, k):
    return x * (k + alpha * neighbours(x**2, n // 2, n // 2)) ** -beta


def by_cumulative_sums(x, n, alpha, beta, k):
    c = np.cumsum(np.pad(x**2, ((0, 0), (n // 2 + 1, n // 2), (0, 0), (0, 0))), axis=1)
    return x / (k + alpha * (c[:, n:] - c[:, :-n])) ** beta


def by_torch(x, n, alpha, beta, k):
    return F.local_response_norm(torch.from_numpy(x), n, alpha * n, beta, k).numpy()


def wrong(below):
    """Return x divided by ``below(x, n, alpha, beta, k)``."""
    return lambda x, n, alpha, beta, k: x / below(x, n, alpha, beta, k)


def window(x, n):
    return neighbours(x**2, n // 2, n // 2)


def over_places(x, n):
    h = n // 2
    framed = np.pad(x**2, ((0, 0), (0, 0), (h, h), (h, h)))
    rows, columns = x.shape[2:]
    return sum(framed[:, :, i : i + rows, j : j + columns] for i, j in np.ndindex(n, n))


def rolled(x, n):
    return sum(np.roll(x**2, i, axis=1) for i in range(-(n // 2), n // 2 + 1))


def no_square(x, n, a, b, k):
    with np.errstate(invalid="ignore"):
        return (k + a * neighbours(x, n // 2, n // 2)) ** b


EXERCISE = Exercise(
    "local_response_norm",
    points=3,
    answer=local_response_norm,
    inputs=local_response_norm_inputs,
    forbidden=LIBRARY,
    sitting=2,
    also_right=[by_padding, by_cumulative_sums, by_torch],
    mistakes=[
        Mistake(
            "You divided alpha by n: that is torch's definition. The paper sums.",
            wrong(lambda x, n, a, b, k: (k + a / n * window(x, n)) ** b),
            credit=0.5,
        ),
        Mistake("The squares are summed, so that a negative activation is loud too.",
                wrong(no_square)),
        Mistake("beta is missing: the whole bracket is raised to it.",
                wrong(lambda x, n, a, b, k: k + a * window(x, n))),
        Mistake("You took the square root. The power is beta, an argument.",
                wrong(lambda x, n, a, b, k: np.sqrt(k + a * window(x, n)))),
        Mistake("k is missing: where all is silent you would divide by 0.",
                wrong(lambda x, n, a, b, k: (a * window(x, n)) ** b)),
        Mistake("k is an argument; 1 is torch's default for it.",
                wrong(lambda x, n, a, b, k: (1 + a * window(x, n)) ** b)),
        Mistake("n channels in all, so n // 2 on each side; you took n on each.",
                wrong(lambda x, n, a, b, k: (k + a * neighbours(x**2, n, n)) ** b)),
        Mistake("A channel is in its own sum.",
                wrong(lambda x, n, a, b, k: (k + a * (window(x, n) - x**2)) ** b)),
        Mistake("You summed over places. The neighbours are channels, at one place.",
                wrong(lambda x, n, a, b, k: (k + a * over_places(x, n)) ** b)),
        Mistake("You summed over all channels. Only n around each one count.",
                wrong(lambda x, n, a, b, k: (k + a * (x**2).sum(axis=1, keepdims=True)) ** b)),
        Mistake("Your window lies on one side. It reaches n // 2 channels both ways.",
                wrong(lambda x, n, a, b, k: (k + a * neighbours(x**2, n - 1, 0)) ** b)),
        Mistake("Your channels wrap round: the last is no neighbour of the first.",
                wrong(lambda x, n, a, b, k: (k + a * rolled(x, n)) ** b)),
        Mistake("k stands once beside the sum, not inside it.",
                wrong(lambda x, n, a, b, k: (a * (n * k + window(x, n))) ** b)),
    ],
    hints=[
        "Loop over channels. Which channels are around number i, and where do they end?",
        "window = x[:, max(0, i - n // 2) : i + n // 2 + 1] is cut at both ends by itself.",
        "y[:, i] = x[:, i] / (k + alpha * (window**2).sum(axis=1)) ** beta",
    ],
)  # fmt: skip
