"""The form of an answer: its syntax tree without what can be changed without thinking.

Comments, blank lines, docstrings, annotations and imports are left out, and names that the
answer gives are numbered in order. Names that it takes from elsewhere stay, such as np.exp.
"""

import ast
import copy
import hashlib

from .statements import statements

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
NAMED = (*FUNCTIONS, ast.ClassDef)
IGNORED = (ast.Import, ast.ImportFrom, ast.Pass)  # a magic line is read as "pass"


def form(source):
    """Return (digest of the form, size in nodes of the tree); equal digests are equal forms.

    The digest is "" where nothing is left.

    Raises
    ------
    Unreadable
        If ``source`` cannot be read as Python.
    """
    nodes = (s.node for s in statements(source) if not isinstance(s.node, IGNORED))
    kept = [_WithoutAnnotations().visit(copy.deepcopy(node)) for node in nodes]
    tree = ast.Module(kept, [])
    numbers = {}
    for node in ast.walk(tree):
        for name in _given(node):
            numbers.setdefault(name, f"_{len(numbers)}")
    for node in ast.walk(tree):
        _rename(node, numbers)
    if not kept:
        return "", 0
    text = ast.dump(tree, annotate_fields=False)
    return hashlib.sha256(text.encode(errors="replace")).hexdigest(), sum(1 for _ in ast.walk(tree))


class _WithoutAnnotations(ast.NodeTransformer):
    """Turns ``a: int = 1`` into ``a = 1``."""

    def visit_AnnAssign(self, node):
        return ast.Assign([node.target], node.value) if node.value else ast.Pass()


def _given(node):
    """Return the names that ``node`` gives a value."""
    if isinstance(node, NAMED):
        return [node.name]
    if isinstance(node, ast.arg):
        return [node.arg]
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        return [node.id]
    return [node.name] if isinstance(node, ast.ExceptHandler) and node.name else []


def _rename(node, numbers):
    if isinstance(node, NAMED):
        node.name = numbers[node.name]
        first = node.body[0]
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
            node.body = node.body[1:] or [ast.Pass()]
    if isinstance(node, FUNCTIONS):
        node.returns = None
    if isinstance(node, ast.arg):
        node.arg, node.annotation = numbers[node.arg], None
    if isinstance(node, ast.Name):
        node.id = numbers.get(node.id, node.id)
    if isinstance(node, ast.ExceptHandler) and node.name:
        node.name = numbers[node.name]
    if isinstance(node, (ast.Global, ast.Nonlocal)):
        node.names = [numbers.get(name, name) for name in node.names]
