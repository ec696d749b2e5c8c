"""A class of oddities, by name: each is a row with a reason or a mark, and none stops the rest."""

import json

import pytest
from handed_in import NEURON, SOLVED, confined, hand_in, notebook, only

from dlcourse.grading.cli import main
from dlcourse.grading.marks.store import Store

CELL = {"cell_type": "code", "source": "1", "metadata": {}}
NEURON_ONLY = {"neuron": NEURON.solutions["neuron"]}

# what was handed in -> a part of the reason
UNREADABLE = {
    "not JSON": (b"print('hello')", "not JSON"),
    "nbformat 3": (
        json.dumps({"nbformat": 3, "worksheets": [{"cells": [CELL]}]}).encode(),
        "format 3",
    ),
    "empty": (b"", "empty"),
    "binary": (bytes(range(256)) * 4000, "not text"),
    "100 MB": (100 * 2**20, "larger than 20 MB"),
    "100,000 cells": (json.dumps({"cells": [CELL] * 100_000}).encode(), "100000 cells"),
    "unknown encoding": (notebook(SOLVED).replace(b"Lab", "Läb".encode("cp500")), "not text"),
}
# what was handed in -> the status of the neuron
GRADED = {
    "no kernel metadata": (notebook({"cells": SOLVED["cells"]}), "right"),
    "another kernel": (
        notebook({**SOLVED, "metadata": {"kernelspec": {"name": "ir", "language": "R"}}}),
        "right",
    ),
    "endless output": (only(neuron="while True:\n    print('x' * 100_000)"), "time-out"),
    "endless output in a call": (
        only(neuron="def neuron(X, w, b):\n    while True:\n        print('x' * 100_000)"),
        "time-out",
    ),
    "endless output on stderr": (
        only(neuron="import os\nwhile True:\n    os.write(2, b'x' * 100_000)"),
        "time-out",
    ),
    "last in the class": (only(**NEURON_ONLY), "right"),
}


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """Grade all of them at once; return what is known of each, by name."""
    folder = tmp_path_factory.mktemp("odd")
    students = {f"s{i:02}": kind for i, kind in enumerate((*UNREADABLE, *GRADED))}
    files = {}
    for student, kind in students.items():
        data, _ = {**UNREADABLE, **GRADED}[kind]
        files[f"{student}/02_neuron.ipynb"] = b"" if isinstance(data, int) else data
    submissions = hand_in(folder / "class", files)
    (large,) = (s for s, kind in students.items() if kind == "100 MB")
    with open(submissions / large / "02_neuron.ipynb", "wb") as file:
        file.truncate(UNREADABLE["100 MB"][0])
    options = ["--seed", "3", "--workers", "1", "--time-limit", "2"]
    command = ["grade", "neuron", str(submissions), "--out", str(folder / "results.db")]
    assert main([*command, *options]) == 0
    with Store(folder / "results.db") as store:
        return {students[result["student"]]: result for result in store.results()}


@confined
@pytest.mark.parametrize("kind", UNREADABLE)
def test_what_cannot_be_read_is_a_row_with_a_reason(results, kind):
    _, reason = UNREADABLE[kind]
    assert reason in results[kind]["reason"]
    assert not results[kind]["marks"]


@confined
@pytest.mark.parametrize("kind", GRADED)
def test_what_can_be_read_is_graded(results, kind):
    _, status = GRADED[kind]
    mark = results[kind]["marks"]["neuron"]
    assert mark.status == status
    assert mark.points == (mark.possible if status == "right" else 0)
