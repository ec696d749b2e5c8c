"""Print one table: what checking and grading an exercise costs, for NumPy and for torch.

``python -m tests.bench.exercises`` takes lab 02 and the torch lab of the tests, each exercise
with its solution and with its first known mistake, and some 30 s.
"""

import platform
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # for the catalogue

import torch
from catalogue import CATALOGUE, assignment_of

from dlcourse.checks import judge
from dlcourse.grading.answers.notebook import Cells
from dlcourse.grading.marks.engine import grade
from dlcourse.grading.sandbox.controller import Sandbox

LABS = {"NumPy": "neuron", "torch": "torch_lab"}
REPEATS = 7
NOTHING = "def {}(*args):\n    raise ValueError\n"


def seconds(function, repeats=REPEATS):
    """Return the median seconds of a call, after one that does not count."""
    function()
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        function()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def rows(lab, sandbox):
    """Yield (name, inputs, seconds of check, of check when wrong, of grading) of each exercise."""
    assignment = assignment_of(lab)
    for name, exercise in ((e.name, e) for of, e in CATALOGUE if of == lab):
        cells = Cells({name: assignment.solutions[name]})
        one, setup = {name: exercise}, {name: assignment.setup[name]}
        (mark,) = grade(sandbox, one, setup, cells, 1)
        assert mark.points == exercise.points, mark
        yield (
            name,
            len(exercise.cases(1)),
            seconds(lambda e=exercise: judge(e, e.also_right[0], 1)),
            seconds(lambda e=exercise: judge(e, e.mistakes[0].function, 1)),
            seconds(lambda o=one, s=setup, c=cells: grade(sandbox, o, s, c, 1)),
        )


def start_of(libraries):
    """Return the seconds from nothing to a sandbox that is ready."""
    start = time.perf_counter()
    with Sandbox(libraries=libraries):
        return time.perf_counter() - start


def child_of(sandbox, reading):
    """Return the seconds of one empty answer: fork, confinement, cell, end."""
    return seconds(lambda: sandbox.run([], NOTHING.format("f"), "f", [], reading=reading))


def main():
    torch.set_num_threads(1)
    print(f"Python {platform.python_version()}, torch {torch.__version__}, one thread")
    print("ms per exercise, median of 7: check in the notebook, grading confined\n")
    print(f"{'':26}{'inputs':>8}{'check':>8}{'if wrong':>10}{'grading':>9}")
    with Sandbox(time_limit=30) as sandbox:
        for kind, lab in LABS.items():
            found = list(rows(lab, sandbox))
            for name, inputs, *taken in found:
                check, wrong, graded = (1000 * s for s in taken)
                print(f"{kind:8}{name:18}{inputs:8}{check:8.1f}{wrong:10.1f}{graded:9.1f}")
            means = [
                1000 * statistics.mean(column) for column in list(zip(*found, strict=True))[2:]
            ]
            print(f"{kind:8}{'mean':26}{means[0]:8.1f}{means[1]:10.1f}{means[2]:9.1f}\n")
        reading = next(e.torch for lab, e in CATALOGUE if lab == LABS["torch"])
        for kind, how in (("NumPy", None), ("torch", reading)):
            print(f"{kind:8}{'an empty answer':44}{1000 * child_of(sandbox, how):8.1f}")
    for kind, more in (("NumPy", ()), ("torch", ("torch",))):
        once = min(start_of(("numpy", "scipy", *more)) for _ in range(3))
        print(f"{kind:8}{'start of the warm process, once a batch':44}{1000 * once:8.0f}")


if __name__ == "__main__":
    main()
