"""An answer as it works in the student's notebook: its cell, and what it needs of the others.

The cells that carry the exercise's mark belong together, in order; so does a cell between them
and the check that answers anew. Of these and of all others only what the function needs is
run (needs.py). Names of the instructor's set-up stay the instructor's, unless a cell of the
student's above gives them another value. What cannot be read is never run.
"""

import ast
import builtins
import itertools
from dataclasses import dataclass
from functools import cache, cached_property

from ...checks.borrowed import in_source
from ...checks.chains import of_this_scope
from .needs import Needs
from .notebook import Unreadable
from .places import IMPORTS, Places
from .statements import placed, statements

# An honest notebook stays far below. Beyond, cells are unread.
MAX_READ, MAX_STATEMENTS_READ, MAX_STATEMENTS_OF_CELL = 2**20, 20_000, 2000
ELSEWHERE = "The answer stood outside the exercise's own cell."
SEVERAL = "It is answered in several cells, but not in its own."
FAR_TOO_MANY = "Its cell has {} statements: far too many to be read."


@dataclass(frozen=True)
class Answer:
    """What is run for one exercise: ``helpers`` of other cells, then ``source``.

    ``origins`` are the full names of the libraries' things that it uses, ``names`` all words in
    it, ``note`` is for the instructor; ``left_out`` says that more was needed than is taken,
    ``unread`` why there is nothing to run, where an answer is there but cannot be read.
    """

    source: str
    helpers: tuple = ()
    origins: frozenset = frozenset()
    names: frozenset = frozenset()
    note: str = ""
    left_out: bool = False
    unread: str = ""


class Answers:
    """Finds the answers in one student's notebook.

    Parameters
    ----------
    cells : Cells
    exercises : their names
    setup : the instructor's cells before each exercise, by name
    """

    def __init__(self, cells, exercises, setup):
        self.cells, self.setup = cells, setup
        self.code = cells.code or tuple(cells.marked.items())
        self.names = frozenset(exercises)

    def find(self, name):
        """Return the Answer to the exercise ``name``, or None; say why in a sentence.

        Returns
        -------
        (Answer or None, str)
        """
        own = [i for i, (grade_id, _) in enumerate(self.code) if grade_id == name]
        run, problem = self._read_own(name, own)
        others = [i for i in self._defining.get(name, ()) if i not in own]
        last = own[-1] if own else -1
        check = next((i for i in self._checks.get(name, ()) if i > last), None)
        moved = [i for i in others if check is not None and last < i < check]
        if not moved and not any(answers(part, name) for part in run.values()):
            if len(others) > 1:
                return None, SEVERAL
            moved = others
        if moved:
            run = {**run, **{i: self._parsed[i] for i in moved}}
        elif problem is not None and not any(answers(part, name) for part in run.values()):
            return Answer("", unread=problem), ""
        elif all(_is_untouched(statement, name) for part in run.values() for statement in part):
            return None, ""
        note = ELSEWHERE if moved else self.cells.notes.get(name, "")
        return self._complete(name, dict(sorted(run.items())), check, note), ""

    def _read_own(self, name, own):
        """Return {cell: Statements} of those ``own`` cells that can be read, and what cannot."""
        run, problem = {}, self.cells.unread.get(name)
        for i in own:
            try:
                run[i] = statements(self.code[i][1])
            except Unreadable as error:
                problem = str(error)
                continue
            if len(run[i]) > MAX_STATEMENTS_OF_CELL:
                problem = FAR_TOO_MANY.format(len(run.pop(i)))
        return run, problem

    def _complete(self, name, run, check, note):
        if any(answers(part, name) for part in run.values()):
            run = {i: [s for s in part if not _is_stub(s, name)] for i, part in run.items()}
        check = max(run) + 1 if check is None or check <= max(run) else check
        needs = Needs(self._places, name, run, check, self._given(name))
        source = "\n".join(placed(part) for part in needs.own.values())
        nodes = [
            s.node for s in (*needs.helpers, *(s for part in needs.own.values() for s in part))
        ]
        given = [s.node for cell in self.setup[name] for s in _instructors(cell)]
        return Answer(
            source,
            tuple(helper.source for helper in needs.helpers),
            frozenset(in_source(nodes, name, given)),
            frozenset(_words(nodes)),
            note,
            needs.left_out,
        )

    def _given(self, name):
        bound = (s.binds for cell in self.setup[name] for s in _instructors(cell))
        return frozenset(dir(builtins)).union(*bound)

    @cached_property
    def _parsed(self):
        """The statements of each cell, without those that the instructor wrote."""
        ours = {s.source for cells in self.setup.values() for c in cells for s in _instructors(c)}
        found, length, number = [], 0, 0
        for _, source in self.code:
            length += len(source)
            try:
                enough = length > MAX_READ or number > MAX_STATEMENTS_READ
                run = [] if enough else statements(source)
            except Unreadable:
                run = []
            number += len(run)
            few = len(run) <= MAX_STATEMENTS_OF_CELL
            found.append([s for s in run if s.source not in ours] if few else [])
        return found

    @cached_property
    def _places(self):
        return Places(self._parsed)

    @cached_property
    def _defining(self):
        """The cells that answer, by name."""
        found = {}
        for i, run in enumerate(self._parsed):
            for name in {n for s in run for n in s.binds & self.names if answers([s], n)}:
                found.setdefault(name, []).append(i)
        return found

    @cached_property
    def _checks(self):
        """The cells that check, by name."""
        found = {}
        for i, run in enumerate(self._parsed):
            for name in {s.checked for s in run} & self.names:
                found.setdefault(name, []).append(i)
        return found


def answers(run, name):
    """Return whether ``run``, Statements, gives ``name`` a value that is more than the stub."""
    return any(
        name in s.binds and not isinstance(s.node, IMPORTS) and not _is_stub(s, name) for s in run
    )


def _is_stub(statement, name):
    """Return whether it is the function ``name`` and never comes to a value.

    So is a class of nothing but such functions.
    """
    node = statement.node
    if not isinstance(node, ast.ClassDef):
        return getattr(node, "name", "") == name and _never_returns(node)
    methods = [part for part in node.body if isinstance(part, ast.FunctionDef)]
    return node.name == name and bool(methods) and all(map(_never_returns, methods))


def _never_returns(node):
    if not isinstance(node, ast.FunctionDef):
        return False
    inside = (part for statement in node.body for part in of_this_scope(statement))
    if any(isinstance(part, ast.Return | ast.Yield | ast.YieldFrom) for part in inside):
        return False
    last = node.body[-1]
    return _raises(last) or isinstance(last, ast.Pass) or _is_constant(last)


def _is_untouched(statement, name):
    """Return whether it is the stub as it was: it would raise at each call, so need not run."""
    node = statement.node
    if not _is_stub(statement, name) or isinstance(node, ast.ClassDef) or node.decorator_list:
        return False
    return all(_raises(part) or _is_constant(part) for part in node.body)


def _words(nodes):
    for node in itertools.chain.from_iterable(map(ast.walk, nodes)):
        word = getattr(node, "attr", getattr(node, "id", None))
        if word is not None:
            yield word


def _raises(node):
    raised = getattr(node, "exc", None) if isinstance(node, ast.Raise) else None
    return getattr(getattr(raised, "func", raised), "id", "") == "NotImplementedError"


def _is_constant(node):
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


# The instructor's cells are the same for a whole class.
_instructors = cache(statements)
