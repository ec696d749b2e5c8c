"""Modules of training import each other in one direction only."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

from dlcourse import training


def siblings(path):
    """Return the modules beside ``path`` that it imports, within functions too."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level == 1:
            names |= {node.module} if node.module else {alias.name for alias in node.names}
    return names


def test_no_circles():
    folder = Path(training.__file__).parent
    graph = {path.stem: siblings(path) for path in folder.glob("[!_]*.py")}
    graph |= {path.stem: siblings(path) for path in folder.glob("_[!_]*.py")}
    assert {"half", "numpy_half", "_arguments"} <= graph.keys()
    assert list(TopologicalSorter(graph).static_order())
