"""What a notebook's cells expect to find and grading leaves out: dlcourse, torch, IPython.

Set-up cells import the course, open its checks and load its data. Here these imports succeed
and give things that do nothing; whoever uses such a thing gets ``LeftOut``. A set-up
statement that does so is skipped, and the names that it would have bound stand for nothing
either. In an answer it is an error: what an exercise needs arrives as an argument.
"""

import ast
import importlib
import importlib.abc
import importlib.machinery
import sys

# Bars of a notebook need its front end; plain ones stand in for them.
BARS = "tqdm.notebook"


class LeftOut(ImportError):
    """Something that is not there when answers are graded."""


class Absent:
    """Stands for something left out: has every attribute, and can do nothing."""

    _error, _words = LeftOut, "{} is left out when your answer is graded"

    def __init__(self, name):
        object.__setattr__(self, "_name", name)

    def __getattr__(self, attribute):
        if attribute.startswith("__"):
            raise AttributeError(attribute)
        return type(self)(f"{self._name}.{attribute}")

    def __repr__(self):
        return f"<{self._words.format(self._name)}>"

    def _refuse(self, *args, **kwargs):
        raise self._error(self._words.format(self._name))

    __call__ = __iter__ = __len__ = __getitem__ = __setitem__ = __setattr__ = _refuse
    __bool__ = __float__ = __int__ = __index__ = __array__ = __enter__ = __contains__ = _refuse
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __matmul__ = _refuse
    __truediv__ = __rtruediv__ = __pow__ = __neg__ = __lt__ = __gt__ = __le__ = __ge__ = _refuse


class Lab:
    """The lab in the notebook: its checks say nothing, and nothing has passed yet."""

    def check(self, *args, **kwargs):
        """Say nothing."""

    hint = score = check

    def passed(self, name):
        """Return False, so that cells which wait for an answer are passed over."""
        return False


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds dlcourse as something absent, and says of other left-out modules that they are.

    For the progress bars of a notebook it finds plain ones.
    """

    def __init__(self, allowed):
        self.allowed = {*allowed, *sys.stdlib_module_names}

    def find_spec(self, name, path=None, target=None):
        """Return how to import ``name``, or None where the usual way is right."""
        top = name.partition(".")[0]
        if top == "dlcourse" or name == BARS:
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        if top in self.allowed or importlib.machinery.PathFinder.find_spec(top) is None:
            return None
        raise LeftOut(f"{top} is left out when your answer is graded", name=top)

    def create_module(self, spec):
        """Let Python make an ordinary module."""

    def exec_module(self, module):
        """Give the module every attribute that one may ask for."""
        name = module.__name__
        if name == BARS:
            tqdm = importlib.import_module("tqdm")
            module.tqdm = module.tqdm_notebook = tqdm.tqdm
            module.trange = module.tnrange = tqdm.trange
            return
        if name == "dlcourse":
            module.lab = lambda *args, **kwargs: Lab()

        def attribute(wanted):
            if wanted.startswith("__"):
                raise AttributeError(wanted)
            return Absent(f"{name}.{wanted}")

        module.__getattr__ = attribute


class Shell:
    """What get_ipython() gives: magics do nothing, those that time or capture run their code."""

    def __init__(self, run):
        self.run = run

    def run_line_magic(self, magic, line, *args):
        """Run ``%time statement`` and its like; ignore other magics."""
        if magic in ("time", "timeit", "prun"):
            self.run(line)

    def run_cell_magic(self, magic, line, cell):
        """Run the cell under ``%%time`` and its like; ignore the cells of other languages."""
        if magic in ("time", "timeit", "prun", "capture"):
            self.run(cell)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *args, **kwargs: None


# Listed before the fork: to look at every module's name in each child costs a millisecond.
OURS = []


def remember_ours():
    """Note which modules of the course are loaded, for ``install`` to remove."""
    OURS[:] = [name for name in sys.modules if name.partition(".")[0] == "dlcourse"]


def install(allowed):
    """Replace the course by its stand-in and let only ``allowed`` packages be imported."""
    for name in OURS:
        del sys.modules[name]
    sys.meta_path.insert(0, Finder(allowed))


def bound_names(statement):
    """Return the names that ``statement``, a syntax tree, binds."""
    names = set()
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names |= {(a.asname or a.name).partition(".")[0] for a in node.names}
    return names
