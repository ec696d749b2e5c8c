"""Find the submissions of a class in a folder or a zip, and read each without trusting any.

Whose a file is, ``owners`` tells from the paths; a roster settles it. Every file belongs to a
row: what cannot be read has a reason there, never an exception, and what cannot be told apart
is never put together.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..answers.recover import recover
from ..plain import plain
from .choose import Submission, another_lab, choose
from .files import NOTEBOOK, files_of
from .owners import LabNames, owners
from .reader import read_notebook, read_start, read_submitters
from .times import FILE

NOBODYS = "nothing in its name says whose it is"
# Characters of source in all the notebooks of one student together.
MOST_TOGETHER = 20 * 2**20


@dataclass
class Group:
    """The files of one student, or of nobody; ``doubt``: why it may be the wrong student."""

    name: str
    doubt: str = ""
    files: list = field(default_factory=list)  # (Owner or None, File)


def find(path, assignment, roster=None):
    """Yield the Submission of each student under ``path``, in order of their names.

    Of a student's several notebooks ``choose`` says which counts; where it cannot, each is a
    Submission of its own, with a doubt.

    Parameters
    ----------
    path : a folder, a zip or a notebook
    assignment : Assignment
        Its grade ids tell this lab's notebooks from others.
    roster : Roster, to settle who is who

    Raises
    ------
    ValueError
        If ``path`` is none of these.
    """
    used = Counter()
    with files_of(path) as files:
        for group in _groups(path, files, assignment, roster):
            for found in _submissions(group, assignment):
                used[found.student] += 1
                again = f" [{used[found.student]}]" if used[found.student] > 1 else ""
                yield replace(found, student=found.student + again)


def count(path, assignment, roster=None):
    """Return how many students there are, without reading a notebook."""
    with files_of(path) as files:
        return len(_groups(path, files, assignment, roster))


def _groups(path, files, assignment, roster):
    readable = {_as_path(file): file for file in files if not file.nameless}
    if Path(path).is_file() and Path(path).suffix.lower() == NOTEBOOK:
        stem = Path(files[0].path).stem  # one notebook, named on the command line
        whose = LabNames(assignment).around(stem) or stem
        return [Group(text(whose), files=[(None, files[0])])]
    owned = owners(list(readable), assignment, _Platforms(readable))
    groups = {}
    for file in files:
        path = _as_path(file)
        if not file.nameless and path not in owned:
            continue
        for owner in (None,) if file.nameless else owned[path] or (None,):
            key, name, doubt = _settle(owner, file, roster)
            group = groups.setdefault(key, Group(text(name), doubt))
            group.files.append((owner, file))
    return sorted(groups.values(), key=lambda group: group.name)


def _settle(owner, file, roster):
    """Return a key, a name and a doubt: as the roster has it, else as the path has it."""
    if owner is None:
        return ("nobody", file.path, id(file)), file.path, NOBODYS if file.is_notebook else ""
    if roster is None:
        return owner.key, owner.name, ""
    person, problem = roster.match(owner.clues)
    return (("roster", person), person, "") if person else (owner.key, owner.name, problem)


def _as_path(file):
    return file.path if file.reader else f"{file.path}/"


def _submissions(group, assignment):
    notebooks = [(owner, file) for owner, file in group.files if file.is_notebook]
    others = [
        (text(file.path), file.refused)
        for owner, file in group.files
        if file.reader and not file.is_notebook and not (owner and owner.trace)
    ]
    readings = _readings(group.name, notebooks, assignment)
    for found in choose(group.name, readings, others, assignment):
        yield replace(found, doubt=found.doubt or group.doubt)


def _readings(name, notebooks, assignment):
    """Return (Owner or None, Submission) of each notebook, none held twice, nor too many."""
    readings, held, together = [], {}, 0
    for owner, file in notebooks:
        found = read_one(name, text(file.path), file.reader, assignment)
        if found.cells and found.digest not in held:
            together += found.cells.size
            if together > MOST_TOGETHER:
                why = f"there is more than {MOST_TOGETHER // 2**20} MB of code beside it"
                found = replace(found, cells=None, reason=why)
        if found.cells:
            found = replace(found, cells=held.setdefault(found.digest, found.cells))
        readings.append((owner, _timed(found, owner, file)))
    return readings


class _Platforms:
    """Reads the platform's own files among those of a class: path -> File."""

    def __init__(self, files):
        self.files = files

    def start(self, path):
        """Return the first line of a text, or "" where it cannot be read."""
        return read_start(self.files[path].reader).partition("\n")[0]

    def submitters(self, path):
        """Return what ``gradescope.submitters`` does, or [] where it cannot be read."""
        return read_submitters(self.files[path].reader)


def _timed(found, owner, file):
    """Return the Submission with its time: the platform's, else the file's."""
    if owner and owner.time:
        return replace(found, handed_in=owner.time, clock=owner.key[0])
    return replace(found, handed_in=file.time, clock=FILE if file.time else "")


def text(raw):
    r"""Return a file name as text that can be shown and stored; it need not be any.

    Other letters become \x1b and the like, with backslashes doubled, so that two names never
    become one.
    """
    return plain(raw.replace("\\", "\\\\"))


def read_one(student, name, reader, assignment):
    """Return the Submission of the notebook ``name``; ``reader`` is what files.py gives for it."""
    digest, cells, reason = read_notebook(reader)
    if cells is None:
        return Submission(student, name, digest, reason=plain(reason))
    cells = recover(cells, assignment)
    if not any(grade_id in cells.marked for grade_id in assignment.grade_ids):
        return Submission(student, name, digest, reason=another_lab(assignment))
    return Submission(student, name, digest, cells)
