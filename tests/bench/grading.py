"""Print one table: seconds per submission of lab 02, by nbgrader and by this grader.

``python -m tests.bench.grading`` takes a class of 100, right, wrong and untouched mixed, and
some minutes; ``--quick`` a class of 12. Each way to grade is the command as one types it, its
start included. Seconds of processor time stand beside those of the clock, since a busy
machine stretches the latter.
"""

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

# For handed_in and nbgrader_course.
GRADING = Path(__file__).parents[1] / "grading"
sys.path[:0] = [str(GRADING), str(GRADING / "nbgrader")]

BAR = 20
ONE_THREAD = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL")}
CONFIG = "from dlcourse.grading.nbgrader import configure\nconfigure(get_config())\n"
MISTAKEN = {
    "sigmoid": "def sigmoid(x):\n    return 1 / (1 + np.exp(x))",
    "neuron": "def neuron(X, w, b):\n    return expit(X @ w)",
    "softmax": "def softmax(z):\n    return np.exp(z) / np.exp(z).sum(-1)",
}


def submissions(count):
    """Return {student: bytes}: right, with three mistakes, untouched, and round again."""
    from handed_in import SOLVED, STUB, notebook

    kinds = (notebook(SOLVED), notebook(SOLVED, **MISTAKEN), notebook(STUB))
    return {f"student{i:03}": kinds[i % 3] for i in range(count)}


def timed(folder, *command):
    """Run a command to its end; return its seconds on the clock and of all processors."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, **ONE_THREAD, "PATH": path, "TQDM_DISABLE": "1"}
    with tempfile.TemporaryFile() as log:
        start = time.perf_counter()
        child = subprocess.Popen(
            [sys.executable, "-m", *command], cwd=folder, env=environment, stdout=log, stderr=log
        )
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - start
        log.seek(0)
        assert child.returncode == 0, log.read().decode(errors="replace")
    return seconds, used.ru_utime + used.ru_stime


def by_nbgrader(folder, files, config):
    """Return both times of one ``nbgrader autograde``, and each student's points."""
    from handed_in import NEURON, hand_in
    from nbgrader_course import Course

    course = Course(folder, ours=bool(config))
    course.assign("neuron", NEURON.notebook)
    layout = {f"{name}/neuron/02_neuron.ipynb": data for name, data in files.items()}
    hand_in(folder / "submitted", layout)
    (folder / "nbgrader_config.py").write_text(config)
    times = timed(folder, "nbgrader", "autograde", "neuron")
    return times, {student: points for (_, student), points in course.export().items()}


def by_grade(folder, files, workers):
    """Return both times of one ``dlcourse grade``, and each student's points."""
    from handed_in import hand_in

    from dlcourse.grading.marks.store import Store

    hand_in(folder / "class", {f"{name}/02_neuron.ipynb": data for name, data in files.items()})
    command = ("grade", "neuron", "class", "--out", "results.db", "--workers", str(workers))
    times = timed(folder, "dlcourse.grading", *command)
    with Store(folder / "results.db") as store:
        points = {
            result["student"]: sum(mark.points for mark in result["marks"].values())
            for result in store.results()
        }
    return times, points


def print_table(count):
    print(f"lab 02, {count} submissions: a third each right, with three mistakes, untouched")
    print(f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores")
    print("s: seconds per submission; x: how many times as fast as nbgrader as installed\n")
    files, cores = submissions(count), os.cpu_count() or 1
    stock = "nbgrader autograde, as installed"
    ways = {
        "nbgrader autograde, our executor": (by_nbgrader, CONFIG),
        "dlcourse grade, 1 worker": (by_grade, 1),
        f"dlcourse grade, {cores} workers (default)": (by_grade, cores),
    }
    # The quick ones before and after the slow one, so that a drift of the load strikes all.
    order = [*ways, stock, *reversed(ways)]
    times, agreed = {}, None
    for what in order:
        way, setting = ways.get(what, (by_nbgrader, ""))
        with tempfile.TemporaryDirectory() as folder:
            took, points = way(Path(folder), files, setting)
        agreed = agreed or points
        assert points == agreed and len(set(points.values())) == 3, points
        times.setdefault(what, []).append(took)
    means = {what: np.mean(took, axis=0) / count for what, took in times.items()}
    print(f"{'':36} {'clock s':>8} {'x':>6} {'processor s':>12} {'x':>6}")
    for what in (stock, *ways):
        clock, processor = means[what]
        faster = means[stock] / means[what]
        print(f"{what:36} {clock:8.3f} {faster[0]:6.1f} {processor:12.3f} {faster[1]:6.1f}")
    verdict = "reached" if faster[0] >= BAR else "missed"
    print(f"\nTo reach, by the clock, in a batch of 100: {BAR} times as fast. {verdict}")


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.bench.grading", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a class of 12")
    print_table(12 if parser.parse_args().quick else 100)


if __name__ == "__main__":
    main()
