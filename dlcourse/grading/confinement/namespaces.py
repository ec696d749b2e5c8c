"""Namespaces: a world without network, and one in which an answer is alone with itself.

The warm process enters namespaces of its own once: user, network, IPC, host name, mounts and
processes. Each child then gets a process namespace in which it is number 1: it can name no
other process, and when it dies the kernel kills whatever it has left behind.
"""

import contextlib
import ctypes
import os
import subprocess
import sys

from ._libc import LIBC, check, syscall

MOUNT, UTS, IPC, USER, PID, NET = (
    *(0x00020000, 0x04000000, 0x08000000),
    *(0x10000000, 0x20000000, 0x40000000),
)
OURS = MOUNT | UTS | IPC | PID | NET
PRIVATE, RECURSIVE = 0x40000, 0x4000
READ_ONLY, NO_SUID, NO_DEV, NO_EXEC, REMOUNT, DETACH = 1, 2, 4, 8, 32, 2
MOUNT_SETATTR, HERE, BELOW_TOO = 442, -100, 0x8000
NO_ACCESS_TIME, ANY_ACCESS_TIME = 0x10, 0x70


def enter():
    """Move into new namespaces and fork, so that the caller is process 1 of them.

    The process that called waits for the new one and ends with its status; only the new one
    returns. Call it before any thread starts.

    Returns
    -------
    bool
        False where the kernel refuses; nothing has changed then.
    """
    if not _unshare():
        return False
    inside = os.fork()
    if inside:
        _, status = os.waitpid(inside, 0)
        os._exit(min(os.waitstatus_to_exitcode(status) & 0xFF, 255))
    check(LIBC.mount(b"none", b"/", None, RECURSIVE | PRIVATE, None))
    return True


def fork_alone():
    """Fork a child that is process 1 of a namespace of its own; returns what os.fork does."""
    check(LIBC.unshare(PID))
    child = os.fork()
    if child:
        # Later forks belong to this namespace again, not to the child's.
        own = os.pidfd_open(os.getpid())
        try:
            check(LIBC.setns(own, PID))
        finally:
            os.close(own)
    return child


def forget_access_times():
    """As root, have no file's time of access change by what happens below this process.

    Any other user may not ask for this; the kernel then notes a first reading each day.
    """
    if sys.platform != "linux" or os.geteuid() or LIBC.unshare(MOUNT) != 0:
        return
    LIBC.mount(b"none", b"/", None, RECURSIVE | PRIVATE, None)
    wanted = (ctypes.c_uint64 * 4)(NO_ACCESS_TIME, ANY_ACCESS_TIME, 0, 0)
    with contextlib.suppress(OSError):
        syscall(MOUNT_SETATTR, HERE, b"/", BELOW_TOO, ctypes.byref(wanted), 32)


def mount_place(folder, inside):
    """Put a read-only file system on ``folder``, holding an empty folder ``inside``.

    There ``mount_scratch`` puts one that can be written. Returns whether it could be done.
    """
    flags = NO_SUID | NO_DEV | NO_EXEC
    place = os.fsencode(folder)
    if LIBC.mount(b"tmpfs", place, b"tmpfs", flags, b"size=4096,nr_inodes=8,mode=700") != 0:
        return False
    os.mkdir(os.path.join(folder, inside), 0o700)
    check(LIBC.mount(None, place, None, flags | REMOUNT | READ_ONLY, None))
    return True


def mount_scratch(folder, size):
    """Put a new file system in memory, of at most ``size`` bytes, on ``folder``."""
    options = f"size={size},nr_inodes=2000,mode=700".encode()
    flags = NO_SUID | NO_DEV | NO_EXEC
    check(LIBC.mount(b"tmpfs", os.fsencode(folder), b"tmpfs", flags, options))


def unmount(folder):
    """Take what ``mount_scratch`` has put on ``folder`` away; nothing happens without it."""
    if hasattr(LIBC, "umount2"):
        LIBC.umount2(os.fsencode(folder), DETACH)


def available():
    """Return whether ``enter`` would succeed here; tried in a process of its own."""
    if sys.platform != "linux" or not hasattr(os, "pidfd_open"):
        return False
    tries = (
        f"import ctypes; libc = ctypes.CDLL(None); "
        f"raise SystemExit(libc.unshare({USER | OURS}) and libc.unshare({OURS}))"
    )
    done = subprocess.run([sys.executable, "-I", "-S", "-c", tries], capture_output=True)
    return done.returncode == 0


def _unshare():
    if sys.platform != "linux" or not hasattr(os, "pidfd_open"):
        return False
    user, group = os.geteuid(), os.getegid()
    if LIBC.unshare(USER | OURS) != 0:
        # Root in a container without user namespaces may still have the others.
        return LIBC.unshare(OURS) == 0
    with contextlib.suppress(OSError):
        _tell("setgroups", "deny")
    _tell("uid_map", f"{user} {user} 1")
    _tell("gid_map", f"{group} {group} 1")
    return True


def _tell(name, text):
    with open(f"/proc/self/{name}", "w") as file:
        file.write(text)
