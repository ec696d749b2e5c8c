"""Every attack in the corpus: no mark, nothing outside, nothing left running, grading goes on."""

import contextlib
import os
import platform

import numpy as np
import pytest
from attacks_on_cells import CELLS
from attacks_on_files import FILES
from attacks_on_machine import MEMORY, PROCESSES, TIME
from attacks_on_marks import COMPARISON, HARNESS
from attacks_on_wire import WIRE
from handed_in import NEURON

from dlcourse.authoring.source import ROOT
from dlcourse.checks.verdict import RIGHT, weigh
from dlcourse.exercises.neuron import EXERCISES
from dlcourse.grading.answers.notebook import Cells
from dlcourse.grading.confinement.confine import REQUIRED, probe
from dlcourse.grading.marks.engine import grade
from dlcourse.grading.sandbox.controller import Sandbox

MISSING = [layer.name for layer in probe() if layer.name in REQUIRED and not layer.in_force]
pytestmark = [
    pytest.mark.skipif(bool(MISSING), reason=f"not on this machine: {', '.join(MISSING)}"),
    pytest.mark.skipif(platform.machine() != "x86_64", reason="system calls by x86_64's numbers"),
]

QUICK = [*COMPARISON, *HARNESS, *WIRE, *FILES, *PROCESSES, *MEMORY]
# What reaches outside the process, and so meets another wall where there are no namespaces.
REACHING = [*FILES, *PROCESSES]

SIGMOID = EXERCISES[0]
SET_UP = ["import numpy as np\nimport dlcourse\nlab = dlcourse.lab('neuron')"]
FAIR = "def sigmoid(x):\n    return 0.5 * (1 + np.tanh(x / 2))\n"


@pytest.fixture(scope="module")
def patient():
    with Sandbox(30, cpu_limit=20, memory_limit=2**28) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def without_namespaces():
    with Sandbox(30, cpu_limit=20, memory_limit=2**28, without=("namespaces",)) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def impatient():
    with Sandbox(1.5, cpu_limit=1, memory_limit=2**28) as sandbox:
        yield sandbox


@pytest.fixture
def canary(tmp_path):
    (tmp_path / "secret").write_text("secret")
    return tmp_path


def descendants(pid):
    """Return the processes below ``pid``."""
    children = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat") as file:
                parent = int(file.read().rpartition(")")[2].split()[1])
        except OSError:
            continue
        children.setdefault(parent, set()).add(int(name))
    found, new = set(), {pid}
    while new:
        new = set().union(*(children.get(parent, set()) for parent in new))
        found |= new
    return found


def state(folder):
    kept = ("st_mode", "st_nlink", "st_uid", "st_size", "st_mtime_ns", "st_ctime_ns")
    return {
        path.name: (path.read_bytes(), [getattr(path.stat(), field) for field in kept])
        for path in folder.iterdir()
    }


def mark(sandbox, source):
    """Return the result, and whether it would be marked as right."""
    calls = SIGMOID.cases(np.random.SeedSequence())
    for _ in range(5):
        result = sandbox.run(SET_UP, source, "sigmoid", calls)
        if result.status != "grader fault":
            break
        # Other tests may keep the processors busy; no other fault is expected.
        assert "overloaded" in result.message, result
    complete = len(result.outcomes) == len(calls) and result.status == "ok"
    return result, complete and weigh(SIGMOID, calls, result.outcomes).status == RIGHT


def attack(sandbox, canary, source, statuses):
    source = source.replace("{canary}", str(canary)).replace("{repository}", str(ROOT))
    with no_effect_outside(sandbox, canary):
        result, right = mark(sandbox, source)
    assert not right
    assert result.status in statuses, result
    assert len(result.output_tail) <= 4096


@contextlib.contextmanager
def no_effect_outside(sandbox, canary):
    before, running = state(canary), descendants(sandbox._warm.pid)
    yield
    assert state(canary) == before
    assert descendants(sandbox._warm.pid) == running
    assert os.listdir(sandbox._folder) == []
    for path in ("/tmp/dlcourse-hacked", "/dev/shm/dlcourse-hacked"):
        assert not os.path.exists(path)


def each(attacks):
    return pytest.mark.parametrize(
        ("statuses", "source"), [a[1:] for a in attacks], ids=[a[0] for a in attacks]
    )


@each(QUICK)
def test_attack_gains_nothing(patient, canary, statuses, source):
    attack(patient, canary, source, statuses)
    result, right = mark(patient, FAIR)
    assert right, result


@each(REACHING)
def test_attack_reaches_nothing_without_namespaces(without_namespaces, canary, statuses, source):
    attack(without_namespaces, canary, source, statuses)
    result, right = mark(without_namespaces, FAIR)
    assert right, result


@each(TIME)
def test_attack_on_time_ends_in_time(impatient, canary, statuses, source):
    attack(impatient, canary, source, statuses)
    result, right = mark(impatient, FAIR)
    assert right, result


@pytest.mark.parametrize(("statuses", "cells"), [a[1:] for a in CELLS], ids=[a[0] for a in CELLS])
def test_attack_by_other_cells_gains_nothing(patient, canary, statuses, cells):
    code = tuple((grade_id, source.replace("{canary}", str(canary))) for grade_id, source in cells)
    marked = {grade_id: source for grade_id, source in code if grade_id}
    with no_effect_outside(patient, canary):
        marks = grade(patient, NEURON.exercises, NEURON.setup, Cells(marked, code), 1)
    sigmoid = next(mark for mark in marks if mark.exercise == "sigmoid")
    assert sigmoid.status in statuses, sigmoid
    assert {mark.points for mark in marks} == {0}
    result, right = mark(patient, FAIR)
    assert right, result


def test_the_corpus_is_large_and_its_names_are_unique():
    names = [a[0] for a in (*QUICK, *TIME, *CELLS)]
    assert len(names) >= 200
    assert sorted(set(names)) == sorted(names)


def test_the_wrong_answers_are_wrong_and_the_fair_one_is_right(patient):
    assert mark(patient, FAIR)[1]
    assert not mark(patient, FAIR.replace("0.5 *", "0.50001 *"))[1]
