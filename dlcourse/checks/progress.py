"""What was reached in a lab stays: one small file per lab, beside the learner's notebooks.

It is kept in the working copy that ``make lab`` makes and in the Drive folder of Colab's
notebooks, and nowhere else: not in the repository, nor where notebooks are tested or graded.
"""

import datetime
import json
import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from dlcourse.start.manifest import MANIFEST, PROGRESS, replace

from .fingerprint import fingerprint

VERSION = 1
DRIVE = Path("/content/drive/MyDrive/dlcourse")  # where Colab's notebooks change to
# Tests of notebooks and nbgrader, whose kernels inherit these, leave no traces and see none.
NOT_UNDER = ("NBGRADER_EXECUTION", "PYTEST_VERSION")


@dataclass(frozen=True)
class Reached:
    """A right answer of some day: its points, the date and the answer's fingerprint."""

    points: int
    on: datetime.date
    answer: str

    def __str__(self):
        return f"right on {self.on.day} {self.on:%B %Y}"


class Unusable(Exception):
    """The file cannot be used; the message is a sentence for the learner."""


def folder():
    """Return where progress is kept from here, or None."""
    if any(name in os.environ for name in NOT_UNDER):
        return None
    try:
        here = Path.cwd()
    except FileNotFoundError:
        return None
    for place in (here, *here.parents):
        if (place / MANIFEST).is_file():
            return place / PROGRESS
    if "google.colab" in sys.modules and (DRIVE == here or DRIVE in here.parents):
        return DRIVE / PROGRESS
    return None


class Progress:
    """What was reached in one lab, on this day and before.

    Nothing here raises: a file that cannot be read or written is left as it is, and one
    sentence about it waits in ``sentences()``.
    """

    def __init__(self, lab=None):
        self.lab = lab
        self._said, self._waiting = set(), []

    def reached(self):
        """Return {exercise: Reached}."""
        path = self._path()
        if path is None:
            return {}
        try:
            return _entries(_read(path))
        except (Unusable, OSError) as problem:
            self._say(problem, path)
            return {}

    def keep(self, exercise, function):
        """Write down that ``function`` is a right answer to ``exercise``."""
        path = self._path()
        if path is None:
            return
        today = datetime.date.today().isoformat()
        entry = {"points": exercise.points, "on": today, "answer": fingerprint(function)}
        try:
            path.parent.mkdir(exist_ok=True)
            try:
                data = _read(path)
            except Broken:
                _put_aside(path)
                data = _empty(self.lab)
            if data["reached"].get(exercise.name) != entry:
                data["reached"][exercise.name] = entry
                replace(path, (json.dumps(data, indent=1, sort_keys=True) + "\n").encode())
        except (Unusable, OSError) as problem:
            self._say(problem, path)

    def before(self, exercise, function):
        """Return what to say beside a verdict that is not "right", as a list of sentences."""
        reached = self.reached().get(exercise.name)
        if reached is None:
            return []
        if changed(reached, function):
            return [f"It was {reached}, and has changed since."]
        return [f"The same answer was {reached}: what it reads has changed, or the check."]

    def sentences(self):
        """Return what went wrong with the file since the last call, each thing said once."""
        waiting, self._waiting = self._waiting, []
        return waiting

    def _path(self):
        place = folder() if self.lab else None
        return place and place / f"{self.lab}.json"

    def _say(self, problem, path):
        reason = getattr(problem, "strerror", None)
        sentence = f"Your progress is not kept: {path}: {reason}." if reason else str(problem)
        if sentence not in self._said:
            self._said.add(sentence)
            self._waiting.append(sentence)


class Broken(Unusable):
    """The file is no progress file."""


def changed(reached, function):
    """Return whether ``function`` is another answer than the one that was right."""
    return fingerprint(function) != reached.answer


def _empty(lab):
    return {"version": VERSION, "lab": lab, "reached": {}}


def _read(path):
    """Return what the file holds, or nothing reached where there is none."""
    try:
        data = json.loads(path.read_bytes())
    except FileNotFoundError:
        return _empty(path.stem)
    except (ValueError, RecursionError):
        data = None
    if isinstance(data, dict) and type(data.get("version")) is int and data["version"] > VERSION:
        raise Unusable(
            f"Your progress in {path} was written by a newer version of the course: it stays as "
            "it is, and nothing is added."
        )
    if not isinstance(data, dict) or not isinstance(data.get("reached"), dict):
        raise Broken(f"Your progress in {path} cannot be read; the file is kept.")
    return data


def _entries(data):
    found = {}
    for name, entry in data["reached"].items():
        with suppress(TypeError, ValueError, KeyError):  # one bad entry costs no other
            on = datetime.date.fromisoformat(entry["on"])
            found[name] = Reached(int(entry["points"]), on, str(entry["answer"]))
    return found


def _put_aside(path):
    """Rename a file that cannot be read, so that it is there for whoever can mend it."""
    for number in count(1):
        aside = path.with_name(f"{path.stem}.broken{number}")
        if not os.path.lexists(aside):
            return path.rename(aside)
