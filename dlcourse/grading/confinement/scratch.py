"""The one folder that an answer may write to, new for every run."""

import os
import secrets
import stat

# Its name in the sandbox's folder.
INSIDE = "run"


def empty(folder):
    """Remove everything in ``folder``, however deep, without following links or recursing.

    Folders in it are first moved up to its top, so that no path grows too long.
    """
    moved, unused = 0, secrets.token_hex(8)  # a name that nothing in the folder has
    while True:
        names = os.listdir(folder)
        if not names:
            return
        for name in names:
            path = os.path.join(folder, name)
            if not stat.S_ISDIR(os.lstat(path).st_mode):
                os.unlink(path)
                continue
            os.chmod(path, 0o700)
            for inner in os.scandir(path):
                if inner.is_dir(follow_symlinks=False):
                    os.chmod(inner.path, 0o700)
                    os.rename(inner.path, os.path.join(folder, f"{unused}-{moved}"))
                    moved += 1
                else:
                    os.unlink(inner.path)
            os.rmdir(path)


def used(folder):
    """Return how many bytes ``folder`` takes, each file counted as 4 KiB at least.

    Infinite where its paths have grown too long to follow.
    """
    total, folders = 0, [folder]
    while folders:
        try:
            for entry in os.scandir(folders.pop()):
                total += max(4096, entry.stat(follow_symlinks=False).st_size)
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
        except FileNotFoundError:
            continue  # gone while we looked
        except OSError:
            return float("inf")
    return total
