"""The catalogue of all exercises, and verdicts on its functions for many seeds."""

import importlib
import os
import pkgutil

import numpy as np
import pytest

from dlcourse import exercises
from dlcourse.checks import verdict
from dlcourse.checks.outcome import call

SEEDS = int(os.environ.get("DLCOURSE_SEEDS", "5"))
LABS = [module.name for module in pkgutil.iter_modules(exercises.__path__)]
CATALOGUE = [
    (lab, exercise)
    for lab in LABS
    for exercise in importlib.import_module(f"dlcourse.exercises.{lab}").EXERCISES
]
each_exercise = pytest.mark.parametrize(
    "exercise", [pytest.param(e, id=f"{lab}.{e.name}") for lab, e in CATALOGUE]
)


class Judge:
    """Weighs functions on the fixed inputs, and with drawn ones; each call is made once."""

    def __init__(self, exercise, monkeypatch):
        self.exercise, self.fixed, self.known = exercise, exercise.fixed(), {}
        monkeypatch.setattr(verdict, "call", self.call)

    def call(self, function, args):
        """Return the Outcome, kept under the very ``args``, which therefore must stay."""
        key = function, id(args)
        if key not in self.known:
            self.known[key] = call(function, args), args
        return self.known[key][0]

    def drawn(self, seed):
        """Return the inputs of ``seed`` and forget those of others."""
        self.known = {k: v for k, v in self.known.items() if any(v[1] is a for a in self.fixed)}
        return self.exercise.inputs(np.random.default_rng(seed))

    def verdict(self, function, drawn=()):
        """Return the Verdict on the fixed inputs and ``drawn``."""
        cases = [*self.fixed, *drawn]
        return verdict.weigh(self.exercise, cases, [self.call(function, a) for a in cases])


@pytest.fixture
def judged(exercise, monkeypatch):
    return Judge(exercise, monkeypatch)
