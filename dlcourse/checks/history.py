"""Which executed cell an answer comes from, and whether a newer one failed or none has run.

A cell that ends in an error leaves the function from before where it was, or nothing at all.
IPython tells after each cell how it ended; what is noted here is only ever put into words, and
decides nothing.
Where nobody sits in front of a kernel (plain Python, nbval, graders), there is nothing to say.
"""

import ast
import functools
import os
import re
import sys

from .card import LOOK, Card
from .verdict import WRONG


def watch(names):
    """Note from now on which cells give ``names`` their values."""
    shell = _shell()
    if shell is not None:
        _recorder(shell).watch(names)


def judged_cell(name, function):
    """Return what a card says of the cell that made ``function``: two sentences, each may be "".

    The first warns of a newer cell that failed, the second names the cell that was judged.
    """
    shell = _shell()
    if not someone_watches() or shell.user_ns.get(name) is not function:
        return "", ""
    return _recorder(shell).words(name)


def someone_watches():
    """Return whether a person is there: a front end that lets a cell ask for ``input()``."""
    shell = _shell()
    if shell is None or "NBGRADER_EXECUTION" in os.environ:
        return False
    request = shell.get_parent() if hasattr(shell, "get_parent") else None
    if request is None:  # IPython in a terminal
        return sys.stdin is not None and sys.stdin.isatty()
    return bool(request.get("content", {}).get("allow_stdin"))


class Recorder:
    """Listens to one IPython, 7 or newer."""

    def __init__(self, shell):
        self.shell = shell
        self.held, self.made, self.failed = {}, {}, {}
        shell.events.register("post_run_cell", self.after_cell)

    def watch(self, names):
        """Add to the names that are followed; what they hold by now comes from earlier cells."""
        for name in names:
            self.held.setdefault(name, self.shell.user_ns.get(name))

    def after_cell(self, result):
        """Note what a cell, which IPython has just run, did to the names."""
        cell = result.execution_count
        error = result.error_before_exec or result.error_in_exec
        for name, held in self.held.items():
            now = self.shell.user_ns.get(name)
            if now is not held:
                self.held[name], self.made[name] = now, cell
                self.failed.pop(name, None)
            if error is not None and cell and defines(result.info.raw_cell, name):
                self.failed[name] = cell, _public_name(type(error))
        if type(result.error_in_exec) is NameError:
            self.tell_absent(result.error_in_exec.name, cell)

    def tell_absent(self, name, here):
        """Say below the raw error in cell ``here`` what to do: no cell has made ``name`` yet."""
        if name not in self.held or name in self.shell.user_ns or not someone_watches():
            return
        cell, error = self.failed.get(name, (here, ""))
        if cell == here:
            todo = f"Run the cell that defines {name} first (click into it, Shift+Enter)"
        else:
            todo = f"Your cell [{cell}], which defines it, {_ended(error)}. Mend and run it"
        card = Card(f"✗ There is no {name} yet", [f"{todo}, then this one."], LOOK[WRONG][2])
        self.shell.display_pub.publish({"text/plain": repr(card), "text/html": card._repr_html_()})

    def words(self, name):
        """Return (warning, the cell that was judged) for what ``name`` holds now."""
        if self.shell.user_ns.get(name) is not self.held[name]:
            return "", "Judged: this cell."
        made = self.made.get(name)
        failed, error = self.failed.get(name, (None, ""))
        ended = _ended(error)
        if failed is None:
            return "", f"Judged: your cell [{made}]." if made else ""
        if failed == made:
            return "", f"Judged: your cell [{made}], which {ended} further down."
        origin = f", from your cell [{made}]" if made else ""
        return f"Your last cell [{failed}] {ended}; this is the version before it{origin}.", ""


def _ended(error):
    return "was interrupted" if error == "KeyboardInterrupt" else f"ended in an error ({error})"


def _public_name(error):
    """Return what a class of errors is called where it is documented.

    Python 3.13 raises ``_IncompleteInputError`` for a bracket that is not closed: a SyntaxError.
    """
    return next(one.__name__ for one in error.__mro__ if not one.__name__.startswith("_"))


def defines(source, name):
    """Return whether a cell, which need not be Python that can be read, gives ``name`` a value.

    >>> defines("def f(x:", "f"), defines("f = 1 +", "f"), defines("f == 1", "f")
    (True, True, False)
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        line = rf"(async\s+)?def\s+{name}\b|class\s+{name}\b|{name}\s*(:[^=\n]*)?=(?!=)"
        return re.search(rf"^[ \t]*({line})", source, re.MULTILINE) is not None
    return any(name == bound for node in tree.body for bound in _bound(node))


def _bound(node):
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Import | ast.ImportFrom):
        yield from (alias.asname or alias.name for alias in node.names)
    else:
        inner = ast.walk(node)
        yield from (n.id for n in inner if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))


@functools.cache
def _recorder(shell):
    return Recorder(shell)


def _shell():
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython is not None else None
