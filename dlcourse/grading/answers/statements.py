"""Take a cell's source apart: its statements, what each binds, changes and uses.

This reads what students wrote, outside the sandbox, and runs none of it. It would rather see a
change too many than one too few: what may have touched a value runs, what has not is left out.
"""

import ast
import builtins
import symtable
import warnings
from dataclasses import dataclass
from functools import cached_property

from ...checks.chains import bound, made_global
from ..sandbox.magics import UNREADABLE, parse
from .notebook import Unreadable

# Blocks that run where they stand; other functions run when they are called.
AT_ONCE = {"listcomp", "setcomp", "dictcomp", "genexpr"}
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
# Builtins change nothing that they are given, but for these.
CHANGING = {"setattr", "delattr", "next", "map", "filter"}
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
ASSIGNMENTS = (ast.Assign, ast.AnnAssign, ast.NamedExpr)
# These give a name its value on every way; in an if, a try or a loop the old value may stay.
SURE = (ast.Assign, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)


@dataclass(frozen=True, eq=False)
class Statement:
    """One statement at the top level of a cell; ``first`` and ``last`` are its lines, from 1."""

    node: ast.stmt
    source: str
    first: int
    last: int

    @cached_property
    def binds(self):
        """Names that it gives a new value, "*" after a star import."""
        return frozenset(name for name, _ in bound(self.node))

    @property
    def is_sure(self):
        """Whether what it binds has no other value afterwards."""
        return isinstance(self.node, SURE)

    @cached_property
    def changes(self):
        """Names whose value it changes in part: x[0] = 1, x.a = 1, x += 1."""
        return frozenset(_stored(_running(self.node))) - {None}

    @cached_property
    def calls(self):
        """Names of which it calls a method, such as x.append(1): it may change them."""
        return frozenset(_method_calls(_running(self.node))) - {None}

    @cached_property
    def passes(self):
        """Names that it gives to a function whose result it does not take, such as fill(x)."""
        call = _bare_call(self.node)
        called = getattr(getattr(call, "func", None), "id", "")
        harmless = hasattr(builtins, called) and called not in CHANGING
        if call is None or harmless or self.checked:
            return frozenset()
        return frozenset(_arguments(call))

    @cached_property
    def shares(self):
        """Names whose value it gives another holder, who may change it: c = x, more = add(x)."""
        if isinstance(self.node, DEFINITIONS) or self.checked:
            return frozenset()
        return frozenset(name for node in _running(self.node) for name in _shared(node))

    @cached_property
    def sets(self):
        """The module that it only sets in some way, as np.random.seed(0) does; a set."""
        call = _bare_call(self.node)
        if call is None or not isinstance(call.func, ast.Attribute):
            return frozenset()
        given = (*call.args, *(keyword.value for keyword in call.keywords))
        if any(isinstance(node, ast.Name) for value in given for node in ast.walk(value)):
            return frozenset()
        return frozenset({_root(call)} - {None})

    @cached_property
    def effects(self):
        """Outer names that the functions in it change, each time they are called."""
        inside = list(ast.walk(self.node))
        if not any(isinstance(node, FUNCTIONS) for node in inside):
            return frozenset()
        changed = {*_stored(inside), *_method_calls(inside)} & self.used_later
        return frozenset(changed | {name for name, _ in made_global(self.node)})

    @cached_property
    def _used(self):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return _outer_names(symtable.symtable(self.source, "<cell>", "exec"))
        except UNREADABLE:
            return frozenset(), frozenset()

    @cached_property
    def mentioned(self):
        """Names that it looks up when it runs."""
        return frozenset(node.id for node in _running(self.node) if isinstance(node, ast.Name))

    @property
    def used_now(self):
        """Outer names that it needs when it runs."""
        return self._used[0] | self.changes

    @property
    def used_later(self):
        """Outer names that the functions in it need when they are called."""
        return self._used[1]

    @cached_property
    def checked(self):
        """The name of the function f in lab.check(f) or lab.check(..., "f"), or ""."""
        call = _bare_call(self.node)
        if call is None or getattr(call.func, "attr", "") != "check" or not call.args:
            return ""
        given = [*call.args[1:], *(k.value for k in call.keywords if k.arg == "name")]
        named = next((v.value for v in given if isinstance(v, ast.Constant)), None)
        return named if isinstance(named, str) else getattr(call.args[0], "id", "")


def statements(source):
    """Return the Statements of a cell, a list.

    Parameters
    ----------
    source : what stands in the cell, IPython's magics included

    Raises
    ------
    Unreadable
        If it is not Python.
    """
    try:
        text, tree = parse(source)
    except UNREADABLE as error:
        raise Unreadable(f"It cannot be read: {_said(error)}.") from None
    lines = text.encode(errors="replace").split(b"\n")
    return [_statement(lines, node) for node in tree.body]


def placed(run):
    """Return the source of ``run``, Statements of one cell, each on the line where it stood."""
    pieces, line = [], 1
    for statement in run:
        gap = statement.first - line
        pieces += ["\n" * gap if gap or not pieces else "; ", statement.source]
        line = statement.last
    return "".join(pieces)


def _said(error):
    line, text = getattr(error, "lineno", None), getattr(error, "text", None)
    said = f"{type(error).__name__}: {getattr(error, 'msg', error)}"[:100]
    return said + (f" in line {line}: {(text or '').strip()[:100]}" if line else "")


def _statement(lines, node):
    """Return the Statement of ``node``; ``lines`` are bytes, as its columns."""
    marks = getattr(node, "decorator_list", ())
    first = min([node.lineno, *(mark.lineno for mark in marks)])
    begin = node.col_offset if first == node.lineno else 0
    if first == node.end_lineno:
        source = lines[first - 1][begin : node.end_col_offset]
    else:
        inner = lines[first : node.end_lineno - 1]
        last = lines[node.end_lineno - 1][: node.end_col_offset]
        source = b"\n".join([lines[first - 1][begin:], *inner, last])
    return Statement(node, source.decode(errors="replace"), first, node.end_lineno)


def _outer_names(table):
    now = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_referenced()}
    later, waiting = set(), [(block, False) for block in table.get_children()]
    while waiting:
        block, called = waiting.pop()
        called = called or (block.get_type() == "function" and block.get_name() not in AT_ONCE)
        for symbol in block.get_symbols():
            if symbol.is_global() and (symbol.is_referenced() or symbol.is_declared_global()):
                (later if called else now).add(symbol.get_name())
        waiting += [(inner, called) for inner in block.get_children()]
    return frozenset(now), frozenset(later)


def _running(statement):
    """Yield the nodes that run with ``statement``, not the bodies of functions in it."""
    waiting = [statement]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, FUNCTIONS):
            waiting += (*getattr(node, "decorator_list", ()), *ast.iter_child_nodes(node.args))
        else:
            waiting += ast.iter_child_nodes(node)


def _stored(nodes):
    """Yield the names of which ``nodes`` change a part."""
    for node in nodes:
        if isinstance(node, ast.Subscript | ast.Attribute) and not isinstance(node.ctx, ast.Load):
            yield _root(node)
        elif isinstance(node, ast.AugAssign):
            yield _root(node.target)


def _method_calls(nodes):
    for node in nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield _root(node)


def _shared(node):
    """Yield the names whose very value ``node`` passes on, or binds to another name."""
    if isinstance(node, ast.Call):
        called = getattr(node.func, "id", "")
        if not hasattr(builtins, called) or called in CHANGING:
            yield from _arguments(node)
        if called in CHANGING:  # as by map(x.append, ...)
            yield from (_root(part) for part in node.args if isinstance(part, ast.Attribute))
    held = [getattr(node, "value", None)] if isinstance(node, ASSIGNMENTS) else []
    if isinstance(node, ast.List | ast.Tuple | ast.Dict | ast.Set):
        held = getattr(node, "elts", None) or getattr(node, "values", [])
    yield from (part.id for part in held if isinstance(part, ast.Name))


def _root(node):
    """Return x for x[0].a.b(), or None."""
    while isinstance(node, ast.Subscript | ast.Attribute | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else None


def _bare_call(statement):
    call = statement.value if isinstance(statement, ast.Expr) else None
    return call if isinstance(call, ast.Call) else None


def _arguments(call):
    for argument in (*call.args, *(keyword.value for keyword in call.keywords)):
        value = argument.value if isinstance(argument, ast.Starred) else argument
        if isinstance(value, ast.Name):
            yield value.id
