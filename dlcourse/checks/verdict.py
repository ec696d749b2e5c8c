"""Judge a learner's function: right, wrong (and which mistake), or not attempted."""

from dataclasses import dataclass, field, replace

import numpy as np

from . import relations
from .compare import as_asked, better_form, difference, kind_problem, largest_difference
from .learner import not_callable, own_line
from .outcome import call

RIGHT, WRONG, NOT_ATTEMPTED, INTERRUPTED = "right", "wrong", "not attempted", "interrupted"


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
            outcomes.append(call(function, args))
        except KeyboardInterrupt:
            return Verdict(INTERRUPTED, _interrupted(exercise, args), seed=seed)
        if isinstance(outcomes[-1].error, NotImplementedError):
            return Verdict(NOT_ATTEMPTED, seed=seed)
    warned = tuple(dict.fromkeys(w for o in outcomes for w in o.warnings))
    return replace(weigh(exercise, cases, outcomes), seed=seed, warnings=warned)


def weigh(exercise, cases, outcomes):
    """Compare outcomes with the reference's; name the mistake where one is known."""
    expected = [call(exercise.answer, args).value for args in cases]
    problems = [
        failure(exercise, args, outcome, value)
        for args, outcome, value in zip(cases, outcomes, expected, strict=True)
    ]
    failing = [i for i, problem in enumerate(problems) if problem]
    if not failing:
        found = f"{len(cases)} inputs" + _agreement(exercise, outcomes, expected)
        return Verdict(RIGHT, found, form=_form(exercise, outcomes, expected))
    smallest = min(failing, key=lambda i: sum(np.size(a) for a in cases[i]))
    outcome = outcomes[smallest]
    case = dict(zip(exercise.parameters, cases[smallest], strict=True))
    case["expected"] = None if exercise.verify else expected[smallest]
    if outcome.error is None:
        case["got"] = outcome.value
    message = problems[smallest]
    if outcome.error is not None:
        message += own_line(outcome.error)
    alike = tuple(recognise(exercise, cases, outcomes))
    hint = alike[0] if alike else named(exercise, message)
    if exercise.verify and hint:
        message = message.removesuffix(hint).rstrip()
    if (
        not hint
        and not exercise.verify
        and all(_numeric(outcomes[i], expected[i]) for i in failing)
    ):
        triples = [
            (cases[i], as_asked(outcomes[i].value, expected[i]), expected[i]) for i in failing
        ]
        hint = relations.explain(triples, exercise.parameters)
    if not hint:
        here = list(recognise(exercise, [cases[smallest]], [outcome]))
        hint = f"Perhaps: {here[0]}" if len(here) == 1 else ""
    return Verdict(WRONG, message, hint, case, alike=alike)


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
            return "it calls itself without end. "
        return f"{type(outcome.error).__name__}: {outcome.error}. "
    if exercise.verify:
        problem = exercise.verify(args, outcome.value)
    else:
        problem = difference(outcome.value, expected, exercise.tolerance)
    if problem:
        return problem
    if outcome.mutated:
        changed = ", ".join(exercise.parameters[i] for i in outcome.mutated)
        return f"right value, but your function changed its argument {changed}"
    if exercise.strict_floats and outcome.float_errors:
        return f"right value, but on the way NumPy met: {', '.join(sorted(outcome.float_errors))}"
    return None


def recognise(exercise, cases, outcomes):
    """Yield the hint of each known mistake that does exactly the same on all ``cases``."""
    for mistake in exercise.mistakes:
        theirs = (call(mistake.function, args) for args in cases)
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
    return b.value is not None and difference(a.value, b.value, exercise.tolerance) is None


def _interrupted(exercise, args):
    shapes = ", ".join(
        f"{name} of shape {np.shape(a)}" if np.ndim(a) else f"{name} = {a}"
        for name, a in zip(exercise.parameters, args, strict=True)
    )
    return f"You stopped it while it was working on {shapes}. Does a loop wait for ever?"


def _numeric(outcome, expected):
    if outcome.error is not None:
        return False
    value = as_asked(outcome.value, expected)
    if isinstance(expected, tuple):
        return (
            isinstance(value, tuple | list)
            and len(value) == len(expected)
            and not any(map(kind_problem, value, expected))
        )
    return not isinstance(expected, str | list) and kind_problem(value, expected) is None
