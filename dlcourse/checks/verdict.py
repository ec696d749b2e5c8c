"""Judge a learner's function: right, wrong (and which mistake), or not attempted."""

from dataclasses import dataclass, field, replace

import numpy as np

from ..wording import counted, stopped
from . import beginners, relations
from .compare import (
    as_asked,
    better_form,
    difference,
    differing,
    kind_problem,
    largest_difference,
)
from .learner import all_names, not_callable, own_line
from .outcome import call
from .torch_answers import findings

RIGHT, WRONG, NOT_ATTEMPTED, INTERRUPTED = "right", "wrong", "not attempted", "interrupted"
PERHAPS = "Perhaps: "  # begins a guess, which is no recognition


@dataclass(frozen=True)
class Verdict:
    """What the check found.

    ``message`` says what is wrong, ``hint`` why (a known mistake or a simple relation);
    ``case`` holds the smallest failing input, what was expected and what came back; ``alike``
    the hints of all known mistakes that do exactly the same; ``form`` how a right answer would
    look better.
    """

    status: str
    message: str = ""
    hint: str = ""
    case: dict = field(default_factory=dict)
    seed: int | None = None
    warnings: tuple = ()
    alike: tuple = ()
    form: str = ""


def judge(exercise, function, seed):
    """Try ``function`` on the fixed inputs of ``exercise`` and on those drawn from ``seed``.

    Returns
    -------
    Verdict
    """
    problem = not_callable(exercise, function)
    if problem:
        return Verdict(WRONG, problem)
    cases = exercise.cases(seed)
    outcomes = []
    for args in cases:
        try:
            outcomes.append(call(function, args, exercise.torch))
        except KeyboardInterrupt:
            return Verdict(INTERRUPTED, _interrupted(exercise, args), seed=seed)
        if isinstance(outcomes[-1].error, NotImplementedError):
            return Verdict(NOT_ATTEMPTED, seed=seed)
    warned = tuple(dict.fromkeys(w for o in outcomes for w in o.warnings))
    verdict = weigh(exercise, cases, outcomes, all_names(function))
    return replace(verdict, seed=seed, warnings=warned)


def weigh(exercise, cases, outcomes, names=frozenset()):
    """Compare outcomes with the reference's; name the mistake where one is known.

    ``names`` are those in the answer's source; they only help to say what is wrong.
    """
    expected = [call(exercise.answer, args, exercise.torch).value for args in cases]
    problems = [
        failure(exercise, args, outcome, value)
        for args, outcome, value in zip(cases, outcomes, expected, strict=True)
    ]
    failing = [i for i, problem in enumerate(problems) if problem]
    if not failing:
        found = counted(len(cases), "input") + _agreement(exercise, outcomes, expected)
        return Verdict(RIGHT, found, form=_form(exercise, outcomes, expected))
    smallest = min(failing, key=lambda i: _size(cases[i]))
    outcome = outcomes[smallest]
    case = dict(zip(exercise.input_names, cases[smallest], strict=True))
    what, case["expected"], got = _in_question(exercise, outcome, expected[smallest])
    if outcome.error is None:
        case["got"] = got
    message = problems[smallest]
    if outcome.error is not None:
        message = f"{stopped(message)} {own_line(outcome.error)}".strip()
    alike = tuple(recognise(exercise, cases, outcomes))
    hint = alike[0] if alike else named(exercise, message)
    if exercise.verify and hint:
        message = message.removesuffix(hint).rstrip()
    found = findings.finding(what, outcome) if exercise.torch else ""
    if found == findings.CUT and findings.suspects(names):
        message = f"{stopped(message)} {findings.suspects(names)}"
    hint = hint or found
    if not hint and outcome.error is not None:
        hint = beginners.hint(outcome.error)
    if (
        not hint
        and not exercise.verify
        and all(_numeric(outcomes[i], expected[i]) for i in failing)
    ):
        triples = [
            (cases[i], as_asked(outcomes[i].value, expected[i]), expected[i]) for i in failing
        ]
        hint = relations.explain(triples, exercise.input_names)
    if not hint:
        here = list(recognise(exercise, [cases[smallest]], [outcome]))
        hint = f"{PERHAPS}{here[0]}" if len(here) == 1 else ""
    return Verdict(WRONG, message, hint, case, alike=alike)


def _in_question(exercise, outcome, expected):
    """Return (name, expected, got) of what to show: of several named results, one that differs."""
    if exercise.verify:
        return "", None, outcome.value
    if isinstance(expected, dict) and isinstance(outcome.value, dict):
        name, _ = differing(outcome.value, expected, exercise.tolerance, dtypes=True)
        if name:
            both = expected.get(name), outcome.value.get(name)
            return name, *({name: value} if value is not None else None for value in both)
    return "", expected, outcome.value


def _agreement(exercise, outcomes, expected):
    if exercise.verify:
        return ""
    gap = max(largest_difference(o.value, e) for o, e in zip(outcomes, expected, strict=True))
    # A power of ten, not the figure: it would change with every draw and say no more.
    bound = next((b for b in (1e-12, 1e-9, 1e-6) if gap < b), None)
    return f", largest difference {f'below {bound:.0e}' if bound else f'{gap:.1e}'}"


def _form(exercise, outcomes, expected):
    forms = () if exercise.verify else map(better_form, (o.value for o in outcomes), expected)
    return next(filter(None, forms), "")


def failure(exercise, args, outcome, expected):
    """Return what is wrong with one outcome, or None."""
    if outcome.error is not None:
        if isinstance(outcome.error, RecursionError):
            return "it calls itself without end"
        return f"{type(outcome.error).__name__}: {outcome.error}".removesuffix(": ")
    if exercise.verify:
        problem = exercise.verify(args, outcome.value)
    else:
        problem = _difference(exercise, outcome.value, expected)
    if problem:
        return problem
    if outcome.mutated:
        changed = ", ".join(exercise.input_names[i] for i in outcome.mutated)
        return f"right value, but your function changed its argument {changed}"
    if exercise.strict_floats and outcome.float_errors:
        return f"right value, but on the way NumPy met: {', '.join(sorted(outcome.float_errors))}"
    return None


def recognise(exercise, cases, outcomes):
    """Yield the hint of each known mistake that does exactly the same on all ``cases``."""
    for mistake in exercise.mistakes:
        theirs = (call(mistake.function, args, exercise.torch) for args in cases)
        if all(same(a, b, exercise) for a, b in zip(outcomes, theirs, strict=True)):
            yield mistake.hint


def named(exercise, message):
    """Return the hint of the known mistake that ``message`` ends with, or "".

    An exercise with ``verify`` may know the mistake that it has just described.
    """
    if exercise.verify:
        for mistake in exercise.mistakes:
            if message.endswith(mistake.hint):
                return mistake.hint
    return ""


def same(a, b, exercise):
    """Return whether two outcomes of one call are alike, side effects included."""
    if type(a.error) is not type(b.error) or a.mutated != b.mutated:
        return False
    if exercise.strict_floats and a.float_errors != b.float_errors:
        return False
    if a.error is not None or a.value is None:
        return b.value is None
    return b.value is not None and _difference(exercise, a.value, b.value) is None


def _difference(exercise, got, expected):
    return difference(got, expected, exercise.tolerance, dtypes=exercise.torch is not None)


def _interrupted(exercise, args):
    shapes = ", ".join(
        f"{name} of shape {np.shape(a)}" if np.ndim(a) else f"{name} = {a}"
        for name, a in zip(exercise.input_names, args, strict=True)
    )
    return f"You stopped it while it was working on {shapes}. Does a loop wait for ever?"


def _size(value):
    """Return how many numbers an input holds."""
    if isinstance(value, tuple | list):
        return sum(map(_size, value))
    return np.size(value)


def _numeric(outcome, expected):
    """Return whether relations can be looked for: numbers came where numbers were expected."""
    if outcome.error is not None:
        return False
    if isinstance(expected, dict):
        return isinstance(outcome.value, dict) and outcome.value.keys() == expected.keys()
    value = as_asked(outcome.value, expected)
    if isinstance(expected, tuple):
        return (
            isinstance(value, tuple | list)
            and len(value) == len(expected)
            and not any(map(kind_problem, value, expected))
        )
    return not isinstance(expected, str | list) and kind_problem(value, expected) is None
