"""A Dask scheduler that is not there, or no longer, is one sentence."""

from concurrent.futures import CancelledError, Future

import pytest
from dying_sandbox import Dying
from handed_in import NEURON, hand_in, only

from dlcourse.grading.answers.notebook import Cells
from dlcourse.grading.cli import main
from dlcourse.grading.marks import pool

distributed = pytest.importorskip("distributed")

FIRST = next(iter(NEURON.exercises))
TASKS = [
    pool.Task(f"s{i}", Cells({FIRST: "x"}), "neuron", NEURON.setup, 1, Dying()) for i in range(3)
]


def client_that(fails):
    """Return a stand-in for Dask's Client, whose second task ends in ``fails``."""

    class Client:
        def __init__(self, *_, **__):
            self.sent = 0

        def __enter__(self):
            return self

        def __exit__(self, *_):
            return None

        def ncores(self):
            return {"one": 1}

        def get_executor(self, **_):
            return self

        def submit(self, function, task):
            future, self.sent = Future(), self.sent + 1
            if self.sent == 2:
                future.set_exception(fails)
            else:
                future.set_result(([], 0.0))
            return future

    return Client


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("tcp://127.0.0.1:1", "scheduler: tcp://127.0.0.1:1 does not answer"),
        ("foo://x", "scheduler: foo://x does not answer: unknown address scheme 'foo'"),
        ("nonsense", "scheduler: nonsense does not answer: missing port number"),
    ],
)
def test_a_scheduler_that_is_not_there(tmp_path, monkeypatch, capsys, address, said):
    monkeypatch.setattr(pool, "CONNECT_SECONDS", 1)
    subs = hand_in(tmp_path / "class", {"anna/a.ipynb": only(boundary="x")})
    results = str(tmp_path / "results.db")
    assert main(["grade", "neuron", str(subs), "--out", results, "--scheduler", address]) == 1
    error = capsys.readouterr().err
    assert said in error and "Traceback" not in error


def test_a_scheduler_that_dies_half_way(monkeypatch):
    monkeypatch.setattr(distributed, "Client", client_that(CancelledError()))
    graded = pool.grade_all(TASKS, scheduler="tcp://there:1")
    with pytest.raises(RuntimeError, match=r"tcp://there:1 no longer answers\. The same"):
        list(graded)


def test_a_notebook_that_kills_every_worker_costs_nobody_else_a_mark(monkeypatch):
    killed = distributed.KilledWorker("work", "tcp://there:2", 3)
    monkeypatch.setattr(distributed, "Client", client_that(killed))
    graded = {task.student: marks for task, marks, _ in pool.grade_all(TASKS, scheduler="a:1")}
    assert set(graded) == {"s0", "s1", "s2"}
    assert {mark.note for mark in graded["s1"]} == {"the grading process died several times"}


def test_without_dask_it_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    with pytest.raises(RuntimeError, match=r"scheduler: needs Dask: pip install 'dlcourse\[teach"):
        list(pool.grade_all(TASKS, scheduler="a:1"))
