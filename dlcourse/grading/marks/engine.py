"""Grade one student's cells: the marks come from hidden inputs, the words from public ones.

An answer runs in the sandbox and is compared here. First every exercise runs on inputs that a
student may see, and what is said of it is written down; only then the first runs on hidden
ones. Clocks can be read in the sandbox, so what ran before can never be hidden from what runs
after, whatever else is closed.
"""

import warnings
import zlib
from dataclasses import replace

from ...checks.borrowed import forbidden, sentence
from ...checks.verdict import NOT_ATTEMPTED, RIGHT, WRONG, weigh
from ..answers.notebook import Unreadable
from ..sandbox.result import ERROR, FORBIDDEN, GRADER_FAULT, OK
from ..submissions.reader import take_apart
from .mark import Mark
from .words import SAID, fingerprint, listen, shown

TRIES = 3


def hidden_inputs(exercise, seed):
    """Return the inputs that decide the mark, the same for a whole class."""
    return exercise.cases([seed, zlib.crc32(exercise.name.encode())])


def public_inputs(exercise):
    """Return the inputs that a student may see: they never change."""
    return exercise.fixed()


def grade(sandbox, exercises, setup, cells, seed, said=None):
    """Return one Mark for each exercise.

    Parameters
    ----------
    sandbox : Sandbox, or anything with its ``run``
    exercises : Exercise by name
    setup : the instructor's cells before each exercise, by name
    cells : Cells of the student's notebook
    seed : the class's secret, a non-negative integer
    said : Words by exercise, where these cells were graded before; then there are no new ones
    """
    try:
        found = take_apart(cells, exercises, setup)
    except Unreadable as error:
        why = f"Your notebook {error}, so that nothing of it could be run."
        return [_mark(exercise, ERROR, why) for exercise in exercises.values()]
    except Exception as error:
        return [fault(exercise, _named(error)) for exercise in exercises.values()]
    graders = [
        _Grader(sandbox, exercise, setup[name], *found[name])
        for name, exercise in exercises.items()
    ]
    for grader in graders:
        grader.find_words(said)
    return [grader.mark(seed) for grader in graders]


class _Grader:
    """Grades one exercise of one student, in two steps: ``find_words``, then ``mark``."""

    def __init__(self, sandbox, exercise, setup, answer, why_none):
        self.sandbox, self.exercise, self.setup = sandbox, exercise, setup
        self.answer, self.why_none = answer, why_none
        self.words = self.settled = None
        self.seen = []  # what came of the public inputs, which are the first of the hidden ones

    def find_words(self, said):
        """Run on public inputs, unless ``said`` shows that hidden ones were seen before."""
        self.settled = self.steadily(self._find_words, said)

    def mark(self, seed):
        """Return the Mark, after a run on hidden inputs where one is needed."""
        mark = self.settled or self.steadily(self._mark, seed)
        note = self.answer.note if self.answer else ""
        return mark if mark.note else replace(mark, note=note)

    def steadily(self, step, *args):
        """Try a step three times: whatever goes wrong on this side, no student shall pay for it.

        Nor is it an exception: the class goes on.
        """
        for _ in range(TRIES):
            try:
                return step(*args)
            except Exception as error:
                note = str(error) if type(error) is _Fault else _named(error)
        return replace(fault(self.exercise, note), words=self.words)

    def _find_words(self, said):
        """Return the Mark where no run, or the one on public inputs, settles it; else None."""
        exercise = self.exercise
        if self.answer is None:
            return _mark(exercise, NOT_ATTEMPTED, self.why_none)
        if self.answer.unread:
            return _mark(exercise, ERROR, self.answer.unread)
        names = forbidden(exercise, self.answer.origins)
        if names:
            used = sentence(names)
            return _mark(exercise, FORBIDDEN, used[:1].upper() + used[1:])
        cases = public_inputs(exercise)
        if said is not None:
            kept = said.get(exercise.name)
            same = kept and not kept.cut_short and kept.about == fingerprint(exercise, cases)
            self.words = kept if same else None
            return None
        status, message, verdict, outcomes = self._run(cases)
        self.words = listen(exercise, cases, status, message, verdict, self.answer.left_out)
        self.seen = outcomes
        # Wrong here, and by no known mistake, it can earn nothing there. Only what ``verify``
        # says may still name a mistake.
        wrong = status != RIGHT and not _known(exercise, verdict) and not exercise.verify
        return self._told(status) if wrong or self.words.cut_short else None

    def _mark(self, seed):
        status, _, verdict, _ = self._run(hidden_inputs(self.exercise, seed))
        return self._told(status, _known(self.exercise, verdict), _credit(self.exercise, verdict))

    def _run(self, cases):
        """Run on those of ``cases`` that were not seen before.

        Returns
        -------
        status, message, Verdict on all cases (None where no values came), outcomes of all
        """
        left = cases[len(self.seen) :]
        given = list(self.setup), self.answer.source, self.exercise.name, left
        options = {
            "helpers": list(self.answer.helpers),
            "reading": self.exercise.torch,
            "forbidden": self.exercise.forbidden,
        }
        result = self.sandbox.run(*given, **options)
        if result.status == GRADER_FAULT:
            raise _Fault(result.message)
        if result.status != OK:
            return result.status, result.message, None, []
        outcomes = [*self.seen, *result.outcomes]
        with warnings.catch_warnings():  # odd values are compared too; it is not news here
            warnings.simplefilter("ignore")
            verdict = weigh(self.exercise, cases, outcomes, self.answer.names)
        raised = verdict.status == WRONG and all(o.error is not None for o in outcomes)
        return (ERROR if raised else verdict.status), result.message, verdict, outcomes

    def _told(self, status, mistake="", share=0.0):
        told = *shown(status, self.words), mistake, share
        return replace(_mark(self.exercise, status, *told), words=self.words)


class _Fault(Exception):
    """The sandbox says that the grader failed."""


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


def _mark(exercise, status, message="", hint="", case=(), mistake="", share=0.0):
    points = exercise.points if status == RIGHT else exercise.points * share
    return Mark(exercise.name, exercise.points, status, points, message, hint, case, mistake)


def _named(error):
    return f"{type(error).__name__}: {error}"


def fault(exercise, note):
    """Return the Mark that says that the grader failed, which is no zero."""
    return Mark(
        exercise.name, exercise.points, GRADER_FAULT, None, SAID[GRADER_FAULT], note=note[:500]
    )
