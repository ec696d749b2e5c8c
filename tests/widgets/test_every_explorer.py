"""Every interactive figure of every lecture: no stretch of a slider that does nothing, and
captions that read as a sentence wherever the controls stand."""

import re

import ipywidgets
import pytest

from dlcourse.authoring.source import ROOT
from tests.bench.explorers import explorers, hold_still

each_lecture = pytest.mark.parametrize(
    "source", sorted(ROOT.glob("lectures/source/*.py")), ids=lambda source: source.stem
)
AMISS = {
    "one of several": r"(?<![\d.,])1 (knobs|steps|degrees|scores|settings|patients|images|units)\b",
    "a power of ten as code": r"\de[-+]?\d",
    "more digits than it means": r"\d{8}",
    "a move by less than nothing": r"-\d+ (right|left|up|down)\b",
    "no number": r"\b(nan|inf)\b",
    "twice a sign": r"\.\.|,,|  ",
}


@each_lecture
def test_all_of_a_slider_does_something_and_captions_are_sentences(source):
    amiss, still = set(), set()
    for explorer in explorers(source):
        hold_still(explorer)
        figure = explorer.draw.__name__
        for name, control in explorer.controls.items():
            start = control.value
            for stretch in stretches(control):
                shown = set()
                for control.value in stretch:
                    explorer.redraw("moved")
                    shown.add((explorer.picture.png, explorer.picture.alt))
                    amiss |= {(figure, what, explorer.picture.alt) for what in wrong(explorer)}
                if len(shown) < 2:
                    still.add((figure, name, *stretch))
            control.value = start
    assert not still and not amiss


def stretches(control):
    """Return lists of values between which something must change: each end of a slider."""
    if isinstance(control, ipywidgets.Checkbox):
        return [[True, False]]
    if isinstance(control, ipywidgets.Dropdown):
        return [[value for _, value in control._options_full]]
    steps = round((control.max - control.min) / control.step)
    inwards = max(1, steps // 20)
    kind = type(control.value)
    at = [kind(control.min + i * control.step) for i in (0, inwards, steps - inwards, steps)]
    return [at[:2], at[2:]]


def wrong(explorer):
    return [what for what, pattern in AMISS.items() if re.search(pattern, explorer.picture.alt)]
