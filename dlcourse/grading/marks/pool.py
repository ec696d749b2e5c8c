"""Spread the grading of a class over processes: here, or on an existing Dask cluster.

Both are a ``concurrent.futures.Executor``. Each process keeps one warm sandbox. Only what a
worker needs travels: the cells of one student, never a file.
"""

import atexit
import logging
import multiprocessing
import os
import threading
import time
from concurrent.futures import FIRST_COMPLETED, CancelledError, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass

import dlcourse

from ..answers.notebook import Cells
from ..confinement.limits import die_with_parent
from ..sandbox.controller import Sandbox
from .engine import fault, grade

CONNECT_SECONDS = 30
_WARM = {}
# np.errstate and warnings belong to the process: two graders in one would disturb each other.
_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True)
class Limits:
    """What an answer may use; called, it gives a Sandbox that sees to it."""

    time: float = 10.0
    memory: int = 2 * 2**30
    allow_unconfined: bool = False

    def __call__(self):
        """Return a new Sandbox."""
        return Sandbox(
            time_limit=self.time,
            memory_limit=self.memory,
            allow_unconfined=self.allow_unconfined,
        )


@dataclass(frozen=True)
class Task:
    """One student's notebook, and how to grade it.

    Graded are the exercises of ``lab`` that ``setup`` has cells for: what was released.
    ``sandbox`` makes a Sandbox; ``said`` is what an earlier grading said of it, or None.
    """

    student: str
    cells: Cells
    lab: str
    setup: dict
    seed: int
    sandbox: object
    said: dict | None = None

    @property
    def exercises(self):
        """Exercise by name."""
        found = dlcourse.lab(self.lab).exercises
        return {name: exercise for name, exercise in found.items() if name in self.setup}


def work(task):
    """Grade one task in this process; return its marks and the seconds that it took."""
    started = time.perf_counter()
    with _ONE_AT_A_TIME:
        if task.sandbox not in _WARM:
            sandbox = task.sandbox()
            sandbox.__enter__()
            atexit.register(sandbox.__exit__, None, None, None)
            _WARM[task.sandbox] = sandbox
        asked = task.exercises, task.setup, task.cells, task.seed, task.said
        marks = grade(_WARM[task.sandbox], *asked)
    return marks, time.perf_counter() - started


def grade_all(tasks, workers=2, scheduler=None):
    """Yield (task, marks, seconds) as they are done.

    Parameters
    ----------
    tasks : iterable of Task, read only as fast as they are worked off
    workers : how many processes here
    scheduler : address of a Dask scheduler, to use its workers instead

    Raises
    ------
    RuntimeError
        If the scheduler does not answer, or no longer.
    """
    if scheduler:
        yield from _on_cluster(iter(tasks), scheduler)
        return
    waiting = iter(tasks)
    while True:
        with _local(workers) as executor:
            lost = yield from _spread(waiting, executor, 2 * workers)
        if lost is None:
            return
        # A process died. One of these is to blame: one at a time, a second death shows which.
        while lost:
            with _local(1) as executor:
                blamed = yield from _spread(iter(lost), executor, 1)
            done = len(lost) if blamed is None else lost.index(blamed[0])
            if blamed is not None:
                yield blamed[0], faults(blamed[0], "the grading process died twice"), 0.0
            lost = lost[done + 1 :]


def _on_cluster(waiting, scheduler):
    try:
        from distributed import Client, KilledWorker
    except ImportError:
        raise RuntimeError("scheduler: needs Dask: pip install 'dlcourse[teach]'") from None
    # It would print how each of its own steps failed; one sentence says it.
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)
    try:
        client = Client(scheduler, timeout=CONNECT_SECONDS)
    except (OSError, ValueError) as error:
        raise RuntimeError(f"scheduler: {scheduler} does not answer: {error}") from None
    try:
        with client:
            executor = client.get_executor(pure=False)
            yield from _spread(waiting, executor, 4 * _size(client), KilledWorker)
    except CancelledError:
        raise RuntimeError(
            f"scheduler: {scheduler} no longer answers. The same command goes on from here"
        ) from None


def _size(client):
    return max(1, sum(client.ncores().values()))


def _local(workers):
    # Not forked: this process has threads, and what it knows is nobody's business.
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(
        workers, mp_context=context, initializer=_begin, initargs=(os.getpid(),)
    )


def _begin(parent):
    die_with_parent()
    threading.Thread(target=_leave_orphaned, args=(parent,), daemon=True).start()


def _leave_orphaned(parent):
    """End this process when its parent is another: it died before we asked to be told.

    The sandbox sees that its grader is gone and clears up.
    """
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def _spread(waiting, executor, window, killed=()):
    """Keep ``window`` tasks under way; return those that were when a process died, else None.

    ``killed`` is what an executor raises that found out by itself which task is to blame.
    """
    under_way = {}
    try:
        while True:
            while len(under_way) < window:
                task = next(waiting, None)
                if task is None:
                    break
                try:
                    under_way[executor.submit(work, task)] = task
                except BrokenProcessPool:
                    return [*under_way.values(), task]
            if not under_way:
                return None
            done, _ = wait(under_way, return_when=FIRST_COMPLETED)
            for future in done:
                task = under_way[future]
                try:
                    marks, seconds = future.result()
                except killed:
                    marks, seconds = faults(task, "the grading process died several times"), 0.0
                del under_way[future]
                yield task, marks, seconds
    except BrokenProcessPool:
        return list(under_way.values())
    finally:
        for future in under_way:
            future.cancel()


def faults(task, note):
    """Return marks that say that the grader failed at every exercise of ``task``."""
    return [fault(exercise, note) for exercise in task.exercises.values()]
