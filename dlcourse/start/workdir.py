"""The learner's working copy: what is missing arrives, what the learner changed is left alone.

A manifest in the copy remembers the newest version of each notebook that was delivered. When
the course has a newer one, it arrives beside: ``02_neuron.ipynb``, ``02_neuron.v2.ipynb``...
"""

import datetime
import hashlib
import os
import sys
from itertools import count

from .copies import localized, older_place, place
from .manifest import create, read_manifest, replace, write_manifest

# What notebooks link to.
TEXTS = ("lectures/glossary.md", "lectures/data_cards.md", "lectures/where_to_go.md")
DELIVERED = ("lectures/*.ipynb", *TEXTS, "labs/*.ipynb")
WORKSPACES = ".jupyter/workspaces"
PYTHON = sys.version.split()[0]


def deliver(course, work):
    """Bring the working copy up to date with its notebooks and the texts that they link to.

    Parameters
    ----------
    course : Path
        The repository, from which ``DELIVERED`` goes.
    work : Path
        The working copy; made where it is missing.

    Returns
    -------
    list of str
        One sentence for each file that is new, was renamed, arrived beside another, or had gone
        and came back.

    Raises
    ------
    OSError
        The copy cannot be written to. Every file that is there is whole.
    """
    manifest = read_manifest(work)
    first = not manifest
    now = datetime.datetime.now().isoformat(timespec="seconds")
    sentences = []
    for pattern in DELIVERED:
        (work / pattern).parent.mkdir(parents=True, exist_ok=True)
        for source in sorted(course.glob(pattern)):
            name = source.relative_to(course).as_posix()
            before = manifest.get(name)
            sentences += _rename(work, name, before)
            entry, said = _bring(work, name, source.read_bytes(), before)
            if before is None and not first and not said:
                said = [f"{place(name)} is new."]
            if not first and (before is None or before["sha256"] != entry["sha256"]):
                entry["arrived"] = now
            sentences += said
            manifest[name] = entry
    write_manifest(work, manifest)
    return sentences


def is_untouched(work, name, entry):
    """Return whether the newest version of a file is there as it was delivered."""
    return _is_as_delivered(work / place(name, entry["version"]), entry)


def _is_as_delivered(path, entry):
    # An older course copied without a change.
    known = (entry.get("copy"), entry["sha256"])
    return path.is_file() and _hash(path.read_bytes()) in known


def _bring(work, name, content, before):
    """Put one file of the course where it belongs; return its entry and what to say."""
    entry = {"sha256": _hash(content), "kernel": PYTHON}
    if before and before["sha256"] == entry["sha256"]:
        version = before["version"]
        entry |= {key: before[key] for key in ("arrived", "copy") if key in before}
        path = work / place(name, version)
        if os.path.lexists(path):
            if before.get("kernel") != PYTHON:
                entry["copy"] = _named(path, name, content, before)
            return entry | {"version": version}, []
        entry |= _place(work, name, content, version)
        return entry, [f"{place(name, entry['version'])} was missing and is back."]
    if before and name.endswith(".md") and is_untouched(work, name, before):
        path = work / place(name, before["version"])  # to read only: one is enough
        replace(path, copy := localized(name, content))
        entry |= {"version": before["version"], "copy": _hash(copy)}
        return entry, [f"{path.relative_to(work).as_posix()} is up to date again."]
    entry |= _place(work, name, content, before["version"] + 1 if before else 1)
    yours, newest = place(name), place(name, entry["version"])
    if before:
        return entry, [f"{yours} has a newer version: {newest}. Yours is unchanged."]
    return entry, [f"{yours} is yours; the course's is {newest}."] if newest != yours else []


def _place(work, name, content, first):
    """Write under the first free number from ``first`` on, or find it there; return both."""
    copy = localized(name, content)
    for version in count(first):
        target = work / place(name, version)
        try:
            create(target, copy)
        except FileExistsError:
            there = target.read_bytes() if target.is_file() else None
            if there not in (copy, content):
                continue
            if there != copy:
                replace(target, copy)
        return {"version": version, "copy": _hash(copy)}


def _named(path, name, content, before):
    """Write this Python's kernel into a copy that nobody has changed; return what is its hash."""
    if not _is_as_delivered(path, before):
        return before.get("copy", "")
    replace(path, copy := localized(name, content))
    return _hash(copy)


def _rename(work, name, before):
    """Give a file that an older course delivered the name that it has today."""
    old_style = before is not None and "copy" not in before
    sentences = []
    for version in range(1, before["version"] + 1 if old_style else 2):
        old, new = older_place(name, version), place(name, version)
        if old != new and (work / old).is_file() and not os.path.lexists(work / new):
            os.rename(work / old, work / new)
            _follow(work, old, new)
            sentences.append(f"{old} is now {new}.")
    return sentences


def _follow(work, old, new):
    """Let JupyterLab's layout of the last time open a file under its new name."""
    for layout in (work / WORKSPACES).glob("*.jupyterlab-workspace"):
        text = layout.read_text(encoding="utf-8")
        if old in text:
            replace(layout, text.replace(old, new).encode())


def _hash(content):
    return hashlib.sha256(content).hexdigest()
