"""An answer as it works in the student's notebook: its cell, and what it needs of the others.

Only the answer's own cell is run, up to the last statement that its function needs. Names
that it takes from elsewhere are looked for in the student's other cells: definitions, imports
and assignments, nearest above first, then below; and so on for what these need. Nothing else
of the notebook runs. Names of the instructor's set-up stay the instructor's, unless a cell of
the student's above gives them another value.
"""

import ast
import bisect
import builtins
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import islice

from .statements import statements, with_newlines

# An honest notebook stays far below. Beyond, cells are unread and statements left out.
MAX_READ, MAX_READ_STATEMENTS = 2**20, 2000
MAX_STATEMENTS, MAX_LENGTH = 300, 100_000
IMPORTS = (ast.Import, ast.ImportFrom)
TAKEN = (*IMPORTS, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Assign)
TAKEN += (ast.AnnAssign, ast.AugAssign, ast.If, ast.Try)
ELSEWHERE = "The answer stood outside the exercise's own cell."


@dataclass(frozen=True)
class Answer:
    """What is run for one exercise: ``helpers`` of other cells, then ``source``.

    ``names`` is everything that the function leans on, ``note`` for the instructor.
    """

    source: str
    helpers: tuple = ()
    names: frozenset = frozenset()
    note: str = ""


class Answers:
    """Finds the answers in one student's notebook.

    Parameters
    ----------
    cells : Cells
    exercises : Exercise by name
    setup : the instructor's cells before each exercise, by name
    """

    def __init__(self, cells, exercises, setup):
        self.cells, self.setup = cells, setup
        self.code = [cell for cell in cells.code if cell[0] is None or cell[0] in exercises]

    def find(self, name):
        """Return the Answer to the exercise ``name``, or None; say why in a sentence.

        Returns
        -------
        (Answer or None, str)
        """
        source = self.cells.marked.get(name, "")
        note = self.cells.notes.get(name, "")
        own = statements(source)
        if len(own) > MAX_READ_STATEMENTS:
            return None, f"Its cell has {len(own)} statements: far too many to be read."
        if is_blank(source) or (own and not answers(own, name)):
            others = self._defining(name)
            if len(others) > 1:
                return None, "It is answered in several cells, but not in its own."
            if others:
                ((position, source),) = others
                return self._complete(name, source, position, ELSEWHERE), ""
            if is_blank(source) or _is_untouched(own, name):
                return None, ""
        position = max((i for i, cell in enumerate(self.code) if cell == (name, source)), default=0)
        return self._complete(name, source, position, note), ""

    def _defining(self, name):
        """Return (position, source) of each other cell that answers ``name``."""
        return [
            (i, source)
            for i, (grade_id, source) in enumerate(self.code)
            if grade_id != name and any(answers([s], name) for s in self._parsed[i])
        ]

    def _complete(self, name, source, position, note):
        own = statements(source)
        given = self._given(name)
        needed = leaning(own, name, given)
        if needed:
            kept = with_newlines(source).split("\n")
            source = "\n".join(kept[: own[max(needed)].end])
        helpers = self._collect([own[i] for i in needed], own, position, given) if needed else []
        run = [*helpers, *own]
        names = frozenset().union(*(run[i].mentioned for i in leaning(run, name, given)))
        return Answer(source, tuple(helper.source for helper in helpers), names, note)

    def _given(self, name):
        cells = self.setup[name]
        bound = (statement.binds for source in cells for statement in _instructors(source))
        return frozenset(dir(builtins)).union(*bound)

    @cached_property
    def _parsed(self):
        """The statements of each cell, without those that the instructor wrote."""
        ours = {s.source for cells in self.setup.values() for c in cells for s in _instructors(c)}
        found, left = [], MAX_READ
        for _, source in self.code:
            left -= len(source)
            found.append(
                [s for s in statements(source) if s.source not in ours] if left > 0 else []
            )
        return found

    @cached_property
    def _places(self):
        """Where each name is bound and where it is changed, as sorted (cell, statement) pairs."""
        bound, changed = {}, {}
        for cell, run in enumerate(self._parsed):
            for place, statement in enumerate(run):
                if isinstance(statement.node, TAKEN):
                    for name in statement.binds:
                        bound.setdefault(name, []).append((cell, place))
                    for name in statement.changes:
                        changed.setdefault(name, []).append((cell, place))
        return bound, changed

    def _collect(self, needed, own, position, given):
        """Return the statements of other cells that ``needed`` leans on, in their order."""
        here = (position, -1)
        bound_here = frozenset().union(*(statement.binds for statement in own))
        waiting = [(n, here) for s in needed for n in sorted(s.used - bound_here)]
        seen, taken, length = set(waiting), {}, 0
        while waiting:
            name, place = waiting.pop()
            for where in self._bindings(name, place, position, given):
                statement = self._parsed[where[0]][where[1]]
                length += 0 if where in taken else len(statement.source)
                if where in taken or len(taken) >= MAX_STATEMENTS or length > MAX_LENGTH:
                    continue
                taken[where] = statement
                now = {(n, where) for n in statement.used_now}
                later = {(n, here) for n in statement.used_later - bound_here}
                waiting += sorted((now | later) - seen)
                seen |= now | later
        return [taken[where] for where in sorted(taken)]

    def _bindings(self, name, place, position, given):
        """Return where ``name`` gets the value that it has at ``place``, and where it changes."""
        bound, changed = self._places
        start = _nearest(bound.get(name, ()), place, position, name not in given)
        if start is None:
            found = bound.get("*", ()) if name not in given else ()
        else:
            changes = changed.get(name, ())
            end = place if start < place else (start[0] + 1, -1)
            between = bisect.bisect_right(changes, start), bisect.bisect_left(changes, end)
            found = [start, *islice(changes, *between)]
        return [where for where in islice(found, MAX_STATEMENTS) if where[0] != position]


def leaning(run, name, given=frozenset()):
    """Return the positions in ``run``, Statements, of those that the function ``name`` needs."""
    modules = {n for s in run if isinstance(s.node, IMPORTS) for n in s.binds} | given
    touching = {}
    for i, statement in enumerate(run):
        # A call of a module's function, such as np.testing.assert_equal, changes no module.
        changed = statement.changes - modules if statement.calls_only else statement.changes
        for touched in statement.binds | changed:
            touching.setdefault(touched, []).append(i)
    followed, seen, waiting = set(), set(), touching.get(name, [])[-1:]
    while waiting:
        statement = run[i := waiting.pop()]
        followed.add(i)
        # A function that calls itself needs no other; f = vectorize(f) does.
        for used in statement.used_now | (statement.used_later - {name}) | {"*"}:
            if used not in seen:
                seen.add(used)
                waiting += touching.get(used, ())
    return sorted(followed)


def answers(run, name):
    """Return whether ``run``, Statements, gives ``name`` a value that is more than the stub."""
    binding = (s.node for s in run if name in s.binds)
    return any(not isinstance(node, IMPORTS) and not _is_stub(node) for node in binding)


def is_blank(source):
    """Return whether nothing but comments stands in ``source``."""
    return all(not line.strip() or line.lstrip().startswith("#") for line in source.splitlines())


def _is_untouched(run, name):
    """Return whether ``run`` is the stub alone: it would raise at each call, so need not run."""
    if (
        len(run) != 1
        or not isinstance(run[0].node, ast.FunctionDef)
        or not _is_stub(run[0].node)
        or run[0].node.decorator_list
    ):
        return False
    function = run[0].node
    body = function.body[ast.get_docstring(function, clean=False) is not None :]
    return function.name == name and len(body) == 1 and isinstance(body[0], ast.Raise)


def _is_stub(node):
    """Return whether ``node`` is a function that does nothing, or ends by saying so.

    So is a class of nothing but such functions.
    """
    if isinstance(node, ast.ClassDef):
        methods = [part for part in node.body if isinstance(part, ast.FunctionDef)]
        return bool(methods) and all(map(_is_stub, methods))
    if not isinstance(node, ast.FunctionDef):
        return False
    last = node.body[-1]
    if isinstance(last, ast.Raise):
        raised = getattr(last.exc, "func", last.exc)
        return getattr(raised, "id", "") == "NotImplementedError"
    return isinstance(last, ast.Pass) or (
        isinstance(last, ast.Expr) and isinstance(last.value, ast.Constant)
    )


def _nearest(places, place, position, below):
    """Return the last of ``places`` before ``place``, else the first after it, or None.

    The answer's own cell, at ``position``, is passed over.
    """
    own = bisect.bisect_left(places, (position, -1))
    after_own = bisect.bisect_left(places, (position + 1, -1))
    i = bisect.bisect_left(places, place)
    before, after = (own, after_own) if own < i <= after_own or i == own else (i, i)
    if before:
        return places[before - 1]
    return places[after] if below and after < len(places) else None


# The instructor's cells are the same for a whole class.
_instructors = cache(statements)
