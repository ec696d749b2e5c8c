"""Grade a class: find, grade, save; go on where an earlier run stopped."""

from tqdm import tqdm

from .pool import Limits, Task, grade_all
from .submissions import count, find


def grade_class(
    assignment, path, store, limits=None, workers=2, scheduler=None, regrade=False, quiet=False
):
    """Grade every submission under ``path`` that ``store`` does not hold yet.

    A notebook that changed since is graded again, and so is one at which the grader failed.

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

    Returns
    -------
    int
        How many were graded now.
    """
    limits = Limits() if limits is None else limits
    done = {} if regrade else store.done()
    open_ones, graded = {}, 0
    bar = tqdm(total=count(path, assignment), unit="student", disable=quiet or None)

    def tasks():
        nonlocal graded
        for submission in find(path, assignment):
            if done.get(submission.student) == submission.digest:
                bar.update()
            elif submission.reason:
                store.save(submission, [])
                graded += 1
                bar.update()
            else:
                open_ones[submission.student] = submission
                yield Task(
                    submission.student,
                    submission.cells,
                    assignment.name,
                    assignment.setup,
                    store.seed,
                    limits,
                )

    with bar:
        for task, marks, seconds in grade_all(tasks(), workers, scheduler):
            submission = open_ones.pop(task.student)
            store.save(submission, marks, answers_of(submission, assignment), seconds)
            graded += 1
            bar.update()
    return graded


def answers_of(submission, assignment):
    """Return (question, text) of each open question that the student's notebook holds."""
    marked = submission.cells.marked
    return [(q, marked[q]) for q in assignment.questions if q in marked]
