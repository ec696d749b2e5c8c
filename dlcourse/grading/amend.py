"""``dlcourse override`` and ``dlcourse remove``: what an instructor changes in the results."""

import math
from pathlib import Path

from .assignments.assignment import open_assignment
from .marks.store import Store
from .plain import say


def add_override(one):
    """Add the arguments of ``dlcourse override``."""
    _add_results(one, _override)
    one.add_argument("student", help="as in grades.csv")
    one.add_argument("exercise", help="such as sigmoid")
    one.add_argument("points", nargs="?", help="what counts from now on")
    one.add_argument("--reason", default="", help="shown to the student, beside the points")
    one.add_argument("--undo", action="store_true", help="let the graded points count again")
    one.add_argument("--notebook", type=Path, help="your own solved notebook, where it moved to")


def add_remove(one):
    """Add the arguments of ``dlcourse remove``."""
    _add_results(one, _remove)
    one.add_argument("student", nargs="+", help="as in grades.csv")


def _add_results(one, command):
    one.set_defaults(command=command)
    one.add_argument("results", type=Path, help="the file that dlcourse grade has written")


def _override(options):
    with Store(options.results) as store:
        store.require(options.student)
        assignment = open_assignment(store.lab, options.notebook or store.notebook, store.sitting)
        exercise = _exercise(options.exercise, assignment)
        who = f"{options.student}, {exercise.name}"
        if options.undo:
            done = store.decisions.withdraw(options.student, exercise.name)
            say(f"{who}: {'as graded again' if done else 'no points had been set by hand'}")
            return 0
        points = _points(options.points, exercise.points)
        store.decisions.override(options.student, exercise.name, points, options.reason)
    say(f"{who}: {points:g} of {exercise.points:g}, from the next dlcourse report on")
    return 0


def _remove(options):
    with Store(options.results) as store:
        for student in options.student:
            store.require(student)
        for student in options.student:
            store.remove(student)
            say(f"{student}: removed from {options.results}, with all that was set by hand")
    print("The next dlcourse report removes their pages. What is still collected is graded again.")
    return 0


def _exercise(name, assignment):
    if name in assignment.questions:
        raise ValueError(f"exercise: {name} is an open question; mark it with dlcourse report")
    if name not in assignment.exercises:
        there = ", ".join(assignment.exercises)
        raise ValueError(f"exercise: there is no {name!r} in {assignment.name}; there are: {there}")
    return assignment.exercises[name]


def _points(text, possible):
    try:
        points = float((text or "").replace(",", "."))
    except ValueError:
        points = math.nan
    if not 0 <= points <= possible:
        raise ValueError(f"points: found {text!r}; needed: a number from 0 to {possible:g}")
    return points
