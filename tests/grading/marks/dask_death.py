"""Grade on a Dask cluster here, one of whose two workers is killed half-way.

``python dask_death.py MARKER HALF ARGUMENTS``: once the results hold HALF submissions, a
worker is killed, and its number and how many were done are written to MARKER.
"""

import contextlib
import os
import signal
import sqlite3
import sys
import threading
import time
from pathlib import Path

from distributed import LocalCluster

from dlcourse.grading.cli import main


def kill_half_way(cluster, results, half, marker):
    while (done := submissions_in(results)) < half:
        time.sleep(0.02)
    pid = cluster.workers[0].pid
    os.kill(pid, signal.SIGKILL)
    marker.write_text(f"{pid} {done}")


def submissions_in(results):
    try:
        with contextlib.closing(sqlite3.connect(f"file:{results}?mode=ro", uri=True)) as db:
            return db.execute("SELECT count(*) FROM submissions").fetchone()[0]
    except sqlite3.Error:
        return 0


if __name__ == "__main__":
    marker, half, *arguments = sys.argv[1:]
    results = arguments[arguments.index("--out") + 1]
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        given = cluster, results, int(half), Path(marker)
        threading.Thread(target=kill_half_way, args=given, daemon=True).start()
        sys.exit(main([*arguments, "--scheduler", cluster.scheduler_address]))
