"""See whether this machine can grade: what is installed, what confines, what a trial run does."""

import importlib.metadata
import platform

import dlcourse

from .answers.notebook import Cells
from .confinement.confine import ConfinementError
from .marks.engine import grade
from .marks.pool import Limits
from .sandbox.result import GRADER_FAULT, TIME_OUT

NEEDED = ("numpy", "scipy", "ipython", "tqdm")
USEFUL = {"nbgrader": "dlcourse release", "distributed": "dlcourse grade --scheduler"}
DOES = {
    "namespaces": "an answer sees no network and no other process; a second wall, not required",
    "landlock": "it reads and writes no file but what the lab needs",
    "seccomp": "it makes no system call but those that computing needs",
    "limits": "memory, processor time, processes, size and number of files",
}
ENDLESS = "def {}(*args):\n    while True:\n        pass"


def doctor(assignment, allow_unconfined=False):
    """Yield (well, sentence) for each thing looked at; ``well`` is None for a mere remark."""
    yield True, f"dlcourse {dlcourse.__version__}, Python {platform.python_version()}"
    yield from map(_installed, NEEDED)
    for name, use in USEFUL.items():
        well, sentence = _installed(name, "dlcourse[teach]")
        yield (True, sentence) if well else (None, f"{sentence}; only {use} needs it")
    try:
        with Limits(allow_unconfined=allow_unconfined)() as sandbox:
            for one in sandbox.layers():
                version = f" ({one.version})" if one.version else ""
                said = DOES[one.name] if one.in_force else f"missing; to get it: {one.missing}"
                yield one.in_force or None, f"layer {one.name}{version}: {said}"
            yield from _trial(sandbox, assignment)
        with Limits(time=1.0, allow_unconfined=allow_unconfined)() as sandbox:
            yield _endless(sandbox, assignment)
    except ConfinementError as error:
        yield False, str(error)


def _installed(name, extra="dlcourse"):
    try:
        return True, f"{name} {importlib.metadata.version(name)}"
    except importlib.metadata.PackageNotFoundError:
        return False, f"{name} is not installed: pip install '{extra}'"


def _trial(sandbox, assignment):
    cells = Cells(assignment.solutions)
    marks = grade(sandbox, assignment.exercises, assignment.setup, cells, seed=1)
    failed = [mark for mark in marks if mark.points != mark.possible]
    for mark in failed:
        why = f"{mark.status}. {mark.message} {mark.hint} {mark.note}".rstrip()
        yield False, f"the solution of {mark.exercise} does not earn its points: {why}"
    if not failed:
        yield True, f"{assignment.name}: all {len(marks)} solutions earn their points"


def _endless(sandbox, assignment):
    name = next(iter(assignment.exercises))
    cells = Cells({name: ENDLESS.format(name)})
    one = {name: assignment.exercises[name]}
    (mark,) = grade(sandbox, one, assignment.setup, cells, seed=1)
    if mark.status == GRADER_FAULT and "overloaded" in mark.note:
        return None, f"an endless loop could not be tried: {mark.note}; run this again later"
    return mark.status == TIME_OUT, f"an endless loop is stopped after 1 s: {mark.status}"
