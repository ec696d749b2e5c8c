"""Gates on the committed notebooks: they equal their sources, ran, and keep their promises."""

import ast
import base64
import copy
import json
import re
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest

import dlcourse
from dlcourse.authoring.build import build, execute
from dlcourse.authoring.part import only
from dlcourse.authoring.source import ROOT, read, sources
from dlcourse.authoring.strip import strip

SOURCES = sources()
LECTURES = [s for s in SOURCES if s.parent.parent.name == "lectures"]
LABS = [s for s in SOURCES if s.parent.parent.name == "labs"]
ALONE = {"19_capstone"}  # labs without a lecture
DRAWS = re.compile(r"\b(plots\.show|explore)\(")


def label(path):
    return f"{path.parent.parent.name}/{path.stem}"


def executed(source):
    folder = source.parents[1] / ("solutions" if source in LABS else "")
    return folder / f"{source.stem}.ipynb"


def learners(source):
    return source.parents[1] / f"{source.stem}.ipynb"


def load(path):
    return nbformat.read(path, as_version=4)


def code_cells(notebook):
    return [c for c in notebook.cells if c.cell_type == "code" and c.source.strip()]


def without_outputs(notebook):
    cells = [
        {k: c.get(k) for k in ("id", "cell_type", "source", "metadata")} for c in notebook.cells
    ]
    return {"cells": cells, "metadata": notebook.metadata}


each_source = pytest.mark.parametrize("source", SOURCES, ids=label)
each_lab = pytest.mark.parametrize("source", LABS, ids=label)


def test_every_notebook_has_a_source_and_the_reverse():
    committed = {*ROOT.glob("lectures/*.ipynb"), *ROOT.glob("labs/*.ipynb")}
    solutions = set(ROOT.glob("labs/solutions/*.ipynb"))
    assert committed == {learners(s) for s in SOURCES}
    assert solutions == {executed(s) for s in LABS}
    assert {s.stem for s in LECTURES} | ALONE == {s.stem for s in LABS}
    assert not {s.stem for s in LECTURES} & ALONE


@each_source
def test_the_committed_notebook_equals_its_source(source):
    assert without_outputs(load(executed(source))) == without_outputs(read(source))


@each_lab
def test_the_learners_lab_is_the_stripped_source(source):
    assert load(learners(source)) == strip(read(source))


@each_lab
def test_the_learners_lab_holds_nothing_of_a_solution(source):
    learner, solved = load(learners(source)), load(executed(source))
    text = json.dumps(learner, ensure_ascii=False)
    assert "SOLUTION" not in text and "Rubric" not in text
    assert all(not c.outputs and c.execution_count is None for c in code_cells(learner))
    for cell in solved.cells:
        region = re.search(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", cell.source, re.S)
        for line in region.group(1).splitlines() if region else ():
            if len(line.strip()) > 12:
                assert line.strip() not in text, line


@each_source
def test_every_code_cell_ran_without_error(source):
    for cell in code_cells(load(executed(source))):
        assert cell.execution_count is not None, cell.source
        assert not any(o.output_type == "error" for o in cell.outputs), cell.source


@each_source
def test_cells_that_draw_keep_a_picture_with_alt_text_and_numbers(source):
    for cell in code_cells(load(executed(source))):
        if not DRAWS.search(cell.source):
            continue
        pictures = [o.data for o in cell.outputs if "image/png" in o.get("data", {})]
        assert pictures, f"no still picture:\n{cell.source}"
        for data in pictures:
            assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
            alt = re.search(r'<img alt="([^"]*)"', data["text/html"]).group(1)
            assert len(alt) > 20 and re.search(r"\d", data["text/plain"]), data["text/plain"]
            assert "widget-view" not in "".join(data)


@pytest.mark.parametrize("source", LECTURES, ids=label)
def test_a_lecture_has_three_interactive_figures(source):
    calls = sum(
        len(re.findall(r"^explore\(", c.source, re.M)) for c in code_cells(load(executed(source)))
    )
    assert calls >= 3


@each_source
def test_figures_stay_small_enough_to_download(source):
    assert executed(source).stat().st_size < 3e6


@each_lab
def test_the_lab_is_marked_for_nbgrader(source):
    notebook, lab = load(learners(source)), dlcourse.lab(source.stem)
    marks = [c.metadata["nbgrader"] for c in notebook.cells if "nbgrader" in c.metadata]
    ids = [m["grade_id"] for m in marks]
    assert len(ids) == len(set(ids))
    assert [m["grade_id"] for m in marks if m["solution"] and not m["grade"]] == list(lab.exercises)
    for name, exercise in lab.exercises.items():
        check = next(m for m in marks if m["grade_id"] == f"check_{name}")
        assert check["points"] == exercise.points and check["locked"] and check["grade"]
    assert [m for m in marks if m["solution"] and m["grade"]], "no open question"


def handed_out(source):
    """Return the learner's lab and, where its exercises need several sittings, each part."""
    exercises, whole = dlcourse.lab(source.stem).exercises, load(learners(source))
    last = max(exercise.sitting for exercise in exercises.values())
    return [whole, *(only(whole, exercises, sitting) for sitting in range(1, last))]


@each_lab
def test_the_untouched_lab_runs_and_says_not_attempted(source, tmp_path):
    for cells in run_in_turn(handed_out(source), tmp_path):
        checks = [c for c in cells if c.source.startswith("lab.check(")]
        assert len(checks) >= 4
        for cell in checks:
            assert "not attempted yet" in cell.outputs[0].data["text/plain"]
        for cell in cells:
            rewards = "lab.passed" in cell.source
            assert not (rewards and cell.outputs), f"a reward shows too early:\n{cell.source}"
        assert "0 of" in str([c.outputs for c in cells if "lab.score" in c.source])


def run_in_turn(notebooks, folder):
    """Return the code cells of each, run in one kernel that forgets all names in between."""
    joined, ends = copy.deepcopy(notebooks[0]), []
    joined.cells = []
    for notebook in notebooks:
        forget = nbformat.v4.new_code_cell("%reset -f")
        cells = [nbformat.v4.new_code_cell(cell.source) for cell in code_cells(notebook)]
        joined.cells += [*cells, forget]
        ends.append(len(joined.cells))
    ran = execute(joined, folder)
    return [ran.cells[start:end] for start, end in pairwise([0, *ends])]


def without_rewards(notebook):
    """Return a notebook without what waits for right answers, and without what leans on that."""
    notebook, kept, lost = copy.deepcopy(notebook), [], set()
    for cell in code_cells(notebook):
        tree = list(ast.walk(ast.parse(cell.source)))
        names = [node for node in tree if isinstance(node, ast.Name)]
        read = {node.id for node in names if isinstance(node.ctx, ast.Load)}
        bound = {node.id for node in names if isinstance(node.ctx, ast.Store)}
        bound |= {node.name for node in tree if isinstance(node, ast.FunctionDef | ast.ClassDef)}
        leans = "lab.passed" in cell.source or (read - bound) & lost
        if leans and "nbgrader" not in cell.metadata:
            lost |= bound
        else:
            kept.append(cell)
            lost -= bound
    notebook.cells = kept
    return notebook


@each_lab
def test_under_nbgrader_an_untouched_check_is_worth_zero(source, tmp_path, monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    for notebook, share in ((learners(source), 0), (executed(source), 1)):
        for cell in code_cells(execute(without_rewards(load(notebook)), tmp_path)):
            points = cell.metadata.get("nbgrader", {}).get("points")
            if points is not None:
                assert float(cell.outputs[0].data["text/plain"]) == share * points


@pytest.mark.parametrize("source", [LECTURES[0], LABS[0]], ids=label)
def test_regenerating_changes_no_byte(source):
    assert build(source) == build(source)


@each_source
def test_every_column_of_a_table_has_a_heading(source):
    """A screen reader says it before each cell, and reads no formula: a word stands beside it."""
    text = "\n".join(c.source for c in load(executed(source)).cells if c.cell_type == "markdown")
    headings = re.findall(r"^(\|.*\|) *\n\|[-:| ]+\| *$", text, re.M)
    words = [re.sub(r"\$[^$]*\$", "", line) for line in headings]
    assert [line for line in words if re.search(r"\| *\|", line)] == []


@each_source
def test_sources_hold_no_outputs_and_no_machine_paths(source):
    text = source.read_text(encoding="utf-8")
    assert not re.search(r"/home/|/root/|/tmp/|C:\\\\", text)
    assert Path(source).stem[:2].isdigit()
