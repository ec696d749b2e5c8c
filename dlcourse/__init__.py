"""A course in deep learning, with a library whose mathematics one can read.

``reference`` holds the mathematics in NumPy, ``accelerated`` the same in torch,
``lab`` opens the checks of one lab. Submodules load when first used, so that
``import dlcourse`` itself costs next to nothing.
"""

import importlib

from . import _moved

__version__ = "0.1.0"

_SUBMODULES = {
    "accelerated",
    "architectures",
    "checks",
    "classical",
    "data",
    "exercises",
    "looking_inside",
    "metrics",
    "plots",
    "reference",
    "training",
    "widgets",
}

__all__ = [*sorted(_SUBMODULES), "lab"]

_moved.install()


def __getattr__(name):
    if name in _SUBMODULES or f"dlcourse.{name}" in _moved.NOW:
        return importlib.import_module(f"dlcourse.{name}")
    if name == "lab":
        return importlib.import_module("dlcourse.checks").lab
    raise AttributeError(f"module 'dlcourse' has no attribute {name!r}")


def __dir__():
    return sorted([*globals(), *__all__])
