"""Notebooks whose answers work where they stand, as data: cells, the exercise, the note.

A cell is (grade id or None, source). Each answers lab 02's sigmoid, or what is named, rightly.
"""

from fair_answers import RIGHT_BODY, SIGMOID

USES = "def sigmoid(x):\n    return stable(x)\n"
STABLE = "def stable(x):\n" + RIGHT_BODY
STUB = 'def sigmoid(x):\n    """Squash x."""\n    raise NotImplementedError\n'
GRAD = "def sigmoid_grad(x):\n    return sigmoid(x) * sigmoid(-x)\n"
OUTSIDE = "outside the exercise's own cell"

NOTEBOOKS = {
    "a helper in a cell above": ([(None, STABLE), ("sigmoid", USES)], "sigmoid", ""),
    "a helper in a cell below": ([("sigmoid", USES), (None, STABLE)], "sigmoid", ""),
    "a helper in another answer's cell": (
        [("softmax", STABLE + "raise NotImplementedError"), ("sigmoid", USES)],
        "sigmoid",
        "",
    ),
    "another exercise's answer": (
        [("sigmoid", SIGMOID), ("sigmoid_grad", GRAD)],
        "sigmoid_grad",
        "",
    ),
    "an import in another cell": (
        [
            (None, "import math\nfrom functools import reduce as r"),
            (
                "sigmoid",
                "def sigmoid(x):\n    x = np.asarray(x, float)\n    f = [math.tanh(v / 2) for v in "
                "x.flat]\n    return r(np.append, f, []).reshape(x.shape) / 2 + 0.5",
            ),
        ],
        "sigmoid",
        "",
    ),
    "a star import": (
        [
            (None, "from math import *"),
            (
                "sigmoid",
                "def sigmoid(x):\n    return np.vectorize(lambda v: (1 + tanh(v / 2)) / 2)(x)",
            ),
        ],
        "sigmoid",
        "",
    ),
    "a chain of helpers, constants and a decorator": (
        [
            (None, "HALF = 0.5\nTWO = 1 / HALF"),
            (None, "def twice(f):\n    return lambda x: f(x / TWO) / TWO + HALF"),
            (None, "%matplotlib inline\nimport numpy\nTABLE = {}\nTABLE['t'] = numpy.tanh\n!ls"),
            ("sigmoid", "@twice\ndef sigmoid(x):\n    return TABLE['t'](x)"),
        ],
        "sigmoid",
        "",
    ),
    "cells in reverse order": (
        [
            ("sigmoid", "@twice\ndef sigmoid(x):\n    return np.tanh(x)"),
            (None, "def twice(f):\n    return lambda x: f(x / TWO) / TWO + HALF"),
            (None, "TWO = 1 / HALF"),
            (None, "HALF = 0.5"),
        ],
        "sigmoid",
        "",
    ),
    "the nearest definition above counts": (
        [
            (None, "def stable(x):\n    return 0"),
            (None, STABLE),
            ("sigmoid", USES),
            (None, "stable = 3"),
        ],
        "sigmoid",
        "",
    ),
    "a name used with two values": (
        [
            (None, "a = 2.0\nhalf = 1 / a"),
            (None, "a = None"),
            ("sigmoid", "def sigmoid(x):\n    return half * (1 + np.tanh(x * half))"),
        ],
        "sigmoid",
        "",
    ),
    "an import that may fail": (
        [
            (None, "try:\n    import numba\nexcept Exception:\n    numba = None"),
            ("sigmoid", SIGMOID.replace("    e =", "    assert numba is None\n    e =")),
        ],
        "sigmoid",
        "",
    ),
    "an altered set-up cell": (
        [
            (None, "import numpy as np, math\nfrom scipy.special import erf, expit"),
            (
                "neuron",
                "def neuron(X, w, b):\n    return np.array([expit(math.fsum(r)+b) for r in X * w])",
            ),
        ],
        "neuron",
        "",
    ),
    "an exception in an unrelated cell": (
        [(None, "1 / 0"), (None, STABLE + "raise SystemExit"), ("sigmoid", USES), (None, "nope(")],
        "sigmoid",
        "",
    ),
    "an infinite loop in an unrelated cell": (
        [(None, "while True: pass"), (None, STABLE + "while True: pass"), ("sigmoid", USES)],
        "sigmoid",
        "",
    ),
    "an infinite loop below the function": (
        [("sigmoid", SIGMOID + "while True: pass\n")],
        "sigmoid",
        "",
    ),
    "plots without matplotlib": (
        [
            (
                "sigmoid",
                "import pandas as pd\nimport torch\npd.plot\n" + SIGMOID + "pd.plot(sigmoid(0))",
            )
        ],
        "sigmoid",
        "",
    ),
    "helpers that overwrite what the grader uses": (
        [
            (
                None,
                "def call(*a): return 1\nwire = json = None\ndef len(x): return 3\nsum = max = 0",
            ),
            (
                "sigmoid",
                SIGMOID.replace("    e =", "    assert len(x) == 3 and call() == 1\n    e ="),
            ),
        ],
        "sigmoid",
        "",
    ),
    "a function defined twice in its cell": (
        [
            (
                "sigmoid",
                "def sigmoid(x):\n    return (1 + np.tanh(x / 2)) / 2\nsigmoid = "
                "np.vectorize(sigmoid, otypes=[float])",
            )
        ],
        "sigmoid",
        "",
    ),
    "a renamed copy of the lab": ([(None, "# %%"), ("sigmoid", SIGMOID)], "sigmoid", ""),
    "moved out, the stub left behind": ([("sigmoid", STUB), (None, SIGMOID)], "sigmoid", OUTSIDE),
    "moved out, the cell deleted": ([(None, "x = 1\n" + SIGMOID)], "sigmoid", OUTSIDE),
    "moved out, a remark left behind": (
        [("sigmoid", "# see below"), (None, "sigmoid = lambda x: (1 + np.tanh(x / 2)) / 2")],
        "sigmoid",
        OUTSIDE,
    ),
    "moved out with its helpers elsewhere": (
        [("sigmoid", STUB), (None, USES), (None, STABLE)],
        "sigmoid",
        OUTSIDE,
    ),
}
