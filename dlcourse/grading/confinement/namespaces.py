"""Namespaces: a world without network, and one in which an answer is alone with itself.

The warm process enters namespaces of its own once: user, network, IPC, host name, mounts and
processes. Each child then gets a process namespace in which it is number 1: it can name no
other process, and when it dies the kernel kills whatever it has left behind.
"""

import contextlib
import os
import subprocess
import sys

from ._libc import LIBC, check

MOUNT, UTS, IPC, USER, PID, NET = (
    *(0x00020000, 0x04000000, 0x08000000),
    *(0x10000000, 0x20000000, 0x40000000),
)
OURS = MOUNT | UTS | IPC | PID | NET
PRIVATE, RECURSIVE = 0x40000, 0x4000
NO_SUID, NO_DEV, NO_EXEC, DETACH = 2, 4, 8, 2


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


def mount_scratch(folder, size):
    """Put a file system in memory, of at most ``size`` bytes, on ``folder``; return whether."""
    options = f"size={size},nr_inodes=2000,mode=700".encode()
    flags = NO_SUID | NO_DEV | NO_EXEC
    return LIBC.mount(b"tmpfs", os.fsencode(folder), b"tmpfs", flags, options) == 0


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
