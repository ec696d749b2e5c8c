"""A lab released by sitting: what it holds, that it runs, and that nothing left out is missed."""

import copy
import csv
import dataclasses
import json
from concurrent.futures import ThreadPoolExecutor

import nbformat
import numpy as np
import pytest
from handed_in import SOLVED, confined, hand_in, notebook
from nbgrader_course import Course

import dlcourse
from dlcourse.authoring.build import execute
from dlcourse.authoring.part import only
from dlcourse.exercises import neuron
from dlcourse.grading.assignments.assignment import open_assignment
from dlcourse.grading.cli import main
from dlcourse.grading.marks import pool

LATER = {"sigmoid_grad": 2, "activation": 2, "softmax": 2, "boundary": 3}
POINTS = {1: 10, 2: 16, 3: 18}
CORE = ["sigmoid", "neuron", "neuron_grads", "train"]


@pytest.fixture(autouse=True)
def in_sittings(monkeypatch):
    """Lab 02 as if one more of its exercises needed a later sitting, in this process."""
    changed = tuple(dataclasses.replace(e, sitting=LATER.get(e.name, 1)) for e in neuron.EXERCISES)
    monkeypatch.setattr(neuron, "EXERCISES", changed)
    monkeypatch.setattr(pool, "_local", lambda workers: ThreadPoolExecutor(workers))


def sigmoid(x):
    return 1 / (1 + np.exp(x))


def boundary(w, b, threshold, mean, std):
    return mean + std * (np.log(threshold / (1 - threshold)) - b) / w


def released(folder, *options):
    assert main(["release", "neuron", "--out", str(folder), *options]) == 0
    return nbformat.read(folder / "02_neuron.ipynb", as_version=4)


def grade_ids(part):
    return [c.metadata.nbgrader.grade_id for c in part.cells if "nbgrader" in c.metadata]


def table(path):
    with open(path, newline="", encoding="utf-8") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


@pytest.mark.parametrize("sitting", [1, 2, 3])
def test_a_part_holds_what_needs_that_sitting_or_less(tmp_path, sitting):
    part = released(tmp_path, "--sitting", str(sitting))
    nbformat.validate(part)
    kept = [e.name for e in neuron.EXERCISES if e.sitting <= sitting]
    assert [i for i in grade_ids(part) if not i.startswith("check_")] == [*kept, "which_threshold"]
    assert [i[6:] for i in grade_ids(part) if i.startswith("check_")] == kept
    text = "\n".join(cell.source for cell in part.cells)
    assert f'dlcourse.lab("neuron", sitting={sitting})' in text
    for name in dlcourse.lab("neuron").exercises:
        assert (f"`{name}`" in part.cells[0].source) == (name in kept)
        assert (f"def {name}(" in text) == (f"lab.check({name})" in text) == (name in kept)
        assert name in kept or f'lab.passed("{name}")' not in text
    said = f"{len(kept)} of 8 exercises, {POINTS[sitting]} of 18 points"
    assert said in part.cells[0].source and "SOLUTION" not in text


def test_a_part_runs_untouched_and_solved(tmp_path):
    for options in ((), ("--solved",)):
        part = released(tmp_path / "-".join(("out", *options)), "--sitting", "1", *options)
        ran = execute(part, tmp_path)
        said = [c.outputs for c in ran.cells if c.cell_type == "code" and "lab.check(" in c.source]
        word = "right" if options else "not attempted yet"
        assert len(said) == len(CORE) and all(word in str(outputs) for outputs in said)


def test_cards_and_score_name_the_sitting_where_there_is_a_choice():
    lab = dlcourse.lab("neuron")
    assert str(lab.check(boundary)).startswith("✓ boundary: right (sitting 3)")
    assert str(lab.check(sigmoid)).startswith("✗ sigmoid: not yet (sitting 1)")
    assert "✓ boundary: right, 2 of 2 (sitting 3)" in str(lab.score())
    part = dlcourse.lab("neuron", sitting=1)
    assert list(part.exercises) == CORE and "0 of 10 points" in str(part.score())
    assert "sitting" not in str(part.check(sigmoid))
    assert "sitting" not in str(part.score())


@confined
def test_what_was_left_out_is_neither_graded_nor_missed(tmp_path, capsys):
    part = released(tmp_path / "handout", "--sitting", "1", "--solved")
    stub = released(tmp_path / "stubs", "--sitting", "1")
    wrong = {"neuron": "def neuron(X, w, b):\n    return X @ w"}
    collected = hand_in(
        tmp_path / "collected",
        {
            "anna/02_neuron.ipynb": notebook(part),
            "bert/02_neuron.ipynb": notebook(part, **wrong),
            "carl/02_neuron.ipynb": notebook(stub),
            "dora/02_neuron.ipynb": notebook(SOLVED),  # has the whole lab from somewhere
        },
    )
    quick = ["--workers", "1", "--time-limit", "4"]
    grade = ["grade", "neuron", str(collected), *quick, "--out"]
    results = tmp_path / "core.db"
    assert main([*grade, str(results), "--sitting", "1"]) == 0
    assert "of 10 points" in capsys.readouterr().out
    assert main(["report", str(results)]) == 0  # knows the sitting from the results
    rows = table(tmp_path / "core" / "grades.csv")
    assert {who: float(row["total"]) for who, row in rows.items()} == {
        "anna": 10, "bert": 8, "carl": 0, "dora": 10,
    }  # fmt: skip
    assert {row["possible"] for row in rows.values()} == {"14"}  # 10, and 4 for the question
    assert not any("softmax" in column for column in rows["anna"])
    page = (tmp_path / "core" / "feedback" / "anna.html").read_text()
    assert "neuron_grads" in page and "softmax" not in page and "boundary" not in page
    scored = json.loads((tmp_path / "core" / "gradescope" / "anna" / "results.json").read_text())
    assert [t["name"] for t in scored["tests"]] == [*CORE, "which_threshold"]
    capsys.readouterr()

    assert main([*grade, str(results)]) == 1
    assert "was begun with --sitting 1" in capsys.readouterr().err
    (collected / "dora" / "02_neuron.ipynb").unlink()
    (collected / "dora").rmdir()
    assert main([*grade, str(tmp_path / "whole.db")]) == 0
    assert (
        "Nobody has a cell for sigmoid_grad, activation, softmax, boundary."
        in capsys.readouterr().out
    )
    assert main([*grade, str(tmp_path / "whole.db"), "--sitting", "2"]) == 1
    assert "was begun with the whole lab" in capsys.readouterr().err


@confined
@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
def test_nbgrader_releases_and_marks_a_part(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    ours = released(tmp_path / "ours", "--sitting", "1")
    released(tmp_path / "solved", "--sitting", "1", "--solved")
    course = Course(tmp_path / "course", time_limit=4.0)
    handed_out = course.assign("core", tmp_path / "solved" / "02_neuron.ipynb")
    theirs = nbformat.read(handed_out, as_version=4)
    assert [c.source for c in theirs.cells] == [c.source for c in ours.cells]
    solved = json.loads((tmp_path / "solved" / "02_neuron.ipynb").read_text())
    hand_in(
        course.folder / "submitted",
        {
            "anna/core/02_neuron.ipynb": notebook(solved),
            "carl/core/02_neuron.ipynb": handed_out.read_bytes(),
        },
    )
    assert course.autograde("core")[0]
    marks = course.marks("core", "02_neuron")
    assert {m for m in marks["anna"] if m.startswith("check_")} == {f"check_{n}" for n in CORE}
    assert course.export() == {("core", "anna"): 10, ("core", "carl"): 0}
    page = course.feedback("core", "anna")
    assert "10.0 / 14" in page or "10.0/14" in page.replace(" ", "")


def test_what_cannot_be_released_in_parts_is_refused(tmp_path, capsys):
    exercises = dlcourse.lab("neuron").exercises
    solved = nbformat.reads(json.dumps(SOLVED), as_version=4)
    torn = copy.deepcopy(solved)
    heading = next(c for c in torn.cells if c.source.startswith("## 5. `neuron`"))
    heading.source = heading.source.removeprefix("## 5. ")
    with pytest.raises(ValueError, match=r'"## 4\. `softmax`.*holds what needs sittings 1, 2'):
        only(torn, exercises, 1)
    twice = copy.deepcopy(solved)
    twice.cells.append(copy.deepcopy(next(c for c in twice.cells if "dlcourse.lab(" in c.source)))
    with pytest.raises(ValueError, match=r'found 2 cells with dlcourse\.lab\("\.\.\."\)'):
        only(twice, exercises, 1)
    late = {n: dataclasses.replace(e, sitting=2) for n, e in exercises.items()}
    with pytest.raises(ValueError, match="sitting: found 1; no exercise needs less than 2"):
        only(solved, late, 1)
    with pytest.raises(ValueError, match="sitting: found 5; needed 1, 2, 3 or 4"):
        dataclasses.replace(exercises["neuron"], sitting=5)


def test_an_open_question_may_need_a_later_sitting(tmp_path):
    solved = copy.deepcopy(SOLVED)
    question = next(
        c for c in solved["cells"]
        if c["metadata"].get("nbgrader", {}).get("grade_id") == "which_threshold"
    )  # fmt: skip
    question["metadata"]["dlcourse"] = {"sitting": 2}
    own = tmp_path / "02_neuron.ipynb"
    own.write_text(json.dumps(solved))
    part = released(tmp_path / "part", "--notebook", str(own), "--sitting", "1")
    assert "which_threshold" not in grade_ids(part)
    assert "A question for a human" not in "".join(c.source for c in part.cells)
    assert open_assignment("neuron", own, sitting=1).questions == {}
    assert open_assignment("neuron", own, sitting=2).questions == {"which_threshold": 4}
