"""What the function of one exercise needs of a notebook's statements, whatever fills it.

A name is looked up as Python would in a notebook that ran from top to bottom: the statement
that gave it its last value, and all that may have changed it since. Where none stands above,
a later one counts, for cells are moved. Whoever wrote a notebook in another order than it ran
is told so: ``Needs.left_out``.
"""

import bisect
import builtins

from .places import DEFINITIONS, touches

# An honest answer stays far below.
MAX_STATEMENTS, MAX_LENGTH = 300, 100_000


class Needs:
    """The statements that the function ``name`` needs: ``own`` of its cells, and ``others``.

    Parameters
    ----------
    places : Places
    name : of the function
    own : {cell: its Statements}, the cells of the answer, in their order
    check : the cell before which everything has run
    given : names that the instructor's cells bind
    """

    def __init__(self, places, name, own, check, given):
        self.places, self.name, self.check, self.given = places, name, check, given
        self.cells = set(own)
        self.run = [(i, s) for i, run in own.items() for s in run]
        self.left_out, self.length, self.others, self.followed = False, 0, {}, set()
        self._bound, self._changed, self._seen, self._waiting = {}, {}, set(), []
        self._own_places = self._index()
        self._find()

    @property
    def own(self):
        """The needed Statements of the answer's own cells, by cell."""
        found = {}
        for i in sorted(self.followed):
            cell, statement = self.run[i]
            found.setdefault(cell, []).append(statement)
        return found

    @property
    def helpers(self):
        """The needed Statements of other cells, in their order."""
        return [self.others[where] for where in sorted(self.others)]

    def _index(self):
        index = {}
        for i, (_, statement) in enumerate(self.run):
            touched = statement.changes | statement.passes | statement.calls | statement.sets
            for name in touched | statement.binds:
                if name in statement.binds or touches(
                    statement, name, self._is_module(name), self.places.functions
                ):
                    index.setdefault(name, []).append(i)
            by_call = self.places.changed_by_call(statement)
            called = {name for name, function in by_call if function != self.name}
            for name in called | statement.shares:
                known = index.setdefault(name, [])
                if self._is_value(name) and i not in known[-1:]:
                    known.append(i)
        return index

    def _is_module(self, name):
        return name in self.places.modules or name in self.given

    def _is_value(self, name):
        """Return whether ``name`` holds what a statement may change: no module, no function."""
        return not self._is_module(name) and name not in self.places.functions

    def _find(self):
        end = len(self.run)
        for where in self.places.futures:
            self._take(where)
        for i, (_, statement) in enumerate(self.run):
            if getattr(statement.node, "module", "") == "__future__":
                self._follow(i)
        if self._at_home(self.name, end)[0]:
            self._want(self.name, end, None)
        else:  # by a star import, or in a way that cannot be seen: all of it
            for i in range(end):
                self._follow(i)
        if self._is_set("sys"):  # as by sys.setrecursionlimit
            self._want("sys", end, None)
        while self._waiting:
            self._visit(*self._waiting.pop())
        self.left_out = self.left_out or self._shared_elsewhere()

    def _shared_elsewhere(self):
        """Return whether a statement that is not run gives a needed value another holder."""
        read = {name for name, *_ in self._seen if name in self.places.bound}
        read = {name for name in read if self._is_value(name)}
        return bool(read) and any(
            read & statement.shares
            for i, run in enumerate(self.places.parsed)
            for j, statement in enumerate(run)
            if i not in self.cells and (i, j) not in self.others
        )

    def _want(self, name, index, place):
        if (name, index, place) not in self._seen:
            self._seen.add((name, index, place))
            self._waiting.append((name, index, place))

    def _visit(self, name, index, place):
        """Follow what gives ``name`` its value before own statement ``index``.

        Without an index it is another cell's statement, at ``place``, that needs the value.
        """
        here = place or (self.check, -1)
        if index is None:
            outside = self._outside(name, here)
            found = () if outside else self._at_home(name, len(self.run))[0]
        else:
            found, sure = self._at_home(name, index)
            if not sure:
                outside = self._outside(name, here)
            elif place is None:  # a table of one's own, filled in a cell below
                outside = self._changes(name, (max(self.cells), len(self.run)), here)
            else:
                outside = ()
        if not found and not outside and name not in self.given:
            found = self._at_home("*", len(self.run))[0]
            outside = self.places.bound.get("*", ())[:MAX_STATEMENTS]
        for i in found:
            self._follow(i)
        for where in outside:
            self._take(where)

    def _is_set(self, name):
        everything = self._changes(name, (0, -1), (self.check, -1))
        return bool(everything) or any(name in s.sets for _, s in self.run)

    def _at_home(self, name, index):
        """Return which own statements before ``index`` touch ``name``, and if one surely binds."""
        places, found = self._own_places.get(name, ()), []
        for i in reversed(places[: bisect.bisect_left(places, index)]):
            found.append(i)
            statement = self.run[i][1]
            if statement.is_sure and name in statement.binds:
                return found, True
        return found, False

    def _outside(self, name, place):
        """Return where, in other cells, ``name`` gets its value at ``place`` and is changed."""
        bound = self._other(self._bound, name, lambda: self.places.bound.get(name, ()))
        i = bisect.bisect_left(bound, place)
        if i:
            start = bound[i - 1]
        elif bound and (name not in self.given or self._replaces_builtin(name, bound)):
            start = bound[0]
        else:
            return self._changes(name, (0, -1), place)
        statement = self.places.parsed[start[0]][start[1]]
        if not statement.is_sure:
            self._want(name, None, start)
        end = place if start < place else (len(self.places.parsed), -1)
        return [start, *self._changes(name, start, end)]

    def _changes(self, name, start, end):
        changed = self._other(
            self._changed, name, lambda: self.places.changing(name, self.name, self.given)
        )
        first, last = bisect.bisect_right(changed, start), bisect.bisect_left(changed, end)
        return changed[first : min(last, first + MAX_STATEMENTS)]

    def _other(self, known, name, find):
        if name not in known:
            known[name] = [where for where in find() if where[0] not in self.cells]
        return known[name]

    def _replaces_builtin(self, name, bound):
        """Return whether the notebook has a function of its own by a builtin's name."""
        if not hasattr(builtins, name):
            return False
        cell, place = bound[0]
        return isinstance(self.places.parsed[cell][place].node, DEFINITIONS)

    def _follow(self, i):
        if i in self.followed:
            return
        self.followed.add(i)
        cell, statement = self.run[i]
        for name in statement.used_now:
            self._want(name, i, None if self._at_home(name, i)[1] else (cell, -1))
        for name in statement.used_later - {self.name}:
            self._want(name, len(self.run), None)
        if any(map(self._is_value, statement.shares)):  # who else holds the value may change it
            for name in statement.binds:
                self._want(name, len(self.run), None)

    def _take(self, where):
        if where in self.others or where[0] in self.cells:
            return
        statement = self.places.parsed[where[0]][where[1]]
        if len(self.others) >= MAX_STATEMENTS or self.length > MAX_LENGTH:
            self.left_out = True
            return
        self.length += len(statement.source)
        if self.length > MAX_LENGTH:
            self.left_out = True
            return
        self.others[where] = statement
        for name in statement.used_now:
            self._want(name, None, where)
        for name in statement.used_later - {self.name}:
            self._want(name, len(self.run), None)
