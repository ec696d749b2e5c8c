"""Lab 18, matmul_intensity: operations for each byte that a product of matrices moves."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY


def matmul_intensity_inputs(rng):
    m, k, n = (int(size) for size in rng.integers(2, 2000, 3))
    return [
        (512, 512, 512, 4),
        (1, 1024, 1000, 4),
        (64, 300, 20, 2),
        (1, 1, 1, 8),
        (m, k, n, int(rng.choice([2, 4, 8]))),
    ]


def matmul_intensity(m, k, n, bytes_per_number):
    return 2 * m * k * n / (bytes_per_number * (m * k + k * n + m * n))


def by_reciprocals(m, k, n, bytes_per_number):
    return 2 / (bytes_per_number * (1 / m + 1 / k + 1 / n))


def by_shapes(m, k, n, bytes_per_number):
    moved = sum(rows * columns * bytes_per_number for rows, columns in ((m, k), (k, n), (m, n)))
    each = sum(2 for _ in range(k))  # a multiplication and an addition
    return m * n * each / moved


def by_prod(m, k, n, bytes_per_number):
    work = 2 * np.prod([m, k, n], dtype=float)
    return work / (bytes_per_number * np.sum([m * k, k * n, m * n]))


def wrong(
    work=lambda m, k, n: 2 * m * k * n, moved=lambda m, k, n: m * k + k * n + m * n,
    size=lambda b: b, upside_down=False,
):  # fmt: skip
    """Return an answer that counts something else."""

    def answer(m, k, n, bytes_per_number):
        found = work(m, k, n) / (size(bytes_per_number) * moved(m, k, n))
        return 1 / found if upside_down else found

    return answer


EXERCISE = Exercise(
    "matmul_intensity",
    points=2,
    answer=matmul_intensity,
    inputs=matmul_intensity_inputs,
    forbidden=LIBRARY,
    also_right=[by_reciprocals, by_shapes, by_prod],
    mistakes=[
        Mistake(
            "A multiply-add is two operations: a product, and adding it on.",
            wrong(work=lambda m, k, n: m * k * n),
            credit=0.5,
        ),
        Mistake(
            "The result must be written, too: m · n numbers more.",
            wrong(moved=lambda m, k, n: m * k + k * n),
            credit=0.5,
        ),
        Mistake(
            "The inputs travel, too: m · k numbers more.",
            wrong(moved=lambda m, k, n: k * n + m * n),
            credit=0.5,
        ),
        Mistake(
            "That is per number. Per byte was asked: divide by bytes_per_number.",
            wrong(size=lambda b: 1),
            credit=0.5,
        ),
        Mistake(
            "You multiplied by the bytes. The more bytes a number takes, the fewer operations "
            "there are for each.",
            wrong(size=lambda b: 1 / b),
        ),
        Mistake("Those are bits. Bytes were asked.", wrong(size=lambda b: 8 * b), credit=0.5),
        Mistake(
            "You read each number again for every use. Caches keep them: each is read once.",
            wrong(moved=lambda m, k, n: 2 * m * k * n),
        ),
        Mistake(
            "Read again for every use, and written once. Caches keep what was read: each number "
            "once.",
            wrong(moved=lambda m, k, n: 2 * m * k * n + m * n),
        ),
        Mistake(
            "You counted the weights only. Inputs and results travel as well: at batch 1 that is "
            "nothing, at 512 it is not.",
            wrong(moved=lambda m, k, n: k * n),
            credit=0.25,
        ),
        Mistake(
            "Bytes per operation. The other way round: the more operations a byte serves, the "
            "better.",
            wrong(upside_down=True),
            credit=0.5,
        ),
        Mistake(
            "k products and k − 1 additions are exact, but custom counts k of each.",
            wrong(work=lambda m, k, n: (2 * k - 1) * m * n),
            credit=0.75,
        ),
        Mistake(
            "Sizes were added where they multiply: each of m · n results takes k products.",
            wrong(work=lambda m, k, n: 2 * (m + k + n)),
        ),
        Mistake(
            "A matrix of m by k has m · k numbers, not m + k.",
            wrong(moved=lambda m, k, n: 2 * (m + k + n)),
        ),
        Mistake(
            "You counted the operations. Divide by the bytes that they need.",
            lambda m, k, n, bytes_per_number: 2.0 * m * k * n,
            credit=0.25,
        ),
        Mistake(
            "You rounded down: / and not //.",
            lambda m, k, n, b: float(2 * m * k * n // (b * (m * k + k * n + m * n))),
            credit=0.5,
        ),
    ],
    hints=[
        "There are m · n results, each of k products and k additions.",
        "Numbers read or written: m · k, k · n and m · n.",
        "Operations divided by numbers times bytes_per_number.",
    ],
)
