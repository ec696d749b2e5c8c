"""Results on disk as they come: SQLite, one transaction for each submission.

Whatever was committed survives a kill; what was not is graded again.
"""

import difflib
import json
from dataclasses import asdict

from ..roster import Roster
from ..sandbox.result import GRADER_FAULT, MEMORY, TIME_OUT
from .database import connect, transaction
from .decisions import Decisions
from .mark import Mark
from .words import Words

# What may change of a submission whose notebook is the same.
KEPT_ANEW = ("source", "note", "doubt", "handed_in", "clock")


def no_such(student, there):
    """Return the sentence on a name that is not ``there``, with those that are close to it."""
    close = difflib.get_close_matches(student, there, n=3)
    meant = f"; did you mean {' or '.join(map(repr, close))}?" if close else ""
    return f"there is no submission of {student!r}{meant}"


class Store:
    """The results of one class on one lab, in one file.

    Parameters
    ----------
    path : the file
    lab : name of the lab, such as "02_neuron"; None opens the results that are there
    seed : the class's secret; drawn if there is none yet
    notebook : path of the instructor's own solved notebook, or None for the course's
    sitting : of a lab that was released in part, or None

    Raises
    ------
    ValueError
        If ``path`` is no file of results, of another lab, seed, notebook or sitting, or missing.
    """

    def __init__(self, path, lab=None, seed=None, notebook=None, sitting=None):
        self._db, held = connect(path, lab, seed, notebook, sitting)
        self.lab, self.seed = held["lab"], int(held["seed"])
        self.notebook = held["notebook"] or None
        self.sitting = int(held["sitting"]) if held.get("sitting") else None
        self._roster = held.get("roster")
        self.decisions = Decisions(self._db)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """Close the file."""
        self._db.close()

    @property
    def roster(self):
        """The Roster of the class, or None."""
        return Roster.loads(self._roster) if self._roster else None

    @roster.setter
    def roster(self, roster):
        self._roster = roster.dumps()
        self.decisions.set("roster", self._roster)

    def done(self, time=None, memory=None):
        """Return the digest of each student's graded notebook.

        Left out is who is to be graded again: after a grader fault, and after a time-out or
        a lack of memory under a smaller limit than ``time`` (seconds) or ``memory`` (bytes).
        """
        now = {TIME_OUT: time, MEMORY: memory}
        again = set()
        columns = "student, digest, time_limit, memory_limit"
        rows = self._db.execute(f"SELECT {columns} FROM submissions").fetchall()
        then = {student: {TIME_OUT: t, MEMORY: m} for student, _, t, m in rows}
        for student, mark in self._marks():
            before, after = then[student].get(mark.status), now.get(mark.status)
            grown = before is not None and after is not None and after > before
            if mark.status == GRADER_FAULT or grown:
                again.add(student)
        return {student: digest for student, digest, *_ in rows if student not in again}

    def said(self, student, digest):
        """Return Words by exercise if this very notebook has run on hidden inputs, else None."""
        held = self._db.execute(
            "SELECT mark FROM marks JOIN submissions USING (student) "
            "WHERE student = ? AND digest = ?",
            (student, digest),
        )
        words = {
            mark.exercise: mark.words for mark in (_read(text) for (text,) in held) if mark.words
        }
        return words or None

    def save(self, submission, marks, answers=(), seconds=0.0, limits=(None, None), cells=()):
        """Write one student's results, all or nothing, in place of earlier ones.

        Parameters
        ----------
        submission : Submission
        marks : list of Mark
        answers : (question, text) of the open questions
        seconds : how long grading took
        limits : seconds and bytes that each answer was allowed
        cells : (exercise, source) of the exercises, for ``written``
        """
        student = submission.student
        row = (student, submission.source, submission.digest, submission.reason, seconds, *limits)
        row += (submission.note, submission.doubt, submission.handed_in, submission.clock, 0)
        with transaction(self._db):
            self._db.execute("DELETE FROM submissions WHERE student = ?", (student,))
            places = ", ".join("?" * len(row))
            self._db.execute(f"INSERT INTO submissions VALUES ({places})", row)
            for mark in marks:
                written = (student, mark.exercise, json.dumps(asdict(mark)))
                self._db.execute("INSERT INTO marks VALUES (?, ?, ?)", written)
            for question, text in answers:
                self._db.execute("INSERT INTO answers VALUES (?, ?, ?)", (student, question, text))
            for exercise, source in cells:
                self._db.execute("INSERT INTO cells VALUES (?, ?, ?)", (student, exercise, source))

    def keep(self, submission):
        """Write what is known anew of one whose results stay: all but marks and answers."""
        new = {key: getattr(submission, key) for key in KEPT_ANEW} | {"gone": 0}
        columns = ", ".join(f"{key} = ?" for key in new)
        with transaction(self._db):
            self._db.execute(
                f"UPDATE submissions SET {columns} WHERE student = ?",
                (*new.values(), submission.student),
            )

    def remove(self, student):
        """Remove one student with marks, answers and all that was decided by hand.

        Raises
        ------
        ValueError
            If there is no such student.
        """
        self.require(student)
        with transaction(self._db):
            self._db.execute("DELETE FROM submissions WHERE student = ?", (student,))
        self.decisions.forget(student)

    def require(self, student):
        """Raise ValueError, with names that are close, if there is no row of ``student``."""
        there = [name for (name,) in self._db.execute("SELECT student FROM submissions")]
        if student not in there:
            raise ValueError(no_such(student, there))

    def clear_up(self, found):
        """Remove rows that ``found``, {student: source}, has overtaken; return who is left over.

        A doubt that has been settled, and a file that is another student's now, is no row any
        more. Whoever else is not ``found`` keeps the row, is marked as gone, and is named.
        """
        rows = self._db.execute("SELECT student, source, doubt FROM submissions ORDER BY student")
        left = [row for row in rows.fetchall() if row[0] not in found]
        over = [row for row in left if row[2] or row[1] in set(found.values())]
        gone = [row[0] for row in left if row not in over]
        with transaction(self._db):
            for student, *_ in over:
                self._db.execute("DELETE FROM submissions WHERE student = ?", (student,))
            for student in gone:
                self._db.execute("UPDATE submissions SET gone = 1 WHERE student = ?", (student,))
        return gone

    def results(self):
        """Return one dict per student, in order.

        Its keys are student, source, reason, seconds, note, doubt, handed_in (ISO 8601, or ""),
        clock (whose time that is) and gone (no longer among the submissions); ``marks`` holds
        Mark by exercise, ``answers`` text by grade id, ``overrides`` (points, reason) by exercise.
        """
        columns = ("student", "source", "reason", "seconds", *KEPT_ANEW[1:], "gone")
        overrides = self.decisions.overrides
        rows = self._db.execute(f"SELECT {', '.join(columns)} FROM submissions ORDER BY student")
        found = {
            row[0]: dict(zip(columns, row, strict=True))
            | {"marks": {}, "answers": {}, "overrides": overrides.get(row[0], {})}
            for row in rows
        }
        for student, mark in self._marks():
            found[student]["marks"][mark.exercise] = mark
        for student, question, text in self._db.execute("SELECT * FROM answers"):
            found[student]["answers"][question] = text
        return list(found.values())

    def written(self, exercise):
        """Yield (student, source of the cell) for one exercise, in order of the students.

        Not part of ``results``: the code of a whole class is held by nobody at once.
        """
        yield from self._db.execute(
            "SELECT student, source FROM cells WHERE exercise = ? ORDER BY student", (exercise,)
        )

    def _marks(self):
        for student, text in self._db.execute("SELECT student, mark FROM marks ORDER BY rowid"):
            yield student, _read(text)


def _read(text):
    """Return the Mark in a row's JSON."""
    held = json.loads(text)
    if held["words"]:
        words = held["words"]
        held["words"] = Words(**words | {"case": _pairs(words["case"])})
    return Mark(**held | {"case": _pairs(held["case"])})


def _pairs(case):
    return tuple(map(tuple, case))
