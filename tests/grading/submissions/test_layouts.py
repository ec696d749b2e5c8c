"""The seven ways in which a class is packed, with files named as the platforms name them."""

import json

import numpy as np
import pytest
from handed_in import NEURON, STUB, InProcess, hand_in, notebook, only
from layouts_of import PACKED, people

from dlcourse.authoring.source import ROOT
from dlcourse.grading.assignments.assignment import SOLUTIONS, open_assignment
from dlcourse.grading.marks.engine import grade
from dlcourse.grading.roster import Roster
from dlcourse.grading.submissions.find import count, find

LABS = sorted(path.stem for path in SOLUTIONS.glob("*.ipynb"))
EXPIT = "from scipy.special import expit\nimport numpy as np\n"
ANSWERS = {
    "neuron": [
        EXPIT + "def neuron(X, w, b):\n    return expit(X @ w + b)",
        EXPIT + "def neuron(X, w, b):\n    return expit(X @ w)",
    ],
    "sigmoid_grad": [
        EXPIT + "def sigmoid_grad(x):\n    return expit(x) * expit(-x)",
        "def sigmoid_grad(x):\n    return x",
        "def sigmoid_grad(x):\n    raise NotImplementedError  # your code here",
    ],
}


def rows(path, roster=None):
    return {found.student: found for found in find(path, NEURON, roster)}


def doubtful(found):
    return {student for student, submission in found.items() if submission.doubt}


def work(number):
    """Return an own piece of work: no two are alike."""
    return only(neuron=f"def neuron(X, w, b):\n    return {number}")


def marks_of(submission):
    if submission.cells is None:
        return None
    exercises = {name: NEURON.exercises[name] for name in ANSWERS}
    given = grade(InProcess(), exercises, NEURON.setup, submission.cells, seed=3)
    return {mark.exercise: (mark.status, mark.points) for mark in given}


def test_a_class_of_60_has_the_same_marks_in_each_of_the_seven_layouts(tmp_path):
    students = people(60)
    picks = np.random.default_rng(0).integers(0, [[2], [3]], (2, 60))
    notebooks = [
        only(
            neuron=f"{ANSWERS['neuron'][a]}  # {i}",
            sigmoid_grad=ANSWERS["sigmoid_grad"][b],
        )
        for i, (a, b) in enumerate(picks.T)
    ]
    notebooks[7] = b"{"
    packed = {}
    for layout, (pack, called) in PACKED.items():
        folder = hand_in(tmp_path / layout, pack(students, notebooks))
        found = rows(folder)
        assert len(found) == count(folder, NEURON) == 60 and not doubtful(found), layout
        names = [called(*student) for student in students]
        assert set(names) == set(found), layout
        packed[layout] = [marks_of(found[name]) for name in names]
    first = packed["a plain folder"]
    assert all(marks == first for marks in packed.values())
    earned = [sum(points for _, points in m.values()) for m in first if m]
    assert len(earned) == 59 and len(set(earned)) == 4  # the classes differ, so the test can fail


@pytest.mark.parametrize("name", ["lab_02_neuron", "lab_02_neuron.v2", "02_neuron_v2"])
@pytest.mark.parametrize("layout", PACKED)
def test_the_working_copys_names_are_the_labs_in_each_layout(tmp_path, layout, name):
    students, notebooks = people(10), [work(i) for i in range(10)]
    pack, called = PACKED[layout]
    files = {
        path.replace("02_neuron", name): data for path, data in pack(students, notebooks).items()
    }
    found = rows(hand_in(tmp_path, files))
    assert set(found) == {called(*student) for student in students} and not doubtful(found)
    assert all(submission.cells for submission in found.values())


@pytest.mark.parametrize(
    "path", ["anna_{}.ipynb", "{}_anna.ipynb", "anna - {}.ipynb", "{} anna.ipynb"]
)
@pytest.mark.parametrize("name", ["lab_02_neuron", "lab_02_neuron.v2", "02_neuron-Copy1"])
def test_beside_the_working_copys_names_stands_the_students(tmp_path, path, name):
    files = {path.format(name): work(1), path.format(name).replace("anna", "ben"): work(2)}
    assert set(rows(hand_in(tmp_path, files))) == {"anna", "ben"}


def test_a_roster_gives_all_layouts_the_same_names(tmp_path):
    students = people(12)
    roster = Roster(
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Email"],
        [[f"{b}, {a}", str(n), str(n), u, f"{u}@uni.example"] for a, b, n, u in students],
    )
    everyone = {person.label for person in roster.people}
    assert "Smith, John (4021)" in everyone and "Müller, Jane (4000)" in everyone
    notebooks = [work(i) for i in range(12)]
    for layout, (pack, _) in PACKED.items():
        if layout == "Google Classroom":
            continue  # names no number: see the test on namesakes
        found = rows(hand_in(tmp_path / layout, pack(students, notebooks)), roster)
        assert set(found) == everyone and not doubtful(found), layout
        wrote = [found[person.label].cells.marked["neuron"][-2:] for person in roster.people]
        assert [text.strip() for text in wrote] == [str(i) for i in range(12)]


# path -> notebook; rows that are expected, "?" marks a doubt; {row: path of what counts}
HANDED_IN = {
    "a folder around the class": (
        {"collected/anna/02_neuron.ipynb": 1, "collected/ben/02_neuron.ipynb": 2},
        {"anna", "ben"},
        {},
    ),
    "two folders around it, and one without a notebook": (
        {"a/b/anna/02_neuron.ipynb": 1, "a/b/ben/02_neuron.html": b"", "a/b/c/x.ipynb": 2},
        {"anna", "ben", "c"},
        {},
    ),
    "Canvas, two who are called alike": (
        {"smithjohn_111_9001_upload.ipynb": 1, "smithjohn_222_9002_upload.ipynb": 2},
        {"smithjohn_111", "smithjohn_222"},
        {},
    ),
    "Canvas, late, again": (
        {
            "doejane_12345_678901_02_neuron.ipynb": 1,
            "doejane_LATE_12345_678955_02_neuron-1.ipynb": 2,
            "roe_anna_77_678903_02_neuron.ipynb": 3,
            "LATE_anon_x5k2A_678904_02_neuron.ipynb": 4,
            "poejim_99_text.html": b"<p>",
        },
        {"doejane_12345", "roe_anna_77", "anon_x5k2A", "poejim_99"},
        {"doejane_12345": "doejane_LATE_12345_678955_02_neuron-1.ipynb"},
    ),
    "Canvas, two files of one attempt": (
        {"doejane_1_101_draft.ipynb": 1, "doejane_1_102_final.ipynb": 2, "roejim_2_103_a.ipynb": 3},
        {
            "?doejane_1 (doejane_1_101_draft.ipynb)",
            "?doejane_1 (doejane_1_102_final.ipynb)",
            "roejim_2",
        },
        {},
    ),
    "no Canvas, though it looks so": (
        {f"Lab_1_2_{name}.ipynb": i for i, name in enumerate(("anna", "ben", "carl"))},
        {"?Lab_1_2_anna.ipynb", "?Lab_1_2_ben.ipynb", "?Lab_1_2_carl.ipynb"},
        {},
    ),
    "Moodle, with its online texts": (
        {
            "Jane Doe_12345_assignsubmission_file/02_neuron.ipynb": 1,
            "Jane Doe_12345_assignsubmission_onlinetext/onlinetext.html": b"<p>",
            "Jane Doe_777_assignsubmission_file_/deep/work.ipynb": 2,
            "Jim Roe_778_assignsubmission_onlinetext_/onlinetext.html": b"<p>",
            "Participant_9_assignsubmission_file_02_neuron.ipynb": 3,
        },
        {"Jane Doe_12345", "Jane Doe_777", "Jim Roe_778", "Participant_9"},
        {},
    ),
    "Canvas and Moodle in one folder": (
        {
            "doejane_12345_678901_02_neuron.ipynb": 1,
            "doejane_12345_678955_02_neuron-1.ipynb": 2,
            "roe_LATE_77_678903_lab.ipynb": 3,
            "poejim_99_678904_02_neuron.ipynb": 4,
            "Ann Poe_207_assignsubmission_file/02_neuron.ipynb": 5,
            "Jim Roe_208_assignsubmission_file/work (1).ipynb": 6,
        },
        {"doejane_12345", "roe_77", "poejim_99", "Ann Poe_207", "Jim Roe_208"},
        {"doejane_12345": "doejane_12345_678955_02_neuron-1.ipynb"},
    ),
    "Blackboard, two attempts": (
        {
            "Lab 2_jdoe_attempt_2026-05-04-10-15-00_02_neuron.ipynb": 1,
            "Lab 2_jdoe_attempt_2026-05-04-09-15-00_02_neuron.ipynb": 2,
            "Lab 2_jdoe_attempt_2026-05-04-10-15-00.txt": b"",
            "Lab 2_aroe_poging_2026-05-04-10-15-00_renamed.ipynb": 3,
            "Lab 2_only_attempt_2026-05-04-10-15-00.txt": b"Name: O",
        },
        {"jdoe", "aroe", "only"},
        {"jdoe": "Lab 2_jdoe_attempt_2026-05-04-10-15-00_02_neuron.ipynb"},
    ),
    "Blackboard, names with a _ and no text": (
        {f"Lab_{u}_attempt_2026-05-04-10-15-00_x.ipynb": i for i, u in enumerate(("a_x", "b_x"))},
        {"Lab_a_x", "Lab_b_x"},
        {},
    ),
    "Gradescope without its list": (
        {"export/submission_1/a.ipynb": 1, "export/submission_2/a.ipynb": 2},
        {"submission_1", "submission_2"},
        {},
    ),
    "Google Classroom": (
        {
            "Jane Doe - 02_neuron.ipynb": 1,
            "Copy of Jim Roe - 02_neuron.ipynb": 2,
            "02_neuron - Ann Poe.ipynb": 3,
            "02_neuron.ipynb": 4,
            "Copy of 02_neuron (1).ipynb": 5,
        },
        {"Jane Doe", "Jim Roe", "Ann Poe", "?02_neuron.ipynb", "?Copy of 02_neuron (1).ipynb"},
        {},
    ),
    "nbgrader, one student, from inside submitted/": (
        {"anna/neuron/02_neuron.ipynb": 1, "anna/neuron/timestamp.txt": b"2026"},
        {"anna"},
        {},
    ),
    "the lab's name first": (
        {"02_neuron_anna.ipynb": 1, "02_neuron_ben.ipynb": 2, "02_neuron.ipynb": 3},
        {"anna", "ben", "?02_neuron.ipynb"},
        {},
    ),
    "one guess for two": (
        {"smith_a.ipynb": 1, "smith_b.ipynb": 2, "emil_123_x.ipynb": 3, "emil_123_x.pdf": b""},
        {"?smith_a.ipynb", "?smith_b.ipynb", "emil"},
        {},
    ),
    "an untouched copy beside a worked one": (
        {"anna/02_neuron.ipynb": STUB, "anna/02_neuron (1).ipynb": 1, "ben/x.ipynb": 2},
        {"anna", "ben"},
        {"anna": "anna/02_neuron (1).ipynb"},
    ),
    "the only student, in a folder": (
        {"anna/02_neuron.ipynb": STUB, "anna/02_neuron (1).ipynb": 1},
        {"anna"},
        {"anna": "anna/02_neuron (1).ipynb"},
    ),
    "two worked ones": (
        {"anna/02_neuron.ipynb": 1, "anna/02_neuron (1).ipynb": 2, "ben/x.ipynb": 3},
        {"?anna (anna/02_neuron.ipynb)", "?anna (anna/02_neuron (1).ipynb)", "ben"},
        {},
    ),
    "one in a folder, one beside it": (
        {"anna/02_neuron.ipynb": 1, "anna_02_neuron.ipynb": 2, "Anna_02_neuron.ipynb": 3},
        {"?anna (anna/02_neuron.ipynb)", "?anna (anna_02_neuron.ipynb)", "Anna"},
        {},
    ),
    "sections": (
        {"monday/anna/x.ipynb": 1, "monday/ben/x.ipynb": 2, "friday/carl/x.ipynb": 3},
        {"?monday (monday/anna/x.ipynb)", "?monday (monday/ben/x.ipynb)", "friday"},
        {},
    ),
    "what is no notebook, or hidden": (
        {
            "anna_02_neuron.IPYNB": 1,
            "ben/report.html": b"",
            "carl.pdf": b"",
            ".dora/02_neuron.ipynb": 2,
            ".ipynb": 3,
            "_02_neuron.ipynb": 4,
            "emil/02_neuron": b"",
            "README": b"",
            "fred/.ipynb_checkpoints/02_neuron-checkpoint.ipynb": 5,
            "._gina_02_neuron.ipynb": 6,
            ".DS_Store": b"",
            "anna.py": b"",
        },
        {
            *("anna", "ben", "carl", ".dora", "?.ipynb", "?_02_neuron.ipynb", "emil", "README"),
            *("fred", "._gina"),
        },
        {},
    ),
}


@pytest.mark.parametrize("packed", ["folder", "zip"])
@pytest.mark.parametrize("case", HANDED_IN)
def test_no_two_notebooks_become_one_student(tmp_path, zipped, case, packed):
    files, expected, counting = HANDED_IN[case]
    made = {int: work, dict: notebook, bytes: bytes}
    files = {name: made[type(what)](what) for name, what in files.items()}
    path = hand_in(tmp_path / "class", files) if packed == "folder" else zipped(files.items())
    found = rows(path)
    assert {"?" * bool(s.doubt) + name for name, s in found.items()} == expected
    for student, source in counting.items():
        assert found[student].source == source
        others = set(files) - {source}
        assert any(other in found[student].note for other in others), "passed over in silence"
    # Each notebook that was worked on is a row's, or is named in a note.
    told = " ".join(f"{s.source} {s.note}" for s in found.values())
    hidden = ("checkpoint",)
    for name in files:
        if name.lower().endswith(".ipynb") and not any(part in name for part in hidden):
            assert name in told


def test_what_has_no_notebook_says_so(tmp_path):
    files, *_ = HANDED_IN["what is no notebook, or hidden"]
    files = {k: v if isinstance(v, bytes) else work(v) for k, v in files.items()}
    found = rows(hand_in(tmp_path, files))
    none = {student for student, s in found.items() if s.reason == "there is no notebook"}
    assert none == {"ben", "carl", "emil", "README", "fred"}
    assert found["ben"].note == "Also there: ben/report.html."
    assert not found["anna"].reason and "anna.py" in found["anna"].note


def test_gradescopes_list_names_the_students(tmp_path):
    listed = """---
submission_1:
  :submitters:
  - :name: "Zo\\xEB O'Neil"
    :sid: '77'
    :email: zoe@uni.example
  :score: 3.0
submission_2:
  :submitters:
  - :name: Ann Poe
    :sid:
  - :name: 'Ben: the second'
    :sid: 0123
  :results:
    output: |-
      submission_1:
        :submitters:
        - :name: Mallory
submission_3:
  :submitters: []
"""
    files = {f"assignment_7_export/submission_{i}/x.ipynb": work(i) for i in (1, 2, 3, 4)}
    files["assignment_7_export/submission_metadata.yml"] = listed.encode()
    files["assignment_7_export/submission_4/submission_metadata.yml"] = b"submission_1: {}"
    found = rows(hand_in(tmp_path, files))
    group = {"Ann Poe", "Ben: the second"}
    assert set(found) == {"Zoë O'Neil", "submission_3", "submission_4"} | group
    assert {found[name].source[-20:] for name in group} == {"submission_2/x.ipynb"}


def test_a_later_attempt_that_cannot_be_read_is_no_silent_loss(tmp_path):
    head = "Lab_jdoe_attempt_2026-05-04-10-15"
    files = {f"{head}-01_a.ipynb": work(1), f"{head}-02_a.ipynb": b"{"}
    found = rows(hand_in(tmp_path / "later", files))
    assert len(found) == len(doubtful(found)) == 2
    assert all("last attempt of jdoe cannot be read" in s.doubt for s in found.values())
    files = {f"{head}-01_a.ipynb": b"{", f"{head}-02_a.ipynb": work(1)}
    (counts,) = rows(hand_in(tmp_path / "earlier", files)).values()
    assert counts.source.endswith("02_a.ipynb") and "not JSON" in counts.note and not counts.doubt


def test_an_untouched_and_a_broken_notebook_are_both_rows(tmp_path):
    files = {"anna/a.ipynb": notebook(STUB), "anna/b.ipynb": b"{", "ben/a.ipynb": notebook(STUB)}
    found = rows(hand_in(tmp_path, files))
    assert doubtful(found) == {"anna (anna/a.ipynb)", "anna (anna/b.ipynb)"}
    assert set(found) - doubtful(found) == {"ben"}


def test_copies_without_an_answer_never_count_beside_a_worked_one(tmp_path):
    files = {
        "anna/1.ipynb": notebook(STUB),
        "anna/2.ipynb": notebook(STUB, sigmoid=NEURON.stubs["sigmoid"][1]),  # stock nbgrader's
        "anna/3.ipynb": notebook(STUB, sigmoid=None, which_threshold=" *Your answer here.*\n"),
    }
    worked = {"anna/0.ipynb": notebook(STUB, which_threshold="0.5, since ...")}
    assert set(rows(hand_in(tmp_path / "a", files))) == {"anna"}
    (found,) = rows(hand_in(tmp_path / "b", files | worked)).values()
    assert found.source == "anna/0.ipynb" and found.note.count("untouched") == 3


@pytest.mark.parametrize("lab", LABS)
def test_the_stubs_are_those_that_the_release_leaves(lab):
    learners = json.loads((ROOT / "labs" / f"{lab}.ipynb").read_text(encoding="utf-8"))
    stubs = open_assignment(lab).stubs
    found = {
        cell["metadata"]["nbgrader"]["grade_id"]: "".join(cell["source"])
        for cell in learners["cells"]
        if cell["metadata"].get("nbgrader", {}).get("solution")
    }
    assert found == {grade_id: ours for grade_id, (ours, _) in stubs.items()}


def test_an_answer_in_a_cell_of_ones_own_is_work(tmp_path):
    own = {"cell_type": "code", "metadata": {}, "source": "def sigmoid(x):\n    return x"}
    worked = {**STUB, "cells": [*STUB["cells"], own]}
    files = {"anna/1.ipynb": notebook(STUB), "anna/2.ipynb": notebook(worked)}
    (found,) = rows(hand_in(tmp_path, files)).values()
    assert found.source == "anna/2.ipynb" and not found.doubt


def test_a_single_notebook_is_a_class_of_one(tmp_path):
    hand_in(tmp_path, {"anna_02_neuron.ipynb": work(1), "02_neuron.ipynb": work(2)})
    assert set(rows(tmp_path / "anna_02_neuron.ipynb")) == {"anna"}
    assert {s.doubt for s in rows(tmp_path / "02_neuron.ipynb").values()} == {""}
