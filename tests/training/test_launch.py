"""Several processes: what they print comes back, a fault is told, and none outlives the call."""

import os
import time

import numpy as np
import pytest

from dlcourse.authoring.source import ROOT, read
from dlcourse.exercises.scaling_up.average_gradients import average_gradients
from dlcourse.training.launch import launch

WHO = "import os\nprint(os.environ['RANK'], 'of', os.environ['WORLD_SIZE'])\n"


def test_two_processes_say_who_they_are(tmp_path):
    assert launch(WHO, tmp_path, processes=2) == ["0 of 2", "1 of 2"]


def test_a_fault_is_told_with_its_last_lines(tmp_path):
    with pytest.raises(RuntimeError, match="a process failed\n"):
        launch("raise ValueError('no patients')", tmp_path, processes=1)


def test_one_that_died_is_started_again(tmp_path):
    script = (
        "import os, signal\n"
        "if not os.path.exists('before'):\n"
        "    open('before', 'w').close()\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "print('again')\n"
    )
    assert launch(script, tmp_path, processes=1, restarts=1) == ["again"]


def test_past_the_limit_no_process_is_left(tmp_path):
    script = (
        "import os, time\n"
        "with open('pid', 'w') as file:\n    file.write(str(os.getpid()))\n"
        "time.sleep(600)\n"
    )
    limit, pid = 2.0, tmp_path / "pid"
    while not pid.exists() or not pid.read_text():  # on a busy machine it may not start in time
        limit *= 2
        with pytest.raises(TimeoutError, match="found no end after"):
            launch(script, tmp_path, processes=1, limit=limit)
    time.sleep(0.1)
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)


def test_two_processes_in_lab_18_once_a_learner_turns_them_on(capsys):
    lab = read(ROOT / "labs" / "source" / "18_scaling_up.py")
    cells = [cell.source for cell in lab.cells if cell.cell_type == "code"]
    (at,) = (i for i, source in enumerate(cells) if source.startswith("really = False\n"))
    learner = {"np": np, "missing": [], "average_gradients": average_gradients}
    exec(cells[at].replace("really = False", "really = True", 1), learner)
    exec(cells[at + 1], learner)
    assert capsys.readouterr().out.splitlines() == [
        "process 0 as by you: True",
        "process 1 as by you: True",
    ]


@pytest.mark.parametrize(("name", "value"), [("processes", 0), ("restarts", -1)])
def test_numbers_that_make_no_sense_are_refused(tmp_path, name, value):
    with pytest.raises(ValueError, match=f"{name}: found {value}; needed"):
        launch(WHO, tmp_path, **{name: value})
