"""The process in which notebooks are read: it has little memory and little time.

``reader.py`` starts it, sends requests and restarts it where one was too much. No line of a
student's is run here either; but what is read may be made to be slow, huge or damaged, and
what parses it is written in C.
"""

import hashlib
import json
import resource
import signal
import socket
import struct
import time

from ..answers.answers import Answers
from ..answers.form import form
from ..answers.notebook import Cells, Unreadable, read
from ..confinement.limits import address_space
from . import files, gradescope

START = 500
LENGTH = struct.Struct(">Q")


def serve(descriptor, seconds, memory):
    """Answer requests on a socket until its other end is closed.

    Each is {"job": name, "args": [...]}, of which comes {"done": value} or {"unreadable": why}.
    ``seconds`` of processor time are given to each, ``memory`` bytes to all.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one who asks is interrupted, and hangs up
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    most = address_space() + memory
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    with socket.socket(fileno=descriptor) as connection, connection.makefile("rb") as requests:
        while head := requests.read(LENGTH.size):
            request = json.loads(requests.read(*LENGTH.unpack(head)))
            _allow(seconds)
            connection.sendall(frame(_answer(request, memory)))


def frame(value):
    """Return the bytes of a message: its length, then ``value`` as JSON."""
    text = json.dumps(value, default=sorted).encode()
    return LENGTH.pack(len(text)) + text


def cells_from(held):
    """Return the Cells whose fields came as JSON."""
    return Cells(**held | {"code": tuple(map(tuple, held["code"]))})


def _allow(seconds):
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + 1 + seconds, hard))


def _answer(request, memory):
    try:
        return {"done": JOBS[request["job"]](*request["args"])}
    except Unreadable as error:
        return {"unreadable": str(error)}
    except MemoryError:
        return {"unreadable": f"takes more than {memory // 2**20} MB to be read"}
    except Exception as error:  # damaged in whichever way: lzma, zlib, text, a lie in the zip
        return {"unreadable": f"cannot be read: {error or type(error).__name__}"[:200]}


def _notebook(how, *where):
    data = getattr(files, how)(*where)
    digest = hashlib.sha256(data).hexdigest()
    try:
        return digest, vars(read(data)), ""
    except Unreadable as error:
        return digest, None, str(error)


def _answers(cells, names, setup):
    answers = Answers(cells_from(cells), names, setup)
    found = {name: answers.find(name) for name in names}
    return {name: (answer and vars(answer), why) for name, (answer, why) in found.items()}


def _start(how, *where):
    return getattr(files, how)(*where)[:START].decode(errors="replace")


def _submitters(how, *where):
    return gradescope.submitters(getattr(files, how)(*where))


JOBS = {
    "notebook": _notebook,
    "answers": _answers,
    "start": _start,
    "submitters": _submitters,
    "form": form,
}
