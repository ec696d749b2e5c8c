"""Results on disk as they come: SQLite, one transaction for each submission.

Whatever was committed survives a kill; what was not is graded again. The file holds the
class's secret seed and is readable by its owner only.
"""

import json
import os
import sqlite3
from dataclasses import asdict
from pathlib import Path

from .marks import Mark
from .result import GRADER_FAULT

TABLES = """
CREATE TABLE IF NOT EXISTS settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS submissions (
    student TEXT PRIMARY KEY, source TEXT NOT NULL, digest TEXT NOT NULL,
    reason TEXT NOT NULL, seconds REAL NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS marks (
    student TEXT NOT NULL REFERENCES submissions ON DELETE CASCADE,
    exercise TEXT NOT NULL, mark TEXT NOT NULL, PRIMARY KEY (student, exercise)
) STRICT;
CREATE TABLE IF NOT EXISTS answers (
    student TEXT NOT NULL REFERENCES submissions ON DELETE CASCADE,
    question TEXT NOT NULL, answer TEXT NOT NULL, PRIMARY KEY (student, question)
) STRICT;
"""


class Store:
    """The results of one class on one lab, in one file.

    Raises
    ------
    ValueError
        If the file belongs to another lab, or another seed is asked for than it holds.
    """

    def __init__(self, path, lab, seed=None):
        path = Path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        self._db = sqlite3.connect(path, timeout=60, isolation_level=None)
        self._db.execute("PRAGMA foreign_keys = ON")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.executescript(TABLES)
        self._settle("lab", lab, f"{path} holds the grades of lab {{}}; name another --out")
        fresh = int.from_bytes(os.urandom(16)) if seed is None else seed
        clash = f"{path} was begun with another seed; leave --seed away, or name another --out"
        self.seed = int(self._settle("seed", str(fresh), clash, asked=seed is not None))

    def _settle(self, key, value, clash, asked=True):
        """Return the setting that holds, which is ``value`` if there was none before."""
        self._db.execute("INSERT OR IGNORE INTO settings VALUES (?, ?)", (key, value))
        (held,) = self._db.execute("SELECT value FROM settings WHERE key = ?", (key,)).fetchone()
        if asked and held != value:
            raise ValueError(clash.format(held))
        return held

    def close(self):
        """Close the file."""
        self._db.close()

    def done(self):
        """Return the digest of each student's graded notebook; grader faults are left out."""
        faulty = {student for student, mark in self._marks() if mark.status == GRADER_FAULT}
        rows = self._db.execute("SELECT student, digest FROM submissions")
        return {student: digest for student, digest in rows if student not in faulty}

    def save(self, submission, marks, answers=(), seconds=0.0):
        """Write one student's results, all or nothing, in place of earlier ones.

        Parameters
        ----------
        submission : Submission
        marks : list of Mark
        answers : (question, text) of the open questions
        seconds : how long grading took
        """
        student = submission.student
        row = (student, submission.source, submission.digest, submission.reason, seconds)
        self._db.execute("BEGIN IMMEDIATE")
        try:
            self._db.execute("DELETE FROM submissions WHERE student = ?", (student,))
            self._db.execute("INSERT INTO submissions VALUES (?, ?, ?, ?, ?)", row)
            for mark in marks:
                written = (student, mark.exercise, json.dumps(asdict(mark)))
                self._db.execute("INSERT INTO marks VALUES (?, ?, ?)", written)
            for question, text in answers:
                self._db.execute("INSERT INTO answers VALUES (?, ?, ?)", (student, question, text))
            self._db.execute("COMMIT")
        except BaseException:
            self._db.execute("ROLLBACK")
            raise

    def results(self):
        """Return one dict per student, in order: student, source, reason, seconds, marks, answers.

        ``marks`` holds Mark by exercise, ``answers`` text by open question.
        """
        columns = ("student", "source", "reason", "seconds")
        rows = self._db.execute(f"SELECT {', '.join(columns)} FROM submissions ORDER BY student")
        found = {
            row[0]: dict(zip(columns, row, strict=True)) | {"marks": {}, "answers": {}}
            for row in rows
        }
        for student, mark in self._marks():
            found[student]["marks"][mark.exercise] = mark
        for student, question, text in self._db.execute("SELECT * FROM answers"):
            found[student]["answers"][question] = text
        return list(found.values())

    def _marks(self):
        for student, text in self._db.execute("SELECT student, mark FROM marks ORDER BY rowid"):
            mark = json.loads(text)
            mark["case"] = tuple(map(tuple, mark["case"]))
            yield student, Mark(**mark)
