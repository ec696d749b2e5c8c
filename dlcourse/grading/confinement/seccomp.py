"""The system-call filter: a small BPF program that the kernel runs before every call.

See https://docs.kernel.org/userspace-api/seccomp_filter.html. A refused call fails with
"Operation not permitted", which Python shows as PermissionError: the answer goes on and the
learner can read what happened. A call of a foreign machine's numbering kills the process.
"""

import ctypes
import errno
import platform
import signal
import struct
import sys

from ._libc import LIBC, prctl
from .syscalls import ALLOWED, BY_ARGUMENT, MACHINES, UNKNOWN

NO_NEW_PRIVS, SET_SECCOMP, FILTER = 38, 22, 2
KILL, ERRNO, ALLOW = 0x80000000, 0x00050000, 0x7FFF0000
LOAD, JUMP_EQUAL, JUMP_ANY_BIT, AND, RETURN = 0x20, 0x15, 0x45, 0x54, 0x06
NUMBER, ARCHITECTURE = 0, 4  # offsets in the kernel's struct seccomp_data

THREAD = 0x00010000
NEW_NAMESPACES = 0x7E020080
ACCESS_OR_TRUNCATE, TRUNCATE = 0o1003, 0o1000
# Duplicate and flags; no signals, no leases, and no locks, which another run could feel.
FCNTL_COMMANDS = (0, 1, 2, 3, 4, 1030)
IOCTL_COMMANDS = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def available():
    """Return whether this machine can run our filter."""
    if sys.platform != "linux" or platform.machine() not in MACHINES:
        return False
    # Asking for a filter at address 0 fails with EFAULT exactly where filters exist.
    LIBC.prctl(SET_SECCOMP, FILTER, None, None, None)
    return ctypes.get_errno() == errno.EFAULT


def program(pid):
    """Return the filter of the process ``pid``, in the kernel's binary form."""
    column, architecture = MACHINES[platform.machine()]
    refuse = [(RETURN, 0, 0, ERRNO | errno.EPERM)]
    code = [
        (LOAD, 0, 0, ARCHITECTURE),
        (JUMP_EQUAL, 1, 0, architecture),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, NUMBER),
    ]
    for name, numbers in BY_ARGUMENT.items():
        if numbers[column] is not None:
            block = _conditions(pid)[name]
            code += [(JUMP_EQUAL, 0, len(block), numbers[column]), *block]
    for numbers in UNKNOWN.values():
        code += [(JUMP_EQUAL, 0, 1, numbers[column]), (RETURN, 0, 0, ERRNO | errno.ENOSYS)]
    plain = [numbers[column] for numbers in ALLOWED.values() if numbers[column] is not None]
    for left, number in zip(range(len(plain), 0, -1), plain, strict=True):
        code.append((JUMP_EQUAL, left, 0, number))
    code += [*refuse, (RETURN, 0, 0, ALLOW)]
    return b"".join(struct.pack("=HBBI", *step) for step in code)


def restrict(code):
    """Put this process under the filter ``code``, for good."""
    buffer = ctypes.create_string_buffer(code, len(code))
    loaded = _Program(len(code) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    prctl(NO_NEW_PRIVS, 1)
    prctl(SET_SECCOMP, FILTER, ctypes.byref(loaded), None, None)


def _conditions(pid):
    """Return for each call in BY_ARGUMENT the steps that allow or refuse it."""
    yes, no = (RETURN, 0, 0, ALLOW), (RETURN, 0, 0, ERRNO | errno.EPERM)

    def one_of(position, values):
        tests = [(JUMP_EQUAL, len(values) - i, 0, v) for i, v in enumerate(values)]
        return [_argument(position), *tests, no, yes]

    def no_bare_truncation(position):
        # Before version 3, Landlock let a file that one may read be truncated on opening.
        return [
            _argument(position),
            (AND, 0, 0, ACCESS_OR_TRUNCATE),
            (JUMP_EQUAL, 0, 1, TRUNCATE),
            no,
            yes,
        ]

    def to_itself(position):
        # SIGKILL is refused too: then a process killed by it was killed from outside.
        return [
            _argument(0),
            (JUMP_EQUAL, 0, 2, pid),
            _argument(position),
            (JUMP_EQUAL, 0, 1, int(signal.SIGKILL)),
            no,
            yes,
        ]

    def reads_its_own(position, changed):
        # A limit that an answer had lowered would look like one that we have set.
        tests = (_argument(position), _argument(changed), _argument(changed, upper=True))
        pairs = [(load, (JUMP_EQUAL, 1, 0, 0), no) for load in tests]
        return [*(step for pair in pairs for step in pair), yes]

    return {
        "clone": [
            _argument(0),
            (JUMP_ANY_BIT, 0, 1, THREAD),
            (JUMP_ANY_BIT, 0, 1, NEW_NAMESPACES),
            no,
            yes,
        ],
        "fcntl": one_of(1, FCNTL_COMMANDS),
        "ioctl": one_of(1, IOCTL_COMMANDS),
        "kill": to_itself(1),
        "open": no_bare_truncation(1),
        "openat": no_bare_truncation(2),
        "prlimit64": reads_its_own(0, 2),
        "tgkill": to_itself(2),
    }


def _argument(position, upper=False):
    # Of all but pointers, the lower half is all that the kernel looks at.
    offset = 4 if upper == (sys.byteorder == "little") else 0
    return (LOAD, 0, 0, 16 + 8 * position + offset)
