"""Grade one student's cells: the marks come from hidden inputs, the words from public ones.

An answer runs in the sandbox and is compared here. What is shown to the student comes from a
second run, on inputs that never change: a message or a number of the first run could carry a
hidden input, put there on purpose or not.
"""

import warnings
import zlib
from dataclasses import replace

from ...checks.card import show
from ...checks.verdict import NOT_ATTEMPTED, RIGHT, WRONG, weigh
from ..sandbox.result import BAD_REPLY, DIED, ERROR, FORBIDDEN, GRADER_FAULT, MEMORY, OK, TIME_OUT
from ..submissions.answers import Answers
from .mark import Mark

TRIES = 3
SAID = {
    TIME_OUT: "It did not finish in time. Does a loop run for ever?",
    MEMORY: "It used more memory than allowed. Is an array far too large?",
    DIED: "It ended Python while it was running.",
    BAD_REPLY: "It disturbed the grader's questions, so that no answer could be read.",
    FORBIDDEN: "It tried something that answers have no need of, such as reading files.",
    ERROR: "It stopped with an error.",
    NOT_ATTEMPTED: "",
    GRADER_FAULT: "The grader failed here, not you. Your instructor will grade it again.",
}
SECRETIVE = "Right on the public inputs, wrong on others."
OTHER_CELLS = (
    "Of other cells, only definitions, imports and assignments are used. "
    "Or put all that it needs into its own cell."
)


def hidden_inputs(exercise, seed):
    """Return the inputs that decide the mark, the same for a whole class."""
    return exercise.cases([seed, zlib.crc32(exercise.name.encode())])


def public_inputs(exercise):
    """Return the inputs that a student may see: they never change."""
    return exercise.fixed()


def grade(sandbox, exercises, setup, cells, seed):
    """Return one Mark for each exercise.

    Parameters
    ----------
    sandbox : Sandbox, or anything with its ``run``
    exercises : Exercise by name
    setup : the instructor's cells before each exercise, by name
    cells : Cells of the student's notebook
    seed : the class's secret, a non-negative integer
    """
    answers = Answers(cells, exercises, setup)
    return [
        _grade_one(sandbox, exercise, setup[name], answers, seed)
        for name, exercise in exercises.items()
    ]


def _grade_one(sandbox, exercise, setup, answers, seed):
    for _ in range(TRIES):
        # Whatever goes wrong on this side, no student shall pay for it, and the class goes on.
        try:
            mark = _try(sandbox, exercise, setup, answers, seed)
        except Exception as error:
            mark = fault(exercise, f"{type(error).__name__}: {error}")
        if mark.status != GRADER_FAULT:
            break
    return mark


def _try(sandbox, exercise, setup, answers, seed):
    answer, why_none = answers.find(exercise.name)
    if answer is None:
        return _mark(exercise, NOT_ATTEMPTED, why_none)
    names = sorted(answer.names & set(exercise.forbidden))
    if names:
        used = f"It uses {', '.join(names)}, which would be the answer. Build it yourself."
        return _mark(exercise, FORBIDDEN, used, note=answer.note)
    return replace(_run(sandbox, exercise, setup, answer, seed), note=answer.note)


def _run(sandbox, exercise, setup, answer, seed):
    def run(cases):
        given = list(setup), answer.source, exercise.name, cases
        result = sandbox.run(*given, helpers=list(answer.helpers), reading=exercise.torch)
        if result.status != OK:
            return result.status, result.message, None
        with warnings.catch_warnings():  # odd values are compared too; it is not news here
            warnings.simplefilter("ignore")
            verdict = weigh(exercise, cases, result.outcomes, answer.names)
        raised = verdict.status == WRONG and all(o.error is not None for o in result.outcomes)
        return (ERROR if raised else verdict.status), result.message, verdict

    status, message, verdict = run(hidden_inputs(exercise, seed))
    if status == GRADER_FAULT:
        raise RuntimeError(message)
    if status in (RIGHT, NOT_ATTEMPTED):
        return _mark(exercise, status)
    mistake = _known(exercise, verdict)
    if status in (TIME_OUT, MEMORY, DIED, BAD_REPLY):
        return _mark(exercise, status, SAID[status])
    share = _credit(exercise, verdict)

    def marked(message, hint="", case=()):
        return _mark(exercise, status, message, hint, case, mistake, share)

    seen, message, verdict = run(public_inputs(exercise))
    if seen == GRADER_FAULT:
        raise RuntimeError(message)
    if seen == RIGHT:
        return marked(SECRETIVE, mistake)
    if verdict is None:
        said = f"{SAID[seen]} {message}".strip() if seen in (ERROR, FORBIDDEN) else SAID[seen]
        return marked(said)
    case = tuple((name, show(v)) for name, v in verdict.case.items() if v is not None)
    said = verdict.message[:1].upper() + verdict.message[1:].rstrip()
    if message and "got" not in verdict.case:
        said = message  # names the learner's line
    if "NameError" in said:
        said += f" {OTHER_CELLS}"
    return marked(said, verdict.hint or mistake, case)


def _credit(exercise, verdict):
    """Return the share of the points that a wrong answer earns.

    The mistake must explain every hidden input. Where several do, the least of them counts.
    """
    if not _known(exercise, verdict):
        return 0.0
    alike = verdict.alike or (verdict.hint,)
    return min(mistake.credit for mistake in exercise.mistakes if mistake.hint in alike)


def _known(exercise, verdict):
    """Return the hint of the known mistake that explains every hidden input, or "".

    A guess, "Perhaps: ...", is none.
    """
    hints = {mistake.hint for mistake in exercise.mistakes}
    return verdict.hint if verdict and verdict.hint in hints else ""


def fault(exercise, note):
    """Return the Mark that says that the grader failed, which is no zero."""
    return Mark(
        exercise.name, exercise.points, GRADER_FAULT, None, SAID[GRADER_FAULT], note=note[:500]
    )


def _mark(exercise, status, message="", hint="", case=(), mistake="", share=0.0, note=""):
    earned = exercise.points if status == RIGHT else exercise.points * share
    return Mark(
        exercise.name, exercise.points, status, earned, message, hint or "", case, mistake, note
    )
