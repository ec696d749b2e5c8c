"""What the page of a student is called: no name leads elsewhere, and none hides another."""

import hashlib
import re
import unicodedata
from collections import Counter


def file_names(students):
    """Return {student: file name}, distinct also where a disk knows no case and no accents."""
    names = {student: file_name(student) for student in students}
    often = Counter(map(_on_any_disk, names.values()))
    return {
        # The one in small letters keeps the name, whoever else comes.
        student: name
        if often[_on_any_disk(name)] == 1 or name == _on_any_disk(name)
        else file_name(student, told_apart=True)
        for student, name in names.items()
    }


def _on_any_disk(name):
    return unicodedata.normalize("NFC", name.casefold())


def file_name(student, told_apart=False):
    """Return a file name for ``student``: what cannot stand in one is replaced, told apart."""
    plain = re.sub(r"[^\w.@, -]", "_", student).strip(". ")[:80]
    if plain == student and not told_apart:
        return plain
    return f"{plain}-{hashlib.sha256(student.encode(errors='replace')).hexdigest()[:8]}"
