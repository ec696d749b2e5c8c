"""Grade one student's cells: the marks come from hidden inputs, the words from public ones.

An answer runs in the sandbox and is compared here. What is shown to the student comes from a
second run, on inputs that never change: a message or a number of the first run could carry a
hidden input, put there on purpose or not.
"""

import re
import warnings
import zlib

import numpy as np

from ..checks.card import show
from ..checks.verdict import NOT_ATTEMPTED, RIGHT, WRONG, weigh
from .forbidden import uses_forbidden
from .marks import Mark
from .result import BAD_REPLY, DIED, ERROR, FORBIDDEN, GRADER_FAULT, MEMORY, OK, TIME_OUT

TRIES = 3
PUBLIC_SEED = 0
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
OWN_CELL = "Only the exercise's own cell is run: put all that it needs into it."


def hidden_inputs(exercise, seed):
    """Return the inputs that decide the mark, the same for a whole class."""
    return exercise.inputs(np.random.default_rng([seed, zlib.crc32(exercise.name.encode())]))


def public_inputs(exercise):
    """Return the inputs that a student may see."""
    return exercise.inputs(np.random.default_rng(PUBLIC_SEED))


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
    return [
        _grade_one(sandbox, exercise, setup[name], cells, seed)
        for name, exercise in exercises.items()
    ]


def _grade_one(sandbox, exercise, setup, cells, seed):
    answer = cells.marked.get(exercise.name)
    if answer is None or not answer.strip():
        return _mark(exercise, NOT_ATTEMPTED, _elsewhere(exercise, cells))
    names = uses_forbidden(exercise, answer)
    if names:
        used = f"It uses {', '.join(names)}, which would be the answer. Build it yourself."
        return _mark(exercise, FORBIDDEN, used)
    for _ in range(TRIES):
        # Whatever goes wrong on this side, no student shall pay for it, and the class goes on.
        try:
            mark = _try(sandbox, exercise, setup, answer, seed)
        except Exception as error:
            mark = _fault(exercise, f"{type(error).__name__}: {error}")
        if mark.status != GRADER_FAULT:
            break
    return mark


def _try(sandbox, exercise, setup, answer, seed):
    def run(cases):
        result = sandbox.run(list(setup), answer, exercise.name, cases)
        if result.status == GRADER_FAULT:
            return GRADER_FAULT, result.message, None
        if result.status != OK:
            return result.status, result.message, None
        with warnings.catch_warnings():  # odd values are compared too; it is not news here
            warnings.simplefilter("ignore")
            verdict = weigh(exercise, cases, result.outcomes)
        raised = verdict.status == WRONG and all(o.error is not None for o in result.outcomes)
        return (ERROR if raised else verdict.status), result.message, verdict

    status, message, verdict = run(hidden_inputs(exercise, seed))
    if status == GRADER_FAULT:
        return _fault(exercise, message)
    if status in (RIGHT, NOT_ATTEMPTED):
        return _mark(exercise, status)
    mistake = _known(exercise, verdict)
    if status in (TIME_OUT, MEMORY, DIED, BAD_REPLY):
        return _mark(exercise, status, SAID[status])
    seen, message, verdict = run(public_inputs(exercise))
    if seen == GRADER_FAULT:
        return _fault(exercise, message)
    if seen == RIGHT:
        return _mark(exercise, status, SECRETIVE, mistake, mistake=mistake)
    if verdict is None:
        said = f"{SAID[seen]} {message}".strip() if seen in (ERROR, FORBIDDEN) else SAID[seen]
        return _mark(exercise, status, said)
    case = tuple((name, show(v)) for name, v in verdict.case.items() if v is not None)
    said = verdict.message[:1].upper() + verdict.message[1:].rstrip()
    if message and "got" not in verdict.case:
        said = message  # names the learner's line
    if "NameError" in said:
        said += f" {OWN_CELL}"
    return _mark(exercise, status, said, verdict.hint or mistake, case, mistake)


def _known(exercise, verdict):
    hints = {mistake.hint for mistake in exercise.mistakes}
    hint = verdict.hint.removeprefix("Perhaps: ") if verdict and verdict.hint else ""
    return hint if hint in hints else ""


def _elsewhere(exercise, cells):
    pattern = re.compile(rf"^(def {exercise.name}\b|{exercise.name} *=)", re.M)
    if any(pattern.search(source) for source in cells.loose):
        return "There is an answer, but not in the exercise's own cell. Ask your instructor."
    return ""


def _fault(exercise, note):
    return Mark(
        exercise.name, exercise.points, GRADER_FAULT, None, SAID[GRADER_FAULT], note=note[:500]
    )


def _mark(exercise, status, message="", hint="", case=(), mistake=""):
    earned = exercise.points if status == RIGHT else 0
    return Mark(exercise.name, exercise.points, status, earned, message, hint or "", case, mistake)
