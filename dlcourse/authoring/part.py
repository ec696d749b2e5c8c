"""A part of a lab: the exercises that need no more than some sitting of the lecture."""

import copy
import re

from ..checks.lab import up_to

OPENED = re.compile(r"""(dlcourse\.lab\(["'][^"']+["'])\)""")


def sections(cells):
    """Return the cells in groups, each from one ``## `` heading to the next."""
    groups = [[]]
    for cell in cells:
        if cell.cell_type == "markdown" and cell.source.startswith("## "):
            groups.append([])
        groups[-1].append(cell)
    return [group for group in groups if group]


def only(notebook, exercises, sitting):
    """Return a copy of a lab's ``notebook`` with what needs ``sitting`` or an earlier one.

    Sections go as a whole: heading, stub, check and whatever follows it. The notebook then
    opens its lab with that sitting, and its first cell says what it holds.

    Parameters
    ----------
    notebook : with nbgrader's marks
    exercises : Exercise by name, all of the lab
    sitting : int

    Raises
    ------
    ValueError
        If nothing would be left, if one section would be torn apart, or if the notebook does
        not open the lab in exactly one place.
    """
    kept = {exercise.name: exercise for exercise in up_to(sitting, exercises.values())}
    part = copy.deepcopy(notebook)
    part.cells = [
        cell
        for group in sections(part.cells)
        if _stays(group, exercises, sitting)
        for cell in group
    ]
    gone = "|".join(re.escape(name) for name in exercises if name not in kept)
    for cell in part.cells:
        if cell.cell_type == "markdown" and gone:  # rows of the table of exercises
            cell.source = re.sub(rf"^\|[^|\n]*`(?:{gone})`[^\n]*\n?", "", cell.source, flags=re.M)
    points, every = (sum(e.points for e in one.values()) for one in (kept, exercises))
    part.cells[0].source += (
        f"\n\n**A part of the lab:** what needs sitting {sitting} of the lecture"
        f"{'' if sitting == 1 else ' or an earlier one'}. It has {len(kept)} of "
        f"{len(exercises)} exercises, {points} of {every} points."
    )
    _open_part(part, sitting)
    part.metadata["dlcourse"] = {"sitting": sitting}
    return part


def of_question(cell):
    """Return the sitting that the open question in ``cell`` needs."""
    return cell["metadata"].get("dlcourse", {}).get("sitting", 1)


def _stays(group, exercises, sitting):
    needed = set()
    for cell in group:
        marks = cell.metadata.get("nbgrader", {"solution": False})
        if marks["solution"]:
            exercise = exercises.get(marks["grade_id"])
            needed.add(exercise.sitting if exercise else of_question(cell))
    stay = {one <= sitting for one in needed}
    if len(stay) > 1:
        raise ValueError(
            f'notebook: the section "{group[0].source.splitlines()[0]}" holds what needs sittings '
            f"{', '.join(map(str, sorted(needed)))}; needed a heading for each"
        )
    return stay != {False}


def _open_part(part, sitting):
    opening = [c for c in part.cells if c.cell_type == "code" and OPENED.search(c.source)]
    if len(opening) != 1:
        raise ValueError(
            f'notebook: found {len(opening)} cells with dlcourse.lab("..."); needed one, '
            "to open the part there"
        )
    opening[0].source = OPENED.sub(rf"\1, sitting={sitting})", opening[0].source)
