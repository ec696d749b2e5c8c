import os

import pytest
from handed_in import NEURON, TIME, hand_in, only

from dlcourse.grading.submissions.find import find
from dlcourse.grading.submissions.times import of_file

ANSWER = only(neuron="def neuron(X, w, b):\n    return 1")


def times(path):
    return {found.student: (found.handed_in, found.clock) for found in find(path, NEURON)}


def test_the_platforms_own_times_come_before_those_of_files(tmp_path):
    blackboard = hand_in(
        tmp_path / "blackboard",
        {
            f"Lab 2_{who}_attempt_2026-05-0{day}-10-15-00_02_neuron.ipynb": ANSWER
            for who, day in (("jdoe", 4), ("bpoe", 5))
        },
    )
    assert times(blackboard) == {
        "jdoe": ("2026-05-04T10:15:00", "Blackboard"),
        "bpoe": ("2026-05-05T10:15:00", "Blackboard"),
    }
    nbgrader = hand_in(
        tmp_path / "submitted",
        {
            "anna/neuron/02_neuron.ipynb": ANSWER,
            "anna/neuron/timestamp.txt": b"2026-05-04 10:15:00.123456 UTC\n",
            "ben/neuron/02_neuron.ipynb": ANSWER,
            "ben/neuron/timestamp.txt": b"who knows",
        },
    )
    assert times(nbgrader) == {
        "anna": ("2026-05-04T10:15:00+00:00", "nbgrader"),
        "ben": (of_file(TIME), "file"),
    }


@pytest.mark.parametrize("members", ["folder", "zip"])
def test_else_the_files_own_time_counts(tmp_path, zipped, members):
    files = {"anna/02_neuron.ipynb": ANSWER, "ben/02_neuron.ipynb": ANSWER}
    folder = hand_in(tmp_path / "class", files)
    os.utime(folder / "ben" / "02_neuron.ipynb", (TIME + 7200, TIME + 7200))
    then, later = ((of_file(TIME + after), "file") for after in (0, 7200))
    if members == "folder":
        assert times(folder) == {"anna": then, "ben": later}
    else:
        assert times(zipped(files.items())) == {"anna": then, "ben": then}
