"""From the stored results to files: the table, the pages, Gradescope's form."""

from pathlib import Path

from ..marking.marking_page import marking_page
from ..marking.open_marks import lacks, write_table
from ..marking.rubric import rubrics
from ..roster.uploads import without_row, write_uploads
from . import alike, class_page, pages
from .file_names import file_names
from .gradescope import write_gradescope
from .late import about_times
from .table import grades, write_grades

OPEN_QUESTIONS, MARKING = "open_questions.csv", "marking.html"


def write_reports(
    folder,
    assignment,
    results,
    marks=None,
    roster=None,
    late=None,
    hidden=None,
    reveal=False,
    written=lambda exercise: (),
):
    """Write all reports into ``folder`` and return what to say about each, in lines.

    Parameters
    ----------
    folder : where to
    assignment : Assignment
    results : as Store.results() gives them
    marks : of the open questions, as read_marks() gives them
    roster : Roster, to fill in what its platform takes back
    late : Late, the deadline, if there is one
    hidden : {student: pseudonym}, for the page on open questions
    reveal : show names there all the same
    written : exercise -> (student, source) pairs, as Store.written gives them
    """
    folder, marks = Path(folder), marks or {}
    (folder / "feedback").mkdir(parents=True, exist_ok=True)
    rows = [
        grades(assignment, result, marks.get(result["student"], {}), late) for result in results
    ]
    write_grades(folder / "grades.csv", assignment, rows)
    withheld, names = [], file_names(result["student"] for result in results)
    asked = rubrics(assignment)
    removed = _without_student(folder, set(names.values()))
    for result, row in zip(results, rows, strict=True):
        opened = marks.get(result["student"], {})
        name = names[result["student"]]
        page = pages.student_page(assignment, result, row, opened, asked)
        (folder / "feedback" / f"{name}.html").write_text(page, encoding="utf-8")
        if not write_gradescope(folder / "gradescope" / name, assignment, result, row, opened):
            withheld.append(result["student"])
    page = class_page.class_page(assignment, results, rows)
    (folder / "class.html").write_text(page, encoding="utf-8")
    page = alike.alike_page(assignment, written)
    (folder / "alike.html").write_text(page, encoding="utf-8")
    said = [
        f"{folder / 'grades.csv'}: points and status of each exercise",
        f"{folder / 'class.html'}: the class at a glance, and its most frequent mistakes",
        f"{folder / 'alike.html'}: answers that are alike, for a talk with the students",
        f"{folder / 'feedback'}: one page for each student",
        f"{folder / 'gradescope'}: one results.json for each student",
    ]
    if withheld:
        said.append(f"  none for {', '.join(withheld)}: the grader failed there, which is no zero")
    said += [f"Removed: {path}, of nobody who has results" for path in removed]
    said += about_times(late, results) if late is not None else []
    if roster is not None:
        said += write_uploads(folder, assignment, roster, rows)
        missing = without_row(roster, results)
        said += [f"Handed nothing in: {', '.join(missing)}"] if missing else []
    if assignment.questions:
        path = folder / OPEN_QUESTIONS
        said.append(f"{path}: open questions; fill in points, then report again")
        page = marking_page(assignment, asked, results, marks, hidden, reveal)
        (folder / MARKING).write_text(page, encoding="utf-8")
        said.append(f"{folder / MARKING}: the same, with names hidden, to mark with keys")
        if not path.exists():
            write_table(path, assignment, results, marks)
        elif lacks(path, assignment, results, hidden):
            # Never over the file that someone is filling in.
            path = folder / "open_questions.new.csv"
            write_table(path, assignment, results, marks)
            said.append(f"{path}: the same with answers that came since, marks kept")
    return said


def _without_student(folder, names):
    """Remove pages of students who are no longer in the results; return their paths."""
    pages_of = [*folder.glob("feedback/*.html"), *folder.glob("gradescope/*/results.json")]
    stems = {path: path.stem if path.suffix == ".html" else path.parent.name for path in pages_of}
    old = sorted(path for path, name in stems.items() if name not in names)
    for path in old:
        path.unlink()
        if path.suffix == ".json" and not any(path.parent.iterdir()):
            path.parent.rmdir()
    return old
