"""Look at the learner's function itself: callable as asked, their own, and where it failed."""

import inspect
import os
import traceback

from .borrowed import forbidden, sentence
from .reached import in_function, is_own, names_in, written_here


def not_callable(exercise, function):
    """Return why ``function`` cannot be called as the exercise asks, or None."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return None  # some compiled functions have none; calling them will tell
    try:
        signature.bind(*exercise.parameters)
    except TypeError:
        yours = ", ".join(signature.parameters) or "nothing"
        asked = f"{exercise.name}({', '.join(exercise.parameters)})"
        return f"it must take {asked}; yours takes {yours}.{_self_missing(function)}"
    return None


def _self_missing(function):
    made = vars(function).get("__init__") if inspect.isclass(function) else None
    first = next(iter(inspect.signature(made).parameters), "") if made else "self"
    return "" if first == "self" else " Is self missing as the first argument of __init__?"


def called(function, frame, names):
    """Return which of ``names`` hold the very ``function`` where ``frame`` runs.

    Where none does, its own name is returned, if it has one; it may be none of ``names``.
    """
    here = {**frame.f_globals, **frame.f_locals}
    holding = [name for name in names if name in here and here[name] is function]
    own = getattr(function, "__name__", None)
    if len(holding) > 1 and "NBGRADER_EXECUTION" in os.environ and own in holding:
        return [own]  # nobody is there to be asked
    return holding or ([own] if isinstance(own, str) and own.isidentifier() else [])


def borrowed(exercise, function):
    """Return where ``function`` takes its answer from a library that has it, or None."""
    names = forbidden(exercise, in_function(function))
    if names and not is_own(function):
        return f"this is the library's own {exercise.name}. Write yours: it is only a few lines."
    return sentence(names) if names else None


def all_names(answer):
    """Return every outer and attribute name in a function, or in the methods of a class."""
    parts = vars(answer).values() if inspect.isclass(answer) else [answer]
    codes = (getattr(part, "__code__", None) for part in parts)
    return set().union(*(names_in(code) for code in codes if code is not None))


def own_line(error):
    """Return where in the learner's own code ``error`` arose, as one sentence."""
    frames = traceback.extract_tb(error.__traceback__)
    theirs = [f for f in frames if written_here(f.filename)]
    if not theirs:
        return ""
    last = theirs[-1]
    return f"Your line {last.lineno}: `{last.line}`"
