"""Read a percent source as a notebook: ids that do not change, nbgrader's metadata filled in."""

import hashlib
import tomllib
from pathlib import Path

import jupytext

import dlcourse

from .colab import add_setup, as_form, say_device
from .predictions import fold

ROOT = Path(__file__).parents[2]
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


def sources():
    """Return the sources of all lectures and labs, in course order."""
    return sorted(ROOT.glob("lectures/source/*.py")) + sorted(ROOT.glob("labs/source/*.py"))


def read(path, repository=None):
    """Return the notebook that ``path`` describes, not yet executed.

    Parameters
    ----------
    path : a percent source under lectures/source or labs/source
    repository : where Colab finds the course; the one of pyproject.toml by default. Where
        it is empty, the notebook has neither badge nor install cell.
    """
    notebook = jupytext.read(path, fmt="py:percent")
    notebook.metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    repository = address() if repository is None else repository
    if repository:
        place = path.resolve().relative_to(ROOT).parts[0]
        add_setup(notebook, repository, f"{place}/{path.stem}.ipynb")
    for cell in notebook.cells:
        cell.metadata.pop("lines_to_next_cell", None)
        if cell.metadata.pop("folded", False):
            as_form(cell)
    fold(notebook.cells)
    say_device(notebook)
    _name_cells(notebook)
    if path.parent.parent.name == "labs":
        _mark_for_nbgrader(notebook, path.stem)
    notebook.nbformat_minor = 5
    return notebook


def address():
    """Return the repository's address from pyproject.toml, where it stands once."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["dlcourse"]["repository"]


def _name_cells(notebook):
    """Give each cell an id made of its text, so that regenerating changes nothing."""
    seen = {}
    for cell in notebook.cells:
        digest = hashlib.sha256(cell.source.encode()).hexdigest()[:8]
        seen[digest] = seen.get(digest, 0) + 1
        cell.id = digest if seen[digest] == 1 else f"{digest}-{seen[digest]}"


def _mark_for_nbgrader(notebook, stem):
    """Turn the sources' short marks into nbgrader's metadata.

    ``solution="sigmoid"`` is where the learner writes, ``check="sigmoid"`` the locked cell
    whose points come from the exercise, ``open="why" points=4`` a question for a human, which
    may need a later ``sitting=2``; that of an exercise stands with the exercise.
    """
    lab = dlcourse.lab(stem)
    for cell in notebook.cells:
        marks = {key: cell.metadata.pop(key, None) for key in ("solution", "check", "open")}
        points = cell.metadata.pop("points", None)
        sitting = cell.metadata.pop("sitting", None)
        if sitting:
            cell.metadata["dlcourse"] = {"sitting": sitting}
        if marks["solution"]:
            lab.passed(marks["solution"])  # raises for an exercise that does not exist
            _mark(cell, marks["solution"], solution=True)
        elif marks["check"]:
            points = lab.exercises[marks["check"]].points
            _mark(cell, f"check_{marks['check']}", points, grade=True, locked=True)
        elif marks["open"]:
            _mark(cell, marks["open"], points, grade=True, solution=True)


def _mark(cell, grade_id, points=None, grade=False, solution=False, locked=False):
    cell.metadata["nbgrader"] = {
        "schema_version": 3,
        "grade_id": grade_id,
        "grade": grade,
        "solution": solution,
        "locked": locked,
        "task": False,
    } | ({} if points is None else {"points": points})
