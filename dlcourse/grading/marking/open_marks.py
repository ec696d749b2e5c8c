"""Marks for open questions: a table for a human to fill in, and to read back."""

import csv
import math
import re
from typing import NamedTuple

from ..roster.table import numbered_rows

# A formula begins a cell: the one written, or one that a spreadsheet makes of a part, as where
# it splits at semicolons or lines. Wide and small letters count as the plain ones.
_BEGIN = r"((?:^|[\n\r\t\v\f\x1c-\x1e\x85\u2028\u2029;])[ \xa0\u3000\"\0\ufeff]*)"
_LETTER = r"[=+\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b]"
_FORMULA = re.compile(f"{_BEGIN}('*{_LETTER})")
_MARKED = re.compile(f"{_BEGIN}'('*{_LETTER})")

CELL = 30_000  # characters that a spreadsheet's cell can hold
COLUMNS = ("student", "question", "points", "possible", "comment", "rubric", "answer")


class OpenMark(NamedTuple):
    """What a human gave for an open answer; ``rubric`` holds the labels of the items earned."""

    points: float | None
    comment: str = ""
    rubric: tuple = ()


def read_marks(path, assignment, hidden=None):
    """Return {student: {question: OpenMark}} of a filled-in table.

    Parameters
    ----------
    path : CSV with the columns student, question, points and, if you like, comment and rubric
    assignment : Assignment
        Says which questions there are and what each can earn.
    hidden : {student: pseudonym}, by which the table may call them

    Raises
    ------
    ValueError
        Naming the line, if a question is unknown or its points are no number in range.
    """
    marks, names = {}, _names(hidden)
    missing = {"student", "question", "points"} - set(_header(path))
    if missing:
        raise ValueError(f"marks: {path} lacks the columns {', '.join(sorted(missing))}")
    for line, row in _rows(path):
        where = f"marks: {path}, line {line}"
        question, points = row["question"], (row["points"] or "").strip()
        if question not in assignment.questions:
            known = ", ".join(assignment.questions) or "none"
            raise ValueError(f"{where}: no open question {question!r}; there are: {known}")
        if not points:
            continue
        earned = _points(points, assignment.questions[question], where)
        student = original(row["student"])
        comment, rubric = original(row.get("comment", "")), tuple(row.get("rubric", "").split())
        mark = OpenMark(earned, comment, rubric)
        marks.setdefault(names.get(student, student), {})[question] = mark
    return marks


def _names(hidden):
    return {pseudonym: student for student, pseudonym in (hidden or {}).items()}


def _header(path):
    return next((row for _, row in numbered_rows(path, "marks")), [])


def _rows(path):
    """Yield (line, {column: cell}) of each row."""
    table = iter(numbered_rows(path, "marks"))
    _, header = next(table, (0, []))
    for line, row in table:
        yield line, dict(zip(header, row, strict=True))


def write_table(path, assignment, results, marks):
    """Write the table to fill in: each answer, with the points that it has so far."""
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for result in results:
            for question, possible in assignment.questions.items():
                mark = OpenMark(*marks.get(result["student"], {}).get(question, ("",)))
                answer = result["answers"].get(question, "")[:CELL]
                row = (result["student"], question, mark.points, possible, mark.comment)
                writer.writerow(map(harmless, (*row, " ".join(mark.rubric), answer)))


def lacks(path, assignment, results, hidden=None):
    """Return whether the table at ``path`` lacks an answer of ``results``, or has an older one."""
    names = _names(hidden)
    rows = (row for _, row in _rows(path))
    held = {
        (names.get(student, student), row["question"], original(row.get("answer", "")))
        for row in rows
        for student in [original(row["student"])]
    }
    return not held.issuperset(
        (result["student"], question, result["answers"].get(question, "")[:CELL])
        for result in results
        for question in assignment.questions
    )


def harmless(cell):
    """Return ``cell`` such that a spreadsheet takes it for text: no formula of a student's.

    One more apostrophe stands before whatever could begin a formula.
    """
    return _FORMULA.sub(r"\1'\2", cell) if isinstance(cell, str) else cell


def original(cell):
    """Undo ``harmless``."""
    return _MARKED.sub(r"\1\2", cell)


def _points(text, possible, where):
    try:
        points = float(text.replace(",", "."))  # a European spreadsheet writes 2,5
    except ValueError:
        points = math.nan
    if not 0 <= points <= possible:
        raise ValueError(f"{where}: points {text!r}; needed: a number from 0 to {possible}")
    return points
