"""What an explorer says reads well wherever its sliders stand: read from the sources."""

import ast
import re

import pytest

from dlcourse.authoring.source import ROOT

SOURCES = sorted((ROOT / "lectures" / "source").glob("*.py"))
# Words in -s that are no plural, or that stand for themselves: "{name} is", "{steps} times".
SINGULAR = r"is|was|has|says|times|does|needs|takes|costs|loses|falls|rises|as|plus|minus|across"
PLURAL = re.compile(rf"^ (?:\w+ )?(?!(?:{SINGULAR})\b)[a-z]+s\b")
DIRECTION = re.compile(r"^ (pixels? )?(right|left|up|down|above|below)\b")


def explorers(source):
    """Yield (function, {parameter: values it may take}) for each call of explore."""
    tree = ast.parse(source.read_text(encoding="utf-8"))
    functions = {n.name: n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "explore":
            controls = {}
            for keyword in node.keywords:
                try:
                    controls[keyword.arg] = ast.literal_eval(keyword.value)
                except ValueError:  # a list by name
                    continue
            yield functions[node.args[0].id], controls


def captions(function):
    """Yield (expression, format, text before, text after) of what f-strings print."""
    for node in ast.walk(function):
        if isinstance(node, ast.JoinedStr):
            before = ""
            for part, following in zip(node.values, [*node.values[1:], None], strict=True):
                if isinstance(part, ast.FormattedValue):
                    form = part.format_spec.values[0].value if part.format_spec else ""
                    after = getattr(following, "value", "")
                    after = after if isinstance(after, str) else ""
                    yield ast.unparse(part.value), form, before, after
                before = part.value if isinstance(part, ast.Constant) else ""


def is_whole(values):
    """Return whether these are the ends of a slider of whole numbers, and perhaps its step."""
    return isinstance(values, tuple) and all(isinstance(value, int) for value in values)


def problems(function, controls):
    """Return what would read badly somewhere: "1 knobs", "moved -1 right", "1e-12.0"."""
    found = []
    for expression, form, before, after in captions(function):
        values = controls.get(expression)
        if before.endswith("1e") or (before.endswith("10^") and "." in form):
            found.append(f"{before}{{{expression}:{form}}}")
        if values is None or isinstance(values, bool):
            continue
        one = 1 in (range(values[0], values[1] + 1, *values[2:]) if is_whole(values) else values)
        if one and PLURAL.match(after):
            found.append(f"{{{expression}}}{after[:20]}: of 1, too")
        negative = isinstance(values, tuple) and values[0] < 0
        if negative and DIRECTION.match(after):
            found.append(f"{{{expression}}}{after[:20]}: of negative numbers, too")
    return found


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_no_caption_reads_badly_at_an_end_of_a_slider(source):
    found = {f.name: bad for f, controls in explorers(source) if (bad := problems(f, controls))}
    assert found == {}


def test_what_reads_badly_is_found():
    code = (
        "def draw(knobs, right, log10_h):\n"
        "    return f'{knobs} knobs, moved {right} right, h = 1e{log10_h:.1f}, {knobs} is odd'"
    )
    controls = {"knobs": (1, 60), "right": (-2, 2), "log10_h": (-12.0, -1.0, 0.5)}
    found = problems(ast.parse(code).body[0], controls)
    wanted = ["{knobs", "{right", " right, h = 1e{log10_h:.1f"]
    assert [bad.split("}")[0] for bad in found] == wanted
    assert any(list(explorers(source)) for source in SOURCES)
