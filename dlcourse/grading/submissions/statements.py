"""Take a cell's source apart: its statements, what each binds, changes and uses.

This reads what students wrote, outside the sandbox, and runs none of it. What cannot be read
as Python has no statements.
"""

import ast
import re
import symtable
import warnings
from dataclasses import dataclass
from functools import cached_property

UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError)
# Blocks that run where they stand; other functions run when they are called.
AT_ONCE = {"listcomp", "setcomp", "dictcomp", "genexpr"}
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
SCOPES += (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
RUN_BY_MAGIC = ("time", "timeit", "prun", "capture")


@dataclass(frozen=True, eq=False)
class Statement:
    """One statement at the top level of a cell; ``end`` is its last line, from 1."""

    node: ast.stmt
    source: str
    end: int

    @cached_property
    def binds(self):
        """Names that it gives a new value, "*" after a star import."""
        return frozenset(_bound(self.node))

    @cached_property
    def changes(self):
        """Names whose value it changes in part: x[0] = 1, x.a = 1, x += 1, x.append(1)."""
        return frozenset(_changed(self.node))

    @cached_property
    def calls_only(self):
        """Whether it is a bare call, such as x.append(1)."""
        return isinstance(self.node, ast.Expr)

    @cached_property
    def _used(self):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return _outer_names(symtable.symtable(self.source, "<cell>", "exec"))
        except UNREADABLE:
            return frozenset(), frozenset()

    @property
    def used_now(self):
        """Outer names that it needs when it runs."""
        return self._used[0] | self.changes

    @property
    def used_later(self):
        """Outer names that the functions in it need when they are called."""
        return self._used[1]

    @property
    def used(self):
        """Outer names that it needs at all."""
        return self.used_now | self.used_later

    @cached_property
    def mentioned(self):
        """Every outer name, attribute and part of an imported module's name in it."""
        names = set(self._used[0] | self._used[1])
        for node in ast.walk(self.node):
            if isinstance(node, ast.Attribute):
                names.add(node.attr)
            elif isinstance(node, ast.Import | ast.ImportFrom):
                modules = [getattr(node, "module", None) or "", *(a.name for a in node.names)]
                names |= {part for module in modules for part in module.split(".")}
        return frozenset(names)


def statements(source):
    """Return the Statements of a cell, a list; empty where it is not Python.

    Parameters
    ----------
    source : what stands in the cell, IPython's magics included
    """
    text = with_newlines(source)
    for candidate in (text, without_magics(text)):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of a student's "\d"
                nodes = ast.parse(candidate).body
        except UNREADABLE:
            continue
        lines = candidate.encode(errors="replace").split(b"\n")
        return [Statement(node, _text(lines, node), node.end_lineno) for node in nodes]
    return []


def with_newlines(source):
    """Return ``source`` with its lines ended as Python's parser counts them."""
    return source.replace("\r\n", "\n").replace("\r", "\n")


def without_magics(source):
    """Return the Python in a cell; what stands below %%time is run all the same.

    IPython's own transformer takes time that grows with the square of the magics, and this
    runs outside the sandbox.
    """
    first = re.match(r"\s*%%(\w+)", source)
    if first and first[1] not in RUN_BY_MAGIC:
        return ""
    lines = []
    for line in source.split("\n"):
        text = line.lstrip()
        indent = line[: len(line) - len(text)]
        if text.startswith("%time "):
            line = indent + text.removeprefix("%time ")
        elif text.startswith(("%", "!", "?")) or text.rstrip().endswith("?"):
            line = f"{indent}pass"
        lines.append(re.sub(r"=\s*[%!].*", "= None", line))
    return "\n".join(lines)


def _text(lines, node):
    """Return the source of ``node``, decorators included; ``lines`` are bytes, as its columns."""
    marks = getattr(node, "decorator_list", ())
    first = min([node.lineno, *(mark.lineno for mark in marks)])
    own = lines[first - 1 : node.end_lineno]
    own[-1] = own[-1][: node.end_col_offset]
    if first == node.lineno:
        own[0] = own[0][node.col_offset :]
    return b"\n".join(own).decode(errors="replace")


def _outer_names(table):
    now = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_referenced()}
    later, waiting = set(), [(block, False) for block in table.get_children()]
    while waiting:
        block, called = waiting.pop()
        called = called or (block.get_type() == "function" and block.get_name() not in AT_ONCE)
        symbols = (s for s in block.get_symbols() if s.is_global() and s.is_referenced())
        (later if called else now).update(symbol.get_name() for symbol in symbols)
        waiting += [(inner, called) for inner in block.get_children()]
    return frozenset(now), frozenset(later)


def _bound(statement):
    for node in _of_this_scope(statement):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.Import | ast.ImportFrom):
            yield from ((a.asname or a.name).partition(".")[0] for a in node.names)


def _changed(statement):
    for node in _of_this_scope(statement):
        target = None
        if isinstance(node, ast.Subscript | ast.Attribute) and not isinstance(node.ctx, ast.Load):
            target = node
        elif isinstance(node, ast.AugAssign):
            target = node.target
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            target = node.value.func
            if not isinstance(target, ast.Attribute):
                continue
        while isinstance(target, ast.Subscript | ast.Attribute):
            target = target.value
        if isinstance(target, ast.Name):
            yield target.id


def _of_this_scope(statement):
    """Yield the nodes of ``statement`` that run with it, not those of functions in it."""
    waiting = [statement]
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, SCOPES):
            waiting += ast.iter_child_nodes(node)
