"""Give the cells of a notebook their marks back, where an editor dropped the metadata of all.

An answer's cell is then known by the check below it, or by the function that it defines. Lines
are matched, nothing is parsed: that is done later, under a limit of time.
"""

import re

from .notebook import gather
from .questions import PLACEHOLDERS, in_order, instructors


def recover(cells, assignment):
    """Return ``cells``, marked anew if none of the lab's marks is left but its answers are there.

    Fewer than half of the lab's functions may be another lab's by chance: then nothing is.
    """
    if any(grade_id in cells.marked for grade_id in assignment.grade_ids):
        return cells
    order = in_order(cells)
    found = _answers(order, list(assignment.exercises))
    if 2 * len(found) < len(assignment.exercises):
        return cells
    found |= _questions(order, assignment)
    marks = {place: grade_id for grade_id, place in found.items()}
    return gather(
        (kind, marks.get(place, grade_id), source)
        for place, (kind, grade_id, source) in enumerate(order)
    )


def _answers(order, names):
    """Return the place of each exercise's cell: the last above its check, else the last."""
    joined = "|".join(map(re.escape, names))
    defines = re.compile(
        rf"^[ \t>.]*(?:def[ \t]+({joined})[ \t]*\(|({joined})[ \t]*=)", re.MULTILINE
    )
    checks = re.compile(rf"\.check\([ \t]*({joined})\b")
    found, checked = {}, set()
    for place, (kind, _, source) in enumerate(order):
        if kind != "code":
            continue
        for match in defines.finditer(source):
            name = match[1] or match[2]
            if name not in checked:
                found[name] = place
        checked |= {match[1] for match in checks.finditer(source)} & found.keys()
    return found


def _questions(order, assignment):
    """Return the place of each open question's cell: below the question, or the placeholder."""
    _, asked = instructors(assignment)
    found = {}
    for place, (kind, _, _) in enumerate(order[1:], start=1):
        before = order[place - 1][2].strip()
        for question, text in asked.items():
            if kind != "code" and before == text and question not in found:
                found[question] = place
    waiting = [question for question in asked if question not in found]
    empty = [i for i, cell in enumerate(order) if cell[2].strip() in PLACEHOLDERS]
    empty = [place for place in empty if place not in found.values()]
    return found | dict(zip(waiting, empty, strict=False))
