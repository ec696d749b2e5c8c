"""The file of results: an SQLite database that says whose it is, and refuses to be another's.

It holds the class's secret seed and is readable by its owner only.
"""

import contextlib
import os
import sqlite3
from pathlib import Path

# Say whose file it is, and which columns it has.
APPLICATION, SCHEMA = 0x646C6331, 5
TABLES = """
CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE submissions (
    student TEXT PRIMARY KEY, source TEXT NOT NULL, digest TEXT NOT NULL, reason TEXT NOT NULL,
    seconds REAL NOT NULL, time_limit REAL, memory_limit REAL,
    note TEXT NOT NULL, doubt TEXT NOT NULL,
    handed_in TEXT NOT NULL, clock TEXT NOT NULL, gone INTEGER NOT NULL
) STRICT;
CREATE TABLE marks (
    student TEXT NOT NULL REFERENCES submissions ON DELETE CASCADE,
    exercise TEXT NOT NULL, mark TEXT NOT NULL, PRIMARY KEY (student, exercise)
) STRICT;
CREATE TABLE answers (
    student TEXT NOT NULL REFERENCES submissions ON DELETE CASCADE,
    question TEXT NOT NULL, answer TEXT NOT NULL, PRIMARY KEY (student, question)
) STRICT;
CREATE TABLE cells (
    student TEXT NOT NULL REFERENCES submissions ON DELETE CASCADE,
    exercise TEXT NOT NULL, source TEXT NOT NULL, PRIMARY KEY (exercise, student)
) STRICT;
CREATE TABLE overrides (
    student TEXT NOT NULL, exercise TEXT NOT NULL, points REAL NOT NULL, reason TEXT NOT NULL,
    PRIMARY KEY (student, exercise)
) STRICT;
"""


def connect(path, lab, seed, notebook, sitting=None):
    """Open the results at ``path``; return the connection and the settings they were begun with.

    Parameters
    ----------
    path : the file
    lab : name of the lab to begin or to go on with; None only opens what is there
    seed : the class's secret; drawn if there is none yet
    notebook : path of the instructor's own solved notebook, or None
    sitting : of a lab that was released in part, or None

    Raises
    ------
    ValueError
        If ``path`` is no file of results, of another lab, seed, notebook or sitting, or missing.
    """
    path = Path(path)
    if path.is_dir():
        raise ValueError(f"{path} is a folder; name a file, such as {path / 'results.db'}")
    if lab is None and not path.exists():
        raise ValueError(f"there is no file {path}; dlcourse grade writes it with --out")
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    db = sqlite3.connect(path, timeout=60, isolation_level=None)
    try:
        _is_database(db, path)
        with transaction(db):
            if not db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                _create(db, path, lab, seed, notebook, sitting)
            _is_ours(db, path)
        held = dict(db.execute("SELECT key, value FROM settings"))
        if lab is not None:
            _is_the_same(path, held, lab, seed, notebook, sitting)
    except BaseException:
        db.close()
        raise
    return db, held


def is_results(path):
    """Return whether the ordinary file at ``path`` says in its header that it is one of ours.

    Source: "The Database Header", sqlite.org/fileformat2.html.
    """
    with contextlib.suppress(OSError), open(path, "rb") as file:
        header = file.read(72)
        return header[:15] == b"SQLite format 3" and header[68:] == APPLICATION.to_bytes(4)
    return False


@contextlib.contextmanager
def transaction(db):
    """Do all of what follows, or after an exception nothing."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:  # a full disk has ended it
            db.execute("ROLLBACK")
        raise


def _is_database(db, path):
    try:
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("PRAGMA synchronous = FULL")
        db.execute("SELECT count(*) FROM sqlite_master")
    except sqlite3.OperationalError:  # locked, or no room
        raise
    except sqlite3.DatabaseError as error:
        raise ValueError(f"{path} is no file of results: {error}") from None


def _create(db, path, lab, seed, notebook, sitting):
    if lab is None:
        raise ValueError(f"{path} is empty: dlcourse grade has not written to it yet")
    for statement in filter(str.strip, TABLES.split(";")):
        db.execute(statement)
    db.execute(f"PRAGMA application_id = {APPLICATION}")
    db.execute(f"PRAGMA user_version = {SCHEMA}")
    seed = int.from_bytes(os.urandom(16)) if seed is None else seed
    held = {"lab": lab, "seed": str(seed), "notebook": _absolute(notebook)}
    held["sitting"] = str(sitting or "")
    db.executemany("INSERT INTO settings VALUES (?, ?)", held.items())


def _is_ours(db, path):
    tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master")}
    (application,) = db.execute("PRAGMA application_id").fetchone()
    (version,) = db.execute("PRAGMA user_version").fetchone()
    if (application, version) == (APPLICATION, SCHEMA):
        return
    if application == APPLICATION:
        found = f"results of {'an older' if version < SCHEMA else 'a newer'} dlcourse"
    elif {"settings", "submissions", "marks"} <= tables:
        found = "results of an older dlcourse"
    else:
        found = "another database"
    raise ValueError(f"{path} holds {found}; name another file")


def _is_the_same(path, held, lab, seed, notebook, sitting):
    begun = f"{path} was begun with"
    if held["lab"] != lab:
        raise ValueError(f"{path} holds the results of lab {held['lab']}; name another --out")
    if seed is not None and str(seed) != held["seed"]:
        raise ValueError(f"{begun} another seed; leave --seed away, or name another --out")
    if _absolute(notebook) != held["notebook"]:
        one = held["notebook"] or "the course's own notebook"
        raise ValueError(f"{begun} {one}; name it with --notebook, or name another --out")
    if str(sitting or "") != held.get("sitting", ""):
        one = f"--sitting {held['sitting']}" if held.get("sitting") else "the whole lab"
        raise ValueError(f"{begun} {one}; grade that, or name another --out")


def _absolute(notebook):
    return str(Path(notebook).resolve()) if notebook else ""
