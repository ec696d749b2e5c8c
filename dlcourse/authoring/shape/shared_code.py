"""Drawing code that stands in two notebooks: it belongs into dlcourse.plots.

Looked at are the cells that only draw (``folded=true``) and functions of any cell whose body
draws. Two notebooks share code where a function has the same body, whatever its name, or where
as many lines in a row are the same.
"""

import ast
import re
from functools import cache
from itertools import combinations

import jupytext

LINES = 5  # in a row, without blank ones
BODY = 3  # lines of a function's body
DRAWS = re.compile(r"\b(ax|axes|figure|plots|plt)\b")


def shared(paths):
    """Yield (path, path, what) for all code that two of the sources ``paths`` both draw with."""
    drawn = {path: _drawing(path.read_text(encoding="utf-8")) for path in paths}
    for one, other in combinations(paths, 2):
        bodies, others = drawn[one][0], drawn[other][0]
        for body in bodies.keys() & others.keys():
            names = sorted({bodies[body], others[body]})
            yield one, other, f"the function {' or '.join(names)} ({len(body.splitlines())} lines)"
        same = drawn[one][1].keys() & drawn[other][1].keys()
        for first in _firsts(same, drawn[one][1]):
            yield one, other, f'{LINES} lines or more from "{first.strip()}"'


@cache
def _drawing(text):
    """Return {body: name} of functions that draw, and {lines in a row: where they begin}."""
    bodies, runs, place = {}, {}, 0
    for cell in jupytext.reads(text, fmt="py:percent").cells:
        if cell.cell_type != "code":
            continue
        plain = re.sub(r"^(\s*)[%!].*$", r"\1pass", cell.source, flags=re.M)
        for node in ast.walk(ast.parse(plain)):
            if isinstance(node, ast.FunctionDef):
                said = ast.get_docstring(node) is not None
                body = "\n".join(map(ast.unparse, node.body[said:]))
                if DRAWS.search(body) and len(body.splitlines()) >= BODY:
                    bodies[body] = node.name
        if not cell.metadata.get("folded"):
            continue
        lines = [line.strip() for line in cell.source.splitlines() if line.strip()]
        for start in range(len(lines) - LINES + 1):
            runs[tuple(lines[start : start + LINES])] = place + start
        place += len(lines) + LINES
    return bodies, runs


def _firsts(same, places):
    """Yield the first line of each stretch, not of every window in it."""
    last = None
    for run in sorted(same, key=places.get):
        if last is None or places[run] != last + 1:
            yield run[0]
        last = places[run]
