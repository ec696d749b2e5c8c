"""The lab of a unit: enough of it needs the core only, and it leads back to its lecture."""

import jupytext

from ..part import sections
from .links import targets, unresolved

CORE_EXERCISES = 4


def findings(path, exercises):
    """Yield a sentence for each way in which a lab is not as it should be.

    Parameters
    ----------
    path : Path
        Its source, ``labs/source/NN_name.py``.
    exercises : Exercise by name
    """
    core = [e.points for e in exercises.values() if e.sitting == 1]
    points = sum(e.points for e in exercises.values())
    if len(core) < CORE_EXERCISES or 2 * sum(core) < points:
        yield (
            f"lab: found {len(core)} exercises with {sum(core)} of {points} points that need "
            f"the core only; needed at least {CORE_EXERCISES}, with at least half of the points"
        )
    cells = jupytext.read(path, fmt="py:percent").cells
    text = "\n\n".join(c.source for c in cells if c.cell_type == "markdown")
    for sentence in unresolved(text, path.parents[1] / f"{path.stem}.ipynb"):
        yield f"lab: {sentence}"
    lecture = f"../lectures/{path.stem}.ipynb"
    alone = not (path.parents[2] / "lectures" / "source" / path.name).exists()
    if lecture not in targets(text) and not alone:
        yield f"lab: found no link to the lecture; needed {lecture}"
    for section in sections(cells):
        names = [c.metadata["solution"] for c in section if "solution" in c.metadata]
        if len(names) > 1:
            yield f"lab: found {', '.join(names)} under one heading; needed one exercise in each"
