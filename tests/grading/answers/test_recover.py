"""A notebook without any metadata, and open questions answered beside their cell."""

import copy
import json

import pytest
from handed_in import NEURON, SOLVED, STUB, confined, hand_in

from dlcourse.authoring.stubs import NBGRADERS
from dlcourse.authoring.stubs import TEXT as PLACEHOLDER
from dlcourse.grading.answers.notebook import MAX_SOURCE, read
from dlcourse.grading.answers.questions import open_answers
from dlcourse.grading.answers.recover import recover
from dlcourse.grading.marks.engine import grade
from dlcourse.grading.sandbox.controller import Sandbox
from dlcourse.grading.submissions.find import find

QUESTION = "which_threshold"


def cells_of(notebook):
    return read(json.dumps(notebook).encode())


def without_metadata(notebook, kept=()):
    """Return ``notebook`` with the metadata of the cells ``kept`` alone."""
    bare = copy.deepcopy(notebook)
    for cell in bare["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") not in kept:
            cell["metadata"] = {}
    return bare


def beside(*new, at=1, placeholder=PLACEHOLDER):
    """Return the cells of a notebook with ``new`` cells ``at`` so many below the placeholder."""
    changed = copy.deepcopy(STUB)
    (place,) = [
        i
        for i, cell in enumerate(changed["cells"])
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == QUESTION
    ]
    changed["cells"][place]["source"] = placeholder
    changed["cells"][place + at : place + at] = [
        {"cell_type": kind, "source": source, "metadata": {}} for kind, source in new
    ]
    return cells_of(changed)


@confined
@pytest.mark.parametrize("kept", [(), ("sigmoid",)])
def test_a_notebook_without_metadata_loses_no_point(kept, tmp_path):
    bare = json.dumps(without_metadata(SOLVED, kept)).encode()
    (submission,) = find(hand_in(tmp_path, {"anna/02_neuron.ipynb": bare}), NEURON)
    with Sandbox(10) as sandbox:
        marks = grade(sandbox, NEURON.exercises, NEURON.setup, submission.cells, 5)
    assert [(m.exercise, m.points) for m in marks if m.points != m.possible] == []
    assert sum(m.points for m in marks) == NEURON.points == 18


def test_each_cell_gets_its_own_mark_back():
    for notebook in (SOLVED, STUB):
        marked, found = cells_of(notebook), recover(cells_of(without_metadata(notebook)), NEURON)
        for name in NEURON.grade_ids:
            assert found.marked[name] == marked.marked[name]


def test_the_cell_above_the_check_is_the_answer():
    bare = without_metadata(STUB)
    check = next(i for i, c in enumerate(bare["cells"]) if "check(sigmoid)" in "".join(c["source"]))
    for place, source in ((check + 1, "sigmoid = 3"), (check, "def sigmoid(x):\n    return x")):
        new = {"cell_type": "code", "source": source, "metadata": {}}
        bare["cells"].insert(place, new)
    assert recover(cells_of(bare), NEURON).marked["sigmoid"] == "def sigmoid(x):\n    return x"


def test_another_lab_is_not_taken_for_this_one():
    other = {"cells": [{"cell_type": "code", "source": "def train(X): pass", "metadata": {}}]}
    assert recover(cells_of(other), NEURON) == cells_of(other)


def test_marks_that_are_there_are_left_alone():
    cells = cells_of(without_metadata(SOLVED, kept=("sigmoid",)))
    assert recover(cells, NEURON) is cells


ANSWERED = {
    "in a new cell below": (beside(("markdown", "At 0.1.")), "At 0.1."),
    "in a raw cell below": (beside(("raw", "At 0.1.")), "At 0.1."),
    "in a cell of code below": (beside(("code", "At 0.1, for cancers")), "At 0.1, for cancers"),
    "in two": (beside(("markdown", "One."), ("markdown", "Two.")), "One.\n\nTwo."),
    "above the placeholder": (beside(("markdown", "At 0.1."), at=0), "At 0.1."),
    "in the cell and below it": (
        beside(("markdown", "Two."), placeholder="One."),
        "One.\n\nTwo.",
    ),
    "in its cell": (beside(placeholder="At 0.1."), "At 0.1."),
    "not at all": (beside(), PLACEHOLDER),
}


@pytest.mark.parametrize("where", ANSWERED)
def test_an_open_question_is_read_wherever_it_is_answered(where):
    cells, text = ANSWERED[where]
    assert open_answers(cells, NEURON) == [(QUESTION, text)]


def test_halves_of_an_open_answer_are_both_read():
    changed = copy.deepcopy(STUB)
    (place,) = [
        i
        for i, cell in enumerate(changed["cells"])
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == QUESTION
    ]
    half = changed["cells"][place]
    changed["cells"][place : place + 1] = [{**half, "source": s} for s in ("One.", "Two.")]
    assert open_answers(cells_of(changed), NEURON) == [(QUESTION, "One.\n\nTwo.")]


def test_an_open_answer_without_metadata_is_found():
    bare = without_metadata(SOLVED)
    ((_, text),) = open_answers(recover(cells_of(bare), NEURON), NEURON)
    assert text.startswith("**Model answer.**")


def test_an_answer_that_is_far_too_long_says_so():
    cells = beside(placeholder="a" * (MAX_SOURCE + 1))
    ((_, text),) = open_answers(cells, NEURON)
    assert text == "(It cannot be read: the cell has 200001 characters; at most 200000 are read.)"


def test_the_placeholder_is_that_of_the_released_lab():
    assert cells_of(STUB).marked[QUESTION] == PLACEHOLDER
    theirs = NBGRADERS[1]
    cells = beside(("markdown", "At 0.1."), placeholder=theirs)
    assert open_answers(cells, NEURON) == [(QUESTION, "At 0.1.")]
    assert open_answers(beside(placeholder=theirs), NEURON) == [(QUESTION, theirs)]
