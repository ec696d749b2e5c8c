"""A course in deep learning, with a library whose mathematics one can read.

``reference`` holds the mathematics in NumPy, ``accelerated`` the same in torch,
``lab`` opens the checks of one lab. Submodules load when first used, so that
``import dlcourse`` itself costs next to nothing.
"""

import importlib

__version__ = "0.1.0"

_SUBMODULES = {
    "accelerated",
    "baseline",
    "checks",
    "data",
    "exercises",
    "least_squares",
    "metrics",
    "naive_bayes",
    "plots",
    "reference",
    "split",
    "training",
    "widgets",
}

__all__ = [*sorted(_SUBMODULES), "lab"]


def __getattr__(name):
    if name in _SUBMODULES:
        return importlib.import_module(f"dlcourse.{name}")
    if name == "lab":
        return importlib.import_module("dlcourse.checks").lab
    raise AttributeError(f"module 'dlcourse' has no attribute {name!r}")


def __dir__():
    return sorted([*globals(), *__all__])
