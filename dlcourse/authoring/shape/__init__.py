"""Is a unit in the shape that a reader can sit through? ``python -m dlcourse.authoring.shape``."""

import re

import dlcourse

from ..source import ROOT
from . import core, errata, glossary, labs, links, shared_code, sittings
from .lecture import Lecture


def findings(path, exercises=None):
    """Return a sentence for each way in which a unit is not in shape.

    Parameters
    ----------
    path : Path
        The source of its lecture, ``lectures/source/NN_name.py``.
    exercises : Exercise by name, by default those of the unit's lab
    """
    lecture = Lecture(path)
    found = list(sittings.findings(lecture))
    if lecture.sittings[0].number == 0:
        return found
    for rule in (core, links, glossary, errata):
        found += rule.findings(lecture)
    if exercises is None:
        exercises = dlcourse.lab(lecture.name).exercises
    found += labs.findings(lecture.course / "labs" / "source" / path.name, exercises)
    found += _minutes(lecture)
    folders = (lecture.path.parent, lecture.course / "labs" / "source")
    for one, other, what in shared_code.shared(
        [p for f in folders for p in sorted(f.glob("*.py"))]
    ):
        if path in (one, other):
            found.append(
                f"found {what} in {one.relative_to(lecture.course)} and "
                f"{other.relative_to(lecture.course)}; needed it once, in dlcourse.plots"
            )
    return found


def _minutes(lecture):
    """Compare the minutes in lectures/README.md with those of the sittings."""
    needed = " + ".join(str(sitting.minutes) for sitting in lecture.sittings)
    readme = (lecture.folder / "README.md").read_text(encoding="utf-8")
    row = re.search(rf"^\| {lecture.unit} \|.*\| ([^|]*) \|$", readme, re.M)
    found = row[1] if row else "no row"
    if found != needed:
        yield f"found {found} in the table of lectures/README.md; needed the minutes {needed}"


def lectures():
    """Return the sources of all lectures, in course order."""
    return sorted((ROOT / "lectures" / "source").glob("*.py"))
