"""Grade a class: find, grade, save; go on where an earlier run stopped."""

import statistics
from dataclasses import dataclass, field

from tqdm import tqdm

from ..answers.questions import open_answers
from ..reports.class_page import totals
from ..reports.table import grades
from ..roster.uploads import without_row
from ..submissions.find import count, find
from .pool import Limits, Task, grade_all
from .store import no_such


@dataclass
class Done:
    """How many were graded now, how many kept; ``larger_limit``: again, with more allowed.

    ``cells`` are the marks of all cells that anybody handed in.
    ``doubts`` says by row what only the instructor can tell; ``left_over`` have a row of
    before and are not among the submissions.
    """

    now: int = 0
    kept: int = 0
    larger_limit: int = 0
    cells: set = field(default_factory=set)
    doubts: dict = field(default_factory=dict)
    left_over: list = field(default_factory=list)


def grade_class(
    assignment,
    path,
    store,
    limits=None,
    workers=2,
    scheduler=None,
    regrade=False,
    quiet=False,
    students=(),
):
    """Grade every submission under ``path`` that ``store`` does not hold yet.

    A notebook that changed since is graded again; so is one at which the grader failed, or
    which ran out of time or memory under a smaller limit than now. The store's roster, if it
    has one, says who is who.

    Parameters
    ----------
    assignment : Assignment
    path : folder or zip of submissions
    store : Store
    limits : Limits of each answer, or another function that returns a sandbox
    workers : processes
    scheduler : address of a Dask scheduler, to use its workers instead
    regrade : grade all again, with the same hidden inputs
    quiet : show no progress
    students : grade these alone, if there are any

    Returns
    -------
    Done

    Raises
    ------
    ValueError
        If there is no submission of one of ``students``; the others are graded.
    """
    limits = Limits() if limits is None else limits
    allowed = (getattr(limits, "time", None), getattr(limits, "memory", None))
    known, held = store.done(*allowed), store.done()
    open_ones, found, done = {}, {}, Done()
    roster = store.roster
    # Smoothed, the rate would be that of the last few, and jump.
    bar = tqdm(
        total=len(students) or count(path, assignment, roster),
        unit="student",
        smoothing=0,
        disable=quiet or None,
    )

    def tasks():
        for submission in find(path, assignment, roster):
            student = submission.student
            done.cells.update(submission.cells.marked if submission.cells else ())
            found[student] = submission.source
            if students and student not in students:
                continue
            if submission.doubt:
                done.doubts[student] = submission.doubt
            if known.get(student) == submission.digest and not regrade:
                store.keep(submission)
                pass_over(bar)
                done.kept += 1
                continue
            done.larger_limit += held.get(student) == submission.digest and not regrade
            if submission.reason:
                save(submission, [])
            else:
                open_ones[student] = submission
                yield task(submission, assignment, store, limits)

    def save(submission, marks, seconds=0.0):
        answers, cells = written_in(submission, assignment)
        store.save(submission, marks, answers, seconds, allowed, cells)
        done.now += 1
        bar.update()

    with bar:
        for graded, marks, seconds in grade_all(tasks(), workers, scheduler):
            save(open_ones.pop(graded.student), marks, seconds)
    done.left_over = store.clear_up(found)
    for student in students:
        if student not in found:
            raise ValueError(f"only: {no_such(student, list(found))}")
    return done


def task(submission, assignment, store, limits):
    """Return the Task of a submission, with what ``store`` holds of earlier gradings of it."""
    return Task(
        submission.student,
        submission.cells,
        assignment.name,
        assignment.setup,
        store.seed,
        limits,
        store.said(submission.student, submission.digest),
    )


def pass_over(bar):
    """Count one as done without counting it into the rate, which gives the time left."""
    if not bar.disable:
        bar.initial += 1
        bar.update()


def summary(assignment, results, done, roster=None):
    """Return what to say at the end, in lines: how many, how well, whom to look at."""
    kept = f", {done.kept} kept from before" if done.kept else ""
    said = [f"{done.now} graded now{kept}; {len(results)} submissions in all."]
    if done.larger_limit:
        said.append(
            f"{done.larger_limit} of them again: they had run out of time or memory "
            "under a smaller limit."
        )
    rows = [grades(assignment, result, {}) for result in results]
    reached = totals(rows)
    if reached:
        said.append(f"Median: {statistics.median(reached):g} of {assignment.points} points.")
    absent = [name for name in assignment.exercises if name not in done.cells]
    if absent and done.cells:
        said.append(
            f"Nobody has a cell for {', '.join(absent)}. Was the lab released by sitting? "
            "Then grade with the same --sitting, to another --out."
        )
    odd = [row["student"] for row in rows if row["reason"] or row["doubt"]]
    if odd:
        said.append(f"{len(odd)} of {len(results)} need your eye: {_some(odd)}.")
    if done.left_over:
        said.append(
            f"{len(done.left_over)} graded before are not among these submissions; their rows "
            f"stay: {_some(done.left_over)}."
        )
    if missing := without_row(roster, results) if roster else []:
        said.append(f"{len(missing)} on the roster handed nothing in: {', '.join(missing)}.")
    return said


def _some(names):
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return f"{', '.join(names[:5])}{more}"


def written_in(submission, assignment):
    """Return (question, text) of a student's open answers, and (exercise, source) of the cells."""
    if not submission.cells:
        return [], []
    marked = submission.cells.marked
    cells = [(name, marked[name]) for name in assignment.exercises if name in marked]
    return open_answers(submission.cells, assignment), cells
