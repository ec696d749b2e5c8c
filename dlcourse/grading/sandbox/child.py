"""The confined child: runs the notebook's cells, calls the function, writes down what happened.

Whatever it says is believed by nobody: an answer may change anything in here. Its replies are
checked by outcomes.py and compared in another process.
"""

import __future__

import ast
import builtins
import linecache
import os
import sys
import traceback
import types

from ...checks.outcome import Outcome, call
from ...checks.torch_answers.declared import built
from . import guard, magics, outcomes, stand_in, wire


def serve(requests, replies, allowed):
    """Answer the requests on one pipe on the other, until it ends; never return.

    First {"setup": cells, "reading": how a torch answer is read, or None, "forbidden": names},
    then {"helpers": statements, "answer": cell, "function": name}, then one {"call": i, "args":
    values} after the other; there is one reply to each.
    """
    _send(replies, {"phase": "confined"})
    request, _ = _receive(requests)
    try:
        reading = built(request["reading"]) if request["reading"] else None
        stand_in.install(allowed)
        cells = Cells()
        for source in request["setup"]:
            cells.set_up(source)
        guard.install(request["forbidden"], cells.names)
    except BaseException as error:
        _send(replies, {"phase": "fault", "message": _last_line(error)})
        os._exit(0)
    _send(replies, {"phase": "set up"})
    request, _ = _receive(requests)
    error = cells.answer(request["helpers"], request["answer"])
    function = cells.names.get(request["function"])
    reply = {"phase": "answered", "found": callable(function)}
    _send(replies, {**reply, "error": outcomes.describe_error(error), "line": cells.line(error)})
    total = 0
    while True:
        request, body = _receive(requests)
        args = wire.decode(request["args"], body)
        try:
            outcome = call(function, args, reading)
        except BaseException as interrupt:
            outcome = Outcome(error=interrupt, arguments=args)
        reply = {"call": request["call"], "line": cells.line(outcome.error)}
        try:
            arrays = []
            described = outcomes.describe(outcome, arrays)
            total += sum(map(len, arrays))
            if total > wire.TOTAL_CAP:
                raise wire.BadFrame(f"{total} bytes with those before; at most {wire.TOTAL_CAP}")
            _send(replies, {**reply, "outcome": described}, arrays)
        except wire.BadFrame as too_large:
            error = ValueError(f"your result cannot be sent: {too_large}")
            outcome, arrays = Outcome(error=error, arguments=args), []
            _send(replies, {**reply, "outcome": outcomes.describe(outcome, arrays)}, arrays)


class Cells:
    """The names of one notebook, and the ways to run a cell among them."""

    def __init__(self):
        module = types.ModuleType("__main__")
        sys.modules["__main__"] = module
        self.names, self.count, self.flags = vars(module), 0, 0
        shell = stand_in.Shell(self._run)
        builtins.get_ipython = lambda: shell
        builtins.display = lambda *args, **kwargs: None

    def set_up(self, source):
        """Run an instructor's cell, passing over statements that use what is left out."""
        _, tree = magics.parse(source)
        for statement in tree.body:
            try:
                exec(compile(ast.Module([statement], []), "<set-up>", "exec"), self.names)
            except stand_in.LeftOut:
                for name in stand_in.bound_names(statement):
                    self.names[name] = stand_in.Absent(name)

    def answer(self, helpers, source):
        """Run the learner's helpers and cell; return the cell's first exception, or a helper's.

        A helper that fails is tried again after the others, and once more after the cell:
        cells may have been moved.
        """
        waiting, failed, error = [], list(helpers), None
        while len(failed) != len(waiting):
            waiting = failed
            errors = [self._attempt(helper) for helper in waiting]
            failed = [h for h, e in zip(waiting, errors, strict=True) if e is not None]
            error = next((e for e in errors if e is not None), None)
        own = self._attempt(source)
        errors = [self._attempt(helper) for helper in failed]
        if failed:
            error = next((e for e in errors if e is not None), None)
        return error if own is None else own

    def _attempt(self, source):
        try:
            self._run(source)
        except BaseException as error:  # SystemExit and friends are answers too
            return error

    def line(self, error):
        """Return the learner's own line at which ``error`` arose, as one sentence, or ""."""
        try:
            frames = traceback.extract_tb(getattr(error, "__traceback__", None))
            theirs = [f for f in frames if f.filename.startswith("<cell")]
            return outcomes.shorten(f"Your line {theirs[-1].lineno}: {theirs[-1].line}", 300)
        except BaseException:  # no frames of theirs; or an exception that raises
            return ""

    def _run(self, source):
        """Run a cell; one statement that fails, such as a plot, does not stop those below it."""
        self.count += 1
        name = f"<cell {self.count}>"
        text, tree = magics.parse(source)
        linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
        first = None
        for statement in tree.body:
            if getattr(statement, "module", "") == "__future__":  # holds in later cells too
                self.flags |= _future_flags(statement)
            try:
                code = compile(ast.Module([statement], []), name, "exec", self.flags, True)
                exec(code, self.names)
            except BaseException as error:
                first = error if first is None else first
        if first is not None:
            raise first


def _future_flags(statement):
    flags = 0
    for alias in statement.names:
        flags |= getattr(getattr(__future__, alias.name, None), "compiler_flag", 0)
    return flags


def _last_line(error):
    return outcomes.shorten("".join(traceback.format_exception_only(error)).strip())


def _send(replies, header, body=()):
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BaseException:  # an answer may have put anything there
            continue
    frame = memoryview(wire.pack(header, body))
    while frame:
        frame = frame[os.write(replies, frame) :]


def _receive(requests):
    head, body = wire.lengths(_exactly(requests, wire.PREFIX.size))
    return wire.header(_exactly(requests, head)), _exactly(requests, body)


def _exactly(requests, count):
    data = bytearray()
    while len(data) < count:
        piece = os.read(requests, min(count - len(data), 2**20))
        if not piece:
            os._exit(0)
        data += piece
    return bytes(data)
