"""The files of a class, in a folder or a zip; no link is followed, no path leads outside."""

import contextlib
import os
import stat
import zipfile
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path, PurePosixPath

from ..answers.notebook import MAX_BYTES, Unreadable
from ..marks.database import is_results
from .times import of_file, of_member
from .zip_names import true_name

NOTEBOOK = ".ipynb"
MAX_FILES = 100_000
MAX_DEPTH = 8
REPORTS = ".dlcourse-reports"  # marks a folder that dlcourse report has written
# What systems leave behind beside the files of people, and Jupyter's own older copies.
LEFT_BEHIND = {"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini", ".ipynb_checkpoints"}


@dataclass(frozen=True)
class File:
    """One file of a class, or a folder in which there is none.

    ``reader()`` would return its bytes, at most one more than MAX_BYTES, or raise Unreadable: it
    is for reader.py, which has it called in a process with limits; a folder has none.
    ``refused`` says why it is not read at all; ``nameless`` that its path cannot say whose it is;
    ``time`` is that of the file in ISO 8601, or "".
    """

    path: str
    reader: object = None
    refused: str = ""
    nameless: bool = False
    time: str = ""

    @property
    def is_notebook(self):
        """Whether its name says so, in capitals or not."""
        return self.reader is not None and self.path.lower().endswith(NOTEBOOK)


class Files(list):
    """Every File of a class, by path; ``passed_over`` are paths that dlcourse itself wrote.

    These are named to the instructor, since a student could make one that looks so.
    """

    def __init__(self, found, passed_over=()):
        super().__init__(sorted(found, key=lambda file: file.path))
        self.passed_over = sorted(passed_over)


@contextlib.contextmanager
def files_of(path):
    """Give the Files of a folder or zip; or the one notebook at ``path``.

    Raises
    ------
    ValueError
        If ``path`` is none of these, or holds too many files.
    """
    path = Path(path)
    if path.is_dir():
        yield _files_of_folder(path)
    elif path.is_file() and path.suffix.lower() == NOTEBOOK:
        yield Files([File(path.name, file_reader(path), time=of_file(path.stat().st_mtime))])
    elif path.is_file() and zipfile.is_zipfile(path):
        try:
            archive = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise ValueError(f"submissions: {path} is a damaged zip: {error}") from None
        with archive:
            yield _files_of_zip(archive)
    else:
        raise ValueError(f"submissions: {path} is neither a folder nor a zip file nor a notebook")


def _files_of_folder(top):
    found, ours, waiting = [], [], [""]
    while waiting:
        folder = waiting.pop()
        entries = sorted(os.scandir(top / folder), key=lambda entry: entry.name)
        names = {entry.name for entry in entries}
        if REPORTS in names and not folder:
            raise ValueError(f"submissions: {top} holds what dlcourse report wrote, no submissions")
        if REPORTS in names:
            ours.append(folder)
            continue
        kept = [entry for entry in entries if not _left_behind(entry.name, names)]
        if folder and not kept:
            found.append(File(folder))
        for entry in kept:
            inside = f"{folder}/{entry.name}" if folder else entry.name
            if entry.is_symlink():
                found.append(_refused(inside, "is a link, which is not followed"))
            elif entry.is_file() and not inside.endswith(NOTEBOOK) and is_results(entry.path):
                ours.append(inside)
            elif not entry.is_dir():
                time = of_file(entry.stat().st_mtime)
                found.append(File(inside, file_reader(entry.path), time=time))
            elif inside.count("/") >= MAX_DEPTH:
                found.append(_refused(inside, f"lies deeper than {MAX_DEPTH} folders"))
            else:
                waiting.append(inside)
        _refuse_too_many(len(found) + len(waiting))
    return Files(found, ours)


def _left_behind(name, names):
    """Return whether a system left ``name`` there; ``names`` are those beside it."""
    return name in LEFT_BEHIND or (name.startswith("._") and name[2:] in names)


def file_reader(path):
    """Return a function that reads an ordinary file, or raises Unreadable."""
    return partial(read_file, os.path.abspath(path))


def read_file(path):
    """Return the bytes of an ordinary file, at most one more than MAX_BYTES."""
    # A link could lead to the solution, a named pipe would wait for ever.
    if not stat.S_ISREG(os.lstat(path).st_mode):
        raise Unreadable("is a link or no ordinary file")
    with open(os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0)), "rb") as file:
        return file.read(MAX_BYTES + 1)


def _files_of_zip(archive):
    members = archive.infolist()
    _refuse_too_many(len(members))
    names = {member.filename.rstrip("/") for member in members}
    reports = tuple(n.removesuffix(REPORTS) for n in names if n.endswith(f"/{REPORTS}"))
    members = [member for member in members if not member.filename.startswith(reports)]
    found, folders = [], set()
    for member in members:
        name = true_name(member)
        if _climbs(name):
            found.append(_refused(name, "its path in the zip leads outside", nameless=True))
        elif not name.strip("/"):
            found.append(_refused("(no name)", "it has no name in the zip", nameless=True))
        elif junk := _part_left_behind(member.filename.rstrip("/"), names):
            folders |= _parents(name.rstrip("/"), junk)
        elif member.is_dir():
            folders.add(PurePosixPath(name).as_posix())
        else:
            path = PurePosixPath(name).as_posix()
            time = of_member(member.date_time)
            found.append(File(path, _member_reader(archive, member), time=time))
    within = {str(parent) for file in found for parent in PurePosixPath(file.path).parents}
    within |= {str(parent) for folder in folders for parent in PurePosixPath(folder).parents}
    found += [File(folder) for folder in folders - within]
    return Files(found, [name.rstrip("/") for name in reports])


def _part_left_behind(name, names):
    """Return the 1-based position of the first part of ``name`` that a system left, or 0."""
    parts = name.split("/")
    for i, part in enumerate(parts):
        plain = "/".join([*parts[:i], part[2:]])
        if part in LEFT_BEHIND or (part.startswith("._") and plain in names):
            return i + 1
    return 0


def _parents(name, position):
    """Return the folder around what was left behind: there is such a student."""
    parts = name.split("/")[: position - 1]
    return {"/".join(parts)} if parts else set()


def _climbs(name):
    windows = "\\" in name or name[1:2] == ":"
    outside = name.startswith("/") and name.strip("/")
    return bool(windows or outside or ".." in PurePosixPath(name).parts or "\0" in name)


def _member_reader(archive, member):
    return partial(read_member, os.path.abspath(archive.filename), member.header_offset)


def read_member(path, offset):
    """Return the bytes of the member at ``offset`` of a zip, at most one more than MAX_BYTES."""
    archive, members = _opened(path)
    member = members[offset]
    if stat.S_ISLNK(member.external_attr >> 16):
        raise Unreadable("is a link")
    if member.flag_bits & 1:
        raise Unreadable("is encrypted")
    # Read no more than allowed: the size that the zip announces may be a lie.
    with archive.open(member) as file:
        return file.read(MAX_BYTES + 1)


@lru_cache(maxsize=1)
def _opened(path):
    """Return a zip and its members by their place; a class is in one, which stays open."""
    archive = zipfile.ZipFile(path)
    return archive, {member.header_offset: member for member in archive.infolist()}


def _refused(path, reason, nameless=False):
    return File(path, partial(refuse, reason), reason, nameless)


def refuse(reason):
    """Raise Unreadable: what is no file cannot be read."""
    raise Unreadable(reason)


def _refuse_too_many(count):
    if count > MAX_FILES:
        raise ValueError(f"submissions: more than {MAX_FILES} files; are these submissions?")
