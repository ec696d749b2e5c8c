"""The start page: what there is, what was reached, what is next, what an update brought.

It is made anew at each start and not the learner's to edit; what somebody wrote into it all
the same is put beside it.
"""

import datetime
import hashlib
import json
import os
import re
from dataclasses import dataclass
from itertools import count

from .copies import place
from .manifest import PROGRESS, read_manifest, replace
from .workdir import is_untouched

PAGE = "start.md"
UNIT = re.compile(r"(?:lectures|labs)/((\d+)_\w+)\.ipynb")


@dataclass
class Part:
    """A lecture or a lab in the working copy: its path, minutes, points and first question."""

    path: str
    newer: str = ""
    minutes: int = 0
    points: int = 0
    question: str = ""
    touched: bool = False


def write_page(work, today=None):
    """Write the start page and return what to say about it, as a list of sentences.

    Raises
    ------
    OSError
        The working copy cannot be written to.
    """
    path = work / PAGE
    sentences = []
    if path.is_file() and not _is_ours(path):
        aside = next(p for n in count(1) if not os.path.lexists(p := work / f"start.yours{n}.md"))
        path.rename(aside)
        sentences.append(f"What you wrote in {PAGE} is now in {aside.name}.")
    replace(path, _sealed(page(work, today or datetime.date.today())))
    return sentences


def _sealed(text):
    """Return the page with a line, which no reader sees, that tells it from an edited one."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    return f"{text}\n<!-- made by make lab: {digest} -->\n".encode()


def _is_ours(path):
    content = path.read_bytes()
    text = content.rpartition(b"\n<!-- made by make lab")[0]
    return _sealed(text.decode(errors="replace")) == content


def page(work, today):
    """Return the page's text, in Markdown."""
    manifest = read_manifest(work)
    units = _units(work, manifest)
    lines = ["# Start", "", *_next(work, units), *_arrived(manifest), "## Units", ""]
    lines += ["| unit | lecture | minutes | lab | minutes | reached in the lab |"]
    lines += ["|---|---|---|---|---|---|"]
    for (number, name), parts in units.items():
        lecture, lab = parts.get("lectures"), parts.get("labs")
        begin = _cells(lecture, _words(name)) if lecture else (_words(name), "")
        cells = [number, *begin, *_cells(lab, f"lab {number}")]
        lines.append(f"| {' | '.join([*cells, _reached(work, name, lab)])} |")
    glossary = manifest.get("lectures/glossary.md")
    if glossary:
        words = place("lectures/glossary.md", glossary["version"])
        lines += [
            "",
            f"[Glossary]({words}): every term. [Notation]({words}#Notation): the letters.",
        ]
    lines += ["", f"This page is of {_date(today)}; it is made anew at each start of `make lab`."]
    return "\n".join(lines) + "\n"


def _units(work, manifest):
    """Return {(number, name): {"lectures": Part, "labs": Part}} in the order of the course."""
    units = {}
    for name, entry in sorted(manifest.items()):
        if match := UNIT.fullmatch(name):
            kind = name.partition("/")[0]
            number, stem = match[2], match[1].partition("_")[2]
            units.setdefault((number, stem), {})[kind] = _part(work, name, entry)
    return dict(sorted(units.items()))


def _part(work, name, entry):
    first, newest = place(name), place(name, entry["version"])
    part = Part(first if (work / first).is_file() else newest)
    part.newer = newest if newest != part.path else ""
    part.touched = bool(part.newer) or not is_untouched(work, name, entry)
    try:
        cells = json.loads((work / newest).read_bytes())["cells"]
        part.points = sum(_points(cell["metadata"]) for cell in cells)
        text = "".join(cells[0]["source"]), "".join("".join(c["source"]) + "\n" for c in cells)
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return part  # a file that the learner broke is theirs
    part.minutes = _minutes(*text)
    part.question = next(iter(re.findall(r"^\*\*(.+\?)\*\*$", text[0], re.MULTILINE)), "")
    return part


def _points(metadata):
    """Return the points of a check; open questions are for a human."""
    about = metadata.get("nbgrader", {})
    return int(about.get("points", 0)) if about.get("grade") and not about.get("solution") else 0


def _minutes(first, text):
    """Return the minutes that a notebook names: of all sittings, of the lecture, of exercises."""
    sittings = [int(n) for n in re.findall(r"^\*Read in (\d+) minutes", text, re.MULTILINE)]
    lecture = re.search(r"^\*Time: (\d+) minutes", first, re.MULTILINE)
    exercises = re.findall(r"^\|.*\| (\d+) \| \d+ \|(?: sitting \d+ \|)?$", first, re.MULTILINE)
    return sum(sittings) or (int(lecture[1]) if lecture else sum(map(int, exercises)))


def _words(name):
    """Return the name of a unit in words, which a telephone can break into lines."""
    return name.replace("_", " ")


def _cells(part, words):
    if part is None:
        return "", ""
    newer = f" ([newer]({part.newer}))" if part.newer else ""
    return f"[{words}]({part.path}){newer}", str(part.minutes or "")


def _progress(work, name):
    """Return {exercise: points} of what was reached; a file that cannot be read says nothing."""
    try:
        entries = json.loads((work / PROGRESS / f"{name}.json").read_bytes())["reached"]
        return {exercise: int(entry["points"]) for exercise, entry in entries.items()}
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return {}


def _reached(work, name, lab):
    if lab is None:
        return ""
    points = sum(_progress(work, name).values())
    mark = "✓ " if points >= lab.points > 0 else ""
    return f"{mark}{points} of {lab.points} points"


def _next(work, units):
    """Return the lines on the first unit that is not finished."""
    for (number, name), parts in units.items():
        lecture, lab = parts.get("lectures"), parts.get("labs")
        done = sum(_progress(work, name).values())
        if lab is None or done >= lab.points > 0:
            continue
        question = f" {(lecture or lab).question}".rstrip()
        if lecture and not lecture.touched and not done and not lab.touched:
            link, then = f"[lecture {number}, {_words(name)}]({lecture.path})", ""
        else:
            link = f"[lab {number}, {_words(name)}]({lab.path})"
            then = f" You have {done} of {lab.points} points." if done else ""
        return [f"**Next:** {link}.{question}{then}", ""]
    return []


def _arrived(manifest):
    """Return the lines on what the last update brought, and what to do with it."""
    times = [entry["arrived"] for entry in manifest.values() if entry.get("arrived")]
    latest = {
        name: entry
        for name, entry in sorted(manifest.items())
        if times and entry.get("arrived") == max(times) and UNIT.fullmatch(name)
    }
    if not latest:
        return []
    lines = [f"## What the update of {_date(datetime.date.fromisoformat(max(times)[:10]))} brought"]
    lines.append("")
    for name, entry in latest.items():
        here = place(name, entry["version"])
        if entry["version"] == 1:
            lines.append(f"- [{here}]({here}) is new.")
        elif name.startswith("labs/"):
            stem = UNIT.fullmatch(name)[1]
            lines.append(
                f"- [{here}]({here}) is newer than [yours]({place(name)}), which is unchanged. To "
                f"take your answers along, run `make carry LAB={stem}` in a terminal."
            )
        else:
            lines.append(f"- [{here}]({here}) is newer than [yours]({place(name)}): read on there.")
    return [*lines, ""]


def _date(day):
    return f"{day.day} {day:%B} {day.year}"
