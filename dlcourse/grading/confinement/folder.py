"""The folder of one sandbox: made, locked, and removed by the next grader if ours is killed."""

import contextlib
import glob
import os
import shutil
import tempfile
import time

from . import scratch

# No other folder is called so: what bears it is removed.
PREFIX = ".dlcourse-sandbox-"
# A folder younger than this may not be locked yet.
YOUNG_SECONDS = 60


def make():
    """Return (path, lock) of a new folder, after removing those that killed graders left.

    ``lock`` is an open file: the machine lets go of it however this process ends.
    """
    for left in glob.glob(os.path.join(tempfile.gettempdir(), f"{PREFIX}*")):
        with contextlib.suppress(OSError):  # somebody else's, or in use
            if time.time() - os.stat(left).st_mtime > YOUNG_SECONDS:
                remove(left, _lock(left))
    folder = tempfile.mkdtemp(prefix=PREFIX)
    return folder, _lock(folder)


def remove(folder, lock):
    """Remove ``folder`` and whatever an answer left in it."""
    with contextlib.suppress(OSError):
        scratch.empty(folder)
    shutil.rmtree(folder, ignore_errors=True)
    os.close(lock)


def _lock(folder):
    import fcntl  # not on Windows, where nothing is graded

    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(opened)
        raise
    return opened
