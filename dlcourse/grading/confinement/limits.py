"""Limits of one child: memory, processor time, processes, files and their size; no privileges."""

import contextlib
import ctypes
import os
import resource
import signal

from ._libc import LIBC, prctl

OPEN_FILES = 64
FILE_SIZE = 2**24
PROCESSES = 64
NOBODY = 65534
DUMPABLE, PARENT_DEATH_SIGNAL, CHILD_SUBREAPER = 4, 1, 36


def restrict(memory, cpu, others):
    """Limit this process to ``memory`` bytes beyond what it has, and ``cpu`` whole seconds.

    At the limit of time the kernel kills it; no signal comes first that it could ignore.
    ``others`` is how many processes its user has: the kernel counts them all.
    """
    limits = {
        "RLIMIT_AS": address_space() + memory,
        "RLIMIT_CPU": cpu,
        "RLIMIT_NPROC": others + PROCESSES,
        "RLIMIT_NOFILE": OPEN_FILES,
        "RLIMIT_FSIZE": FILE_SIZE,
        "RLIMIT_CORE": 0,
        "RLIMIT_MEMLOCK": 0,
        "RLIMIT_MSGQUEUE": 0,
    }
    for name, most in limits.items():
        kind = getattr(resource, name, None)
        if kind is not None:
            _, hard = resource.getrlimit(kind)
            most = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(kind, (most, most))
    # Past FILE_SIZE a write shall fail with an error, not end the process.
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


def drop_capabilities():
    """Give up every special right of root, whichever this process has."""
    if not hasattr(LIBC, "capset"):
        return
    version_3 = (ctypes.c_uint32 * 2)(0x20080522, 0)
    nothing = (ctypes.c_uint32 * 6)()
    if LIBC.capset(version_3, nothing) != 0:
        raise OSError(ctypes.get_errno(), "capset")


def die_with_parent():
    """Ask the kernel to kill this process when its parent dies."""
    with contextlib.suppress(OSError, AttributeError):
        prctl(PARENT_DEATH_SIGNAL, int(signal.SIGKILL))


def adopt_orphans():
    """Become the parent of whatever a child leaves behind."""
    with contextlib.suppress(OSError, AttributeError):
        prctl(CHILD_SUBREAPER, 1)


def become_nobody():
    """Change from root to a user without files of their own."""
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)
    # Else /proc/self would still belong to root, and user namespaces could not be set up.
    prctl(DUMPABLE, 1)


def others_can_read(path):
    """Return whether any user may read ``path``, every folder above it included."""
    path = os.path.realpath(path)
    try:
        if not os.stat(path).st_mode & 0o004:
            return False
        while path != os.path.dirname(path):
            path = os.path.dirname(path)
            if not os.stat(path).st_mode & 0o001:
                return False
    except OSError:
        return False
    return True


def processes():
    """Count the processes of this user."""
    try:
        numbers = [name for name in os.listdir("/proc") if name.isdigit()]
    except OSError:
        return 1000
    mine = 0
    for number in numbers:
        with contextlib.suppress(OSError):
            mine += os.stat(f"/proc/{number}").st_uid == os.geteuid()
    return mine


def address_space():
    """Return how many bytes of addresses this process has by now."""
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 0
