"""The catalogue of all exercises, and verdicts on its functions for many seeds.

Beside the course's labs stands the torch lab that lives in these tests.
"""

import functools
import importlib
import os
import pkgutil
import tempfile
from pathlib import Path

import nbformat
import numpy as np
import pytest

from dlcourse import exercises
from dlcourse.authoring.source import read
from dlcourse.checks import verdict
from dlcourse.checks.outcome import call
from dlcourse.grading.assignments.assignment import open_assignment

SEEDS = int(os.environ.get("DLCOURSE_SEEDS", "5"))
TESTED = Path(__file__).parent / "checks" / "labs"
OURS = [module.name for module in pkgutil.iter_modules(exercises.__path__)]
# As if it lay in dlcourse/exercises.
exercises.__path__.append(str(TESTED))
LABS = [module.name for module in pkgutil.iter_modules(exercises.__path__)]
CATALOGUE = [
    (lab, exercise)
    for lab in LABS
    for exercise in importlib.import_module(f"dlcourse.exercises.{lab}").EXERCISES
]
IDS = [f"{lab}.{exercise.name}" for lab, exercise in CATALOGUE]
each_exercise = pytest.mark.parametrize("exercise", [e for _, e in CATALOGUE], ids=IDS)


def flat(cases):
    """Return all numbers of some inputs, one behind the other, whatever holds them."""
    return np.concatenate([np.ravel(np.asarray(a, float)) for a in _numbers(cases)])


def _numbers(value):
    """Return the numbers and arrays in ``value``, in order."""
    if isinstance(value, tuple | list):
        return [number for item in value for number in _numbers(item)]
    return [] if value is None or isinstance(value, str) else [value]


@functools.cache
def assignment_of(lab):
    """Return the Assignment of any of LABS; the solved notebook of one for tests is made here."""
    if lab in OURS:
        return open_assignment(lab)
    (source,) = TESTED.glob(f"source/[0-9]*_{lab}.py")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"{source.stem}.ipynb")
        path.write_text(nbformat.writes(read(source, repository="")), encoding="utf-8")
        return open_assignment(lab, path)


class Judge:
    """Weighs functions on the fixed inputs, and with drawn ones; each call is made once."""

    def __init__(self, exercise, monkeypatch):
        self.exercise, self.fixed, self.known = exercise, exercise.fixed(), {}
        monkeypatch.setattr(verdict, "call", self.call)

    def call(self, function, args, reading=None):
        """Return the Outcome, kept under the very ``args``, which therefore must stay."""
        key = function, id(args)
        if key not in self.known:
            self.known[key] = call(function, args, reading), args
        return self.known[key][0]

    def drawn(self, seed):
        """Return the inputs of ``seed`` and forget those of others."""
        self.known = {k: v for k, v in self.known.items() if any(v[1] is a for a in self.fixed)}
        return self.exercise.inputs(np.random.default_rng(seed))

    def verdict(self, function, drawn=()):
        """Return the Verdict on the fixed inputs and ``drawn``."""
        cases = [*self.fixed, *drawn]
        outcomes = [self.call(function, args, self.exercise.torch) for args in cases]
        return verdict.weigh(self.exercise, cases, outcomes)


@pytest.fixture
def judged(exercise, monkeypatch):
    return Judge(exercise, monkeypatch)
