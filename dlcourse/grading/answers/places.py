"""Where each name of a notebook is bound and changed: what ``needs`` looks names up in."""

import ast
from itertools import islice

from .statements import DEFINITIONS

IMPORTS = (ast.Import, ast.ImportFrom)
ROUNDS = 3  # a function that calls one that calls one that fills a table
MOST_CALLERS = 300


class Places:
    """Where names are bound and changed, as sorted (cell, statement) pairs.

    Parameters
    ----------
    parsed : Statements of each cell
    """

    def __init__(self, parsed):
        self.parsed = parsed
        self.bound, self.changed, self.by_call, self.futures = {}, {}, {}, []
        self.modules, self.functions = set(), set()
        every = [((i, j), s) for i, run in enumerate(parsed) for j, s in enumerate(run)]
        for where, statement in every:
            for name in statement.binds:
                self.bound.setdefault(name, []).append(where)
            if isinstance(statement.node, IMPORTS):
                self.modules |= statement.binds
                if getattr(statement.node, "module", "") == "__future__":
                    self.futures.append(where)
            elif isinstance(statement.node, DEFINITIONS):
                self.functions |= statement.binds
        self.effects = _effects([statement for _, statement in every])
        for where, statement in every:
            for name in statement.changes | statement.passes | statement.calls | statement.sets:
                self.changed.setdefault(name, []).append(where)
            for name, function in self.changed_by_call(statement):
                self.by_call.setdefault(name, []).append((where, function))

    def changed_by_call(self, statement):
        """Return the (name, function) of each name that a call in ``statement`` changes."""
        if not self.effects:
            return []
        functions = statement.mentioned & self.effects.keys()
        return [(name, function) for function in functions for name in self.effects[function]]

    def changing(self, name, function, given):
        """Return where ``name`` may be changed, sorted; ``function`` does so itself."""
        is_module = name in self.modules or name in given
        found = [
            where
            for where in self.changed.get(name, ())
            if touches(self.parsed[where[0]][where[1]], name, is_module, self.functions)
        ]
        by_call = () if is_module else self.by_call.get(name, ())
        called = [where for where, by in by_call if by != function]
        return sorted({*found, *called}) if called else found


def touches(statement, name, is_module, functions):
    """Return whether ``statement`` may change what ``name`` holds.

    ``is_module`` says that it holds a module, ``functions`` are the names of functions.
    """
    if name in statement.changes or name in statement.sets:
        return True
    if name in statement.passes and name not in functions:  # to be passed changes no function
        return not is_module or getattr(statement.node.value.func, "id", "") == "setattr"
    return name in statement.calls and not is_module


def _effects(run):
    """Return which names the call of a function changes, by the function's name."""
    found, users = {}, {}
    for statement in run:
        if statement.effects:
            for name in statement.binds:
                found[name] = found.get(name, frozenset()) | statement.effects
    callers = [s for s in run if isinstance(s.node, DEFINITIONS)] if found else []
    for statement in callers:
        for used in statement.used_later:
            users.setdefault(used, []).append(statement)
    fresh = set(found)
    for _ in range(ROUNDS):
        fresh, known = set(), fresh
        for function in known:
            for statement in islice(users.get(function, ()), MOST_CALLERS):
                for name in statement.binds:
                    more = found.get(name, frozenset()) | found[function]
                    if more != found.get(name):
                        found[name] = more
                        fresh.add(name)
    return found
