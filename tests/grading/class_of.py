"""Grade a large class and look at how much memory that takes.

``python tests/grading/class_of.py 100 1000`` grades two classes and prints the peak of the
grader, of its workers and of the processes in which answers run.
"""

import copy
import json
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from handed_in import JUNK, SOLVED, STUB, WRITTEN, hand_in, notebook, only
from killing import contents, descendants

ENDLESS = only(sigmoid="def sigmoid(x):\n    while True:\n        pass")
ENDLESS_OUTPUT = only(sigmoid="while True:\n    print('x' * 10_000)")
GREEDY = only(sigmoid="def sigmoid(x):\n    return np.ones(10**9) + np.ones(10**9)")


def with_large_output(base):
    """Return the bytes of a notebook whose first cell printed two million characters."""
    large = copy.deepcopy(base)
    output = {"output_type": "stream", "name": "stdout", "text": "x" * 2 * 10**6}
    next(c for c in large["cells"] if c["cell_type"] == "code")["outputs"] = [output]
    return json.dumps(large).encode()


def submissions(count):
    """Yield (path, bytes) of ``count`` students: right, wrong, untouched, broken and hostile."""
    junk = [data for data in JUNK.values() if len(data) < 10**6]
    written = [only(**{name: source}) for name, source, _ in WRITTEN]
    for i in range(count):
        kinds = (written[i % len(written)], written[i * 3 % len(written)], junk[i % len(junk)])
        data = kinds[i % 3]
        if i % 20 == 7:
            data = notebook(SOLVED if i % 40 == 7 else STUB)
        elif i % 50 == 3:
            data = with_large_output(STUB)
        elif i % 100 == 55:
            data = (ENDLESS, ENDLESS_OUTPUT, GREEDY)[i // 100 % 3]
        yield f"s{i:05}/02_neuron.ipynb", data


def peaks(process):
    """Watch a grading run until it ends; return the peaks in MiB: grader, worker, sandbox."""
    most = {"grader": 0.0, "worker": 0.0, "sandbox": 0.0}
    while process.poll() is None:
        with suppress(OSError):
            most["grader"] = max(most["grader"], _peak(process.pid))
        for pid, _ in descendants(process.pid):
            with suppress(OSError):
                command = Path(f"/proc/{pid}/cmdline").read_bytes()
                kind = "sandbox" if b"warm.main" in command else "worker"
                most[kind] = max(most[kind], _peak(pid))
        time.sleep(0.1)
    return most


def _peak(pid):
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next((int(x.split()[1]) / 1024 for x in lines if x.startswith("VmHWM")), 0.0)


def grade(count, folder):
    """Grade a class of ``count``; return peaks, seconds and the rows of the results."""
    hand_in(folder / "class", dict(submissions(count)))
    command = [sys.executable, "-m", "dlcourse.grading", "grade", "neuron", str(folder / "class")]
    options = ["--out", str(folder / "results.db"), "--seed", "3", "--time-limit", "2"]
    begin = time.monotonic()
    process = subprocess.Popen(
        [*command, *options, "--workers", "2"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    most = peaks(process)
    assert process.returncode == 0
    return most, time.monotonic() - begin, contents(folder / "results.db")


def main(counts):
    for count in counts:
        with tempfile.TemporaryDirectory() as name:
            most, seconds, rows = grade(count, Path(name))
            in_mib = ", ".join(f"{kind} {peak:.0f} MiB" for kind, peak in most.items())
            graded, faults = (
                len(rows["submissions"]),
                sum("grader fault" in m for m in rows["marks"]),
            )
            print(f"{graded} graded in {seconds:.0f} s, {faults} grader faults; peak: {in_mib}")


if __name__ == "__main__":
    main([int(count) for count in sys.argv[1:]])
