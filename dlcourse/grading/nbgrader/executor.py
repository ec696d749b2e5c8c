"""nbgrader's Execute step replaced by this grader: confined answers, hidden inputs.

Two lines of ``nbgrader_config.py`` turn it on; gradebook, formgrader, feedback and export
then work as ever::

    from dlcourse.grading.nbgrader import configure
    configure(get_config())

The marks of each lab, and the secret seed of its inputs, also go to
``results/ASSIGNMENT/NOTEBOOK.db`` in the course folder, for ``dlcourse report``.
"""

from pathlib import Path

from nbformat.v4 import new_output
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde
from nbgrader.preprocessors import Execute, NbGraderPreprocessor
from nbgrader.utils import is_grade, is_solution
from traitlets import Bool, Float, Integer

from ...authoring import strip
from ...checks.card import LOOK, Card
from ...checks.verdict import WRONG
from ..marks.pool import Limits, work
from ..marks.run import task, written_in
from ..marks.store import Store
from ..sandbox.result import GRADER_FAULT
from .cells import RestoreCells, open_submission

CHECK = "check_"


def configure(config):
    """Make ``nbgrader autograde`` grade with ConfinedExecute, and release labs as we do.

    Parameters
    ----------
    config : as ``get_config()`` gives it in ``nbgrader_config.py``
    """
    config.Autograde.sanitize_preprocessors = [
        RestoreCells,
        *Autograde.sanitize_preprocessors.default(),
    ]
    config.Autograde.autograde_preprocessors = [
        ConfinedExecute if step is Execute else step
        for step in Autograde.autograde_preprocessors.default()
    ]
    config.ClearSolutions.update(strip.CONFIG.ClearSolutions)


class GraderFault(RuntimeError):
    """The grader failed, not the student: nothing was marked, and a rerun tries again."""


class ConfinedExecute(NbGraderPreprocessor):
    """Writes what each exercise earned into its test cell, where nbgrader looks for points.

    The notebook is read as it was handed in: what of it counts, and what is run, is decided
    as in ``dlcourse grade``.
    """

    time_limit = Float(10.0, help="seconds that an answer may take").tag(config=True)
    memory_limit = Integer(2048, help="MB that an answer may take").tag(config=True)
    allow_unconfined = Bool(
        False, help="go on where answers cannot be confined; only if you trust every answer"
    ).tag(config=True)

    def preprocess(self, nb, resources):
        """Grade the submission behind ``nb``.

        Raises
        ------
        GraderFault
            If the grader failed at an exercise.
        ConfinementError
            If this machine cannot confine answers.
        ValueError
            If the submission, or the instructor's notebook, cannot be graded.
        """
        course, assignment, submission = open_submission(self, resources)
        asked, student = resources["nbgrader"], submission.student
        cells = _test_cells(nb, assignment)
        with open_store(course, asked["assignment"], assignment) as store:
            marks = self._grade(submission, assignment, store)
        if submission.reason:
            raise ValueError(f"{student}: {submission.reason}")
        faulty = [mark for mark in marks if mark.status == GRADER_FAULT]
        if faulty:
            _ask_for_a_human(asked, faulty)
            named = "; ".join(f"{mark.exercise}: {mark.note}" for mark in faulty)
            raise GraderFault(
                f"the grader failed at {named}. {student} has no marks yet, which is no zero: "
                "run nbgrader autograde again"
            )
        for mark in marks:
            cells[mark.exercise].outputs = outputs(mark)
        return nb, resources

    def _grade(self, submission, assignment, store):
        marks, seconds = [], 0.0
        limits = Limits(self.time_limit, self.memory_limit * 2**20, self.allow_unconfined)
        if not submission.reason:
            marks, seconds = work(task(submission, assignment, store, limits))
        answers, cells = written_in(submission, assignment)
        store.save(submission, marks, answers, seconds, (limits.time, limits.memory), cells)
        return marks


def open_store(course, assignment_id, assignment):
    """Open the results of one notebook in a course folder, drawing its seed the first time."""
    path = Path(course.root, "results", assignment_id, f"{assignment.name}.db")
    if path.exists():
        return Store(path)
    store = Store(path, assignment.name, notebook=assignment.notebook, sitting=assignment.sitting)
    if course.groupshared:
        path.chmod(0o660)
    return store


def outputs(mark):
    """Return the outputs of a test cell: a card to read, and the points for nbgrader.

    Points are the cell's value, none are an error: either counts for nbgrader, and what it
    calls full marks, no output at all, never happens.
    """
    sign, _, colour = LOOK.get(mark.status, LOOK[WRONG])
    heading = f"{sign} {mark.exercise}: {mark.status}, {mark.points:g} of {mark.possible:g} points"
    card = Card(heading, [*filter(None, (mark.hint, mark.message)), *mark.case], colour)
    shown = new_output("display_data", {"text/plain": repr(card), "text/html": card._repr_html_()})
    if mark.points > 0:
        value = {"text/plain": repr(float(mark.points))}
        return [shown, new_output("execute_result", value, execution_count=None)]
    said = f"{mark.status}: 0 of {mark.possible:g} points"
    return [shown, new_output("error", ename=mark.status, evalue=mark.message, traceback=[said])]


def _test_cells(nb, assignment):
    """Return the test cell of each exercise, by the exercise's name."""
    found = {
        cell.metadata.nbgrader["grade_id"]: cell
        for cell in nb.cells
        if cell.cell_type == "code" and is_grade(cell) and not is_solution(cell)
    }
    named = {f"{CHECK}{name}": name for name in assignment.exercises}
    # A test cell without outputs would be full marks to nbgrader.
    unknown, missing = found.keys() - named.keys(), named.keys() - found.keys()
    if unknown or missing:
        raise ValueError(
            f"test cells: {', '.join(sorted(unknown)) or 'none'} belong to no exercise of "
            f"{assignment.name}, {', '.join(sorted(missing)) or 'none'} are missing"
        )
    for grade_id, name in named.items():
        given, points = (
            found[grade_id].metadata.nbgrader["points"],
            assignment.exercises[name].points,
        )
        if given != points:
            raise ValueError(f"{grade_id} has {given:g} points; its exercise has {points:g}")
    return {name: found[grade_id] for grade_id, name in named.items()}


def _ask_for_a_human(asked, faulty):
    """Let formgrader show that these points are not settled."""
    with Gradebook(asked["db_url"]) as gradebook:
        where = asked["notebook"], asked["assignment"], asked["student"]
        for mark in faulty:
            gradebook.find_grade(f"{CHECK}{mark.exercise}", *where).needs_manual_grade = True
        gradebook.db.commit()
