"""The learner's working copy: what is missing arrives, what is there is never written to.

A manifest in the copy remembers the newest version of each notebook that was delivered. When
the course has a newer one, it arrives beside: ``02_neuron.ipynb``, ``02_neuron_v2.ipynb``...
"""

import hashlib
import json
import os
import secrets
from contextlib import contextmanager
from itertools import count

MANIFEST = ".course.json"
DELIVERED = ("lectures/*.ipynb", "lectures/glossary.md", "labs/*.ipynb")


def deliver(course, work):
    """Bring the working copy up to date with the course's notebooks and their glossary.

    Parameters
    ----------
    course : Path
        The repository, from which ``DELIVERED`` goes.
    work : Path
        The working copy; made where it is missing.

    Returns
    -------
    list of str
        One sentence for each file that arrived beside another or had gone and came back.

    Raises
    ------
    OSError
        The copy cannot be written to. Every file that is there is whole.
    """
    manifest = _read_manifest(work)
    sentences = []
    for pattern in DELIVERED:
        (work / pattern).parent.mkdir(parents=True, exist_ok=True)
        for source in sorted(course.glob(pattern)):
            name = source.relative_to(course).as_posix()
            content = source.read_bytes()
            digest = hashlib.sha256(content).hexdigest()
            before = manifest.get(name)
            if before is None:
                version = _place(work, name, content, 1)
                if version > 1:
                    sentences.append(f"{name} is yours; the course's is {numbered(name, version)}.")
            elif before["sha256"] == digest:
                if os.path.lexists(work / numbered(name, before["version"])):
                    continue
                version = _place(work, name, content, before["version"])
                sentences.append(f"{numbered(name, version)} was missing and is back.")
            else:
                version = _place(work, name, content, before["version"] + 1)
                sentences.append(
                    f"{name} has a newer version: {numbered(name, version)}. Yours is unchanged."
                )
            manifest[name] = {"sha256": digest, "version": version}
    _write_manifest(work, manifest)
    return sentences


def numbered(name, version):
    """Return the file name of the n-th delivered version.

    >>> numbered("labs/02_neuron.ipynb", 1), numbered("labs/02_neuron.ipynb", 2)
    ('labs/02_neuron.ipynb', 'labs/02_neuron_v2.ipynb')
    """
    stem, _, ending = name.rpartition(".")
    return name if version == 1 else f"{stem}_v{version}.{ending}"


def _place(work, name, content, first):
    """Write under the first free number from ``first`` on, or find it there; return the number."""
    for version in count(first):
        target = work / numbered(name, version)
        try:
            _create(target, content)
            return version
        except FileExistsError:
            if target.is_file() and target.read_bytes() == content:
                return version


def _create(target, content):
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


def _read_manifest(work):
    """Return what was delivered; entries that cannot be read count as never delivered."""
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


def _write_manifest(work, manifest):
    content = (json.dumps(manifest, indent=1, sort_keys=True) + "\n").encode()
    path = work / MANIFEST
    if not path.exists() or path.read_bytes() != content:
        with _written(path, content) as temporary:
            os.replace(temporary, path)
