"""An Outcome on the wire: what one call did, written down there and checked here."""

import builtins
import re

import numpy as np

from ...checks.outcome import Outcome, changed
from . import wire

FLOAT_ERRORS = {"overflow", "underflow", "invalid value", "divide by zero"}
WARNINGS_CAP = 20
MESSAGE_CAP = 2000
NOTES_CAP, NOTE_CAP = 200, 100
# Kind and name, which is shown to people: no more than a name in code, or "parameter 3".
NOTE = re.compile(r"(cut|tensor|modules) [\w.]+( \d+)?")

# Types that a check may ask for; of any other exception only name and nearest relative travel.
ERRORS = {
    name: thing
    for name, thing in vars(builtins).items()
    if isinstance(thing, type) and issubclass(thing, BaseException)
    if "Group" not in name
} | {"LinAlgError": np.linalg.LinAlgError}


def describe_error(error):
    """Return the JSON form of an exception: its name, its nearest known type, its message."""
    if error is None:
        return None
    known = next(c for c in type(error).__mro__ if ERRORS.get(c.__name__) is c)
    try:
        # KeyError quotes what it says, and would do so twice.
        message = str(error.args[0] if known is KeyError and error.args else error)
    except BaseException:  # a __str__ of the learner's may do anything
        message = ""
    return [shorten(type(error).__name__, 100), known.__name__, shorten(message)]


def read_error(described):
    """Return an exception as ``described``: None, or a new instance that holds the message."""
    if described is None:
        return None
    name, known, message = texts(described, 3)
    base = ERRORS.get(known)
    if base is None:
        raise wire.BadFrame("no known exception")
    if name == base.__name__:
        error_type = base
    else:
        word = name if name.isidentifier() else "Exception"
        error_type = type(word, (base,), {"__str__": lambda self: message})
    try:
        return error_type(message)
    except TypeError:  # UnicodeDecodeError and its like need more than a message
        return ValueError(message)


def describe(outcome, body):
    """Return the JSON form of ``outcome``, and its arrays appended to ``body``.

    Its "values" are what came back and what the arguments are by now.

    Raises
    ------
    BadFrame
        If it does not fit on the wire.
    """
    value = None if outcome.error else outcome.value
    return {
        "values": wire.encode((value, tuple(outcome.arguments)), body),
        "error": describe_error(outcome.error),
        "float_errors": sorted(outcome.float_errors),
        "warnings": [shorten(w, 500) for w in outcome.warnings[:WARNINGS_CAP]],
        "notes": sorted(f"{kind} {name}"[:NOTE_CAP] for kind, name in outcome.notes)[:NOTES_CAP],
    }


def read(described, body, arguments):
    """Return the Outcome that came as ``described``, for a call with these ``arguments``.

    Which of them changed is found out here.

    Raises
    ------
    BadFrame
        If anything in it is not as agreed.
    """
    fields = {"values", "error", "float_errors", "warnings", "notes"}
    if type(described) is not dict or set(described) != fields:
        raise wire.BadFrame("not the fields of an outcome")
    values = wire.decode(described["values"], body)
    if type(values) is not tuple or list(map(type, values))[1:] != [tuple]:
        raise wire.BadFrame("not a value and the arguments")
    value, after = values
    if len(after) != len(arguments):
        raise wire.BadFrame("not as many arguments as were sent")
    error = read_error(described["error"])
    if error is not None and value is not None:
        raise wire.BadFrame("a value and an exception at once")
    noticed = frozenset(texts(described["float_errors"]))
    if not noticed <= FLOAT_ERRORS:
        raise wire.BadFrame("no such floating-point error")
    warned = texts(described["warnings"])
    altered, notes = changed(arguments, after), _read_notes(described["notes"])
    return Outcome(value, error, noticed, altered, warned[:WARNINGS_CAP], notes)


def _read_notes(value):
    """Return the (kind, name) pairs in ``value``: known kinds, and names as code has them."""
    for text in texts(value):
        if len(text) > NOTE_CAP or not NOTE.fullmatch(text):
            raise wire.BadFrame("not a note")
    return frozenset(tuple(text.split(" ", 1)) for text in value[:NOTES_CAP])


def texts(value, count=None):
    """Return ``value``, a list of (``count``) strings of modest length; BadFrame otherwise."""
    if type(value) is not list or len(value) > 1000 or count not in (None, len(value)):
        raise wire.BadFrame("not a list of texts")
    for text in value:
        if type(text) is not str or text != shorten(text):
            raise wire.BadFrame("not a list of texts")
    return value


def shorten(text, cap=MESSAGE_CAP):
    """Return ``text`` as it may travel: of modest length, and with a UTF-8 form."""
    return wire.sendable(str(text)[:cap])
