"""From the stored results to files: the table, the pages, Gradescope's form."""

import csv
import hashlib
import json
import re
from pathlib import Path

from . import class_page, pages
from .open_marks import harmless, write_table
from .result import GRADER_FAULT

OPEN_QUESTIONS = "open_questions.csv"


def write_reports(folder, assignment, results, marks=None):
    """Write all reports into ``folder`` and return their paths.

    Parameters
    ----------
    folder : where to
    assignment : Assignment
    results : as Store.results() gives them
    marks : of the open questions, as read_marks() gives them
    """
    folder, marks = Path(folder), marks or {}
    for name in ("feedback", "gradescope"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    rows = [grades(assignment, result, marks.get(result["student"], {})) for result in results]
    _write_grades(folder / "grades.csv", assignment, rows)
    for result, row in zip(results, rows, strict=True):
        opened = marks.get(result["student"], {})
        name = file_name(result["student"])
        page = pages.student_page(assignment, result, row, opened)
        (folder / "feedback" / f"{name}.html").write_text(page, encoding="utf-8")
        scope = json.dumps(gradescope(assignment, result, row, opened), indent=1)
        (folder / "gradescope" / f"{name}.json").write_text(scope, encoding="utf-8")
    page = class_page.class_page(assignment, results, rows)
    (folder / "class.html").write_text(page, encoding="utf-8")
    written = ["grades.csv", "class.html", "feedback", "gradescope"]
    if assignment.questions:
        # Never over the file that someone is filling in.
        name = OPEN_QUESTIONS
        if (folder / name).exists():
            name = "open_questions.new.csv"
        write_table(folder / name, assignment, results, marks)
        written.append(name)
    return [folder / name for name in written]


def grades(assignment, result, opened):
    """Return one row of the table as a dict.

    ``total`` is None while the grader has failed at an exercise: that is no zero.
    """
    points = {name: None for name in assignment.exercises}
    status = {name: "" for name in assignment.exercises}
    for name, mark in result["marks"].items():
        points[name], status[name] = mark.points, mark.status
    reason = result["reason"]
    faulty = [m for m in result["marks"].values() if m.status == GRADER_FAULT]
    if faulty:
        named = ", ".join(f"{mark.exercise} ({mark.note})" for mark in faulty)
        reason = f"grader fault in {named}: run the grader again"
    human = {question: opened.get(question, (None, ""))[0] for question in assignment.questions}
    earned = sum(p for p in (*points.values(), *human.values()) if p is not None)
    pending = [] if result["reason"] else [q for q, p in human.items() if p is None]
    return {
        "student": result["student"],
        "total": None if faulty else earned,
        "possible": sum(e.points for e in assignment.exercises.values())
        + sum(assignment.questions.values()),
        "points": points,
        "status": status,
        "human": human,
        "pending": pending,
        "reason": reason,
        "source": result["source"],
    }


def gradescope(assignment, result, row, opened):
    """Return what Gradescope reads as results.json, for one student."""
    tests = []
    for mark in result["marks"].values():
        said = [mark.message, mark.hint, *(f"{label}: {text}" for label, text in mark.case)]
        tests.append(
            {
                "name": mark.exercise,
                "score": mark.points or 0,
                "max_score": mark.possible,
                "status": "passed" if mark.points else "failed",
                "output": "\n".join([mark.status, *filter(None, said)]),
            }
        )
    for question, possible in assignment.questions.items():
        points, comment = opened.get(question, (None, "not marked yet"))
        tests.append(
            {
                "name": question,
                "score": points or 0,
                "max_score": possible,
                "output": comment,
            }
        )
    # Not the row's reason: why the grader failed is the instructor's business.
    return {"output": result["reason"], "score": row["total"] or 0, "tests": tests}


def file_name(student):
    """Return a file name for ``student``: what cannot stand in one is replaced, told apart."""
    plain = re.sub(r"[^\w.@ -]", "_", student).strip(". ")[:80]
    if plain == student:
        return plain
    return f"{plain}-{hashlib.sha256(student.encode(errors='replace')).hexdigest()[:8]}"


def _write_grades(path, assignment, rows):
    names = [*assignment.exercises]
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(
            ["student", "total", "possible", *names, *assignment.questions]
            + [f"{name}_status" for name in names]
            + ["pending", "reason", "source"]
        )
        for row in rows:
            values = [row["student"], row["total"], row["possible"]]
            values += [*row["points"].values(), *row["human"].values(), *row["status"].values()]
            values += [" ".join(row["pending"]), row["reason"], row["source"]]
            writer.writerow(map(harmless, values))
