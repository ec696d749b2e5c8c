"""Answers that work in the student's notebook earn their points, wherever what they need stands."""

import ast
import json
import sys

import pytest
from fair_answers import FAIR
from fair_notebooks import BY_PARTS, CHECK, LIVED, NOTEBOOKS, SHARED, SIGMOID, STABLE, STUB, USES
from handed_in import NEURON, SOLVED, confined
from IPython.core.interactiveshell import InteractiveShell
from pace import within

from dlcourse.checks.borrowed import forbidden as forbidden_names
from dlcourse.grading.answers.answers import Answers
from dlcourse.grading.answers.needs import MAX_STATEMENTS
from dlcourse.grading.answers.notebook import Cells, read
from dlcourse.grading.marks.engine import grade
from dlcourse.grading.sandbox.controller import Sandbox


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
    """Return (Answer or None, why); what cannot be read is a reason too."""
    answer, why = Answers(notebook(cells), NEURON.exercises, NEURON.setup).find(name)
    return (None, answer.unread) if answer and answer.unread else (answer, why)


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


@pytest.fixture
def shell(monkeypatch, tmp_path):
    """A notebook's kernel that has run the set-up of lab 02, as far as sigmoid needs it."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
    monkeypatch.chdir(tmp_path)
    limit = sys.getrecursionlimit()
    shell = InteractiveShell()
    shell.enable_gui = lambda gui=None: None  # of %matplotlib inline
    shell.run_cell("import numpy as np\nfrom scipy.special import erf, expit\nimport dlcourse\n"
                   "lab = dlcourse.lab('neuron')")  # fmt: skip
    yield shell
    sys.setrecursionlimit(limit)


@pytest.mark.parametrize("case", LIVED)
def test_the_notebook_says_the_same(shell, case):
    cells, name, _ = LIVED[case]
    for _, source in cells:
        ran = shell.run_cell(source)
    assert str(ran.result).startswith(f"✓ {name}: right"), ran.result
    assert shell.user_ns["lab"].passed(name)


@pytest.mark.parametrize("style", FAIR)
def test_the_notebook_says_the_same_of_each_style(shell, style):
    name, source = FAIR[style]
    shell.run_cell(source)
    ran = shell.run_cell(f"lab.check({name})")
    assert str(ran.result).startswith(f"✓ {name}: right"), ran.result


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


@pytest.mark.parametrize("how", SHARED)
def test_what_may_fill_a_value_in_other_cells_is_run_or_said_to_be_left_out(how):
    elsewhere = SHARED[how].removesuffix(BY_PARTS)
    answer, _ = find([(None, elsewhere), ("sigmoid", BY_PARTS), CHECK])
    everything = {node.lineno for node in ast.parse(elsewhere).body}
    assert answer.left_out or len(answer.helpers) == len(everything)
    harmless = "print(len(parts), parts)\nbest = max(parts)\n"
    answer, _ = find([(None, "parts = [0.5, 2]\n" + harmless), ("sigmoid", BY_PARTS), CHECK])
    assert not answer.left_out and answer.helpers == ("parts = [0.5, 2]",)


USES_EXPIT = "def sigmoid(x):\n    return expit(x)\n"
# Where a magic is, what else stands in the cell is read all the same.
BORROWED = [
    "%%time\n" + USES_EXPIT + "print('loss=%.3f' % 1, 'done=!')\n",
    "%%time\nv = (5\n% 3)\n" + USES_EXPIT,
    "%matplotlib inline\n>>> def sigmoid(x):\n...     return expit(x)\n",
    "%%capture\n>>> from scipy.special import expit as e\n>>> sigmoid = e\n",
    "".join(f"    {line}\n" for line in USES_EXPIT.splitlines()),
    "%time sigmoid = expit",
    "np.exp?\nsigmoid = expit",
    "setattr(np, 'f', expit)\ndef sigmoid(x):\n    return np.f(x)\n",
    "import scipy\ndef sigmoid(x):\n    return scipy.special.expit(x)",
]
TAKES_PARTS = ("sigmoid", "def sigmoid(x):\n    return parts[0](x)")


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
        *(([("sigmoid", source)], True) for source in BORROWED),
        ([(None, "parts = []"), (None, "parts.append(expit)"), TAKES_PARTS], True),
        (
            [(None, "parts = []"), (None, "for f in [expit]:\n    parts.append(f)"), TAKES_PARTS],
            True,
        ),
        ([(None, "def fill(): parts.append(expit)\nparts = []\nfill()"), TAKES_PARTS], True),
        ([(None, "setattr(np, 'f', expit)"), ("sigmoid", "def sigmoid(x): return np.f(x)")], True),
        ([("sigmoid", SIGMOID), (None, "sigmoid = expit"), CHECK], True),
        ([("sigmoid", SIGMOID), CHECK, (None, "sigmoid = expit")], False),
        ([("sigmoid", SIGMOID + "compare(sigmoid, expit)"), (None, "compare = print")], False),
        ([("sigmoid", "def expit(x): return x\nx = expit(0)\n" + SIGMOID)], False),
        ([("sigmoid", "from scipy.special import erf, expit\n" + SIGMOID)], False),
    ],
)
def test_what_is_forbidden_is_so_in_every_cell(cells, forbidden):
    answer, _ = find(cells)
    assert ("expit" in forbidden_names(NEURON.exercises["sigmoid"], answer.origins)) == forbidden


@pytest.mark.parametrize("name", ["log_expit", "stats"])
def test_what_is_the_same_by_another_name_is_forbidden_too(name):
    assert name in NEURON.exercises["sigmoid"].forbidden


UNREADABLE = {
    "no Python": "def sigmoid(x):\n    return (",
    "no Python below a magic": "%%time\nsigmoid = expit\nx = '%d",
    "too long": "sigmoid = expit\n" + "#" * 200_000,
    "too many statements": "sigmoid = expit\n" + "x = 1\n" * 2001,
    "indented in two ways": "  sigmoid = expit\n x = 1",
}


@pytest.mark.parametrize("why", UNREADABLE)
def test_what_cannot_be_read_has_a_reason_and_no_points(why):
    cells = [("sigmoid", UNREADABLE[why])]
    mark = marked(None, cells)
    assert (mark.status, mark.points) == ("error", 0)
    reason = "far too many" if why == "too many statements" else "It cannot be read: "
    assert reason in mark.message and len(mark.message) < 300
    # Another cell that answers counts, as it does in the notebook.
    answer, _ = find([*cells, (None, SIGMOID), CHECK])
    assert answer.source == SIGMOID.rstrip()
    # Elsewhere it harms nobody.
    assert find([(None, UNREADABLE[why]), ("sigmoid", SIGMOID)])[0].source == SIGMOID.rstrip()


def test_a_cell_of_more_than_200_000_characters_says_so():
    answer, why = find([("sigmoid", SIGMOID + "#" * 200_000)])
    assert answer is None
    assert why == "It cannot be read: the cell has 200087 characters; at most 200000 are read."


@confined
def test_who_leaves_out_what_it_needs_is_told_of_other_cells(sandbox):
    chain = [(None, f"def h{i}(x):\n    return h{i + 1}(x)") for i in range(MAX_STATEMENTS + 1)]
    long, lost = (
        "def sigmoid(x):\n    return x if x is h0 else x + 1",
        "def sigmoid(x): return h(x)",
    )
    for cells in ([*chain, ("sigmoid", long)], [("sigmoid", lost)]):
        assert "Put all that it needs into its own cell." in marked(sandbox, cells).message
    wrong = marked(sandbox, [("sigmoid", "def sigmoid(x): return x + 1")])
    assert wrong.status == "wrong" and "its own cell" not in wrong.message


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
    with within(200):
        answer, why = find(cells)
    if answer is None:
        assert own and ("far too many" in why or "cannot be read" in why)
    else:
        assert len(answer.helpers) <= MAX_STATEMENTS


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
