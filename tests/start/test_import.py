"""What an import costs and what it drags along, each time in a fresh interpreter."""

import importlib
import subprocess
import sys

import pytest

FRESH = 7


def interpret(code):
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    return result.stdout.strip()


def seconds(module):
    """Return how long a fresh interpreter takes over ``import module``, and only over that."""
    return float(
        interpret(
            "import sys, time\n"
            f"assert {module!r} not in sys.modules\n"
            "start = time.perf_counter()\n"
            f"import {module}\n"
            "print(time.perf_counter() - start)"
        )
    )


def test_import_costs_at_most_half_of_numpys():
    # Taken in turns, so that a busy moment of the machine hits both.
    times = [(seconds("dlcourse"), seconds("numpy")) for _ in range(FRESH)]
    ours, numpys = (min(column) for column in zip(*times, strict=True))
    assert ours <= numpys / 2, f"import dlcourse {ours:.4f} s, import numpy {numpys:.4f} s"


@pytest.mark.parametrize("module", ["dlcourse", "dlcourse.reference", "dlcourse.checks"])
def test_import_leaves_torch_and_matplotlib_out(module):
    loaded = interpret(f"import sys, {module}\nprint(*sys.modules)").split()
    assert module in loaded
    assert not {"torch", "matplotlib"} & set(loaded)


def test_submodules_load_when_first_used():
    code = (
        "import sys, dlcourse\n"
        "assert 'dlcourse.reference' not in sys.modules\n"
        "print(dlcourse.reference.sigmoid(0.0))"
    )
    assert interpret(code) == "0.5"


def test_an_unknown_attribute_is_named():
    import dlcourse

    with pytest.raises(AttributeError, match="module 'dlcourse' has no attribute 'nothing'"):
        _ = dlcourse.nothing
    assert {"reference", "accelerated", "lab"} <= set(dir(dlcourse))


def test_notebooks_of_earlier_versions_find_what_has_moved():
    interpret(
        "from dlcourse.split import train_val_test_split\n"
        "from dlcourse.least_squares import descend, mse_surface, ols, scan\n"
        "from dlcourse.naive_bayes import GaussianNB\n"
        "from dlcourse.baseline import majority_class\n"
        "from dlcourse.grading.nbgrader_executor import configure\n"
        "import dlcourse, dlcourse.data.split, dlcourse.split\n"
        "from dlcourse import classical, split\n"
        "assert dlcourse.split is split is dlcourse.data.split\n"
        "assert classical.ols is ols and classical.GaussianNB is GaussianNB\n"
    )


def test_a_module_that_never_was_is_not_found():
    with pytest.raises(ModuleNotFoundError, match=r"dlcourse\.splits"):
        importlib.import_module("dlcourse.splits")
