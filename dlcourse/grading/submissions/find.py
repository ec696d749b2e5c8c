"""Find the submissions of a class in a folder or a zip, and read each without trusting any.

Both may hold ``student/lab.ipynb`` (also deeper) or ``student_lab.ipynb``. What cannot be
read becomes a submission with a reason, never an exception.
"""

import hashlib
import zipfile
import zlib
from dataclasses import dataclass

from .files import notebooks
from .notebook import Cells, Unreadable, read

UNREADABLE = (OSError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error)


@dataclass(frozen=True)
class Submission:
    """What one student handed in: the cells that count, or the reason why there are none."""

    student: str
    source: str
    digest: str
    cells: Cells | None = None
    reason: str = ""


def find(path, assignment):
    """Yield the Submission of each student under ``path``, in order of their names.

    Where a student has several notebooks, the one with most of this lab's cells counts.

    Parameters
    ----------
    path : a folder or a zip
    assignment : Assignment
        Its grade ids tell this lab's notebooks from others.

    Raises
    ------
    ValueError
        If ``path`` is neither a folder nor a zip.
    """
    with notebooks(path) as files:
        for student, offered in sorted(_by_student(files, assignment).items()):
            yield _choose(student, offered, assignment)


def count(path, assignment):
    """Return how many students ``find`` will yield, without reading a notebook."""
    with notebooks(path) as files:
        return len(_by_student(files, assignment))


def _by_student(files, assignment):
    """Group (student, name, reader) by student; a file of its own tells the student by its name.

    File names need not be text; what is shown and stored must be.
    """
    grouped = {}
    for student, raw, reader in files:
        name = _text(raw)
        student = _before_lab(name, assignment) if student is None else _text(student)
        offered = grouped.setdefault(student, [])
        if reader is not None:
            offered.append((name, reader))
    return grouped


def _text(raw):
    return raw.encode(errors="backslashreplace").decode()


def _before_lab(name, assignment):
    stem = name.removesuffix(".ipynb")
    for lab in (assignment.name, assignment.lab):
        if stem.endswith(f"_{lab}"):
            return stem.removesuffix(f"_{lab}")
    return stem.partition("_")[0]


def _choose(student, offered, assignment):
    if not offered:
        return Submission(student, student, "", reason="there is no notebook")
    readings = [read_one(student, name, reader, assignment) for name, reader in offered]
    return max(readings, key=lambda s: (len(_matching(s, assignment)), s.source))


def read_one(student, name, reader, assignment):
    """Return the Submission of the notebook ``name`` whose bytes ``reader()`` gives."""
    digest = ""
    try:
        data = reader()
        digest = hashlib.sha256(data).hexdigest()
        cells = read(data)
    except Unreadable as error:
        return Submission(student, name, digest, reason=str(error))
    except UNREADABLE as error:
        return Submission(student, name, digest, reason=f"cannot be read: {error}"[:200])
    found = Submission(student, name, digest, cells)
    if not _matching(found, assignment):
        reason = f"none of its cells belongs to {assignment.name}: is it another lab?"
        return Submission(student, name, digest, reason=reason)
    return found


def _matching(submission, assignment):
    marked = submission.cells.marked if submission.cells else {}
    return [name for name in assignment.grade_ids if name in marked]
