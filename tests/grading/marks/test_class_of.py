"""A class ten times as large is graded in the same memory."""

import tracemalloc
from concurrent.futures import ThreadPoolExecutor

import pytest
from handed_in import NEURON, InProcess, hand_in, only

from dlcourse.grading.marks import pool
from dlcourse.grading.marks.run import grade_class
from dlcourse.grading.marks.store import Store

# Kept beyond its turn, each answer would be seen: ten times as many are 9 MB more.
LONG = "#" + "x" * 100_000 + "\ndef boundary(w, b, threshold, mean, std):\n    return 0.0\n"


class Quick(InProcess):
    """Limits that give a sandbox without processes, which remembers nothing."""

    time, memory = 1.0, 2**20

    def __call__(self):
        return self

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def run(self, *asked, **options):
        self.asked.clear()
        return super().run(*asked, **options)


def peak(folder, count):
    """Return the bytes at most in use while a class of ``count`` is graded."""
    files = {f"s{i:04}/a.ipynb": only(boundary=LONG + f"# {i}") for i in range(count)}
    hand_in(folder / "class", files)
    del files
    tracemalloc.start()
    try:
        with Store(folder / "results.db", NEURON.name, 1) as store:
            grade_class(NEURON, folder / "class", store, Quick(), workers=1, quiet=True)
            notes = {m.note for r in store.results() for m in r["marks"].values()}
            assert (len(store.done()), notes) == (count, {""})
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.fixture
def in_this_process(monkeypatch):
    monkeypatch.setattr(pool, "_local", lambda workers: ThreadPoolExecutor(workers))
    monkeypatch.setattr(pool, "_WARM", {})


def test_memory_does_not_grow_with_the_class(tmp_path, in_this_process):
    peak(tmp_path / "first", 3)  # what is loaded once
    few, many = peak(tmp_path / "few", 10), peak(tmp_path / "many", 100)
    assert many < few + 3 * 2**20


def test_a_grader_that_keeps_what_it_read_would_be_seen(tmp_path, in_this_process, monkeypatch):
    kept = []
    once = pool.work
    monkeypatch.setattr(pool, "work", lambda task: (kept.append(task.cells), once(task))[1])
    few, many = peak(tmp_path / "few", 10), peak(tmp_path / "many", 100)
    assert many > few + 6 * 2**20
