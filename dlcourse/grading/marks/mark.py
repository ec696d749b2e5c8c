"""What grading says about one exercise of one student."""

from dataclasses import dataclass

from ...checks.verdict import NOT_ATTEMPTED, RIGHT, WRONG
from ..sandbox.result import BAD_REPLY, DIED, ERROR, FORBIDDEN, GRADER_FAULT, MEMORY, TIME_OUT
from .words import Words

# Right, wrong, and everything that never came to a comparison.
STATUSES = (
    *(RIGHT, WRONG, ERROR, TIME_OUT, MEMORY, DIED, BAD_REPLY, FORBIDDEN),
    *(NOT_ATTEMPTED, GRADER_FAULT),
)


@dataclass(frozen=True)
class Mark:
    """The mark for one exercise; ``points`` is None after a grader fault, which is no zero.

    ``message``, ``hint`` and ``case`` (label and text) are for the student and come from
    public inputs only; ``mistake`` is the hint of the known mistake, and ``note`` for the
    instructor. ``words`` is all that the run on public inputs came to, for a later grading.
    """

    exercise: str
    possible: float
    status: str
    points: float | None
    message: str = ""
    hint: str = ""
    case: tuple = ()
    mistake: str = ""
    note: str = ""
    words: Words | None = None
