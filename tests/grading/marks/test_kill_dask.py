"""A Dask cluster loses a worker half-way through a class: the results are the same."""

import subprocess
import sys
from pathlib import Path

import pytest
from handed_in import NEURON, confined, hand_in, only
from killing import OPTIONS, contents

from dlcourse.grading.cli import main

STUDENTS = 24


@confined
def test_a_worker_killed_half_way_costs_nobody_a_mark(tmp_path):
    pytest.importorskip("distributed")
    answers = {name: NEURON.solutions[name] for name in ("sigmoid", "neuron", "train")}
    wrong = {"sigmoid": "def sigmoid(x):\n    return x", "neuron": "def neuron(X, w, b):\n  1 / 0"}
    files = {f"s{i:02}/a.ipynb": only(**(wrong if i % 3 else answers)) for i in range(STUDENTS)}
    submissions = hand_in(tmp_path / "class", files)
    grade = ["grade", "neuron", str(submissions), *OPTIONS, "--out"]
    marker, there, here = tmp_path / "marker", tmp_path / "there.db", tmp_path / "here.db"
    script = Path(__file__).with_name("dask_death.py")
    command = [sys.executable, str(script), str(marker), str(STUDENTS // 3), *grade, str(there)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    killed_at = int(marker.read_text().split()[1])
    assert STUDENTS // 3 <= killed_at < STUDENTS
    assert main([*grade, str(here)]) == 0
    assert contents(there) == contents(here)
    assert len(contents(here)["submissions"]) == STUDENTS
    assert not any("grader fault" in mark for mark in contents(here)["marks"])
