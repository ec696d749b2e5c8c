"""Landlock: the kernel lets this process open what was listed, and nothing else.

Linux 5.13 or later, without privileges (https://docs.kernel.org/userspace-api/landlock.html).
A ruleset is built once in the warm process; each child puts itself under it. What Landlock
does not cover (chmod, sockets, symbolic links) the system-call filter refuses.
"""

import ctypes
import os
import stat
import sys

from ._libc import prctl, syscall

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
NO_NEW_PRIVS = 38

WRITE_FILE, READ_FILE, READ_DIR, REMOVE_DIR, REMOVE_FILE = (1 << n for n in range(1, 6))
MAKE_DIR, MAKE_REG, TRUNCATE = 1 << 7, 1 << 8, 1 << 14
OF_FILES = READ_FILE | WRITE_FILE | TRUNCATE

READ = READ_FILE | READ_DIR
LIST = READ_DIR
WRITE = READ | WRITE_FILE | TRUNCATE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG

# How many rights on files the kernel knows, by version of its interface.
_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


def version():
    """Return the version of the kernel's Landlock interface, 0 where there is none."""
    if sys.platform != "linux":
        return 0
    try:
        return syscall(CREATE_RULESET, None, 0, 1)
    except OSError:
        return 0


def ruleset(rules):
    """Return a file descriptor of the ruleset that allows ``rules``: (path, rights) pairs.

    A path that does not exist, or that we may not open, is left out: nobody can read it then.
    """
    abi = version()
    handled = (1 << _RIGHTS.get(abi, 16)) - 1
    # Then rights on TCP ports (since 4), and to signal or reach processes outside (since 6).
    attributes = (ctypes.c_uint64 * 3)(handled, 3 if abi >= 4 else 0, 3 if abi >= 6 else 0)
    size = 8 * (1 + (abi >= 4) + (abi >= 6))
    made = syscall(CREATE_RULESET, ctypes.byref(attributes), size, 0)
    for path, rights in rules:
        try:
            opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            continue
        try:
            folder = stat.S_ISDIR(os.fstat(opened).st_mode)
            allowed = rights & handled if folder else rights & handled & OF_FILES
            rule = _PathBeneath(allowed, opened)
            syscall(ADD_RULE, made, 1, ctypes.byref(rule), 0)
        finally:
            os.close(opened)
    return made


def restrict(made):
    """Put this process under a ruleset, for good."""
    prctl(NO_NEW_PRIVS, 1)
    syscall(RESTRICT_SELF, made, 0)
