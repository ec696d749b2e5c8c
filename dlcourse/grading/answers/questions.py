"""Open questions: what a student answered, in the marked cell or in new ones beside it."""

import json
from functools import cache

from ...authoring.stubs import NBGRADERS, TEXT
from .notebook import MAX_SOURCE

PLACEHOLDERS = (TEXT, NBGRADERS[1])


def open_answers(cells, assignment):
    """Return (question, text) of each open question that the student's notebook holds."""
    order = in_order(cells)
    return [
        (question, _answer(order, question, cells, assignment))
        for question in assignment.questions
        if question in cells.marked
    ]


def in_order(cells):
    """Return (cell type, grade id or None, source) of all cells, as they stand in the notebook."""
    texts, order = list(cells.texts[::-1]), []
    for place, (grade_id, source) in enumerate((*cells.code, (None, None))):
        while texts and texts[-1][0] <= place:
            order.append(("markdown", None, texts.pop()[1]))
        if source is not None:
            order.append(("code", grade_id, source))
    return order


def instructors(assignment):
    """Return the sources of the instructor's unmarked cells, and of the cell before each question.

    Returns
    -------
    (frozenset of str, dict of str by question)
    """
    return _read(assignment.notebook)


@cache
def _read(path):
    unmarked, asked, before = set(), {}, ""
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        source, marks = "".join(cell["source"]).strip(), cell["metadata"].get("nbgrader")
        if marks is None:
            unmarked.add(source)
        elif marks["solution"] and marks["grade"]:
            asked[marks["grade_id"]] = before
        before = source
    return frozenset(unmarked), asked


def _answer(order, question, cells, assignment):
    if question in cells.unread:
        return f"({cells.unread[question]})"
    given, _ = instructors(assignment)
    places = [i for i, (_, grade_id, _) in enumerate(order) if grade_id == question]

    def is_students(i):
        return 0 <= i < len(order) and order[i][1] is None and order[i][2].strip() not in given

    taken = set(places)
    for place in places:
        for step in (-1, 1):
            beside = place + step
            while is_students(beside):
                taken.add(beside)
                beside += step
    parts = [order[i][2].strip() for i in sorted(taken)]
    written = [part for part in parts if part and part not in PLACEHOLDERS]
    return "\n\n".join(written)[:MAX_SOURCE] or cells.marked[question]
