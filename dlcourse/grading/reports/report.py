"""From the stored results to files: the table, the pages, Gradescope's form."""

import csv
import hashlib
import json
import re
import unicodedata
from collections import Counter
from pathlib import Path

from ..roster.uploads import without_row, write_uploads
from . import alike, class_page, pages
from .late import about_times, late_sentence, lateness
from .marking_page import marking_page
from .open_marks import OpenMark, harmless, lacks, write_table
from .rubric import rubrics

OPEN_QUESTIONS, MARKING = "open_questions.csv", "marking.html"


def write_reports(
    folder, assignment, results, marks=None, roster=None, late=None, hidden=None, reveal=False
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
    """
    folder, marks = Path(folder), marks or {}
    (folder / "feedback").mkdir(parents=True, exist_ok=True)
    rows = [
        grades(assignment, result, marks.get(result["student"], {}), late) for result in results
    ]
    _write_grades(folder / "grades.csv", assignment, rows)
    withheld, names = [], file_names(result["student"] for result in results)
    asked = rubrics(assignment)
    removed = _without_student(folder, set(names.values()))
    for result, row in zip(results, rows, strict=True):
        opened = marks.get(result["student"], {})
        name = names[result["student"]]
        page = pages.student_page(assignment, result, row, opened, asked)
        (folder / "feedback" / f"{name}.html").write_text(page, encoding="utf-8")
        if not _write_gradescope(folder / "gradescope" / name, assignment, result, row, opened):
            withheld.append(result["student"])
    page = class_page.class_page(assignment, results, rows)
    (folder / "class.html").write_text(page, encoding="utf-8")
    page = alike.alike_page(assignment, results)
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


def _write_gradescope(folder, assignment, result, row, opened):
    """Write results.json, unless a total is missing; return whether it was written.

    Gradescope wants a score: without the file it says that the autograder failed, and keeps
    the student's score open.
    """
    path = folder / "results.json"
    if row["total"] is None:
        path.unlink(missing_ok=True)
        return False
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(gradescope(assignment, result, row, opened), indent=1)
    path.write_text(text, encoding="utf-8")
    return True


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


def grades(assignment, result, opened, late=None):
    """Return one row of the table as a dict.

    ``total`` is None while the grader has failed at an exercise: that is no zero. Points set
    by hand are in place of the grader's, and what being late costs is taken off.
    """
    points = {name: None for name in assignment.exercises}
    status = {name: "" for name in assignment.exercises}
    for name, mark in result["marks"].items():
        points[name], status[name] = mark.points, mark.status
    overrides = {n: o for n, o in result["overrides"].items() if n in points}
    by_hand = [_by_hand(name, points[name], *override) for name, override in overrides.items()]
    points |= {name: earned for name, (earned, _) in overrides.items()}
    reason = result["reason"]
    faulty = [m for m in result["marks"].values() if points[m.exercise] is None]
    if faulty:
        named = ", ".join(f"{mark.exercise} ({mark.note})" for mark in faulty)
        reason = f"grader fault in {named}: run the grader again"
    human = {question: opened.get(question, (None, ""))[0] for question in assignment.questions}
    earned = sum(p for p in (*points.values(), *human.values()) if p is not None)
    when = lateness(late, result, earned)
    gone = ["No longer among the submissions."] if result["gone"] else []
    pending = [] if result["reason"] else [q for q, p in human.items() if p is None]
    return {
        "student": result["student"],
        "total": None if faulty else earned - when["deducted"],
        "possible": assignment.points + sum(assignment.questions.values()),
        "points": points,
        "status": status,
        "human": human,
        "pending": pending,
        "reason": reason,
        "doubt": result["doubt"],
        "by_hand": by_hand,
        **when,
        "notes": gone
        + [result["note"]] * bool(result["note"])
        + [f"{m.exercise}: {m.note}" for m in result["marks"].values() if m.note],
        "source": result["source"],
    }


def _by_hand(exercise, graded, points, reason):
    before = "not graded" if graded is None else f"graded {pages.number(graded)}"
    return f"{exercise}: {pages.number(points)} ({before}): {reason}"


def gradescope(assignment, result, row, opened):
    """Return what Gradescope reads as results.json, for one student who has a total.

    The fields are those of https://gradescope-autograders.readthedocs.io/en/latest/specs/.
    """
    tests = []
    for mark in pages.marks(assignment, result):
        said = [mark.message, mark.hint, *(f"{label}: {text}" for label, text in mark.case)]
        said += [pages.by_hand(result["overrides"], mark)]
        tests.append(
            {
                "name": mark.exercise,
                "score": row["points"][mark.exercise],
                "max_score": mark.possible,
                "status": "passed" if row["points"][mark.exercise] == mark.possible else "failed",
                "output": "\n".join([mark.status, *filter(None, said)]),
            }
        )
    for question, possible in assignment.questions.items():
        test = {"name": question, "output": "not marked yet"}
        if question in opened:
            mark = OpenMark(*opened[question])
            test |= {"score": mark.points, "max_score": possible, "output": mark.comment}
        tests.append(test)
    said = "\n".join(filter(None, (result["reason"], late_sentence(row))))
    return {"output": said, "score": row["total"], "tests": tests}


def file_names(students):
    """Return {student: file name}, distinct also where a disk knows no case and no accents."""
    names = {student: file_name(student) for student in students}
    often = Counter(map(_on_any_disk, names.values()))
    return {
        # The one in small letters keeps the name, whoever else comes.
        student: name
        if often[_on_any_disk(name)] == 1 or name == _on_any_disk(name)
        else file_name(student, told_apart=True)
        for student, name in names.items()
    }


def _on_any_disk(name):
    return unicodedata.normalize("NFC", name.casefold())


def file_name(student, told_apart=False):
    """Return a file name for ``student``: what cannot stand in one is replaced, told apart."""
    plain = re.sub(r"[^\w.@, -]", "_", student).strip(". ")[:80]
    if plain == student and not told_apart:
        return plain
    return f"{plain}-{hashlib.sha256(student.encode(errors='replace')).hexdigest()[:8]}"


def _write_grades(path, assignment, rows):
    names = [*assignment.exercises]
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(
            ["student", "total", "possible", *names, *assignment.questions]
            + [f"{name}_status" for name in names]
            + ["pending", "reason", "doubt", "by_hand"]
            + ["handed_in", "clock", "late", "deducted", "notes", "source"]
        )
        for row in rows:
            values = [row["student"], row["total"], row["possible"]]
            values += [*row["points"].values(), *row["human"].values(), *row["status"].values()]
            values += [" ".join(row["pending"]), row["reason"], row["doubt"]]
            values += ["; ".join(row["by_hand"]), row["handed_in"], row["clock"]]
            values += [row["late"], row["deducted"], "; ".join(row["notes"]), row["source"]]
            writer.writerow(
                pages.number(value) if isinstance(value, float) else harmless(value)
                for value in values
            )
