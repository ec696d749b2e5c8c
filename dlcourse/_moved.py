"""Modules under the names by which notebooks and settings of earlier versions import them.

A learner's own notebook is never rewritten, so ``from dlcourse.split import ...`` must go on
working after ``split`` has moved into a room.
"""

import importlib
import importlib.abc
import importlib.machinery
import sys

NOW = {
    "dlcourse.baseline": "dlcourse.classical.baseline",
    "dlcourse.least_squares": "dlcourse.classical.least_squares",
    "dlcourse.naive_bayes": "dlcourse.classical.naive_bayes",
    "dlcourse.split": "dlcourse.data.split",
    "dlcourse.grading.nbgrader_executor": "dlcourse.grading.nbgrader.executor",
}


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds a moved module by its old name: the very same module, not a second copy."""

    def find_spec(self, name, path=None, target=None):
        """Return a spec for the old names only."""
        return importlib.machinery.ModuleSpec(name, self) if name in NOW else None

    def create_module(self, spec):
        """Let Python make an empty module; ``exec_module`` replaces it."""

    def exec_module(self, module):
        """Put the module itself where the import system looks up what it has loaded."""
        sys.modules[module.__name__] = importlib.import_module(NOW[module.__name__])


def install():
    """Find moved modules from now on, after everything that exists under its own name."""
    if not any(isinstance(finder, Finder) for finder in sys.meta_path):
        sys.meta_path.append(Finder())
