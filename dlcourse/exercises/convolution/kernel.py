"""Lab 09, kernel: five kernels written down by thought, as strong as asked."""

import numpy as np

from dlcourse.checks import Exercise, Mistake
from dlcourse.exercises import LIBRARY

IDENTITY = np.array([[0.0, 0, 0], [0, 1, 0], [0, 0, 0]])
FULL = {
    "blur": np.full((3, 3), 1 / 9),
    "sharpen": np.array([[0.0, -1, 0], [-1, 5, -1], [0, -1, 0]]),
    "shift": np.array([[0.0, 0, 0], [1, 0, 0], [0, 0, 0]]),
    "edges": np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]]),
}


def kernel_edges():
    return [(name, 1.0) for name in ("identity", *FULL)] + [("blur", 0.0), ("sharpen", 0.0)]


def kernel_inputs(rng):
    return [(name, float(rng.uniform(0.2, 0.8))) for name in ("identity", *FULL)]


def mixed(name, amount, **others):
    """Blend towards the full effect; a mistake passes its own kernel for one name."""
    full = {"identity": IDENTITY, **FULL, **others}[name]
    return (1 - amount) * IDENTITY + amount * full


def answer(name, amount):
    return mixed(name, amount)


def kernel_by_steps(name, amount):
    k = np.zeros((3, 3))
    k[1, 1] = 1
    if name == "blur":
        k = k + amount * (np.ones((3, 3)) / 9 - k)
    elif name == "sharpen":
        k[1, 1] += 4 * amount
        for r, c in [(0, 1), (1, 0), (1, 2), (2, 1)]:
            k[r, c] = -amount
    elif name == "shift":
        k[1] = [amount, 1 - amount, 0]
    elif name == "edges":
        k[1, 1] -= amount
        k += amount * np.outer([1, 2, 1], [-1, 0, 1])
    return k


def kernel_by_changes(name, amount):
    changes = {n: k - IDENTITY for n, k in FULL.items()}
    return IDENTITY + amount * changes.get(name, 0)


def kernel_by_lists(name, amount):
    a, b = amount, 1 - amount
    n = a / 9
    return {
        "identity": np.array([[0, 0, 0], [0, 1, 0], [0, 0, 0]]),
        "blur": np.array([[n, n, n], [n, n + b, n], [n, n, n]]),
        "sharpen": np.array([[0, -a, 0], [-a, 1 + 4 * a, -a], [0, -a, 0]]),
        "shift": np.array([[0, 0, 0], [a, b, 0], [0, 0, 0]]),
        "edges": np.array([[-a, 0, a], [-2 * a, b, 2 * a], [-a, 0, a]]),
    }[name]


EXERCISE = Exercise(
    "kernel",
    points=2,
    answer=answer,
    edges=kernel_edges,
    inputs=kernel_inputs,
    forbidden=LIBRARY,
    also_right=[
        kernel_by_steps,
        kernel_by_changes,
        kernel_by_lists,
    ],
    mistakes=[
        Mistake(
            "A blur of ones makes everything nine times as bright: divide by 9.",
            lambda name, amount: mixed(name, amount, blur=np.ones((3, 3))),
        ),
        Mistake(
            "Whole-number division: 1 // 9 is 0, and the image goes black.",
            lambda name, amount: mixed(name, amount, blur=np.ones((3, 3), int) // 9),
        ),
        Mistake(
            "With 4 in the centre the weights sum to 0: that is an edge detector. To sharpen they "
            "must sum to 1.",
            lambda name, amount: mixed(name, amount, sharpen=FULL["sharpen"] - IDENTITY),
        ),
        Mistake(
            "Neighbours +1 and centre -3: you added the Laplacian. Sharpening subtracts it.",
            lambda name, amount: mixed(name, amount, sharpen=2 * IDENTITY - FULL["sharpen"]),
        ),
        Mistake(
            "That moves the image to the left. The 1 must lie on the pixel that the centre is to "
            "receive, its left neighbour. (In a true convolution you would be right.)",
            lambda name, amount: mixed(name, amount, shift=FULL["shift"][:, ::-1]),
        ),
        Mistake(
            "The 1 lies above the centre: that moves the image down. To the right was asked.",
            lambda name, amount: mixed(name, amount, shift=FULL["shift"].T),
        ),
        Mistake(
            "Your edge kernel compares rows, so it finds level edges. Compare columns.",
            lambda name, amount: mixed(name, amount, edges=FULL["edges"].T),
        ),
        Mistake(
            "Sign: from dark on the left to light on the right the answer must be positive.",
            lambda name, amount: mixed(name, amount, edges=-FULL["edges"]),
        ),
        Mistake(
            "Centre 9 with -1 all round sharpens too, and more. Here only the four neighbours at "
            "the sides are subtracted.",
            lambda name, amount: mixed(name, amount, sharpen=np.where(IDENTITY == 1, 9.0, -1.0)),
        ),
        Mistake(
            "The mean of nine pixels counts the one in the centre too.",
            lambda name, amount: mixed(name, amount, blur=(1 - IDENTITY) / 8),
        ),
        Mistake(
            "Your edge kernel was scaled down. Sobel's is -1, 0, 1 and -2, 0, 2, as it stands.",
            lambda name, amount: mixed(name, amount, edges=FULL["edges"] / 4),
        ),
        Mistake(
            "The middle row counts twice: -2, 0, 2.",
            lambda name, amount: mixed(name, amount, edges=FULL["edges"].clip(-1, 1)),
        ),
        Mistake(
            "amount is not used: at 0 the image must stay as it is.",
            lambda name, amount: mixed(name, 1.0),
        ),
        Mistake(
            "The two shares have changed places: at amount 0 the image must stay as it is.",
            lambda name, amount: mixed(name, 1 - amount),
        ),
        Mistake(
            "You scaled the kernel. Mix it with the identity: (1 - amount) of that.",
            lambda name, amount: amount * mixed(name, 1.0),
        ),
        Mistake(
            "The identity must give way: (1 - amount) of it, not all of it.",
            lambda name, amount: IDENTITY + amount * mixed(name, 1.0),
        ),
    ],
    hints=[
        "Write the five full kernels first, as 3 x 3 arrays. The sum of the weights says what "
        "happens to an even surface.",
        "The centre of the output looks through the kernel at its neighbours. To receive what lies "
        "left, the 1 is on the left.",
        "Then return (1 - amount) * identity + amount * full.",
    ],
    sitting=2,
)
