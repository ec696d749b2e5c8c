"""The conversation with one child, and what its end means for the learner."""

import signal
import time

from . import outcomes, result, wire
from .channel import Ended, TimeUp

SET_UP_SECONDS = 30
# On a busy machine the limit of time may stretch to so many times itself.
PATIENCE = 4
NOT_SENT = "it does not keep to the order of question and answer"


class SetUpFailed(Exception):
    """The child did not get as far as the answer: nothing that the learner did."""


class Conversation:
    """Sends the cells and the calls one by one, and checks every reply.

    The inputs of a call are sent when the one before has been answered, so that a reply which
    comes early is known to be forged.
    """

    def __init__(self, function, calls, reading=None):
        self.channel, self.function = None, function
        self.reading = None if reading is None else reading.described()
        self.calls = [_request(number, args) for number, args in enumerate(calls)]
        self.outcomes, self.lines = [], []
        self.found, self.error = True, None

    def hold(self, channel, given, written, time_limit, waited):
        """Talk until the last call is answered; return the exception that prevented it, or None.

        ``given`` is the instructor's: set-up cells and what is forbidden. ``written`` is the
        learner's: helpers and answer. ``waited`` says for how many seconds the child has waited
        for a processor: these do not count against ``time_limit``.
        """
        self.channel = channel
        try:
            self.set_up(given)
            channel.deadline = time.monotonic() + time_limit
            channel.more_time = _patience(waited, (PATIENCE - 1) * time_limit)
            self.ask(written)
        except (SetUpFailed, TimeUp, Ended, wire.BadFrame) as problem:
            return problem

    def set_up(self, given):
        """Have the child confine itself and run the instructor's cells.

        Until it has, no line of the learner's has run, so what it says is true.
        """
        self.channel.deadline = time.monotonic() + SET_UP_SECONDS
        try:
            self.channel.receive()
            self.channel.send({**given, "reading": self.reading})
            reply, _ = self.channel.receive()
        except (TimeUp, Ended, wire.BadFrame) as problem:
            raise SetUpFailed("the process ended or hung before the answer") from problem
        if reply["phase"] != "set up":
            raise SetUpFailed(f"a set-up cell raised {reply['message']}")

    def ask(self, written):
        """Have the child run what the learner wrote, then answer every call."""
        reply, _ = self.exchange({**written, "function": self.function})
        _check_fields(reply, {"phase": str, "found": bool, "line": str}, "error")
        self.error = outcomes.read_error(reply["error"])
        self.lines.append(reply["line"])
        self.found = reply["found"]
        if not self.found:
            return
        # What the arguments themselves take is ours.
        left = wire.TOTAL_CAP + sum(len(array) for _, arrays, _ in self.calls for array in arrays)
        for request, arrays, args in self.calls:
            reply, body = self.exchange(request, arrays)
            left -= len(body)
            if left < 0:
                raise wire.BadFrame("more bytes in all than are allowed")
            _check_fields(reply, {"call": int, "line": str}, "outcome")
            if reply["call"] != request["call"]:
                raise wire.BadFrame(NOT_SENT)
            self.outcomes.append(outcomes.read(reply["outcome"], body, args))
            self.lines.append(reply["line"])

    def exchange(self, request, arrays=()):
        """Send a request and return the reply to it."""
        if not self.channel.is_silent():
            raise wire.BadFrame(NOT_SENT)
        self.channel.send(request, arrays)
        return self.channel.receive()

    def first_error(self):
        """Return the exception to tell of, with the learner's line, or None.

        One in the cell counts where it may be why there is no function, or a call lacks a
        name: a picture that could not be drawn above the function harms nobody.
        """
        called = ((o.error, line) for o, line in zip(self.outcomes, self.lines[1:], strict=False))
        error, line = next(((e, line) for e, line in called if e is not None), (None, ""))
        lacks = not self.found or isinstance(error, NameError)
        if self.error is not None and lacks:
            return self.error, self.lines[0]
        return None if error is None else (error, line)


def judge(talk, problem, report, time_limit, cpu_limit, sealed=True):
    """Return (status, message) of a run.

    Parameters
    ----------
    talk : the Conversation
    problem : what ended it early, or None
    report : what the warm process says about the child's end
    sealed : whether the child's system calls were filtered
    """
    if isinstance(problem, SetUpFailed):
        return result.GRADER_FAULT, str(problem)
    if report["killed"] == "scratch":
        return result.MEMORY, "it wrote more than fits in its folder"
    if report["signal"] == signal.SIGKILL and not report["killed"]:
        if report["cpu"] > cpu_limit - 1:
            return result.TIME_OUT, f"it computed for more than {cpu_limit:g} seconds"
        if not sealed:
            return _died(report["signal"])
        # Sealed, an answer can neither send this signal nor lower its limits; the kernel sends
        # it when the machine is out of memory.
        return result.GRADER_FAULT, "the machine killed it: is there too little memory?"
    if isinstance(problem, TimeUp):
        # Up to so much was added to its time. Threads of its own that keep it waiting compute.
        if report["waited"] > max((PATIENCE - 1) * time_limit, report["cpu"]):
            waited = f"it waited {report['waited']:.1f} s for a processor"
            return result.GRADER_FAULT, f"{waited}: the machine is overloaded"
        return result.TIME_OUT, f"it was not done after {time_limit:g} seconds"
    if isinstance(problem, Ended):
        return _died(report["signal"])
    if problem is not None or not talk.channel.is_silent():
        return result.BAD_REPLY, str(problem or NOT_SENT)
    return _from_errors(talk)


def _died(number):
    if number == getattr(signal, "SIGSYS", None):
        return result.FORBIDDEN, "it made a system call that answers do not need"
    how = f"by {signal.Signals(number).name}" if number else "by itself"
    return result.DIED, f"the process ended {how} in the middle of a call"


def _from_errors(talk):
    if talk.first_error() is None:
        if talk.found:
            return result.OK, ""
        return result.ERROR, f"there is no function called {talk.function}"
    error, line = talk.first_error()
    kind = type(error).__name__
    message = f"{kind}: {error}. {line}".strip()
    if isinstance(error, NotImplementedError):
        return result.NOT_ATTEMPTED, ""
    if isinstance(error, MemoryError):
        return result.MEMORY, message
    if kind == "Borrowed":
        return result.FORBIDDEN, message.removeprefix(f"{kind}: ")
    if isinstance(error, PermissionError) or kind == "LeftOut":
        return result.FORBIDDEN, message
    return (result.OK if talk.found else result.ERROR), message


def _patience(waited, most):
    """Return a function that grants, at each call, the time waited since the last, up to most."""
    granted = 0.0

    def more_time():
        nonlocal granted
        before, granted = granted, max(granted, min(waited(), most))
        return granted - before if granted - before > 0.05 else 0.0

    return more_time


def _request(number, args):
    """Return the frame that asks for one call, header and arrays, and the arguments."""
    arrays = []
    for position, value in enumerate(args):
        unsent = _unsendable(wire.encode(value, []))
        if unsent:
            raise TypeError(
                f"calls[{number}][{position}] holds {unsent}; needed None, numbers, strings, "
                "arrays of numbers, or tuples and lists of these"
            )
    return {"call": number, "args": wire.encode(tuple(args), arrays)}, arrays, args


def _unsendable(tree):
    """Return the name of what in an encoded value would not arrive, or None."""
    kind, *parts = tree
    if kind in ("tuple", "list"):
        return next(filter(None, map(_unsendable, parts[0])), None)
    if kind == "dict":
        return next(filter(None, (_unsendable(item) for _, item in parts[0])), None)
    return {"opaque": parts[-1] if parts else "", "objects": "an array of objects"}.get(kind)


def _check_fields(reply, types, other):
    if set(reply) != {*types, other}:
        raise wire.BadFrame("not the fields of a reply")
    for name, wanted in types.items():
        if type(reply[name]) is not wanted:
            raise wire.BadFrame(f"{name} is no {wanted.__name__}")
        if wanted is str:
            outcomes.texts([reply[name]])
