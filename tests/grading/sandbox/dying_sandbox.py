"""A sandbox that ends the grading process: light to import, since each process does so."""

import os

from dlcourse.grading.sandbox.result import TIME_OUT, RunResult


class Dying:
    """A sandbox that takes the whole grading process with it when a cell says so."""

    def __call__(self):
        return self

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def __eq__(self, other):
        return isinstance(other, Dying)

    def __hash__(self):
        return 1

    def run(self, setup, answer, function, calls, helpers=(), reading=None, forbidden=()):
        if answer == "die":
            os._exit(3)
        return RunResult(TIME_OUT)
