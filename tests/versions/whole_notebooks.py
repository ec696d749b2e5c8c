"""Run a whole notebook in another environment, and move every figure in it."""

import base64
import re

import pytest
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
    """Run a lecture; move each control of each of its figures; return how many figures."""
    figures = 0
    with FrontEnd(python, folder, {"PYTHONPATH": str(ROOT)}) as page:
        for cell in code(source):
            for view in views(page.run(cell)):
                move_all(page, view)
                figures += 1
    return figures


def move_all(page, view):
    """Move each control once: picture and caption come back, and they are other ones."""
    *controls, picture, caption = page.children(view)
    before = seen(page, picture, caption)
    pictures, captions = {before[0]}, {before[1]}
    assert controls
    for control in controls:
        outputs = page.move(control, **elsewhere(page.models[control]))
        assert not outputs, outputs
        for kept, now in zip((pictures, captions), seen(page, picture, caption), strict=True):
            kept.add(now)
    assert len(pictures) > 1 and len(captions) > 1, captions


def elsewhere(state):
    """Return the state of a control after it was moved as far as it goes."""
    if "_options_labels" in state:
        return {"index": (state["index"] + 1) % len(state["_options_labels"])}
    if isinstance(state["value"], bool):
        return {"value": not state["value"]}
    ends = state["min"], state["max"]
    return {"value": max(ends, key=lambda end: abs(end - state["value"]))}


def seen(page, picture, caption):
    """Return the picture, whole, and the caption under it."""
    (png,) = re.findall(r'src="data:image/png;base64,([^"]+)"', page.models[picture]["value"])
    (sentence,) = re.findall(r"<p [^>]*>(.*)</p>", page.models[caption]["value"], re.S)
    assert base64.b64decode(png).startswith(b"\x89PNG") and len(sentence) > 20
    return png, sentence


def code(source, repository=""):
    """Return the code cells of a source, as they would be in a course with this address."""
    cells = read(source, repository).cells
    return [cell.source for cell in cells if cell.cell_type == "code" and cell.source.strip()]
