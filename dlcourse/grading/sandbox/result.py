"""What a run can come to."""

from dataclasses import dataclass, field

OK, ERROR, TIME_OUT, MEMORY, DIED = "ok", "error", "time-out", "memory", "died"
BAD_REPLY, FORBIDDEN = "bad reply", "forbidden"
NOT_ATTEMPTED, GRADER_FAULT = "not attempted", "grader fault"


@dataclass(frozen=True)
class RunResult:
    """What became of one answer.

    Parameters
    ----------
    status : "ok": every call was answered, by a value or an exception, and the outcomes say
        which; "error": the cell raised and defined no such function; "time-out"; "memory";
        "died"; "bad reply"; "forbidden"; "not attempted"; "grader fault": not the learner's
        doing, to be tried again
    outcomes : one Outcome per call that was answered
    message : in a sentence, what went wrong and at which line
    seconds : how long all of it took
    output_tail : what was printed last
    """

    status: str
    outcomes: list = field(default_factory=list)
    message: str = ""
    seconds: float = 0.0
    output_tail: str = ""
