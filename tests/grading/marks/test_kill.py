"""Kill the grader at any moment: the same command goes on, and nothing is lost or doubled.

``DLCOURSE_KILLS`` sets how many times, 4 by default.
"""

import contextlib
import os
import shutil
import sqlite3
from pathlib import Path

import pytest
from handed_in import confined
from killing import Run, all_gone, contents, moments, write_class

KILLS = int(os.environ.get("DLCOURSE_KILLS", "4"))

pytestmark = [
    confined,
    pytest.mark.skipif(not os.path.isdir("/proc/self/task"), reason="needs Linux's /proc"),
]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """Grade a class once; return its folder, the results' file and the seconds that it took."""
    folder = tmp_path_factory.mktemp("undisturbed")
    submissions = write_class(folder / "class", solved=1)
    seconds = Run(submissions, folder / "whole.db", folder / "tmp").finish()
    return submissions, folder / "whole.db", seconds


def test_a_run_killed_again_and_again_ends_with_the_results_of_an_undisturbed_one(
    undisturbed, tmp_path
):
    submissions, whole, seconds = undisturbed
    results, killed = tmp_path / "killed.db", 0
    for moment in moments(KILLS, seconds, seed=1):
        family = Run(submissions, results, tmp_path / "tmp").kill(moment)
        killed += family is not None
        assert all_gone(family or [])
    assert killed >= 2
    Run(submissions, results, tmp_path / "tmp").finish()
    assert contents(results) == contents(whole)
    assert [p.name for p in tmp_path.glob("killed.db*")] == ["killed.db"]


def test_the_comparison_sees_a_mark_that_is_missing(undisturbed, tmp_path):
    submissions, whole, _ = undisturbed
    expected = contents(whole)
    assert len(expected["submissions"]) == len(list(submissions.iterdir()))
    changed = Path(shutil.copy(whole, tmp_path / "changed.db"))
    with contextlib.closing(sqlite3.connect(changed)) as db, db:
        db.execute("DELETE FROM marks WHERE rowid = (SELECT min(rowid) FROM marks)")
    assert contents(changed) != expected
