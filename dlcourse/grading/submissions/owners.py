"""Whose file each one is, from the shape of all paths together.

``layouts`` knows the platforms; what is not theirs is read here as a plain folder.
"""

import re
from collections import defaultdict

from .files import NOTEBOOK
from .layouts import LAYOUTS, Owner

COPY = re.compile(r"\(\d{1,4}\)$")  # what a browser or a desktop adds to a second copy
# Of the working copy's newer versions, and of JupyterLab's duplicates.
VERSION = re.compile(r"^(?:[._]v\d{1,3}|-Copy\d{1,3})+(?=$|[_\- \t])")
COPY_OF = re.compile(r"^(?:copy of )+", re.IGNORECASE)
BETWEEN = "_- \t"


def owners(paths, assignment, read):
    """Return {path: tuple of Owner} for those paths that are somebody's.

    The tuple is empty where nothing in the path says whose file it is. A platform's own list
    of a class is left out.

    Parameters
    ----------
    paths : every path of the class, "/" between its parts and at the end of a folder
    assignment : Assignment
        Its name is nobody's.
    read : what reads a platform's own lists of names: ``start(path)``, a text's first line, and
        ``submitters(path)``
    """
    names = LabNames(assignment)
    known, rest, found = {}, list(paths), True
    while rest and found:  # a class may come from two platforms
        tried = (layout(rest, names, read) for layout in LAYOUTS.values())
        most = (f for f in tried if 2 * len(f) > len(rest))
        found = next((f for f in most if not known or len(f) > 1), {})  # one may be chance
        known |= found
        rest = [path for path in rest if path not in known]
    plain = _plain(rest, names)
    return {path: who for path, who in (known | plain).items() if who is not None}


class LabNames:
    """What a notebook may be called that bears nobody's name: "02_neuron" and "neuron".

    In the working copy it is "lab_02_neuron", a newer version of it "lab_02_neuron.v2".
    """

    def __init__(self, assignment):
        self.labs = (f"lab_{assignment.name}", assignment.name, assignment.lab)

    def without_copy_marks(self, stem):
        """Return ``stem`` without "Copy of" before and "(1)" behind it."""
        return COPY.sub("", COPY_OF.sub("", stem.strip())).strip()

    def is_lab(self, stem):
        """Return whether ``stem`` is the lab's name and no more."""
        return self.around(stem) == ""

    def around(self, stem):
        """Return what stands before or behind the lab's name, or None if it is not there.

        A number behind it counts copies: 02_neuron_2, 02_neuron-1.
        """
        stem = self.without_copy_marks(stem)
        for lab in self.labs:
            match = re.search(re.escape(lab), stem, re.IGNORECASE)
            before, after = (stem[: match.start()], stem[match.end() :]) if match else ("x", "x")
            after = VERSION.sub("", after)
            if before[-1:] in BETWEEN and after[:1] in BETWEEN:
                before, after = before.strip(BETWEEN), after.strip(BETWEEN)
                return before or ("" if after.isdecimal() else after)
        return None


def _plain(paths, names):
    """Take the first folder for the student; of a file in none, its own name tells."""
    split = {path: path.split("/") for path in paths}
    top, sole = _around_the_class(list(split.values()), names)
    found, guesses = {}, defaultdict(dict)
    for path, parts in split.items():
        inner = parts[top:]
        stem = _stem(inner[-1])
        who = (sole or inner[0]) if len(inner) > 1 else names.around(stem)
        if who is None and "_" in stem:
            guesses[stem.partition("_")[0]][path] = stem
        who = stem if who is None else who
        found[path] = (_named(who, [*parts[:-1], stem]),) if who.strip(f"{BETWEEN}.") else ()
    for guess, stems in guesses.items():
        # What stands before the first "_" is a guess, good while it is nobody else's.
        notebooks = {stem for path, stem in stems.items() if _is_notebook(path)}
        for path, stem in stems.items():
            sure = guess.strip() and (notebooks or set(stems.values())) == {stem}
            found[path] = (_named(guess, [*split[path][:-1], stem]),) if sure else ()
    return found


def _named(who, parts):
    clues = dict.fromkeys(("any", part) for part in (who, *parts))
    return Owner(("plain", who), who, tuple(clues))


def _around_the_class(split, names):
    """Return how many folders lie around the whole class, and else the only student's folder.

    A folder is around the class where two or more folders are in it, or two notebooks that
    bear names beside the lab's; with other notebooks in it, it is a student's.
    """
    shared = _shared([parts[:-1] for parts in split])
    for top in range(len(shared)):
        inside = [parts[top + 1 :] for parts in split]
        loose = {_stem(p[0]) for p in inside if len(p) == 1 and _is_notebook(p[0])}
        folders = {p[0] for p in inside if len(p) > 1 and (not loose or _is_notebook(p[-1]))}
        bearing = {names.around(stem) for stem in loose}
        if loose and not any(bearing) and not folders:
            break
        if len(folders | (bearing - {"", None})) > 1:
            return top + 1, ""
    return 0, "/".join(shared)


def _shared(folders):
    """Return the parts that all of ``folders``, lists of parts, begin with."""
    first, last = min(folders, default=[]), max(folders, default=[])
    end = next((i for i, part in enumerate(first) if part != last[i]), len(first))
    return first[:end]


def _stem(name):
    return name.rpartition(".")[0] if "." in name else name


def _is_notebook(path):
    return path.lower().endswith(NOTEBOOK)
