"""The class that is handed in to nbgrader: right, wrong, hostile and broken notebooks."""

import copy
import json

import nbformat
from attacks_on_marks import COMPARISON
from handed_in import NEURON, SOLVED, STUB, hand_in, notebook, only

ENDLESS = "def sigmoid(x):\n    while True:\n        pass"
PLAIN = "def sigmoid(x):\n    return 1 / (1 + np.exp(-x))"
SOLUTION = NEURON.solutions["sigmoid"]
STUBBED = "def sigmoid(x):\n    raise NotImplementedError  # your code here"


def twice(first, last):
    """Return a notebook in which ``sigmoid``'s cell stands twice."""
    changed = json.loads(notebook(SOLVED, sigmoid=first))
    cells = changed["cells"]
    at = next(
        i for i, c in enumerate(cells)
        if c["metadata"].get("nbgrader", {}).get("grade_id") == "sigmoid"
    )  # fmt: skip
    again = {**copy.deepcopy(cells[at]), "id": "again", "source": last}
    cells.insert(at + 1, again)
    return json.dumps(changed).encode()


def alone(name):
    """Return a notebook of format 4 in which one answer is all there is."""
    cells = [{"id": "one", "outputs": [], "execution_count": None}]
    cells[0] |= json.loads(only(**{name: NEURON.solutions[name]}))["cells"][0]
    changed = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(changed).encode()


def forged():
    """Return a stub whose test cells claim more points, hold results, or are gone."""
    changed = json.loads(notebook(STUB))
    cells = {c["metadata"].get("nbgrader", {}).get("grade_id"): c for c in changed["cells"]}
    claim = cells["check_sigmoid"]
    claim["metadata"]["nbgrader"]["points"] = 100
    claim["source"] = "100.0"
    claim["outputs"] = [nbformat.v4.new_output("execute_result", {"text/plain": "100.0"})]
    cells["check_neuron"]["metadata"]["nbgrader"]["schema_version"] = 99
    cells["check_train"]["metadata"]["nbgrader"] |= {"solution": True, "locked": False}
    changed["cells"].remove(cells["check_softmax"])
    return json.dumps(changed).encode()


def hand_in_class(folder):
    open_answer = {"which_threshold": "0.3: a missed cancer costs more."}
    files = {
        "right": notebook(SOLVED, **open_answer),
        "mistaken": notebook(SOLVED, neuron="def neuron(X, w, b):\n    return expit(X @ w)"),
        "overflowing": notebook(SOLVED, sigmoid=PLAIN),
        "untouched": notebook(STUB),
        "attacking": notebook(
            SOLVED, sigmoid=dict((n, s) for n, _, s in COMPARISON)["patched all"]
        ),
        "misspelt": notebook(SOLVED, sigmoid="def sigmoid(x):\n    return x +"),
        "endless": notebook(SOLVED, sigmoid=ENDLESS),
        "left": notebook(SOLVED, sigmoid="import os\nos._exit(0)"),
        "twice": twice(SOLUTION, STUBBED),
        "forged": forged(),
        "only_one": alone("sigmoid"),
        "binary": bytes(range(256)),
    }
    hand_in(folder, {f"{who}/neuron/02_neuron.ipynb": data for who, data in files.items()})
    return files
