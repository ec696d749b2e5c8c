"""Answers that work in the student's notebook earn their points, wherever what they need stands."""

import json
import time

import pytest
from fair_notebooks import NOTEBOOKS, SIGMOID, STABLE, STUB, USES
from handed_in import NEURON, SOLVED, confined

from dlcourse.grading.marks.engine import grade
from dlcourse.grading.sandbox.controller import Sandbox
from dlcourse.grading.submissions.answers import MAX_STATEMENTS, Answers
from dlcourse.grading.submissions.notebook import Cells, read


def notebook(cells):
    """Return the Cells of a notebook of (grade id or None, source)."""
    written = [
        {
            "cell_type": "code",
            "source": source,
            "metadata": {"nbgrader": {"grade_id": grade_id}} if grade_id else {},
        }
        for grade_id, source in cells
    ]
    return read(json.dumps({"cells": written}).encode())


def find(cells, name="sigmoid"):
    return Answers(notebook(cells), NEURON.exercises, NEURON.setup).find(name)


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(time_limit=4) as sandbox:
        yield sandbox


def marked(sandbox, cells, name="sigmoid"):
    one = {name: NEURON.exercises[name]}
    found = grade(sandbox, NEURON.exercises, NEURON.setup, notebook(cells), 5)
    return next(mark for mark in found if mark.exercise in one)


@confined
@pytest.mark.parametrize("case", NOTEBOOKS)
def test_what_works_in_the_notebook_earns_its_points(sandbox, case):
    cells, name, note = NOTEBOOKS[case]
    mark = marked(sandbox, cells, name)
    assert (mark.status, mark.points) == ("right", mark.possible), mark
    assert note in mark.note and bool(note) == bool(mark.note)


@confined
def test_an_exercise_left_out_costs_only_itself(sandbox):
    cells = [cell for cell in SOLVED["cells"] if cell["cell_type"] == "code"]
    named = [
        (c["metadata"].get("nbgrader", {}).get("grade_id"), "".join(c["source"])) for c in cells
    ]
    left = [cell for cell in named if cell[0] != "sigmoid"]
    marks = grade(sandbox, NEURON.exercises, NEURON.setup, notebook(left[::-1]), 5)
    assert [m.exercise for m in marks if m.points != m.possible] == ["sigmoid"]


def test_several_answers_outside_the_cell_are_none():
    answer, why = find([("sigmoid", STUB), (None, SIGMOID), (None, USES)])
    assert answer is None and "several cells" in why
    borrowed = (None, "from scipy.special import expit as sigmoid")
    assert find([("sigmoid", STUB), borrowed]) == (None, "")
    assert find([(None, "x = 1")]) == (None, "")


def test_only_what_is_needed_is_taken():
    answer, _ = find(
        [
            (None, "a = 1; b = 2\nc = a\nimport os, sys\nfor d in range(9): e = d"),
            (None, STABLE + "def unused():\n    return b"),
            ("sigmoid", USES + "print(b, os)"),
        ]
    )
    assert list(answer.helpers) == [STABLE.rstrip()]
    assert answer.source == USES.rstrip()


def test_the_set_ups_names_are_the_instructors_unless_the_student_gives_them_another_value():
    uses = ("neuron", "def neuron(X, w, b):\n    return expit(X @ w + b)")
    assert (
        find([(None, "import numpy as np"), uses, (None, "expit = 3")], "neuron")[0].helpers == ()
    )
    mine = (None, "def expit(z):\n    return 1 / (1 + np.exp(-z))")
    assert find([mine, uses], "neuron")[0].helpers == (mine[1],)


@pytest.mark.parametrize(
    ("cells", "forbidden"),
    [
        (
            [
                (None, "from scipy.special import expit as e"),
                ("sigmoid", "sigmoid = lambda x: e(x)"),
            ],
            True,
        ),
        (
            [(None, "def h(x):\n    return expit(x)"), ("sigmoid", "def sigmoid(x): return h(x)")],
            True,
        ),
        ([(None, "def h(x):\n    return expit(x)"), ("sigmoid", SIGMOID + "print(h(0))")], False),
        ([("sigmoid", "sigmoid = expit\n" + SIGMOID + "np.allclose(sigmoid(0), expit(0))")], False),
        ([("sigmoid", "import numpy\nsigmoid = expit\nsigmoid = numpy.vectorize(sigmoid)")], True),
        ([("sigmoid", STUB), (None, "def sigmoid(x):\n    return expit(x)")], True),
    ],
)
def test_what_is_forbidden_is_so_in_every_cell(cells, forbidden):
    answer, _ = find(cells)
    assert ("expit" in answer.names) == forbidden


WORD = "def sigmoid(x):\n    return a0 + x + np.exp(a) + unknown\n"
BOMBS = {
    "deep": "x = " + "-" * 100_000 + "1",
    "brackets": "x = " + "(" * 5_000,
    "long sum": "a = 1" + "+1" * 90_000,
    "a long list of names": "a = [" + ",".join(f"a{i}" for i in range(25_000)) + "]",
    "a chain of names": "\n".join(f"a{i} = a{i + 1}" for i in range(12_000)),
    "one name for ever": "a = a\n" * 30_000,
    "calls": "a = f" + "()" * 60_000,
    "magics": "%time 1\n" * 20_000,
    "surrogates and zeros": "a0 = '\ud800'\0",
    "huge integer": "a = " + "9" * 100_000,
    "imports": "import " + ", ".join(f"a{i} as np" for i in range(9_000)),
}


@pytest.mark.parametrize("bomb", BOMBS)
@pytest.mark.parametrize("own", [False, True])
def test_a_cell_that_is_a_bomb_is_read_in_no_time(bomb, own):
    source = BOMBS[bomb]
    cells = [("sigmoid", f"{source}\n{WORD}")] if own else [(None, source), ("sigmoid", WORD)]
    begun = time.process_time()
    answer, why = find(cells)
    assert time.process_time() - begun < 3
    assert (answer is None and "far too many" in why) or len(answer.helpers) <= MAX_STATEMENTS


def test_a_thousand_helper_cells_are_taken_up_to_a_limit():
    chain = [(None, f"def h{i}(x):\n    return h{i + 1}(x)") for i in range(1000)]
    answer, _ = find([*chain, ("sigmoid", "def sigmoid(x):\n    return h0(x)")])
    assert len(answer.helpers) == MAX_STATEMENTS
    long = [(None, f"h{i} = h{i + 1}, '{'a' * 5000}'") for i in range(200)]
    answer, _ = find([*long, ("sigmoid", "def sigmoid(x):\n    return h0")])
    assert 0 < sum(map(len, answer.helpers)) <= 100_000


def test_cells_without_their_order_are_graded_as_they_are():
    answer, _ = Answers(Cells({"sigmoid": USES}), NEURON.exercises, NEURON.setup).find("sigmoid")
    assert answer.source == USES.rstrip() and answer.helpers == ()
