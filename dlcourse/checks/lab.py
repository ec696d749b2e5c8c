"""The learner's side of a lab: check, hint, passed, score."""

import difflib
import importlib
import os
import pkgutil
import re
import secrets
import sys

from .card import LOOK, Card, verdict_card
from .history import judged_cell, watch
from .learner import borrowed, called
from .patience import patience
from .progress import Progress
from .score import score_card
from .verdict import NOT_ATTEMPTED, RIGHT, WRONG, Verdict, judge


def lab(name, sitting=None, device="cpu"):
    """Open the checks of one lab.

    Parameters
    ----------
    name : with or without its number
    sitting : leave out exercises that need a later sitting of the lecture; all by default
    device : where torch exercises are checked, such as "cuda"; marks are made on the CPU

    Raises
    ------
    ValueError
        If there is no such lab or device, or no exercise that needs so little.

    >>> dlcourse_lab = lab("02_neuron")
    >>> dlcourse_lab.passed("sigmoid")
    False
    """
    exercises = importlib.import_module("dlcourse.exercises")
    labs = [module.name for module in pkgutil.iter_modules(exercises.__path__)]
    stem = without_number(name)
    if stem not in labs:
        raise ValueError(f"there is no lab {name!r}; there are: {', '.join(labs)}")
    found = importlib.import_module(f"dlcourse.exercises.{stem}").EXERCISES
    return Lab(found if sitting is None else up_to(sitting, found), device, Progress(stem))


def up_to(sitting, exercises):
    """Return those of ``exercises`` that need ``sitting`` of the lecture or an earlier one.

    Raises
    ------
    ValueError
        If there are none.
    """
    kept = [exercise for exercise in exercises if exercise.sitting <= sitting]
    if not kept:
        least = min(exercise.sitting for exercise in exercises)
        raise ValueError(f"sitting: found {sitting}; no exercise needs less than {least}")
    return kept


def without_number(name):
    """Return a lab's name without its number.

    >>> without_number("02_neuron")
    'neuron'
    """
    return re.sub(r"^\d+_", "", str(name))


class Lab:
    """The checks of one lab and what has been reached, in this session and before.

    ``check(function)`` says whether an answer is right and, if not, which mistake it is.
    """

    def __init__(self, exercises, device="cpu", progress=None):
        if device != "cpu":
            _refuse_missing(device)
        self.exercises = {exercise.name: exercise.on(device) for exercise in exercises}
        # A card names sittings only where there is a choice of them.
        self._in_sittings = any(exercise.sitting > 1 for exercise in exercises)
        self._status = dict.fromkeys(self.exercises, NOT_ATTEMPTED)
        self._hints_shown = dict.fromkeys(self.exercises, 0)
        self._progress = progress or Progress()
        watch(self.exercises)

    def check(self, function, name=None, seed=None):
        """Judge ``function`` and return a card (under nbgrader: the points, a plain number).

        Parameters
        ----------
        function : the answer; the name that you gave it says which exercise it answers
        name : the exercise, where that does not tell
        seed : repeats the inputs of an earlier check; new ones otherwise
        """
        caller = sys._getframe(1)
        names = [name] if name else called(function, caller, self.exercises)
        if not callable(function) or len(names) != 1 or names[0] not in self.exercises:
            return self._unknown(function, names)
        (name,) = names
        exercise = self.exercises[name]
        seed = secrets.randbelow(10**6) if seed is None else seed
        taken = borrowed(exercise, function)
        with patience(name):
            verdict = Verdict(WRONG, taken) if taken else judge(exercise, function, seed)
        self._status[name] = verdict.status
        if "NBGRADER_EXECUTION" in os.environ:
            return float(exercise.points) if verdict.status == RIGHT else 0.0
        opened, judged = self._hints_shown[name], judged_cell(name, function)
        card = verdict_card(exercise, verdict, self._in_sittings, opened, judged)
        if verdict.status == RIGHT:
            self._progress.keep(exercise, function)
        elif verdict.status == WRONG:
            card.lines += self._progress.before(exercise, function)
        card.lines += self._progress.sentences()
        return card

    def hint(self, name):
        """Unfold the next hint for an exercise, given by its function or name; the others stay."""
        if not isinstance(name, str):
            name = (called(name, sys._getframe(1), self.exercises) or [repr(name)])[0]
        hints = self._find(name).hints
        shown = self._hints_shown[name] = min(self._hints_shown[name] + 1, len(hints))
        left = len(hints) - shown
        rest = f"{left} more: call it again." if left else "That was the last hint."
        lines = [f"{i}. {hint}" for i, hint in enumerate(hints[:shown], start=1)]
        return Card(f"Hints for {name}", [*lines, rest])

    def passed(self, name):
        """Return whether the last check of an exercise in this session was right."""
        self._find(name)
        return self._status[name] == RIGHT

    def score(self):
        """Return a card with the points reached so far, exercise by exercise.

        What was right in an earlier session counts, unless its answer here is another by now.
        """
        caller = sys._getframe(1)
        here = {**caller.f_globals, **caller.f_locals}
        reached = self._progress.reached()
        card = score_card(self.exercises, self._status, reached, here, self._in_sittings)
        card.lines += self._progress.sentences()
        return card

    def _find(self, name):
        if name not in self.exercises:
            raise ValueError(
                f"there is no exercise {name!r}; there are: {', '.join(self.exercises)}"
            )
        return self.exercises[name]

    def _unknown(self, function, names):
        if "NBGRADER_EXECUTION" in os.environ:
            return 0.0
        lines = [f"The exercises are: {', '.join(self.exercises)}."]
        if not callable(function):
            heading = f"lab.check needs a function, not a value of type {type(function).__name__}"
            lines.insert(0, "Pass its name without brackets: lab.check(f), not lab.check(f(x)).")
        elif type(function).__name__ in self.exercises:
            name = type(function).__name__
            heading = f"lab.check needs the class {name}, not one {name} that is built already"
            lines.insert(0, f"Pass its name without brackets: lab.check({name}).")
        elif len(names) != 1:
            heading = "lab.check cannot tell which exercise this answers"
            if names:
                lines = [f"{' and '.join(names)} are one and the same function here."]
            lines.append(
                f'Name the exercise: lab.check(f, "{(names or list(self.exercises))[0]}").'
            )
        else:
            heading = f"This lab has no exercise called {names[0]!r}"
            near = difflib.get_close_matches(str(names[0]), self.exercises, n=1, cutoff=0.5)
            lines = [*(f"Did you mean {name}?" for name in near), *lines]
        return Card(f"✗ {heading}", lines, LOOK[WRONG][2])


def _refuse_missing(device):
    import torch

    try:
        torch.zeros((), device=device)
    except (RuntimeError, AssertionError) as error:
        raise ValueError(
            f"device: found {device!r}; needed one that works here, such as 'cpu' ({error})"
        ) from None
