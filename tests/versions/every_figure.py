"""Move every control of an interactive figure as a hand would: something changes on every
stretch of it, and what the caption says reads as a sentence wherever the controls stand."""

import base64
import re
from html import unescape

AMISS = {
    "one of several": r"(?<![\d.,])1 (knobs|steps|degrees|scores|settings|patients|images|units)\b",
    "a power of ten as code": r"\de[-+]?\d",
    "more digits than it means": r"\d{8}",
    "a move by less than nothing": r"-\d+ (right|left|up|down)\b",
    "no number": r"\b(nan|inf)\b",
    "twice a sign": r"\.\.|,,|  ",
}


def move_all(page, view):
    """Move each control over its stretches, and back; check what the page then shows."""
    *controls, picture, caption = page.children(view)
    every = {seen(page, picture, caption)}
    assert controls
    for control in controls:
        start = dict(page.models[control])
        for stretch in stretches(start):
            shown = set()
            for place in stretch:
                outputs = page.move(control, **place)
                assert not outputs, outputs
                shown.add(seen(page, picture, caption))
            assert len(shown) > 1, (start["description"], stretch, shown.pop()[1])
            every |= shown
        page.move(control, **{name: start[name] for name in stretch[0]})
    pictures, captions = map(set, zip(*every, strict=True))
    assert len(pictures) > 1 and len(captions) > 1, captions
    assert not {(what, said) for said in captions for what in wrong(said)}


def stretches(state):
    """Return lists of states between which something must change: each end of a slider."""
    if "_options_labels" in state:
        return [[{"index": i} for i in range(len(state["_options_labels"]))]]
    if isinstance(state["value"], bool):
        return [[{"value": True}, {"value": False}]]
    steps = round((state["max"] - state["min"]) / state["step"])
    inwards = max(1, steps // 20)
    kind = type(state["value"])
    at = [kind(state["min"] + i * state["step"]) for i in (0, inwards, steps - inwards, steps)]
    return [[{"value": value} for value in ends] for ends in (at[:2], at[2:])]


def wrong(caption):
    """Return what reads badly in a caption."""
    return [what for what, pattern in AMISS.items() if re.search(pattern, caption)]


def seen(page, picture, caption):
    """Return the picture, whole, and the caption under it."""
    (png,) = re.findall(r'src="data:image/png;base64,([^"]+)"', page.models[picture]["value"])
    (sentence,) = re.findall(r"<p [^>]*>(.*)</p>", page.models[caption]["value"], re.S)
    assert base64.b64decode(png).startswith(b"\x89PNG") and len(sentence) > 20
    return png, unescape(sentence)
