"""What a student is told: it comes from the run on public inputs, and from nothing else.

A value of a hidden input could be carried in a message, in a number, in the choice of a hint.
So a run on hidden inputs, and every run after one, gives marks but no words.
"""

import hashlib
import json
from dataclasses import dataclass

from ...checks.outcome import call
from ...checks.shown import show
from ...checks.verdict import NOT_ATTEMPTED, RIGHT, WRONG
from ..plain import readable
from ..sandbox import wire
from ..sandbox.result import BAD_REPLY, DIED, ERROR, FORBIDDEN, GRADER_FAULT, MEMORY, TIME_OUT

SAID = {
    TIME_OUT: "It did not finish in time. Does a loop run for ever?",
    MEMORY: "It used more memory than allowed. Is an array far too large?",
    DIED: "It ended Python while it was running.",
    BAD_REPLY: "It disturbed the grader's questions, so that no answer could be read.",
    FORBIDDEN: "It tried something that answers have no need of, such as reading files.",
    ERROR: "It stopped with an error.",
    NOT_ATTEMPTED: "",
    GRADER_FAULT: "The grader failed here, not you. Your instructor will grade it again.",
}
SECRETIVE = "Right on the public inputs, wrong on others."
AGAIN = "This notebook was graded before; of a later grading, only marks are shown."
OTHER_CELLS = (
    "Of other cells, only what its function is seen to need is run. "
    "Put all that it needs into its own cell."
)


# By exercise, since all of a class ask for the same.
_ABOUT = {}


@dataclass(frozen=True)
class Words:
    """What the run on public inputs came to, kept for every later grading of the same notebook.

    ``status`` is that of the run; ``message``, ``hint`` and ``case`` (label and text) are for the
    student; ``about`` tells whether the exercise is still the same.
    """

    status: str
    message: str = ""
    hint: str = ""
    case: tuple = ()
    about: str = ""

    @property
    def cut_short(self):
        """Whether it came to no end: then it says nothing of another run with other limits."""
        return self.status not in (RIGHT, WRONG, ERROR)


def listen(exercise, cases, status, message, verdict, left_out=False):
    """Return the Words on a run over the public ``cases``, of which ``verdict`` judges the values.

    ``verdict`` is None where no values came; ``left_out``: the answer needs more than was run.
    """
    about = fingerprint(exercise, cases)
    if status == RIGHT:
        return Words(RIGHT, about=about)
    if verdict is None:
        return Words(status, readable(_ended(status, message)), about=about)
    case = tuple((name, readable(show(v))) for name, v in verdict.case.items() if v is not None)
    said = verdict.message[:1].upper() + verdict.message[1:].rstrip()
    if message and "got" not in verdict.case:
        said = message  # names the learner's line
    if "NameError" in said or left_out:
        said += f" {OTHER_CELLS}"
    return Words(status, readable(said), readable(verdict.hint or ""), case, about)


def _ended(status, message):
    if status == FORBIDDEN and message.startswith("it uses "):  # as the check says it
        return message[:1].upper() + message[1:]
    return f"{SAID[status]} {message}".strip() if status in (ERROR, FORBIDDEN) else SAID[status]


def shown(status, words):
    """Return (message, hint, case) beside a mark of ``status``; ``words`` is None after a rerun."""
    if status == RIGHT:
        return "", "", ()
    if words is not None and words.status == status:
        return words.message, words.hint, words.case
    if status in (WRONG, ERROR):
        if words is None:
            return AGAIN, "", ()
        if words.status == RIGHT:
            return SECRETIVE, "", ()
        return words.message, words.hint, words.case
    return SAID[status], "", ()


def fingerprint(exercise, cases):
    """Return a short text that changes with the public inputs or what is expected of them."""
    known, text = _ABOUT.get(exercise.name, (None, ""))
    if known is not exercise:
        text = _fingerprint(exercise, cases)
        _ABOUT[exercise.name] = exercise, text
    return text


def _fingerprint(exercise, cases):
    arrays = []
    expected = [call(exercise.answer, args, exercise.torch).value for args in cases]
    tree = wire.encode([list(cases), expected], arrays)
    digest = hashlib.sha256(json.dumps(tree).encode())
    for array in arrays:
        digest.update(array)
    return digest.hexdigest()[:16]
