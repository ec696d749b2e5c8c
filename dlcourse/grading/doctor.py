"""See whether this machine can grade: what is installed, what confines, what a trial run does."""

import importlib.metadata
import platform
import sys

import dlcourse

from .confine import ConfinementError
from .engine import grade
from .notebook import Cells
from .pool import Limits
from .result import TIME_OUT

NEEDED = ("numpy", "scipy", "ipython", "tqdm")
USEFUL = {"nbgrader": "release", "distributed": "--scheduler"}
ENDLESS = "def {}(*args):\n    while True:\n        pass"


def doctor(assignment, allow_unconfined=False):
    """Yield (well, sentence) for each thing looked at; ``well`` is None for a mere remark."""
    yield True, f"dlcourse {dlcourse.__version__}, Python {platform.python_version()}"
    yield sys.version_info >= (3, 11), "Python is 3.11 or newer"
    for name in NEEDED:
        yield _installed(name)
    for name, use in USEFUL.items():
        well, sentence = _installed(name)
        yield (True, sentence) if well else (None, f"{sentence}; only {use} needs it")
    try:
        with Limits(allow_unconfined=allow_unconfined)() as sandbox:
            for one in sandbox.layers():
                said = one.version if one.in_force else f"missing: {one.missing}"
                yield one.in_force or None, f"layer {one.name} {said}".rstrip()
            yield from _trial(sandbox, assignment)
        with Limits(time=1.0, allow_unconfined=allow_unconfined)() as sandbox:
            yield _endless(sandbox, assignment)
    except ConfinementError as error:
        yield False, str(error)


def _installed(name):
    try:
        return True, f"{name} {importlib.metadata.version(name)}"
    except importlib.metadata.PackageNotFoundError:
        return False, f"{name} is not installed"


def _trial(sandbox, assignment):
    cells = Cells(assignment.solutions)
    for mark in grade(sandbox, assignment.exercises, assignment.setup, cells, seed=1):
        well = mark.points == mark.possible
        said = "" if well else f": {mark.status}. {mark.message} {mark.hint} {mark.note}".rstrip()
        yield well, f"the solution of {mark.exercise} earns its points{said}"


def _endless(sandbox, assignment):
    name = next(iter(assignment.exercises))
    cells = Cells({name: ENDLESS.format(name)})
    one = {name: assignment.exercises[name]}
    (mark,) = grade(sandbox, one, assignment.setup, cells, seed=1)
    return mark.status == TIME_OUT, f"an endless loop is stopped: {mark.status}"
