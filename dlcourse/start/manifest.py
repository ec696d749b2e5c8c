"""What was delivered to a working copy, and how a file is written there: whole or not at all."""

import json
import os
import secrets
from contextlib import contextmanager

MANIFEST = ".course.json"  # it also marks a folder as a working copy
PROGRESS = ".progress"  # the folder of what the checks of the labs keep


def read_manifest(work):
    """Return {name: entry} of what was delivered.

    An entry holds ``sha256`` of the course's file, the number of its ``version`` in the working
    copy, and from the second delivery on when it ``arrived``. ``copy`` is the hash of what was
    written, and ``kernel`` the version of Python that is named in it. What cannot be read
    counts as never delivered.
    """
    try:
        entries = json.loads((work / MANIFEST).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    if not isinstance(entries, dict):
        return {}
    return {name: entry for name, entry in entries.items() if _is_entry(entry)}


def _is_entry(entry):
    return (
        isinstance(entry, dict)
        and isinstance(entry.get("sha256"), str)
        and type(entry.get("version")) is int
        and entry["version"] >= 1
    )


def write_manifest(work, manifest):
    """Write it, where it has changed."""
    content = (json.dumps(manifest, indent=1, sort_keys=True) + "\n").encode()
    path = work / MANIFEST
    if not path.exists() or path.read_bytes() != content:
        replace(path, content)


def create(target, content):
    """Write a new file, whole or not at all; raise FileExistsError where there is one."""
    with _written(target, content) as temporary:
        try:
            os.link(temporary, target)
        except FileExistsError:
            raise
        except OSError:
            # Some file systems (exFAT, some network drives) know no hard links.
            if os.path.lexists(target):
                raise FileExistsError(target) from None
            os.rename(temporary, target)


def replace(target, content):
    """Write a file in place of the one that may be there, whole or not at all."""
    with _written(target, content) as temporary:
        os.replace(temporary, target)


@contextmanager
def _written(target, content):
    """Yield a complete file beside ``target``, gone at the end unless it was renamed."""
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        with open(temporary, "xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)
