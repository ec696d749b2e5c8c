"""What students hand in, generated: solutions, mistakes, stubs and junk; and a stand-in."""

import copy
import json
import os

import pytest

from dlcourse.authoring.source import ROOT
from dlcourse.checks.outcome import call
from dlcourse.grading.assignments.assignment import open_assignment
from dlcourse.grading.confinement.confine import REQUIRED, probe
from dlcourse.grading.sandbox.result import ERROR, NOT_ATTEMPTED, OK, RunResult

NEURON = open_assignment("neuron")
SOLVED = json.loads(NEURON.notebook.read_text(encoding="utf-8"))
STUB = json.loads((ROOT / "labs" / "02_neuron.ipynb").read_text(encoding="utf-8"))

confined = pytest.mark.skipif(
    any(layer.name in REQUIRED and not layer.in_force for layer in probe()),
    reason="answers cannot be confined on this machine",
)

# exercise, what the student wrote, status
WRITTEN = [
    (
        "sigmoid",
        "import math\n%timeit 1\n@np.vectorize\ndef one(v):\n"
        "    return 1 / (1 + math.exp(-v)) if v >= 0 else math.exp(v) / (1 + math.exp(v))\n"
        "def sigmoid(x):\n    return one(np.asarray(x, float))\n1 / 0",
        "right",
    ),
    ("sigmoid", "def sigmoid(x):\n    return 1 / (1 + np.exp(-x))", "wrong"),
    ("sigmoid", "def sigmoid(x):\n    return x +", "error"),
    ("sigmoid", "def helper(x):\n    return expit(x)\nsigmoid = helper", "forbidden"),
    ("sigmoid", "from dlcourse import reference as r\nsigmoid = r.sigmoid", "forbidden"),
    ("sigmoid", "import os\ndef sigmoid(x):\n    os._exit(0)", "died"),
    ("sigmoid", "import torch\nimport numpy as np\ndef sigmoid(x):\n    return x", "wrong"),
    ("sigmoid_grad", "sigmoid_grad = lambda x: expit(x) - expit(x) ** 2", "right"),
    ("sigmoid_grad", "def sigmoid_grad(x):\n    return unknown(x)", "error"),
    ("sigmoid_grad", "%%time\ndef sigmoid_grad(x):\n    return expit(x) * expit(-x)", "right"),
    ("sigmoid_grad", "", "not attempted"),
    ("softmax", "class A:\n  f = 1\ndef softmax(z):\n    z -= z.max(-1, keepdims=True)\n"
     "    e = np.exp(z)\n    return e / e.sum(-1, keepdims=True)", "wrong"),
    ("neuron", "neuron = lambda X, w, b: np.array([expit(x @ w + b) for x in X])", "right"),
    ("neuron", "def neuron(X, w, b):\n    return expit(X @ w)", "wrong"),
    ("boundary", "def boundary(*a):\n    raise NotImplementedError", "not attempted"),
]  # fmt: skip

JUNK = {
    "empty": b"",
    "not JSON": b"{",
    "binary": bytes(range(256)) * 40,
    "UTF-16 without its mark": "{}".encode("utf-16-le") + b"\xff",
    "a list": b"[]",
    "a number": b"7",
    "no cells": b'{"cells": []}',
    "cells are none": b'{"cells": null, "nbformat": 4}',
    "nbformat 3": b'{"nbformat": 3, "worksheets": [{"cells": []}]}',
    "deep": b"[" * 200_000,
    "100,000 cells": b'{"cells": [' + b"{}," * 99_999 + b"{}]}",
    "another lab": b'{"cells": [{"cell_type": "code", "source": "1", "metadata": {}}]}',
    "odd cells": b'{"cells": [1, null, {"source": 3}, {"metadata": {"nbgrader": []}}]}',
}


TIME = 1_790_000_000  # when all files were handed in, in seconds since 1970


def notebook(base=STUB, **cells):
    """Return the bytes of a notebook with other sources in the named cells; None removes one."""
    changed = copy.deepcopy(base)
    for cell in list(changed["cells"]):
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if name in cells and cells[name] is None:
            changed["cells"].remove(cell)
        elif name in cells:
            cell["source"] = cells[name]
    return json.dumps(changed).encode()


def only(**cells):
    """Return the bytes of a notebook that holds nothing but these answers: quick to grade."""
    return json.dumps(
        {
            "cells": [
                {"cell_type": "code", "source": text, "metadata": {"nbgrader": {"grade_id": name}}}
                for name, text in cells.items()
            ]
        }
    ).encode()


def hand_in(folder, files):
    """Write {path: bytes} below ``folder`` and return it."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        os.utime(path, (TIME, TIME))  # reports name it, and are compared
    return folder


class InProcess:
    """Stands in for the sandbox where confinement is not what is tested.

    Answers may take functions of the catalogue from ``functions``, by number.
    """

    def __init__(self, functions=()):
        self.functions = functions
        self.asked = []

    def run(self, setup, answer, function, calls, helpers=(), reading=None, forbidden=()):
        self.asked.append((answer, calls))
        names = {"functions": self.functions}
        try:
            for source in (*helpers, answer):
                exec(source, names)
        except Exception as error:
            return RunResult(ERROR, message=str(error))
        outcomes = [call(names[function], args, reading) for args in calls]
        if any(isinstance(outcome.error, NotImplementedError) for outcome in outcomes):
            return RunResult(NOT_ATTEMPTED, outcomes)
        return RunResult(OK, outcomes)
