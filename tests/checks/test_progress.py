"""What was reached stays, is told from a changed answer, and alters no mark."""

import datetime
import json
import linecache
import os
import re
import sys

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

import dlcourse
from dlcourse.checks import progress as kept
from dlcourse.checks.fingerprint import fingerprint
from dlcourse.start.manifest import MANIFEST, PROGRESS

RIGHT = """
def curve(x):
    return np.exp(-np.logaddexp(0, -x))


def sigmoid(x):
    return curve(np.asarray(x, float))
"""
TODAY = datetime.date.today()
ON = f"right on {TODAY.day} {TODAY:%B %Y}"


def defined(source, name, **names):
    """Return what ``source`` calls ``name``, with its text where a notebook's cell has it."""
    file = f"<ipython-input-{abs(hash(source))}>"
    linecache.cache[file] = (len(source), None, source.splitlines(True), file)
    space = {"np": np, "__name__": "__main__"} | names
    exec(compile(source, file, "exec"), space)
    return space[name]


@pytest.fixture
def work(tmp_path, monkeypatch):
    """Be in a working copy, and not in a test."""
    for name in kept.NOT_UNDER:
        monkeypatch.delenv(name, raising=False)
    (tmp_path / MANIFEST).write_text("{}")
    (tmp_path / "labs").mkdir()
    monkeypatch.chdir(tmp_path / "labs")
    return tmp_path


@pytest.fixture
def file(work):
    return work / PROGRESS / "neuron.json"


def score(sigmoid=None):
    """Return the score of a new session, in which ``sigmoid`` is defined if it is given."""
    if sigmoid is None:
        del sigmoid
    return repr(dlcourse.lab("neuron").score())


def test_a_new_session_knows_what_was_reached(file):
    lab = dlcourse.lab("neuron")
    assert score().startswith("0 of 18 points\n") and not file.exists()
    lab.check(defined(RIGHT, "sigmoid"))
    data = json.loads(file.read_text())
    assert data["reached"]["sigmoid"]["on"] == TODAY.isoformat()
    card = score()
    assert card.startswith("2 of 18 points, 2 of them from before")
    assert f"✓ sigmoid: {ON}, 2 of 2" in card and "○ softmax: not attempted yet, 0 of 2" in card
    assert not dlcourse.lab("neuron").passed("sigmoid"), "free cells need the function"
    assert "2 of 18 points\n" in repr(lab.score()) and "before" not in repr(lab.score())


def test_the_same_answer_counts_and_a_changed_one_says_so(file):
    dlcourse.lab("neuron").check(defined(RIGHT, "sigmoid"))
    assert "2 of 18" in score(defined(RIGHT.replace("(x)\n", "(x)  \n"), "sigmoid"))
    assert "2 of 18" in score(defined(RIGHT + "\ntwo = 2\n", "sigmoid"))
    for old, new in (
        ("-np.log", "0 - np.log"),
        ("    return curve", "    # a thought\n    return curve"),
    ):
        changed = defined(RIGHT.replace(old, new), "sigmoid")
        assert f"sigmoid: changed since it was {ON}, 0 of 2" in score(changed)
    wrong = defined("def sigmoid(x):\n    return 1 / (1 + np.exp(x))\n", "sigmoid")
    lab = dlcourse.lab("neuron")
    assert f"It was {ON}, and has changed since." in repr(lab.check(wrong))
    assert f"✗ sigmoid: not yet, but it was {ON}, 0 of 2" in repr(lab.score())
    assert "sigmoid" in json.loads(file.read_text())["reached"], "what was reached stays"


def test_helpers_and_numbers_that_an_answer_reads_belong_to_it():
    def of(source, **names):
        return fingerprint(defined(source, "f", **names))

    text = "def f(x):\n    return g(x) + scale\n\ndef g(x):\n    return x\n"
    assert of(text, scale=1) == of(text, scale=1)
    assert of(text, scale=1) != of(text, scale=2)
    assert of(text, scale=1) != of(text.replace("return x\n", "return -x\n"), scale=1)
    assert of(text + "\ndef h():\n    return 1\n", scale=1) == of(text, scale=1)
    body = "class f:\n    rate = 3\n    def run(self):\n        return self.rate\n"
    assert of(body) == of(body) == of("\n\n" + body)
    assert of(body) != of(body.replace("3", "4"))
    assert of(body) != of(body.replace("self.rate", "-self.rate"))


def test_an_answer_without_source_is_known_by_its_code():
    def made(source):
        space = {"np": np, "__name__": "__main__"}
        exec(compile(source, "gone", "exec"), space)
        return fingerprint(space["f"])

    assert made("def f(x):\n    return x + 1") == made("\n\ndef f(x):  # moved\n    return x + 1")
    assert made("def f(x):\n    return x + 1") != made("def f(x):\n    return x + 2")


@pytest.mark.parametrize("name", kept.NOT_UNDER)
def test_tests_and_nbgrader_leave_no_trace_and_see_none(file, monkeypatch, name):
    dlcourse.lab("neuron").check(defined(RIGHT, "sigmoid"))
    before = file.read_bytes()
    monkeypatch.setenv(name, "1")
    lab = dlcourse.lab("neuron")
    assert repr(lab.score()).startswith("0 of 18 points\n")
    wrong = defined("def sigmoid(x):\n    return 1 / (1 + np.exp(x))\n", "sigmoid")
    assert "right on" not in repr(lab.check(wrong))
    lab.check(defined(RIGHT + "\n\n", "sigmoid"))
    assert file.read_bytes() == before


def test_outside_a_working_copy_nothing_is_kept(work, monkeypatch):
    (work / MANIFEST).unlink()
    monkeypatch.setattr(sys, "modules", sys.modules | {"google.colab": None})
    dlcourse.lab("neuron").check(defined(RIGHT, "sigmoid"))
    assert [path.name for path in work.rglob("*")] == ["labs"]


def test_colab_keeps_it_in_the_drive_that_its_cell_changes_to(work, monkeypatch):
    from dlcourse.authoring import colab

    assert f'os.chdir("{kept.DRIVE}")' in colab.DRIVE
    (work / MANIFEST).unlink()
    monkeypatch.setattr(kept, "DRIVE", work)
    lab = dlcourse.lab("neuron")
    lab.check(defined(RIGHT, "sigmoid"))
    assert not (work / PROGRESS).exists(), "not on Colab"
    monkeypatch.setattr(sys, "modules", sys.modules | {"google.colab": None})
    lab.check(defined(RIGHT, "sigmoid"))
    assert (work / PROGRESS / "neuron.json").exists()
    assert score().startswith("2 of 18 points")


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"\xff\xfe", b'{"version": 1}', b"null"])
def test_a_broken_file_is_kept_and_said_once(file, content):
    file.parent.mkdir()
    file.write_bytes(content)
    lab = dlcourse.lab("neuron")
    assert (
        repr(lab.score()).count(f"Your progress in {file} cannot be read; the file is kept.") == 1
    )
    assert "cannot be read" not in repr(lab.score())
    lab.check(defined(RIGHT, "sigmoid"))
    assert (file.parent / "neuron.broken1").read_bytes() == content
    assert score().startswith("2 of 18 points")


def test_one_bad_entry_costs_no_other(file):
    dlcourse.lab("neuron").check(defined(RIGHT, "sigmoid"))
    data = json.loads(file.read_text())
    data["reached"] |= {"softmax": 3, "neuron": {"on": "yesterday"}}
    file.write_text(json.dumps(data))
    assert score().startswith("2 of 18 points")


def test_a_file_of_a_newer_version_stays_as_it_is(file):
    file.parent.mkdir()
    file.write_text('{"version": 2, "reached": ["all"]}')
    lab = dlcourse.lab("neuron")
    card = repr(lab.check(defined(RIGHT, "sigmoid")))
    assert card.startswith("✓ sigmoid: right") and card.count("by a newer version") == 1
    assert "newer" not in repr(lab.score())
    assert file.read_text() == '{"version": 2, "reached": ["all"]}'


def test_what_cannot_be_written_says_so_and_the_check_goes_on(file, monkeypatch):
    def refuse(*arguments):
        raise PermissionError(13, "Permission denied")

    dlcourse.lab("neuron").check(defined(RIGHT, "sigmoid"))
    before = file.read_bytes()
    monkeypatch.setattr(kept.os, "replace", refuse)
    lab = dlcourse.lab("neuron")
    card = repr(lab.check(defined(RIGHT.replace("-x", "- x"), "sigmoid")))
    assert card.startswith("✓ sigmoid: right")
    assert f"Your progress is not kept: {file}: Permission denied." in card
    assert file.read_bytes() == before and os.listdir(file.parent) == [file.name]


def test_the_next_day_in_a_real_kernel(work):
    """Two kernels one after the other, as a learner has them; and none under a test."""
    cells = ["import numpy as np\nimport dlcourse\nlab = dlcourse.lab('neuron')"]
    answer = [RIGHT, "print(lab.check(sigmoid))"]
    ask = ["print(lab.score(), lab.passed('sigmoid'))"]

    def printed(sources, **names):
        notebook = nbformat.v4.new_notebook(cells=[*map(nbformat.v4.new_code_cell, sources)])
        place = {"metadata": {"path": str(work / "labs")}}
        environ = {k: v for k, v in os.environ.items() if k not in kept.NOT_UNDER} | names
        NotebookClient(notebook, resources=place).execute(env=environ)
        return notebook.cells[-1].outputs[0].text

    assert "sigmoid: right" in printed(cells + answer)
    assert re.match(r"2 of 18 points, 2 of them from before\n[\s\S]* False$", printed(cells + ask))
    assert "2 of 18" in printed([*cells, answer[0], *ask])
    changed = RIGHT.replace("return curve(", "return +curve(")
    assert f"changed since it was {ON}" in printed([*cells, changed, *ask])
    assert printed(cells + ask, PYTEST_VERSION="9").startswith("0 of 18 points\n")
