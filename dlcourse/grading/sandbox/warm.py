"""The warm process: the libraries are imported, no test and no answer is known.

It is started by controller.py, alone in its package (see ``BOOTSTRAP`` there), and forks one
child for each run. Commands arrive on a socket: ``r`` with the ends of three pipes runs a
child, ``w`` asks how long it has waited for a processor, ``k`` kills it. Reports go back as
lines of JSON. It never reads what a child says.
"""

import contextlib
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
from dataclasses import dataclass

from ..confinement import landlock, limits, namespaces, readable, scratch, seccomp
from . import child, stand_in

# Loaded before the fork, so that no child pays for them or needs their shared objects.
PRELOADED = ("bz2", "ctypes", "decimal", "fractions", "hashlib", "lzma", "random", "statistics")
# What a library imports only when asked, and notebooks ask for.
LAZY = {"scipy": ("scipy.special", "scipy.linalg"), "torch": ("torch._dynamo",)}
# What reads a torch answer, and imports torch.
READING = "...checks.torch_answers.reading"
SCRATCH_SIZE = 2**26
WATCH_SECONDS = 0.05
MOST_FILES = 64


@dataclass(frozen=True)
class Settings:
    """What the controller decides: where, with which libraries, how much, without which layer."""

    folder: str
    libraries: tuple
    memory: int
    cpu: int
    without: tuple


def main(control, settings):
    """Serve runs until the other end of the socket ``control`` is closed."""
    settings = Settings(**json.loads(settings))
    control = socket.socket(fileno=int(control))
    namespaces.forget_access_times()
    if os.geteuid() == 0 and all(map(limits.others_can_read, _needed())):
        os.chown(settings.folder, limits.NOBODY, limits.NOBODY)
        limits.become_nobody()
    alone = "namespaces" not in settings.without and namespaces.enter()
    if alone:  # else its parent is the grader, whose end it sees, and then clears up
        limits.die_with_parent()
    limits.adopt_orphans()
    in_memory = alone and namespaces.mount_place(settings.folder, scratch.INSIDE)
    for name in settings.libraries:
        for module in (name, *LAZY.get(name, ())):
            importlib.import_module(module)
    for name in PRELOADED:
        importlib.import_module(name)
    if "torch" in settings.libraries:
        importlib.import_module(READING, __package__).prepare()
    stand_in.remember_ours()
    made = None
    if "landlock" not in settings.without and landlock.version():
        made = landlock.ruleset(
            readable.rules((*settings.libraries, *readable.ALSO), settings.folder)
        )
    filtered = "seccomp" not in settings.without and seccomp.available()
    layers = {"namespaces": alone, "landlock": made is not None, "seccomp": filtered}
    warm = _Warm(control, settings, made, filtered, alone, in_memory)
    gc.freeze()  # else a child's garbage collector would copy every page
    warm.tell(layers=layers)
    try:
        warm.serve()
    except BrokenPipeError:  # the grader is gone, in the middle of a run
        pass
    finally:
        namespaces.unmount(settings.folder)
        with contextlib.suppress(OSError):
            os.rmdir(settings.folder)


class _Warm:
    def __init__(self, control, settings, made, filtered, alone, in_memory):
        self.control, self.settings, self.made = control, settings, made
        self.filtered, self.alone, self.in_memory = filtered, alone, in_memory
        self.modules = readable.modules((*settings.libraries, *readable.ALSO))
        self.others = limits.processes()
        self.scratch = os.path.join(settings.folder, scratch.INSIDE)
        # In its own namespace every child is process 1.
        self.code = seccomp.program(1) if filtered and alone else None

    def tell(self, **report):
        self.control.sendall(json.dumps(report).encode() + b"\n")

    def serve(self):
        while True:
            command, ends, _, _ = socket.recv_fds(self.control, 1, 3)
            if not command:
                return
            if command == b"r":
                self.run(ends)

    def run(self, ends):
        # New for each run: the numbers of files in an old one would tell how many there were.
        if self.in_memory:
            namespaces.mount_scratch(self.scratch, SCRATCH_SIZE)
        else:
            os.mkdir(self.scratch, 0o700)
        fork = namespaces.fork_alone if self.alone else os.fork
        pid = fork()
        if pid == 0:
            self.become_child(ends)
        for end in ends:
            os.close(end)
        killed = self.watch(pid)
        waited = _seconds_waiting(pid)
        _, status, used = os.wait4(pid, 0)
        self.kill_orphans()
        if self.in_memory:
            namespaces.unmount(self.scratch)
        else:
            scratch.empty(self.settings.folder)
        self.tell(
            signal=os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0,
            killed=killed,
            cpu=used.ru_utime + used.ru_stime,
            waited=waited,
        )

    def watch(self, pid):
        """Return why the child was killed: "asked" or "scratch"; "" where it ended by itself."""
        exited = os.pidfd_open(pid) if hasattr(os, "pidfd_open") else None
        try:
            watched = [self.control] if exited is None else [self.control, exited]
            while True:
                ready, _, _ = select.select(watched, [], [], WATCH_SECONDS)
                if self.control in ready:
                    asked = self.control.recv(1)
                    if asked == b"w":
                        self.tell(waited=_seconds_waiting(pid))
                        continue
                    self.kill(pid)
                    return "asked"
                if not self.in_memory and scratch.used(self.settings.folder) > SCRATCH_SIZE:
                    self.kill(pid)
                    return "scratch"
                if exited in ready or (exited is None and _has_ended(pid)):
                    return ""
        finally:
            if exited is not None:
                os.close(exited)

    def kill(self, pid):
        for kill in (os.killpg, os.kill):  # the group may not exist yet
            with contextlib.suppress(ProcessLookupError, PermissionError):
                kill(pid, signal.SIGKILL)

    def kill_orphans(self):
        """Kill what a child left behind, where there is no namespace that dies with it."""
        while not self.alone:
            try:
                if os.waitpid(-1, os.WNOHANG)[0]:
                    continue
            except ChildProcessError:
                return
            with open(f"/proc/self/task/{os.getpid()}/children") as file:
                for orphan in file.read().split():
                    os.kill(int(orphan), signal.SIGKILL)

    def become_child(self, ends):
        """Confine this process, then let it answer; it never returns."""
        try:
            requests, replies, output = ends
            # Its own, not one that all children share, with flags and a place in it.
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.dup2(output, 1)
            os.dup2(output, 2)
            first = 3
            for kept in sorted({requests, replies, self.made or replies, MOST_FILES}):
                os.closerange(first, kept)
                first = kept + 1
            os.setsid()
            os.chdir(self.scratch)
            limits.die_with_parent()
            limits.restrict(self.settings.memory, self.settings.cpu, self.others)
            limits.drop_capabilities()
            if self.made is not None:
                landlock.restrict(self.made)
                os.close(self.made)
            if self.filtered:
                seccomp.restrict(self.code or seccomp.program(os.getpid()))
            child.serve(requests, replies, self.modules)
        finally:
            os._exit(70)


def _needed():
    return [*readable.standard_library(), *readable.tops(("numpy", "scipy")).values(), sys.prefix]


def _has_ended(pid):
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _seconds_waiting(pid):
    """Return how long the child could have run but had no processor, in seconds."""
    try:
        exited = os.pidfd_open(pid)
        try:
            with open(f"/proc/self/fdinfo/{exited}") as file:
                numbers = dict(line.split(":", 1) for line in file)
        finally:
            os.close(exited)
        # /proc belongs to the machine: it knows the child by another number than we do.
        with open(f"/proc/{int(numbers['Pid'])}/schedstat") as file:
            return int(file.read().split()[1]) / 1e9
    except (OSError, AttributeError, KeyError, ValueError, IndexError):
        return 0.0
