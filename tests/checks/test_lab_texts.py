"""What the check forbids stands in the text of the lab."""

import re

import pytest
from catalogue import CATALOGUE

from dlcourse.authoring.source import ROOT
from dlcourse.exercises import LIBRARY

LABS = {path.stem[3:]: path for path in sorted((ROOT / "labs" / "source").glob("*.py"))}
FORBIDDING = [pytest.param(lab, e, id=f"{lab}.{e.name}") for lab, e in CATALOGUE if e.forbidden]


def parts(lab):
    """Return the lab's text before the first exercise, and {exercise: its text and stub}."""
    source = LABS[lab].read_text(encoding="utf-8")
    before, *sections = re.split(r"^# ## \d+\. ", source, flags=re.MULTILINE)
    named = (re.match(r"`(\w+)`", section)[1] for section in sections)
    asked = (section.partition("### BEGIN SOLUTION")[0] for section in sections)
    return before, dict(zip(named, asked, strict=True))


@pytest.mark.parametrize(("lab", "exercise"), FORBIDDING)
def test_what_is_forbidden_is_said(lab, exercise):
    before, asked = parts(lab)
    general, own = before, asked[exercise.name]
    for name in exercise.forbidden:
        text = general if name in LIBRARY else own.partition("Not allowed:")[2]
        assert re.search(rf"\b{name}\b", text), f"{name} is forbidden without a word"


def test_every_lab_is_looked_at():
    assert {lab for lab, e in CATALOGUE if e.forbidden} <= set(LABS)
