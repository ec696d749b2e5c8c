"""Keep an answer from a library's function that is the answer, by whatever road it comes.

What an exercise forbids is found in the source of an answer (checks/borrowed.py). This is for
names that no source shows, put together from strings, say. The public entries of NumPy, SciPy
and what builds on them give the student's code something that refuses, and the library's own
code what it always got: the caller's frame decides. It deters and does not confine: Python has
private roads to every function.
"""

import importlib.abc
import importlib.machinery
import sys
import sysconfig
import types

from .stand_in import Absent, LeftOut

GUARDED = ("numpy", "scipy", "pandas")
LIBRARIES = (*{sysconfig.get_path(name) for name in ("purelib", "platlib")}, "<frozen importlib")


class Borrowed(LeftOut):
    """An answer used the function that it should have built."""


class Refused(Absent):
    """Stands for what is forbidden; an import of it that is never used harms nobody."""

    _error, _words = Borrowed, "it uses {}, which would be the answer. Build it yourself"


class Guard(importlib.abc.MetaPathFinder):
    """Hides what is called ``forbidden``, or lies in a module that is called so.

    Modules that are imported later are guarded as they come.
    """

    def __init__(self, forbidden):
        self.forbidden, self.hidden = frozenset(forbidden), {}

    def cover(self, module):
        """Hide the public entries of one module."""
        top, *parts = getattr(module, "__name__", "").split(".")
        if top not in GUARDED or any(part.startswith("_") for part in parts):
            return
        entries = vars(module)
        wanted = self.forbidden & entries.keys()
        if self.forbidden.intersection(parts):
            wanted = {name for name in entries if not name.startswith("_")}
        wanted = {n for n in wanted if not isinstance(entries[n], types.ModuleType)}
        if wanted:
            wanted -= _globals_used(entries, module.__name__)
            kept = {name: entries.pop(name) for name in wanted}
            self.hidden |= {id(value): value for value in kept.values()}
            entries["__getattr__"] = _entry(module.__name__, kept, entries.get("__getattr__"))

    def find_spec(self, name, path=None, target=None):
        """Return how to import ``name``, guarded, or None where that is not needed."""
        if name.partition(".")[0] not in GUARDED:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader, self)
        return spec


class _Loader(importlib.abc.Loader):
    def __init__(self, loader, guard):
        self._loader, self._guard = loader, guard

    def __getattr__(self, name):
        return getattr(self._loader, name)

    def create_module(self, spec):
        return self._loader.create_module(spec)

    def exec_module(self, module):
        self._loader.exec_module(module)
        self._guard.cover(module)


def install(forbidden, names):
    """Refuse what is ``forbidden`` to code outside the libraries; ``names`` are the notebook's."""
    guard = Guard(forbidden)
    for module in list(sys.modules.values()):
        guard.cover(module)
    for name, value in names.items():
        if id(value) in guard.hidden:
            names[name] = Refused(name)
    sys.meta_path.insert(1, guard)  # behind the stand-in, which says what may be imported at all


def _entry(module, kept, otherwise):
    """Return the module's ``__getattr__``: Python asks it for what is not there."""

    def entry(name):
        if name not in kept:
            if otherwise is None:
                raise AttributeError(f"module {module!r} has no attribute {name!r}")
            return otherwise(name)
        caller = sys._getframe(1).f_code.co_filename
        return kept[name] if caller.startswith(LIBRARIES) else Refused(name)

    return entry


def _globals_used(entries, module):
    """Return the names that functions of the module look up in it: these it cannot miss."""
    own = (f for f in entries.values() if getattr(f, "__module__", None) == module)
    waiting = [f.__code__ for f in own if isinstance(f, types.FunctionType)]
    used = set()
    while waiting:
        code = waiting.pop()
        used.update(code.co_names)
        waiting += (constant for constant in code.co_consts if isinstance(constant, types.CodeType))
    return used
