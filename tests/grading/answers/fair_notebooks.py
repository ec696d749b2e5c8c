"""Notebooks whose answers work where they stand, as data: cells, the exercise, the note.

A cell is (grade id or None, source). Each answers lab 02's sigmoid, or what is named, rightly.
``LIVED`` are those that also run from top to bottom, the check last.
"""

from fair_answers import RIGHT_BODY, SIGMOID

USES = "def sigmoid(x):\n    return stable(x)\n"
STABLE = "def stable(x):\n" + RIGHT_BODY
STUB = 'def sigmoid(x):\n    """Squash x."""\n    raise NotImplementedError\n'
GRAD = "def sigmoid_grad(x):\n    return sigmoid(x) * sigmoid(-x)\n"
OUTSIDE = "outside the exercise's own cell"

CHECK = ("check_sigmoid", "lab.check(sigmoid)")
HALVES = "from math import tanh\n"
BY_TABLE = (
    "def sigmoid(x):\n    x = np.asarray(x, float)\n    y = [TABLE['f'](v / 2) for v in x.flat]\n"
    "    return np.reshape(y, x.shape) / 2 + 0.5\n"
)
REGISTER = (
    HALVES + "TABLE = {}\ndef register(name):\n    def keep(f):\n        TABLE[name] = f\n"
    "        return f\n    return keep\n"
)
ENTRY = "@register('f')\ndef half_of_it(v):\n    return tanh(v)\n"
BY_PARTS = "def sigmoid(x):\n    return parts[0] * (1 + np.tanh(x / parts[1]))\n"
ADD = "def add(numbers, number):\n    numbers.append(number)\n    return numbers\n"
BOX = "class Box:\n    def __init__(self, held):\n        self.held = held\n"
SHARED = {
    "under another name": "parts = []\nsame = parts\nsame += [0.5, 2]\n" + BY_PARTS,
    "in a loop over several": "parts, rest = [], []\nfor some in (parts, rest):\n"
    "    some.extend((0.5, 2))\n" + BY_PARTS,
    "by whoever holds it": BOX
    + "parts = []\nbox = Box(parts)\nbox.held.extend((0.5, 2))\n"
    + BY_PARTS,
    "by map": "parts = []\nfilled = list(map(parts.append, (0.5, 2)))\n" + BY_PARTS,
    "by a call whose result is kept": ADD + "parts = [0.5]\nmore = add(parts, 2)\n" + BY_PARTS,
    "by a call whose result is printed": ADD + "parts = [0.5]\nprint(add(parts, 2))\n" + BY_PARTS,
    "as out": "parts = np.zeros(2)\nsum_ = np.add(parts, (0.5, 2), out=parts)\n" + BY_PARTS,
}
OFF = "sigmoid", ""
MORE_THAN_ONCE = "more than once"

LIVED = {
    "a cell that was split": (
        [("sigmoid", "a = 1\n" + STABLE), ("sigmoid", USES), CHECK], "sigmoid", MORE_THAN_ONCE),
    "a cell that was split below the function": (
        [("sigmoid", STABLE), ("sigmoid", USES), ("sigmoid", "print(sigmoid(0))"), CHECK],
        "sigmoid", MORE_THAN_ONCE),
    "a function and what is made of it in two halves": (
        [("sigmoid", "def sigmoid(x):\n    return (1 + np.tanh(x / 2)) / 2"),
         ("sigmoid", "sigmoid = np.vectorize(sigmoid, otypes=[float])"), CHECK],
        "sigmoid", MORE_THAN_ONCE),
    "a half that is no Python, the other right": (
        [("sigmoid", "def sigmoid(x):\n    return ("), ("sigmoid", SIGMOID), CHECK],
        "sigmoid", MORE_THAN_ONCE),
    "a draft, then the answer in a new cell above the check": (
        [("sigmoid", "def sigmoid(x):\n    return x"), (None, SIGMOID), CHECK], "sigmoid", OUTSIDE),
    "several drafts outside, the last one above the check": (
        [("sigmoid", STUB), (None, "def sigmoid(x):\n    return x"), (None, SIGMOID), CHECK],
        "sigmoid", OUTSIDE),
    "the stub's line left below, an old draft elsewhere": (
        [(None, "def sigmoid(x):\n    return x"),
         ("sigmoid", SIGMOID + "    raise NotImplementedError"), CHECK], *OFF),
    "a global counter": (
        [(None, "calls = 0"),
         ("sigmoid", SIGMOID.replace("    e =", "    global calls\n    calls += 1\n    e =")),
         CHECK], *OFF),
    "a table filled by a loop": (
        [(None, HALVES + "TABLE = {}\nfor name, f in [('f', tanh)]:\n    TABLE[name] = f"),
         ("sigmoid", BY_TABLE), CHECK], *OFF),
    "a table filled in another cell": (
        [(None, HALVES + "TABLE = {}"), (None, "TABLE.update(f=tanh)"), ("sigmoid", BY_TABLE),
         CHECK], *OFF),
    "a list filled by append in a comprehension": (
        [(None, "parts = []"), (None, "[parts.append(v) for v in (0.5, 2)]"),
         ("sigmoid", "def sigmoid(x):\n    return parts[0] * (1 + np.tanh(x / parts[1]))"), CHECK],
        *OFF),
    "a table filled by a function": (
        [(None, HALVES + "TABLE = {}\ndef fill():\n    TABLE['f'] = tanh"),
         (None, "def fill_all():\n    fill()"), (None, "fill_all()"), ("sigmoid", BY_TABLE), CHECK],
        *OFF),
    "a table given to a function": (
        [(None, HALVES + "TABLE = {}\ndef fill(table):\n    table['f'] = tanh"),
         (None, "fill(TABLE)"), ("sigmoid", BY_TABLE), CHECK], *OFF),
    "a table filled between the answer and the check": (
        [(None, HALVES + "TABLE = {}"), ("sigmoid", BY_TABLE), (None, "TABLE['f'] = tanh"), CHECK],
        *OFF),
    "one's own table filled between the answer and the check": (
        [("sigmoid", HALVES + "TABLE = {}\n" + BY_TABLE), (None, "TABLE['f'] = tanh"), CHECK],
        *OFF),
    "a value in a loop with while and with": (
        [(None, "half = 8\nwhile half > 0.5:\n    half /= 2"),
         (None, "with np.errstate(all='ignore'):\n    two = 1 / half"),
         ("sigmoid", "def sigmoid(x):\n    return half * (1 + np.tanh(x / two))"), CHECK], *OFF),
    "a value with a default and an exception": (
        [(None, "half = 0.5\nif half > 1:\n    half = 7"),
         ("sigmoid", "def sigmoid(x):\n    return half * (1 + np.tanh(x * half))"), CHECK], *OFF),
    "a global that a function sets": (
        [(None, "def start():\n    global half\n    half = 0.5"), (None, "start()"),
         ("sigmoid", "def sigmoid(x):\n    return half * (1 + np.tanh(x * half))"), CHECK], *OFF),
    "a table filled by a function of the answer's own cell": (
        [("sigmoid", HALVES + "TABLE = {}\ndef fill():\n    TABLE['f'] = tanh\nfill()\n"
          + BY_TABLE), CHECK], *OFF),
    "a table that a decorator fills, in the answer's own cell": (
        [("sigmoid", REGISTER + ENTRY + BY_TABLE), CHECK], *OFF),
    "a table that a decorator fills, in other cells": (
        [(None, REGISTER), (None, ENTRY), ("sigmoid", BY_TABLE), CHECK], *OFF),
    "a list filled by what gives a default": (
        [(None, "parts = []\ndef keep(part):\n    parts.append(part)"),
         (None, "def unused(a=keep(0.5), *, b=keep(2)):\n    return a"),
         ("sigmoid", "def sigmoid(x):\n    return parts[0] * (1 + np.tanh(x / parts[1]))"), CHECK],
        *OFF),
    **{f"a value filled {how}, in the answer's own cell": ([("sigmoid", source), CHECK], *OFF)
       for how, source in SHARED.items()},
    "what Python knows of its numbers": (
        [("sigmoid", "import sys\ndef sigmoid(x):\n    most = sys.float_info.max\n"
          "    return (1 + np.tanh(np.clip(x, -most, most) / 2)) / 2"), CHECK], *OFF),
    "an object that was trained": (
        [(None, "class Net:\n    def fit(self, half):\n        self.half = half"),
         (None, "net = Net()\nnet.fit(0.5)"),
         ("sigmoid", "def sigmoid(x):\n    return net.half * (1 + np.tanh(x * net.half))"), CHECK],
        *OFF),
    "annotations from the future in the first cell": (
        [(None, "from __future__ import annotations"),
         ("sigmoid", "def sigmoid(x: Nothing | None) -> np.float128x:\n" + RIGHT_BODY), CHECK],
        *OFF),
    "Python's own limit set elsewhere": (
        [(None, "import sys\nsys.setrecursionlimit(20_000)"),
         ("sigmoid", "def deep(n):\n    return n and deep(n - 1)\n"
          + SIGMOID.replace("    e =", "    deep(5000)\n    e =")), CHECK], *OFF),
    "a helper with a builtin's name in a cell below": (
        [("sigmoid", SIGMOID.replace("np.abs", "abs_")), (None, "def abs_(x): return np.abs(x)"),
         CHECK], *OFF),
    "a magic and percent signs in a helper's cell": (
        [(None, "%matplotlib inline\n" + STABLE + "print('loss=%.3f' % 0.5, 'done=!')"),
         ("sigmoid", USES), CHECK], *OFF),
    "own functions with a library's names": (
        [(None, "def expit(z):\n    return (1 + np.tanh(z / 2)) / 2\nkernels = {'e': expit}"),
         ("sigmoid", "class Neuron:\n    f = kernels['e']\nreference = Neuron\n"
          "def log_expit(x):\n    return reference.f(x)\n"
          "def sigmoid(x):\n    return log_expit(np.asarray(x))"), CHECK], *OFF),
    "an import of which the forbidden half is not used": (
        [("sigmoid", "from scipy.special import erf, expit\n" + SIGMOID), CHECK], *OFF),
    "an annotation that is forbidden to use": (
        [("sigmoid", "from __future__ import annotations\nimport torch\n"
          + SIGMOID.replace("(x)", "(x: torch.Tensor)", 1)), CHECK], *OFF),
    "a function that calls itself": (
        [("sigmoid", "def sigmoid(x):\n    if np.ndim(x):\n        return np.array([sigmoid(v) "
          "for v in x])\n    return (1 + np.tanh(x / 2)) / 2"), CHECK], *OFF),
}  # fmt: skip

NOTEBOOKS = LIVED | {
    "a helper with a builtin's name below": (
        [
            ("sigmoid", SIGMOID.replace("np.abs", "abs")),
            (None, "def abs(x):\n    return np.where(x < 0, -x, x)"),
        ],
        *OFF,
    ),
    "slow code above the function": (
        [("sigmoid", "import time\nresult = time.sleep(60)\n" + SIGMOID)],
        *OFF,
    ),
    "slow code in another cell": (
        [(None, STABLE + "for _ in range(60):\n    result = time.sleep(1)"), ("sigmoid", USES)],
        *OFF,
    ),
    "a table in a cell below, filled in the next": (
        [("sigmoid", BY_TABLE), (None, HALVES + "TABLE = {}"), (None, "TABLE['f'] = tanh")],
        *OFF,
    ),
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
