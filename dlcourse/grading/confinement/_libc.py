"""The C library, for the system calls that Python does not wrap."""

import ctypes
import os

LIBC = ctypes.CDLL(None, use_errno=True)


def check(result):
    """Return ``result`` of a C call, or raise the OSError that its errno names."""
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def syscall(number, *args):
    """Make a system call by number; integers, pointers and None as arguments."""
    longs = [ctypes.c_long(a) if isinstance(a, int) else a for a in args]
    return check(LIBC.syscall(ctypes.c_long(number), *longs))


def prctl(option, *args):
    """Call prctl; missing arguments are 0."""
    longs = [ctypes.c_ulong(a) if isinstance(a, int) else a for a in args]
    return check(LIBC.prctl(option, *longs, *[ctypes.c_ulong(0)] * (4 - len(longs))))
