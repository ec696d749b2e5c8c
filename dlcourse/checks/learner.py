"""Look at the learner's function itself: callable as asked, their own, and where it failed."""

import inspect
import traceback
from pathlib import Path

LIBRARIES = ("dlcourse", "numpy", "scipy", "sklearn", "torch")


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
        return f"it must take {asked}; yours takes {yours}."
    return None


def borrowed(exercise, function):
    """Return where ``function`` takes its answer from a library that has it, or None."""
    if (getattr(function, "__module__", None) or "").partition(".")[0] in LIBRARIES:
        return f"this is the library's own {exercise.name}. Write yours: it is only a few lines."
    used = names_used(getattr(function, "__code__", None)) & set(exercise.forbidden)
    if used:
        return f"it uses {', '.join(sorted(used))}, which would be the answer. Build it yourself."
    return None


def names_used(code):
    """Return every outer and attribute name in ``code``, nested functions included."""
    if code is None:
        return set()
    nested = (names_used(c) for c in code.co_consts if inspect.iscode(c))
    return {*code.co_names, *code.co_freevars}.union(*nested)


def own_line(error):
    """Return where in the learner's own code ``error`` arose, as one sentence."""
    frames = traceback.extract_tb(error.__traceback__)
    theirs = [f for f in frames if _written_here(f.filename)]
    if not theirs:
        return ""
    last = theirs[-1]
    return f"Your line {last.lineno}: {last.line}"


def _written_here(filename):
    elsewhere = (str(Path(__file__).parents[1]), "site-packages", "/lib/python")
    return not any(place in filename for place in elsewhere)
