"""What a function that is there uses of libraries: itself, its helpers, and what they hold."""

import ast
import builtins
import functools
import inspect
import linecache
import sys
import types
import warnings
from itertools import islice
from pathlib import Path

import numpy as np

from .uses import used

MOST = 2000  # things looked at behind one function
COURSE = str(Path(__file__).parents[1])
CONTAINERS = (list, tuple, set, frozenset)
UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)


def in_function(function):
    """Return the full names of the library's things that ``function`` and its helpers use.

    Returns
    -------
    set of str
        such as scipy.special.expit, whatever the function calls it
    """
    origins = set()
    for thing in behind(function):
        if isinstance(thing, str):
            origins.add(thing)
        elif not is_own(thing):
            origins.add(origin(thing))
    return origins


def behind(function):
    """Yield ``function``, each thing that it uses, once, and full names of a library as str."""
    waiting, seen = [function], {}
    while waiting and len(seen) < MOST:
        thing = waiting.pop()
        if id(thing) in seen:
            continue
        seen[id(thing)] = thing  # kept, so that no other thing gets its id
        yield thing
        for part in _parts(thing):
            if isinstance(part, str):
                yield part
            else:
                waiting.append(part)


def origin(thing):
    """Return the full name of a library's function, class or module, or of a value's class.

    >>> origin(inspect.signature), origin(inspect), origin(3)
    ('inspect.signature', 'inspect', 'builtins.int')
    """
    if isinstance(thing, types.ModuleType):
        return thing.__name__
    name = getattr(thing, "__qualname__", None) or getattr(thing, "__name__", None)
    if not callable(thing) or not isinstance(name, str):
        return origin(type(thing))
    module = getattr(thing, "__module__", None)
    return f"{module if isinstance(module, str) else type(thing).__module__}.{name}"


def is_own(thing):
    """Return whether the learner wrote ``thing``, what it wraps, or its class."""
    inner = _wrapped(thing)
    if inner is not None:
        return is_own(inner)
    if isinstance(thing, types.FunctionType):
        return written_here(thing.__code__.co_filename)
    if isinstance(thing, types.ModuleType):
        return written_here(getattr(thing, "__file__", None) or "/lib/python")
    if not isinstance(thing, type):
        return is_own(type(thing))
    module = sys.modules.get(thing.__module__)
    return thing.__module__ == "__main__" or (module is not None and is_own(module))


def written_here(filename):
    """Return whether a file is neither a library's nor the course's."""
    return not any(place in filename for place in (COURSE, "site-packages", "/lib/python"))


def _wrapped(thing):
    if isinstance(thing, functools.partial):
        return thing.func
    if isinstance(thing, types.MethodType):
        return thing.__func__
    if isinstance(thing, np.vectorize):
        return thing.pyfunc
    inner = getattr(thing, "__wrapped__", None) if callable(thing) else None
    return inner if callable(inner) else None


def _parts(thing):
    """Yield what is behind ``thing``: things to look at, and full names of a library as str."""
    inner = _wrapped(thing)
    if inner is not None:
        yield inner
        yield from getattr(thing, "args", ())
        yield from getattr(thing, "keywords", {}).values()
        yield getattr(thing, "__self__", None)
        yield f"{type(thing).__module__}.{type(thing).__qualname__}"
    if isinstance(thing, (*CONTAINERS, dict)):
        held = thing.values() if isinstance(thing, dict) else thing
        yield from (part for part in islice(held, MOST) if not isinstance(part, str))
    elif isinstance(thing, property):
        yield thing.fget
    elif is_own(thing) and isinstance(thing, types.FunctionType):
        yield from _of_function(thing)
    elif is_own(thing) and not isinstance(thing, types.ModuleType):
        held = getattr(thing, "__dict__", {}).items()
        # Where a class stands in its cell is no part of it.
        yield from (v for k, v in held if k != "__firstlineno__" and not isinstance(v, str))
        yield from getattr(thing, "__bases__", (type(thing),))


def _of_function(function):
    """Yield what the learner's ``function`` uses, looked up where Python would."""
    yield from function.__defaults__ or ()
    yield from (function.__kwdefaults__ or {}).values()
    code = function.__code__
    cells = dict(zip(code.co_freevars, function.__closure__ or (), strict=True))
    for absolute, (head, *rest) in _chains(code, function.__globals__):
        if absolute:
            yield ".".join((head, *rest))
            continue
        try:
            known = cells[head].cell_contents if head in cells else function.__globals__[head]
        except (ValueError, KeyError):  # a cell that is empty still; a builtin, or nothing
            known = getattr(builtins, head, None)
        for name in rest:
            if not isinstance(known, types.ModuleType):
                break
            if not is_own(known):
                yield f"{known.__name__}.{name}"
            known = getattr(known, name, None)
        if not isinstance(known, str):
            yield known


def _chains(code, names):
    """Return the chains in the source of ``code``; where there is none, its names alone."""
    linecache.checkcache(code.co_filename)
    found = None
    for node in ast.walk(_parsed("".join(linecache.getlines(code.co_filename, names)))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))])
            arguments = tuple(a.arg for a in (*node.args.posonlyargs, *node.args.args))
            if (first, arguments) == (code.co_firstlineno, code.co_varnames[: code.co_argcount]):
                found = (found or set()).union(*used(node))
    return {(False, (name,)) for name in names_in(code)} if found is None else found


def names_in(code):
    """Return every outer and attribute name in ``code``, nested functions included."""
    inner = (names_in(constant) for constant in code.co_consts if inspect.iscode(constant))
    return {*code.co_names, *code.co_freevars}.union(*inner)


@functools.lru_cache(maxsize=32)
def _parsed(source):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a learner's "\d"
        try:
            return ast.parse(source)
        except UNREADABLE:
            return ast.Module([], [])
