"""Have notebooks read in another process, so that none takes more time or memory than allowed.

One such process serves all notebooks; it is started anew where one of them was its end.
"""

import atexit
import json
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import fields
from pathlib import Path

from ..answers.answers import Answer
from ..answers.notebook import Unreadable
from . import gradescope
from .reading import LENGTH, cells_from, frame

SECONDS, MEMORY = 5, 2**29
# On the clock: a busy machine may take longer, but not for ever.
PATIENCE = 120
PACKAGE = str(Path(__file__).parents[3])
BOOTSTRAP = """
import sys
sys.path.insert(0, sys.argv[1])
from dlcourse.grading.submissions import reading
reading.serve(*map(int, sys.argv[2:]))
"""


class ReaderFault(RuntimeError):
    """A notebook could not be read for a reason that does not lie in it; to be tried again."""


class Reader:
    """Asks the process of ``reading.py``, one question at a time."""

    def __init__(self, seconds=SECONDS, memory=MEMORY, patience=PATIENCE):
        self.limits, self.patience = (seconds, memory), patience
        self._process, self._lock = None, threading.Lock()

    def ask(self, job, *args):
        """Return what ``job`` of reading.py makes of ``args``, both as JSON holds them.

        Raises
        ------
        Unreadable
            If that takes too much, or what is read is damaged.
        ReaderFault
            If the process was killed or got no time.
        """
        request = frame({"job": job, "args": args})
        with self._lock:
            if self._process is None or self._process.poll() is not None:
                self.close()
                self._start()
            try:
                answer = self._exchange(request)
            except TimeoutError:
                self.close()
                raise ReaderFault("the machine is overloaded: it could not be read") from None
            except (EOFError, OSError):
                self._blame(self._end())
            except BaseException:  # interrupted: the answer would be taken for the next one
                self.close()
                raise
        if "unreadable" in answer:
            raise Unreadable(answer["unreadable"])
        return answer["done"]

    def close(self):
        """End the process; the next question starts another."""
        if self._process is not None:
            self._process.kill()
            self._end()

    def _start(self):
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-c", BOOTSTRAP, PACKAGE]
                + [str(number) for number in (theirs.fileno(), *self.limits)],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        self._socket = ours

    def _exchange(self, request):
        until = time.monotonic() + self.patience
        self._socket.settimeout(self.patience)
        self._socket.sendall(request)
        return json.loads(self._exactly(*LENGTH.unpack(self._exactly(LENGTH.size, until)), until))

    def _exactly(self, count, until):
        data = bytearray()
        while len(data) < count:
            self._socket.settimeout(max(until - time.monotonic(), 0.001))
            piece = self._socket.recv(min(count - len(data), 2**20))
            if not piece:
                raise EOFError
            data += piece
        return bytes(data)

    def _end(self):
        """Wait for the process to end; return how: 0, or the signal that ended it, negative."""
        self._socket.close()
        code = self._process.wait()
        self._process = None
        return code

    def _blame(self, code):
        if code == -signal.SIGXCPU:
            raise Unreadable(f"takes more than {self.limits[0]} s to be read")
        if code in (-signal.SIGKILL, -signal.SIGTERM):
            raise ReaderFault("the process that read it was killed: is there too little memory?")
        raise Unreadable("ends the process that reads it")


_READER = Reader()
atexit.register(_READER.close)


def read_notebook(place):
    """Return (digest, Cells, "") of the notebook at ``place``, or (digest, None, why not).

    Parameters
    ----------
    place : one of the functions that files.py gives for reading a file
    """
    try:
        digest, cells, reason = _READER.ask("notebook", place.func.__name__, *place.args)
    except (Unreadable, ReaderFault) as error:
        return "", None, str(error)
    return digest, cells and cells_from(cells), reason


def read_start(place):
    """Return the first characters of the text at ``place``, "" where it cannot be read."""
    return _ask_or("", "start", place)


def read_submitters(place):
    """Return what gradescope.py finds in the file at ``place``, [] where it cannot be read.

    Any student may hand in a file of that name.

    Raises
    ------
    RuntimeError
        If PyYAML is not installed.
    """
    gradescope.needs_yaml()
    found = _ask_or([], "submitters", place)
    return [(folder, [tuple(member) for member in members]) for folder, members in found]


def read_form(source):
    """Return what ``form.form`` does, (None, 0) where ``source`` cannot be read."""
    try:
        digest, size = _READER.ask("form", source)
    except (Unreadable, ReaderFault):
        return None, 0
    return digest or None, size


def _ask_or(otherwise, job, place):
    try:
        return _READER.ask(job, place.func.__name__, *place.args)
    except (Unreadable, ReaderFault):
        return otherwise


def take_apart(cells, exercises, setup):
    """Return (Answer or None, why there is none) for each of ``exercises``, by name.

    Raises
    ------
    Unreadable
        If what stands in ``cells`` takes too long or too much memory.
    """
    needed = {name: setup[name] for name in exercises}
    found = _READER.ask("answers", vars(cells), list(exercises), needed)
    return {name: (answer and _answer(answer), why) for name, (answer, why) in found.items()}


def _answer(held):
    return Answer(**{field.name: field.type(held[field.name]) for field in fields(Answer)})
