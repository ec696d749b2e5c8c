"""The files of a class, in a folder or a zip; no link is followed, no path leads outside."""

import contextlib
import os
import stat
import zipfile
from pathlib import Path, PurePosixPath

from .notebook import MAX_BYTES, Unreadable

MAX_FILES = 100_000
MAX_DEPTH = 8
SKIPPED = (".ipynb_checkpoints", "__MACOSX")


@contextlib.contextmanager
def notebooks(path):
    """Give an iterator of (student, name, reader) for each notebook in a folder or zip.

    ``reader()`` returns the bytes, at most one more than MAX_BYTES, or raises Unreadable.
    ``student`` is None where only the file's name tells; ``reader`` is None for what is no
    notebook but shows that there is such a student.

    Raises
    ------
    ValueError
        If ``path`` is neither a folder nor a zip, or the zip holds too many files.
    """
    path = Path(path)
    if path.is_dir():
        yield _files_of_folder(path)
    elif path.is_file() and zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            yield _files_of_zip(archive)
    else:
        raise ValueError(f"submissions: {path} is neither a folder nor a zip file")


def _files_of_folder(folder):
    """Yield (student, name, reader) of each notebook; no reader for a student's folder as such."""
    for student in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if student.name in SKIPPED or student.name.startswith("."):
            continue
        if student.is_symlink():
            yield student.name, student.name, _refuse("is a link, which is not followed")
        elif student.is_dir():
            yield student.name, student.name, None
            yield from _notebooks_below(Path(student.path), folder)
        elif student.name.endswith(".ipynb"):
            yield None, student.name, file_reader(student.path)


def _notebooks_below(student, folder):
    for place, folders, files in os.walk(student, followlinks=False):
        deep = len(Path(place).relative_to(folder).parts)
        folders[:] = [] if deep >= MAX_DEPTH else sorted(set(folders) - set(SKIPPED))
        for name in sorted(files)[:MAX_FILES]:
            if name.endswith(".ipynb") and not name.startswith("."):
                path = Path(place, name)
                yield student.name, path.relative_to(folder).as_posix(), file_reader(path)


def file_reader(path):
    """Return a function that reads an ordinary file, or raises Unreadable."""

    def reader():
        # A link could lead to the solution, a named pipe would wait for ever.
        if not stat.S_ISREG(os.lstat(path).st_mode):
            raise Unreadable("is a link or no ordinary file")
        with open(os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0)), "rb") as file:
            return file.read(MAX_BYTES + 1)

    return reader


def _files_of_zip(archive):
    members = archive.infolist()
    if len(members) > MAX_FILES:
        raise ValueError(f"submissions: {len(members)} files in the zip; at most {MAX_FILES}")
    for member in members:
        name = member.filename.rstrip("/")
        parts = PurePosixPath(name).parts
        if not name or set(parts) & set(SKIPPED) or parts[-1].startswith("."):
            continue
        if _climbs(member.filename):
            yield name, name, _refuse("its path in the zip leads outside")
            continue
        student = parts[0] if len(parts) > 1 or member.is_dir() else None
        if name.endswith(".ipynb") and not member.is_dir():
            yield student, name, _member_reader(archive, member)
        elif student is not None:
            yield student, name, None


def _climbs(name):
    windows = "\\" in name or ":" in name.partition("/")[0]
    return windows or name.startswith("/") or ".." in PurePosixPath(name).parts or "\0" in name


def _member_reader(archive, member):
    def reader():
        if stat.S_ISLNK(member.external_attr >> 16):
            raise Unreadable("is a link")
        if member.flag_bits & 1:
            raise Unreadable("is encrypted")
        # Read no more than allowed: the size that the zip announces may be a lie.
        with archive.open(member) as file:
            return file.read(MAX_BYTES + 1)

    return reader


def _refuse(reason):
    def reader():
        raise Unreadable(reason)

    return reader
