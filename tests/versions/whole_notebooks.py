"""Run a whole notebook in another environment, and move every figure in it."""

import pytest
from every_figure import move_all
from front_end import FrontEnd, views

from dlcourse.authoring.source import ROOT, read, sources

each_lecture = pytest.mark.parametrize(
    "source", [s for s in sources() if "lectures" in s.parts], ids=lambda s: s.stem
)
each_lab = pytest.mark.parametrize(
    "source", [s for s in sources() if "labs" in s.parts], ids=lambda s: s.stem
)


def run_lab(python, source, folder):
    """Run a lab with its solutions; its own assertions and each check's card decide."""
    with FrontEnd(python, folder, {"PYTHONPATH": str(ROOT)}) as page:
        for cell in code(source):
            outputs = page.run(cell)
            if cell.startswith("lab.check("):
                assert ": right" in outputs[-1]["content"]["data"]["text/plain"]


def run_lecture(python, source, folder):
    """Run a lecture; move all controls of each of its figures; return how many figures."""
    figures = 0
    with FrontEnd(python, folder, {"PYTHONPATH": str(ROOT)}) as page:
        for cell in code(source):
            for view in views(page.run(cell)):
                move_all(page, view)
                figures += 1
    return figures


def code(source, repository=""):
    """Return the code cells of a source, as they would be in a course with this address."""
    cells = read(source, repository).cells
    return [cell.source for cell in cells if cell.cell_type == "code" and cell.source.strip()]
