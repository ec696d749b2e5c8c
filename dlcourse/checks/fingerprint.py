"""Tell one answer from another, also in a later session: a hash of what the learner wrote."""

import hashlib
import inspect
import linecache
import numbers
import types

from .reached import behind, is_own


def fingerprint(function):
    """Return a hash of the learner's ``function``, their helpers and the numbers that it reads.

    The source counts, comments too, but not the blanks at the end of a line; where there is
    none, the compiled code. Arrays do not count: they may be drawn or loaded anew each day.

    Returns
    -------
    str
        64 hexadecimal digits
    """
    written = {_written(thing) for thing in behind(function)} - {None}
    # A set, sorted: what is behind a function is found in no order that lasts.
    return hashlib.sha256("\n\0".join(sorted(written)).encode("utf-8", "replace")).hexdigest()


def _written(thing):
    """Return what the learner wrote of ``thing``, or None for what is not theirs to write."""
    if isinstance(thing, numbers.Number):
        return f"{type(thing).__name__} {thing!r}"
    if isinstance(thing, types.FunctionType) and is_own(thing):
        return _source(thing) or _compiled(thing.__code__)
    if isinstance(thing, type) and is_own(thing):
        return f"class {thing.__qualname__}"
    return None


def _source(function):
    name = function.__code__.co_filename
    linecache.checkcache(name)
    if not linecache.getlines(name):  # from Python 3.13 inspect takes the main script's lines then
        return None
    try:
        lines = inspect.getsource(function).splitlines()
    except (OSError, TypeError, SyntaxError, IndentationError):
        return None
    return "\n".join(line.rstrip() for line in lines).strip()


def _compiled(code):
    """Return what a code object does, without its places in memory and in files."""
    constants = [
        _compiled(constant) if inspect.iscode(constant) else repr(constant)
        for constant in code.co_consts
    ]
    return f"{code.co_code.hex()} {code.co_names} {code.co_varnames} {constants}"
