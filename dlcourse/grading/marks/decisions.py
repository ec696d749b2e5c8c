"""What the instructor has decided by hand: kept with the results, whatever is graded again."""

from .database import transaction


class Decisions:
    """Points set by hand, each with its reason, and the settings that hold for the whole class.

    Parameters
    ----------
    db : the connection to the results
    """

    def __init__(self, db):
        self._db = db

    @property
    def overrides(self):
        """{student: {exercise: (points, reason)}}."""
        found = {}
        rows = self._db.execute("SELECT student, exercise, points, reason FROM overrides")
        for student, exercise, points, reason in rows:
            found.setdefault(student, {})[exercise] = (points, reason)
        return found

    def override(self, student, exercise, points, reason):
        """Let ``points`` count for one exercise of one student, whatever grading says.

        Raises
        ------
        ValueError
            If no reason is given.
        """
        if not reason.strip():
            raise ValueError("reason: found nothing; needed: why these points, for the student")
        with transaction(self._db):
            self._db.execute(
                "INSERT OR REPLACE INTO overrides VALUES (?, ?, ?, ?)",
                (student, exercise, points, reason.strip()),
            )

    def withdraw(self, student, exercise):
        """Let what grading says count again; return whether points had been set by hand."""
        with transaction(self._db):
            done = self._db.execute(
                "DELETE FROM overrides WHERE student = ? AND exercise = ?", (student, exercise)
            )
        return done.rowcount > 0

    def forget(self, student):
        """Remove all that was decided on one student."""
        with transaction(self._db):
            self._db.execute("DELETE FROM overrides WHERE student = ?", (student,))

    def setting(self, key):
        """Return the text kept under ``key``, or ""."""
        row = self._db.execute("SELECT value FROM settings WHERE key = ?", (key,)).fetchone()
        return row[0] if row else ""

    def set(self, key, text):
        """Keep ``text`` under ``key``."""
        with transaction(self._db):
            self._db.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (key, text))
