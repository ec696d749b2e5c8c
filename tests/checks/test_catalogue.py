"""Every exercise in every lab: right answers pass, each mistake is recognised as itself."""

import importlib
import pkgutil

import numpy as np
import pytest

from dlcourse import exercises
from dlcourse.checks import judge
from dlcourse.checks.outcome import call

LABS = [module.name for module in pkgutil.iter_modules(exercises.__path__)]
CATALOGUE = [
    (lab, exercise)
    for lab in LABS
    for exercise in importlib.import_module(f"dlcourse.exercises.{lab}").EXERCISES
]
SEEDS = range(5)
each_exercise = pytest.mark.parametrize(
    "exercise", [pytest.param(e, id=f"{lab}.{e.name}") for lab, e in CATALOGUE]
)


def test_names_are_unique_within_a_lab():
    for lab in LABS:
        names = [e.name for name, e in CATALOGUE if name == lab]
        assert len(names) == len(set(names)), lab


@each_exercise
def test_catalogue_is_rich_enough(exercise):
    assert len(exercise.also_right) >= 3
    assert len(exercise.mistakes) >= 5
    assert len(exercise.hints) >= 2
    assert len({m.hint for m in exercise.mistakes}) == len(exercise.mistakes)


@each_exercise
@pytest.mark.parametrize("seed", SEEDS)
def test_right_answers_pass(exercise, seed):
    for i, function in enumerate(exercise.also_right):
        verdict = judge(exercise, function, seed)
        assert verdict.status == "right", f"right answer {i}: {verdict}"


@each_exercise
@pytest.mark.parametrize("seed", SEEDS)
def test_each_mistake_is_recognised_as_itself(exercise, seed):
    for mistake in exercise.mistakes:
        verdict = judge(exercise, mistake.function, seed)
        assert verdict.status == "wrong", f"passes: {mistake.hint}"
        assert verdict.hint == mistake.hint, f"taken for another: {mistake.hint}"


@each_exercise
def test_a_table_of_one_runs_answers_fails_the_next(exercise):
    table = iter([])
    answers = [call(exercise.answer, args).value for args in _inputs(exercise, seed=0)]

    def parrot(*args):
        return next(table)

    table = iter(answers)
    assert judge(exercise, parrot, seed=0).status == "right"
    table = iter(answers)
    assert judge(exercise, parrot, seed=1).status == "wrong"


@each_exercise
def test_the_stub_is_not_attempted(exercise):
    def stub(*args):
        raise NotImplementedError

    assert judge(exercise, stub, seed=0).status == "not attempted"


@each_exercise
def test_inputs_repeat_with_the_seed_and_change_without(exercise):
    first, again, other = (_flat(_inputs(exercise, seed)) for seed in (0, 0, 1))
    assert np.array_equal(first, again, equal_nan=True)
    assert not np.array_equal(first, other, equal_nan=True)


def _inputs(exercise, seed):
    return exercise.inputs(np.random.default_rng(seed))


def _flat(cases):
    numbers = [a for args in cases for a in args if a is not None and not isinstance(a, str)]
    return np.concatenate([np.ravel(np.asarray(a, float)) for a in numbers])
