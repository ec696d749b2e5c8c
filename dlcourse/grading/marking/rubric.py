"""What an open question asks and what earns its points, from the instructor's notebook."""

import json
import re
from dataclasses import dataclass

ITEM = re.compile(r"(\d+(?:\.\d+)?) points?:\s*")


@dataclass(frozen=True)
class Rubric:
    """One open question: its text, the model answer, and (points, what for) of each item.

    ``items`` is empty where the rubric is no list of points; its text is in ``model`` then.
    """

    question: str
    model: str
    items: tuple


def rubrics(assignment):
    """Return the Rubric of each open question, by grade id."""
    found, before = {}, ""
    held = json.loads(assignment.notebook.read_text(encoding="utf-8"))
    for cell in held["cells"]:
        source = "".join(cell["source"])
        marks = cell["metadata"].get("nbgrader") or {}
        if marks.get("grade_id") in assignment.questions:
            found[marks["grade_id"]] = Rubric(before, *_parted(source))
        elif cell["cell_type"] == "markdown":
            before = source
    return found


def labels(items):
    """Return a, b, c, ... for the items."""
    return [chr(ord("a") + i) for i in range(len(items))]


def _parted(source):
    """Return (model answer, items) of a cell that ends in ``**Rubric.** 1 point: ...``."""
    model, _, rubric = source.partition("**Rubric.**")
    _, *parts = ITEM.split(" ".join(rubric.split()))
    items = tuple(
        (float(points), what.strip()) for points, what in zip(parts[::2], parts[1::2], strict=True)
    )
    model = re.sub(r"^### (?:BEGIN|END) SOLUTION\n?", "", model if items else source, flags=re.M)
    return model.replace("**Model answer.**", "").strip(), items
