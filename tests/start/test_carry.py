"""Answers go along into a newer notebook where they fit, and nothing is lost on the way."""

import json
from pathlib import Path

import nbformat
import pytest
from nbgrader.utils import compute_checksum

from dlcourse.start import carry as carrying
from dlcourse.start import workdir
from dlcourse.start.carry import carry, described, does_not_fit
from dlcourse.start.copies import place
from dlcourse.start.workdir import deliver

ROOT = Path(workdir.__file__).parents[2]
LAB = "labs/02_neuron.ipynb"
ANSWER = '''def sigmoid(x):
    """Squash."""
    return 1 / (1 + np.exp(-x))'''


@pytest.fixture
def course(tmp_path):
    course = tmp_path / "course"
    for name in (LAB, "lectures/02_neuron.ipynb"):
        (course / name).parent.mkdir(parents=True)
        (course / name).write_bytes((ROOT / name).read_bytes())
    return course


@pytest.fixture
def work(course, tmp_path):
    """Return a working copy in which some exercises are solved."""
    work = tmp_path / "work"
    deliver(course, work)

    def solve(notebook):
        cell(notebook, "sigmoid").source = ANSWER
        cell(notebook, "softmax").source = "def softmax(z):\n    return z +"
        cell(notebook, "neuron").source = "def neuron(X, w, b):\n    return expit(X @ w + b)"
        cell(notebook, "which_threshold").source = "0.1, for a miss costs more."
        at = notebook.cells.index(cell(notebook, "check_sigmoid")) + 1
        mine = [nbformat.v4.new_code_cell("mine = 1"), nbformat.v4.new_markdown_cell("a note")]
        notebook.cells[at:at] = mine
        notebook.cells[1].source += "\nimport math"

    change(work / place(LAB), solve)
    return work


def cell(notebook, grade_id):
    return next(
        c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id
    )


def change(path, how):
    notebook = nbformat.read(path, as_version=4)
    how(notebook)
    for each in notebook.cells:
        if "checksum" in each.metadata.get("nbgrader", {}) and path.parts[-3] == "course":
            each.metadata.nbgrader["checksum"] = compute_checksum(each)
    path.write_text(nbformat.writes(notebook) + "\n")


def update(course, work):
    """Publish a newer lab: two stubs are other ones, one is gone, a text is new."""

    def renew(notebook):
        stub = cell(notebook, "sigmoid")
        stub.source = stub.source.replace("Squash every number", "Press every number")
        stub = cell(notebook, "neuron")
        stub.source = stub.source.replace("(X, w, b)", "(X, w, b, slope)")
        notebook.cells.remove(cell(notebook, "train"))
        notebook.cells.insert(2, nbformat.v4.new_markdown_cell("New words.", id="new"))

    change(course / LAB, renew)
    deliver(course, work)


def test_the_checksum_is_nbgraders():
    notebook = nbformat.read(ROOT / LAB, as_version=4)
    raw = carrying._notebook(ROOT / LAB)
    marked = [c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("solution")]
    assert len(marked) == 9
    assert all(carrying._is_given(c) for c in carrying._solutions(raw).values())
    marked[0].source += " "
    assert compute_checksum(marked[0]) != marked[0].metadata.nbgrader.checksum
    assert not carrying._is_given(json.loads(json.dumps(marked[0])))


def test_what_fits_is_carried_and_what_does_not_is_said(course, work):
    before = (work / place(LAB)).read_bytes()
    update(course, work)
    said = carry(work, "02_neuron")
    assert said == [
        "From lab_02_neuron.ipynb to lab_02_neuron.v2.ipynb:",
        "- sigmoid: your answer is there; run its check.",
        "- which_threshold: your answer is there; run its check.",
        "- 2 cells of your own are there.",
        "- softmax: your cell cannot be read (invalid syntax (<unknown>, line 2)). "
        "It stays in lab_02_neuron.ipynb.",
        "- neuron: it takes neuron(X, w, b, slope) now; yours takes (X, w, b). "
        "It stays in lab_02_neuron.ipynb.",
        "- You changed a cell of the course: import numpy as np. It stays in lab_02_neuron.ipynb.",
    ]
    assert (work / place(LAB)).read_bytes() == before
    new = nbformat.read(work / place(LAB, 2), as_version=4)
    nbformat.validate(new)
    assert "return 1 / (1 + np.exp(-x))" in cell(new, "sigmoid").source
    assert '"""Press every number' in cell(new, "sigmoid").source
    assert "NotImplementedError" in cell(new, "softmax").source
    at = new.cells.index(cell(new, "check_sigmoid"))
    assert [c.source for c in new.cells[at + 1 : at + 3]] == ["mine = 1", "a note"]
    assert "New words." in [c.source for c in new.cells]
    sources = [c.source for c in new.cells]
    assert len(sources) == len(set(sources)), "no cell of the course stands twice"


def test_a_second_time_nothing_is_doubled_or_overwritten(course, work):
    update(course, work)
    carry(work, "02_neuron")
    target = work / place(LAB, 2)

    def go_on(notebook):
        cell(notebook, "sigmoid").source += "  # better"

    change(target, go_on)
    before = target.read_bytes()
    said = carry(work, "02_neuron")
    assert any("sigmoid has an answer in the newer notebook already" in words for words in said)
    assert target.read_bytes() == before


def test_an_untouched_lab_holds_nothing(course, tmp_path):
    deliver(course, tmp_path / "work")
    update(course, tmp_path / "work")
    target = tmp_path / "work" / place(LAB, 2)
    before = target.read_bytes()
    assert carry(tmp_path / "work", "02_neuron") == ["lab_02_neuron.ipynb holds nothing to carry."]
    assert target.read_bytes() == before


@pytest.mark.parametrize("answer", ["def f(a, b):", "def f(a, b=1):\n    pass", "f = max"])
def test_an_answer_with_other_arguments_does_not_fit(answer):
    stub = 'def f(a, b):\n    """Do."""\n    raise NotImplementedError'
    assert does_not_fit(answer, stub)
    assert not does_not_fit("import re\ndef g(): pass\ndef f(a: int, b):\n    return g()", stub)
    methods = "class A(B):\n    def run(self, x):\n        raise NotImplementedError"
    assert not does_not_fit(methods.replace("raise NotImplementedError", "return x"), methods)
    assert "A.run" in does_not_fit(methods.replace("self, x", "x"), methods)


def test_the_description_is_the_newer_one():
    stub = 'def f(a):\n    """New,\n\n    longer.\n    """\n    raise NotImplementedError'
    new = 'def f(a):\n    """New,\n\n    longer.\n    """\n    return 1'
    assert described('def f(a):\n    """Old."""\n    return 1', stub) == new
    for kept in ("def f(a):\n    return 1", 'def f(a): "Old."; return 1'):
        assert described(kept, stub) == kept


def test_wrong_names_get_a_sentence(work, monkeypatch, capsys):
    monkeypatch.setattr(carrying, "COURSE", work.parent)
    for arguments, said in (
        ([], "Name one lab"),
        (["02_neurone"], "There is no lab '02_neurone'; there are: 02_neuron"),
        (["02_neuron"], "There is one notebook of 02_neuron only"),
    ):
        with pytest.raises(SystemExit, match=said):
            carrying.main(arguments)
