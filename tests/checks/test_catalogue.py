"""Every exercise in every lab: right answers pass, each mistake is recognised as itself."""

import dataclasses

import numpy as np
import pytest
from catalogue import CATALOGUE, IDS, LABS, SEEDS, each_exercise, flat, judged  # noqa: F401

from dlcourse.checks import judge
from dlcourse.checks.outcome import call
from dlcourse.checks.verdict import weigh

NUMPY = [
    pytest.param(e, id=name) for (_, e), name in zip(CATALOGUE, IDS, strict=True) if not e.torch
]
TORCH = [pytest.param(e, id=name) for (_, e), name in zip(CATALOGUE, IDS, strict=True) if e.torch]
# These change arrays on their way out; a torch answer gives tensors, or acts on a network.
each_numpy_exercise = pytest.mark.parametrize("exercise", NUMPY)
each_torch_exercise = pytest.mark.parametrize("exercise", TORCH)


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
def test_the_fixed_inputs_alone_decide(exercise, judged):  # noqa: F811
    for i, function in enumerate([exercise.answer, *exercise.also_right]):
        verdict = judged.verdict(function)
        assert verdict.status == "right", f"right answer {i}: {verdict}"
    for mistake in exercise.mistakes:
        verdict = judged.verdict(mistake.function)
        assert verdict.status == "wrong", f"passes: {mistake.hint}"
        assert verdict.hint == mistake.hint, f"taken for another: {mistake.hint}"


@each_exercise
def test_no_seed_changes_a_verdict(exercise, judged, record_property):  # noqa: F811
    functions = [exercise.answer, *exercise.also_right, *(m.function for m in exercise.mistakes)]
    decided = [judged.verdict(function) for function in functions]
    differing = []
    for seed in range(1, SEEDS + 1):
        drawn = judged.drawn(seed)
        for function, known in zip(functions, decided, strict=True):
            verdict = judged.verdict(function, drawn)
            if (verdict.status, verdict.hint) != (known.status, known.hint):
                differing.append((seed, known.hint, verdict))
    record_property("verdicts", (SEEDS * len(functions), len(differing)))
    assert differing == []


def cast(function, dtype):
    """Return ``function`` with all real numbers that it returns cast to ``dtype``."""

    def change(value):
        if isinstance(value, tuple | list):
            return type(value)(map(change, value))
        if isinstance(value, dict):
            return {name: change(item) for name, item in value.items()}
        real = isinstance(value, float) or getattr(value, "dtype", np.dtype(int)).kind == "f"
        return np.asarray(value).astype(dtype) if real else value

    def changed(*args):
        return change(function(*args))

    return changed


@each_numpy_exercise
@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_fewer_digits_excuse_no_mistake_and_are_named_in_a_right_answer(exercise, judged, dtype):  # noqa: F811
    for mistake in exercise.mistakes:
        assert judged.verdict(cast(mistake.function, dtype)).status == "wrong", mistake.hint
    for function in [exercise.answer, *exercise.also_right]:
        verdict = judged.verdict(cast(function, dtype))
        if verdict.status == "wrong" and not exercise.verify:
            holds = f"the values are {np.dtype(dtype)}, which holds {np.finfo(dtype).precision}"
            assert holds in verdict.message or "NaN" in verdict.message


def as_lists(function):
    """Return ``function`` with every array that it returns turned into lists."""

    def change(value):
        if isinstance(value, tuple | list):
            return type(value)(map(change, value))
        return value.tolist() if isinstance(value, np.ndarray) else value

    return lambda *args: change(function(*args))


@each_torch_exercise
def test_results_of_another_dtype_are_wrong(exercise):
    cases = exercise.fixed()
    outcomes = [call(exercise.answer, args, exercise.torch) for args in cases]
    assert weigh(exercise, cases, outcomes).status == "right"
    for dtype in (np.float16, np.float64, np.float32):
        results = [cast(lambda value=o.value: value, dtype)() for o in outcomes]
        cast_ = [dataclasses.replace(o, value=v) for o, v in zip(outcomes, results, strict=True)]
        known = {value.dtype for o in outcomes for value in _arrays(o.value)}
        alike = known <= {np.dtype(dtype)}
        assert (weigh(exercise, cases, cast_).status == "right") == alike


@each_numpy_exercise
def test_the_right_numbers_as_lists_are_right(exercise, judged):  # noqa: F811
    for function in [exercise.answer, *exercise.also_right]:
        verdict = judged.verdict(as_lists(function))
        assert verdict.status == "right", verdict
    for mistake in exercise.mistakes:
        verdict = judged.verdict(as_lists(mistake.function))
        assert verdict.status == "wrong", mistake.hint


@each_exercise
def test_a_table_of_one_runs_results_fails_the_next(exercise):
    table = [call(exercise.answer, args, exercise.torch) for args in exercise.cases(seed=1)]
    assert weigh(exercise, exercise.cases(seed=1), table).status == "right"
    assert weigh(exercise, exercise.cases(seed=2), table).status == "wrong"


@each_numpy_exercise
def test_a_table_of_one_runs_answers_fails_the_next(exercise):
    table = iter([])
    answers = [call(exercise.answer, args).value for args in exercise.cases(seed=1)]

    def parrot(*args):
        return next(table)

    table = iter(answers)
    assert judge(exercise, parrot, seed=1).status == "right"
    table = iter(answers)
    assert judge(exercise, parrot, seed=2).status == "wrong"


@each_exercise
def test_the_stub_is_not_attempted(exercise):
    def stub(*args):
        raise NotImplementedError

    assert judge(exercise, stub, seed=0).status == "not attempted"


@each_exercise
def test_inputs_repeat_with_the_seed_and_change_without(exercise):
    first, again, other = (flat(exercise.cases(seed)) for seed in (1, 1, 2))
    assert np.array_equal(first, again, equal_nan=True)
    assert not np.array_equal(first, other, equal_nan=True)
    fixed = flat(exercise.fixed())
    assert np.array_equal(fixed, first[: len(fixed)], equal_nan=True)
    assert not np.array_equal(fixed, first, equal_nan=True)


def _arrays(value):
    """Return the arrays of real numbers in ``value``."""
    if isinstance(value, dict):
        value = tuple(value.values())
    if isinstance(value, tuple | list):
        return [array for item in value for array in _arrays(item)]
    return [value] if getattr(value, "dtype", np.dtype(int)).kind == "f" else []
