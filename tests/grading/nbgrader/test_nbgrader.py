import copy
import json
import os
from dataclasses import dataclass

import nbformat
import pytest
from handed_in import NEURON, SOLVED, confined, hand_in, notebook
from nbgrader.utils import determine_grade
from nbgrader_class import alone, hand_in_class
from nbgrader_course import Course

from dlcourse.authoring.source import ROOT
from dlcourse.checks.verdict import PERHAPS
from dlcourse.grading.answers.notebook import read
from dlcourse.grading.answers.recover import recover
from dlcourse.grading.assignments.assignment import open_assignment
from dlcourse.grading.cli import main
from dlcourse.grading.marks.mark import STATUSES, Mark
from dlcourse.grading.marks.pool import Limits, faults
from dlcourse.grading.marks.run import grade_class
from dlcourse.grading.marks.store import Store
from dlcourse.grading.nbgrader import cells as nbgrader_cells
from dlcourse.grading.nbgrader import executor as nbgrader_executor
from dlcourse.grading.nbgrader.executor import outputs
from dlcourse.grading.sandbox.controller import Sandbox
from dlcourse.grading.submissions.choose import Submission

pytestmark = [
    confined,
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"),
]
LIMITS = {"time_limit": 2.0}
LAYERS = open_assignment("layers")


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course with labs 02 and 03 handed in and autograded."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", os.environ["PATH"])
        course = Course(tmp_path_factory.mktemp("course"), **LIMITS)
        course.assign("neuron", NEURON.notebook)
        course.assign("three", LAYERS.notebook)
        hand_in_class(course.folder / "submitted")
        layers = json.loads(LAYERS.notebook.read_text(encoding="utf-8"))
        stub = json.loads((ROOT / "labs" / "03_layers.ipynb").read_text(encoding="utf-8"))
        first = next(iter(LAYERS.exercises))
        files = {"right": notebook(layers), "untouched": notebook(stub),
                 "one_less": notebook(layers, **{first: f"{first} = None"})}  # fmt: skip
        hand_in(
            course.folder / "submitted",
            {f"{who}/three/03_layers.ipynb": data for who, data in files.items()},
        )
        course.said = course.autograde("neuron")
        assert course.autograde("three")[0]
        yield course


def graded(course, assignment, name, folder):
    """Return {student: marks by exercise} from our own run on the same files and seed."""
    with Store(course.folder / "results" / name / f"{assignment.name}.db") as theirs:
        seed = theirs.seed
    handed_in = hand_in(
        folder / "class",
        {
            f"{path.parts[-3]}/lab.ipynb": path.read_bytes()
            for path in (course.folder / "submitted").glob(f"*/{name}/*.ipynb")
        },
    )
    with Store(folder / "results.db", assignment.name, seed) as store:
        grade_class(assignment, handed_in, store, Limits(time=2.0), workers=1, quiet=True)
        return {result["student"]: result for result in store.results()}


@pytest.mark.parametrize(
    ("assignment", "name"), [(NEURON, "neuron"), (LAYERS, "three")], ids=["neuron", "layers"]
)
def test_marks_equal_those_of_our_own_run(course, tmp_path, assignment, name):
    theirs = course.marks(name, assignment.name)
    ours = graded(course, assignment, name, tmp_path)
    assert theirs.keys() == ours.keys()
    for student, result in ours.items():
        earned = {f"check_{mark.exercise}": mark.points for mark in result["marks"].values()}
        if result["reason"]:
            assert set(theirs[student].values()) == {None}
            continue
        assert len(earned) == len(assignment.exercises)
        assert earned == {name: theirs[student][name] for name in earned}, student
    points = {who: sum(filter(None, marks.values())) for who, marks in theirs.items()}
    possible = sum(e.points for e in assignment.exercises.values())
    assert points["right"] == possible > points.get("mistaken", 0) >= points["untouched"] == 0


def test_what_each_student_earned(course):
    marks = course.marks("neuron", "02_neuron")
    possible = NEURON.exercises["sigmoid"].points
    sigmoid = {who: marks[who]["check_sigmoid"] for who in marks}
    assert {who for who in sigmoid if sigmoid[who] == possible} == {
        "right", "mistaken", "twice", "only_one",
    }  # fmt: skip
    assert {who for who in sigmoid if sigmoid[who] is None} == {"binary"}
    assert sigmoid["overflowing"] == possible / 2
    assert sum(filter(None, marks["forged"].values())) == 0
    assert marks["endless"]["check_softmax"] == NEURON.exercises["softmax"].points


def test_a_broken_notebook_stops_nobody_else_and_is_named(course):
    well, log = course.said
    assert not well and "for student 'binary'" in log
    assert not (course.folder / "autograded" / "binary").exists()
    assert log.count("There was an error processing assignment '") == 1


def test_the_release_is_our_release(course):
    theirs = nbformat.read(course.folder / "release" / "neuron" / "02_neuron.ipynb", 4)
    ours = nbformat.read(ROOT / "labs" / "02_neuron.ipynb", 4)
    for cell in (*theirs.cells, *ours.cells):
        assert not cell.get("outputs")
    assert theirs.cells == ours.cells


def test_feedback_pages_show_the_hint_and_the_points(course):
    page = course.feedback("neuron", "mistaken")
    assert "Where is the bias?" in page and "expected" in page
    assert "wrong: 0 of 2 points" in page and "right, 2 of 2 points" in page
    page = course.feedback("neuron", "overflowing")
    assert "wrong, 1 of 2 points" in page and "overflowed on the way" in page
    assert "time-out" in course.feedback("neuron", "endless")
    assert "invalid syntax" in course.feedback("neuron", "misspelt")
    assert "not attempted" in course.feedback("neuron", "untouched")


def test_open_questions_wait_for_a_human_and_then_count(course):
    before = course.export()
    with course.api.gradebook as gradebook:
        where = "02_neuron", "neuron"
        waiting = gradebook.find_grade("which_threshold", *where, "right")
        assert waiting.needs_manual_grade and waiting.auto_score is None
        waiting.manual_score, waiting.needs_manual_grade = 3.0, False
        gradebook.db.commit()
        untouched = gradebook.find_grade("which_threshold", *where, "untouched")
        assert untouched.auto_score == 0 and not untouched.needs_manual_grade
    after = course.export()
    assert after.pop(("neuron", "right")) == before.pop(("neuron", "right")) + 3
    assert after == before and before["neuron", "untouched"] == 0


def test_a_grader_fault_is_no_mark_and_a_rerun_grades_it(course, monkeypatch):
    hand_in(course.folder / "submitted", {"late/neuron/02_neuron.ipynb": notebook(SOLVED)})
    with monkeypatch.context() as patch:
        patch.setattr(nbgrader_executor, "work", lambda task: (faults(task, "power cut"), 0.0))
        well, log = course.autograde("neuron", "late")
    assert not well and "sigmoid: power cut" in log and "run nbgrader autograde again" in log
    with course.api.gradebook as gradebook:
        grade = gradebook.find_grade("check_sigmoid", "02_neuron", "neuron", "late")
        assert grade.needs_manual_grade and grade.auto_score is None
    assert course.autograde("neuron", "late")[0]
    marks = course.marks("neuron", "02_neuron")
    assert marks["late"] == {**marks["right"], "which_threshold": marks["late"]["which_threshold"]}


@dataclass(frozen=True)
class Lacking:
    """Stands in for Limits on a machine without a filter for system calls."""

    time: float
    memory: int
    allow_unconfined: bool

    def __call__(self):
        return Sandbox(without=("seccomp",), allow_unconfined=self.allow_unconfined)


def test_without_confinement_nobody_is_marked(course, monkeypatch):
    hand_in(course.folder / "submitted", {"open/neuron/02_neuron.ipynb": alone("sigmoid")})
    monkeypatch.setattr(nbgrader_executor, "Limits", Lacking)
    well, log = course.autograde("neuron", "open")
    assert not well and "cannot be confined on this machine, missing: seccomp" in log
    assert set(course.marks("neuron", "02_neuron")["open"].values()) == {None}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"grade_id": "check_more"}, "check_more belong to no exercise of 02_neuron"),
        ({"points": 7}, "check_sigmoid has 7 points; its exercise has 2"),
    ],
    ids=["another test cell", "other points"],
)
def test_a_test_cell_that_we_cannot_grade_is_refused(course, tmp_path, change, said):
    changed = copy.deepcopy(SOLVED)
    check = next(c for c in changed["cells"] if c["source"] and "lab.check(sigmoid)" in c["source"])
    check["metadata"]["nbgrader"] |= change
    path = tmp_path / "02_neuron.ipynb"
    path.write_text(json.dumps(changed))
    name = next(iter(change))
    released = course.assign(name, path)
    hand_in(course.folder / "submitted", {f"anna/{name}/02_neuron.ipynb": released.read_bytes()})
    well, log = course.autograde(name)
    assert not well and said in log


@pytest.mark.parametrize("points", [0.0, 0.5, 1 / 3, 2.0])
def test_nbgrader_reads_the_points_that_we_write(points):
    for status in STATUSES:
        cell = nbformat.v4.new_code_cell("lab.check(sigmoid)")
        marks = {"grade": True, "solution": False, "points": 2, "grade_id": "check_sigmoid"}
        cell.metadata["nbgrader"] = marks
        cell.outputs = outputs(Mark("sigmoid", 2, status, points, "Said <b>.", "A hint."))
        nbformat.validate(nbformat.v4.new_notebook(cells=[cell]))
        assert determine_grade(cell) == (points, 2)
        assert "<b>" not in cell.outputs[0].data["text/html"]


def test_a_guess_earns_nothing_in_nbgrader():
    guess = f"{PERHAPS}{NEURON.exercises['sigmoid'].mistakes[0].hint}"
    cell = nbformat.v4.new_code_cell("lab.check(sigmoid)")
    marks = {"grade": True, "solution": False, "points": 2, "grade_id": "check_sigmoid"}
    cell.metadata["nbgrader"] = marks
    cell.outputs = outputs(Mark("sigmoid", 2, "wrong", 0.0, "Not equal.", guess))
    assert determine_grade(cell) == (0.0, 2)
    assert "wrong, 0 of 2 points" in cell.outputs[0].data["text/plain"]


def test_the_seed_is_the_owners(course):
    path = course.folder / "results" / "neuron" / "02_neuron.db"
    assert path.stat().st_mode & 0o077 == 0
    with Store(path) as store:
        seed = str(store.seed).encode()
    files = [file for file in course.folder.rglob("*") if file.is_file()]
    assert [file for file in files if seed in file.read_bytes()] == [path]


def test_our_report_reads_what_nbgrader_graded(course, capsys):
    path = course.folder / "results" / "neuron" / "02_neuron.db"
    assert main(["report", str(path)]) == 0
    pages = {page.stem for page in (path.parent / "02_neuron" / "feedback").iterdir()}
    assert {"right", "mistaken", "endless"} <= pages
    assert "Where is the bias?" in (path.parent / "02_neuron" / "class.html").read_text()


def test_stock_autograde_gives_an_untouched_lab_no_points(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", os.environ["PATH"])
    stock = Course(tmp_path, ours=False)
    released = stock.assign("neuron", NEURON.notebook)
    hand_in(tmp_path / "submitted", {"anna/neuron/02_neuron.ipynb": released.read_bytes()})
    well, log = stock.autograde("neuron")
    assert well, log
    assert stock.export() == {("neuron", "anna"): 0.0}
    assert not (tmp_path / "results").exists()


def test_a_notebook_without_metadata_is_restored_for_nbgrader(monkeypatch):
    bare = json.loads(notebook(SOLVED))
    for cell in bare["cells"]:
        cell["metadata"] = {}
    data = json.dumps(bare).encode()
    found = Submission("anna", "a.ipynb", "", recover(read(data), NEURON))
    monkeypatch.setattr(nbgrader_cells, "open_submission", lambda *_: (None, NEURON, found))
    restored, _ = nbgrader_cells.RestoreCells().preprocess(
        nbformat.reads(data.decode(), as_version=4), {}
    )
    marked = {c.metadata.nbgrader.grade_id: c for c in restored.cells if "nbgrader" in c.metadata}
    assert {f"check_{name}" for name in NEURON.exercises} <= marked.keys()
    assert marked["which_threshold"].source.startswith("**Model answer.**")
