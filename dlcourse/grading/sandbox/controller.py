"""Run an answer confined, in a process of its own, and bring back what its calls did.

Nothing is compared here, and nothing is compared there: ``checks.verdict.weigh`` does that
with the outcomes. Three processes take part. This one holds inputs and expectations. The warm
process (warm.py) has NumPy imported and forks. The child (child.py) runs the code.
"""

import contextlib
import json
import math
import os
import select
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from ..confinement import confine, folder, scratch
from ..confinement.confine import probe
from .channel import Channel, Ended
from .conversation import SET_UP_SECONDS, Conversation, judge
from .result import ERROR, GRADER_FAULT, NOT_ATTEMPTED, RunResult

__all__ = ["RunResult", "Sandbox", "probe"]

START_SECONDS, REPORT_SECONDS = 60, 10
LONGEST_ANSWER = 200_000
LONGEST_TIME, LARGEST_MEMORY = 24 * 60 * 60, 2**40

# Packages whose __init__ never runs: the warm process shall not even import the course.
BOOTSTRAP = """
import sys, types
ROOMS = ("checks", "checks.torch_answers", "grading", "grading.sandbox", "grading.confinement")
for name in ("dlcourse", *(f"dlcourse.{room}" for room in ROOMS)):
    sys.modules[name] = hollow = types.ModuleType(name)
    hollow.__path__ = ["/".join([sys.argv[1], *name.split(".")])]
from dlcourse.grading.sandbox import warm
warm.main(*sys.argv[2:])
"""


class Sandbox:
    """Runs answers one after the other, each in a fresh confined process.

    Parameters
    ----------
    time_limit : seconds that an answer may take, cell and calls together; what it waits for a
        processor does not count
    cpu_limit : seconds of processor time of all its threads and of the set-up together; by
        default so many that one thread alone reaches ``time_limit`` first
    memory_limit : bytes that an answer may add to what Python and its libraries take
    libraries : what is imported beforehand ("scipy.stats" too, where a lab needs it at once);
        what they need can be imported, all else that is installed is out of reach. Answers to
        torch exercises run beside, in a second warm process that has "torch" too
    allow_unconfined : go on where a required layer is missing; only for answers you trust
    without : layers to leave out, for tests

    Raises
    ------
    ConfinementError
        On entering, if a required layer is missing and ``allow_unconfined`` is false.
    ValueError
        If a limit is none.
    """

    def __init__(
        self,
        time_limit=10.0,
        cpu_limit=None,
        memory_limit=2 * 2**30,
        libraries=("numpy", "scipy"),
        allow_unconfined=False,
        without=(),
    ):
        _within("time limit", time_limit, LONGEST_TIME, "seconds")
        _within("memory limit", memory_limit, LARGEST_MEMORY, "bytes")
        self.time_limit = time_limit
        self.cpu_limit = 2 * time_limit + SET_UP_SECONDS if cpu_limit is None else cpu_limit
        self.allow_unconfined = allow_unconfined
        self._settings = {
            "libraries": tuple(libraries),
            "memory": int(memory_limit),
            "cpu": math.ceil(self.cpu_limit),
            "without": tuple(without),
        }
        self._warm = self._folder = self._beside = None

    def __enter__(self):
        self._folder, self._lock = folder.make()
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self._beside is not None:
            self._beside.__exit__()
            self._beside = None
        self._stop()
        folder.remove(self._folder, self._lock)

    def layers(self):
        """Return which layers of confinement are in force, a tuple of Layer."""
        return self._layers

    def run(self, setup, answer, function, calls, helpers=(), reading=None, forbidden=()):
        """Run ``answer`` after ``setup`` and call ``function`` once for each of ``calls``.

        Parameters
        ----------
        setup : list of str, cells that the instructor wrote
        answer : str, what the learner wrote
        function : name of the function in it
        calls : list of tuples of arguments: None, numbers, strings, arrays of numbers, and
            tuples and lists of these
        helpers : list of str, statements of the learner's other cells, run before the answer
        reading : the field ``torch`` of a torch exercise
        forbidden : names of library functions or modules that refuse to work in the answer

        Returns
        -------
        RunResult

        Raises
        ------
        TypeError
            If an argument is of another kind.
        """
        if reading is not None and "torch" not in self._settings["libraries"]:
            beside = self._with_torch()
            return beside.run(setup, answer, function, calls, helpers, reading, forbidden)
        started = time.monotonic()
        if len(answer) > LONGEST_ANSWER:
            return RunResult(ERROR, message=f"the cell has {len(answer)} characters")
        if _is_blank(answer):
            return RunResult(NOT_ATTEMPTED)
        self._ended = None
        talk, channel = Conversation(function, calls, reading), Channel()
        try:
            if self._warm is None:
                self._start()
            socket.send_fds(self._control, [b"r"], list(channel.childs))
            channel.release_childs()
            written = {"helpers": list(helpers), "answer": answer}
            given = {"setup": list(setup), "forbidden": list(forbidden)}
            problem = talk.hold(channel, given, written, self.time_limit, self._waited)
            report = self._end(problem)
            limits = self.time_limit, self.cpu_limit
            status, message = judge(talk, problem, report, *limits, self._sealed)
        except (OSError, EOFError) as error:
            self._stop()
            status, message = GRADER_FAULT, f"{type(error).__name__}: {error}"
        tail = channel.close()
        return RunResult(status, talk.outcomes, message, time.monotonic() - started, tail)

    def _with_torch(self):
        """Return the sandbox for torch exercises; NumPy's answers never come near it.

        It is started when the first is graded: a class of NumPy labs does not wait for torch.
        """
        if self._beside is None:
            self._beside = Sandbox(
                self.time_limit,
                self.cpu_limit,
                self._settings["memory"],
                (*self._settings["libraries"], "torch"),
                self.allow_unconfined,
                self._settings["without"],
            ).__enter__()
        return self._beside

    def _end(self, problem):
        """Kill the child, unless it has ended by itself, and return the report on its end."""
        if self._ended:
            return self._ended
        ended = isinstance(problem, Ended)
        # Asked at once, we could not tell an end of its own from the one that we bring about.
        if not (ended and select.select([self._control], [], [], 0.5)[0]):
            self._control.sendall(b"k")
        return self._report(REPORT_SECONDS)

    def _waited(self):
        """Return for how many seconds the child has waited for a processor."""
        self._control.sendall(b"w")
        report = self._report(REPORT_SECONDS)
        if "signal" in report:  # it had ended just before we asked
            self._ended = report
        return report["waited"]

    def _start(self):
        ours, theirs = socket.socketpair()
        settings = json.dumps({"folder": self._folder, **self._settings})
        package = str(Path(__file__).parents[3])
        command = [sys.executable, "-I", "-B", "-X", "utf8", "-c", BOOTSTRAP, package]
        self._errors = tempfile.TemporaryFile()
        with theirs:
            self._warm = subprocess.Popen(
                [*command, str(theirs.fileno()), settings],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._errors,
                cwd=self._folder,
                env=self._environment(),
            )
        self._control, self._lines = ours, ours.makefile("rb")
        report = self._report(START_SECONDS)
        self._layers = confine.layers({**report["layers"], "limits": True})
        self._sealed = report["layers"]["seccomp"]
        if not self.allow_unconfined:
            confine.refuse_if_missing(self._layers)

    def _environment(self):
        # Nothing of the instructor's own: no tokens, no paths.
        one_thread = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
        folders = ("HOME", "TMPDIR", "MPLCONFIGDIR", "IPYTHONDIR")
        return {
            "LANG": "C.UTF-8",
            "CUDA_VISIBLE_DEVICES": "",  # marks are made on the CPU
            "MPLBACKEND": "agg",
            # Else each thread reserves 64 MiB, and few fit under the limit.
            "MALLOC_ARENA_MAX": "2",
            **dict.fromkeys(one_thread, "1"),
            **dict.fromkeys(folders, os.path.join(self._folder, scratch.INSIDE)),
        }

    def _stop(self):
        if self._warm is None:
            return
        self._lines.close()
        self._control.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._warm.wait(2)
        self._warm.kill()
        self._warm.wait()
        self._errors.close()
        self._warm = None

    def _report(self, seconds):
        if not select.select([self._control], [], [], seconds)[0]:
            raise EOFError("the warm process does not answer")
        line = self._lines.readline()
        if not line:
            self._errors.seek(0)
            last = self._errors.read()[-2000:].decode(errors="replace")
            raise EOFError(f"the warm process ended: {last}")
        return json.loads(line)


def _is_blank(source):
    """Return whether nothing but comments stands in ``source``."""
    return all(not line.strip() or line.lstrip().startswith("#") for line in source.splitlines())


def _within(name, value, most, unit):
    if not 0 < value <= most:  # NaN is not either
        raise ValueError(f"{name}: found {value:g}; needed more than 0 and at most {most:g} {unit}")
