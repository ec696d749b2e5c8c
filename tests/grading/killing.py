"""Kill a whole grading run at any moment and look at what is left of it.

``python tests/grading/killing.py [TIMES]`` does so to a class, TIMES runs (20), and says
what became of each.
"""

import contextlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from handed_in import JUNK, SOLVED, WRITTEN, hand_in, notebook, only

OPTIONS = ("--seed", "3", "--workers", "2", "--time-limit", "8")
GONE_SECONDS = 30


def write_class(folder, solved=2):
    """Write a class of right and wrong answers, junk, and some whole labs; return the folder."""
    files = {f"w{i:02}/a.ipynb": only(**{name: s}) for i, (name, s, _) in enumerate(WRITTEN)}
    files |= {f"junk{i:02}/a.ipynb": data for i, data in enumerate(JUNK.values())}
    files |= {f"solved{i:02}/a.ipynb": notebook(SOLVED) for i in range(solved)}
    return hand_in(folder, files)


class Run:
    """One ``dlcourse grade``, in a process of its own, with a folder for temporary files."""

    def __init__(self, submissions, results, scratch):
        command = [sys.executable, "-m", "dlcourse.grading", "grade", "neuron", str(submissions)]
        scratch.mkdir(exist_ok=True)
        self.process = subprocess.Popen(
            [*command, "--out", str(results), *OPTIONS],
            env={**os.environ, "TMPDIR": str(scratch)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )

    def finish(self):
        """Wait until it is done; return how many seconds that took from now."""
        begin = time.monotonic()
        _, errors = self.process.communicate(timeout=120)
        assert self.process.returncode == 0, errors.decode()
        return time.monotonic() - begin

    def kill(self, moment):
        """Kill it after ``moment`` seconds; return its processes, None if it was done."""
        with suppress(subprocess.TimeoutExpired):
            self.process.communicate(timeout=moment)
            return None
        family = descendants(self.process.pid)
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate()
        return family


def descendants(pid):
    """Return (pid, when it began) of every process below ``pid``."""
    found, waiting = [], [pid]
    while waiting:
        with suppress(OSError):
            one = waiting.pop()
            for children in Path(f"/proc/{one}/task").glob("*/children"):
                waiting += map(int, children.read_text().split())
            if one != pid:
                found.append((one, _began(one)))
    return found


def alive(family):
    """Return those of ``family`` that still run."""
    left = []
    for pid, began in family:
        with suppress(OSError):
            if _began(pid) == began:
                left.append(pid)
    return left


def _began(pid):
    """Return when a process began, which tells it from a later one of the same number."""
    state, *numbers = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    if state == "Z":
        raise ProcessLookupError(pid)
    return int(numbers[18])


def all_gone(family):
    """Return whether all of ``family`` end soon."""
    until = time.monotonic() + GONE_SECONDS
    while alive(family) and time.monotonic() < until:
        time.sleep(0.02)
    return not alive(family)


def contents(results):
    """Return every row of every table in a file of results, without what was measured."""
    with contextlib.closing(sqlite3.connect(results)) as db:
        db.row_factory = sqlite3.Row
        query = "SELECT name FROM sqlite_master WHERE type = 'table'"
        tables = {
            name: [dict(row) for row in db.execute(f"SELECT * FROM {name}")]
            for (name,) in db.execute(query).fetchall()
        }
    for row in tables["submissions"]:
        del row["seconds"]
    return {name: sorted(map(repr, rows)) for name, rows in tables.items()}


def moments(times, seconds, seed=0):
    """Return moments spread over a run of so many ``seconds``, one at random in each part."""
    draw = random.Random(seed)
    return [(i + draw.random()) * seconds / times for i in range(times)]


def main(times=20):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        submissions = write_class(folder / "class")
        seconds = Run(submissions, folder / "whole.db", folder / "tmp").finish()
        expected = contents(folder / "whole.db")
        print(f"undisturbed: {seconds:.1f} s, {len(expected['submissions'])} submissions")
        for i, moment in enumerate(moments(times, seconds)):
            results = folder / f"killed{i}.db"
            family = Run(submissions, results, folder / "tmp").kill(moment) or []
            gone, there = all_gone(family), results.exists() and results.stat().st_size > 0
            try:
                done = len(contents(results)["submissions"]) if there else 0
            except (KeyError, sqlite3.Error):
                done = 0
            Run(submissions, results, folder / "tmp").finish()
            same = contents(results) == expected
            beside = sorted(p.name for p in folder.glob(f"killed{i}.db?*"))
            print(
                f"{moment:6.2f} s: {done:3} done, {len(family)} processes, all gone: {gone}, "
                f"same results: {same}, beside the file: {beside}"
            )
        print("temporary folders left:", len(list((folder / "tmp").iterdir())))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
