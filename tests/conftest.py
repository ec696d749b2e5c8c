"""What every test runs under: one torch thread, full float32, reproducible draws."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

import hypothesis
import pytest
import torch
import warm_kernel
from installing import pip

from dlcourse.authoring.source import ROOT

pytest.register_assert_rewrite("oracle")

# What was fetched may lie beside the course; no test fetches anything, but from its own server.
os.environ["DLCOURSE_OFFLINE"] = "1"
FETCHED = ROOT.parent / "shared" / "data"
if FETCHED.is_dir():
    os.environ.setdefault("DLCOURSE_DATA", str(FETCHED))

# Several test processes with two threads each run far slower than with one.
torch.set_num_threads(1)
# TF32 keeps 10 bits of 23; a comparison needs them all.
torch.backends.cuda.matmul.allow_tf32 = False
torch.backends.cudnn.allow_tf32 = False

hypothesis.settings.register_profile("local", deadline=None, max_examples=40)
hypothesis.settings.register_profile(
    "ci", parent=hypothesis.settings.get_profile("local"), derandomize=True
)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "local")

# Needs atheris, which is run by hand; doctest would import it. Labs are opened by catalogue.py.
collect_ignore = ["grading/sandbox/fuzz_wire.py", "checks/labs"]

LEFT_BEHIND = (".*", "work", "build", "dist", "*.egg-info", "__pycache__")


# A file is one worker's: the longest begin first, so that none is left with one at the end.
LONGEST_FIRST = (
    "tests/versions/test_colabs",  # the other files there wait for the environment it builds
    "tests/browser",
    "tests/authoring/test_notebooks",
    "tests/grading/marks",
    "tests/widgets",
    "tests/checks/test_catalogue",
    "tests/grading",
    "tests/authoring",
    "lectures",
    "labs",
)


def longest_first(item):
    """Return the place in ``LONGEST_FIRST`` of a test's file, or the one after the last."""
    path = item.path.relative_to(ROOT).as_posix()
    places = (i for i, start in enumerate(LONGEST_FIRST) if path.startswith(start))
    return next(places, len(LONGEST_FIRST))


def pytest_configure(config):
    """Let the notebooks' kernels be forked from one process, where that is safe."""
    if sys.platform == "linux" and not hasattr(config, "workerinput"):
        folder = tempfile.mkdtemp(prefix="kernels-")
        config.add_cleanup(lambda: shutil.rmtree(folder))
        warm_kernel.install(Path(folder))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Put the longest files first. With DRAWS=200, draw 200 times as many examples.

    A rare draw then shows itself now, not in CI.
    """
    items.sort(key=longest_first)
    times = int(os.environ.get("DRAWS", "1"))
    if times > 1:
        for holder, name in set(filter(None, map(holds_settings, items))):
            usual = getattr(holder, name)
            more = hypothesis.settings(usual, max_examples=times * usual.max_examples)
            setattr(holder, name, more)


def holds_settings(item):
    """Return (object, attribute) of a drawn test's settings; None for any other test."""
    test, name = getattr(item, "obj", None), "_hypothesis_internal_use_settings"
    # By the mark that hypothesis leaves; its function for it is not in every version.
    if not getattr(test, "is_hypothesis_test", False):
        return None
    return (test, name) if hasattr(test, name) else (item.cls, "settings")  # of a state machine


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    """Build the course's wheel once."""
    # In a copy: setuptools leaves build/ behind, and takes from there what has been deleted.
    folder = tmp_path_factory.mktemp("wheel")
    shutil.copytree(ROOT, folder / "source", ignore=shutil.ignore_patterns(*LEFT_BEHIND))
    pip(sys.executable, "wheel", "--no-deps", "-w", str(folder), str(folder / "source"))
    (wheel,) = folder.glob("dlcourse-*.whl")
    return wheel


def pytest_terminal_summary(terminalreporter):
    """Say how many verdicts were compared between seeds, and how many differed."""
    reports = terminalreporter.getreports("passed") + terminalreporter.getreports("failed")
    noted = [
        value for report in reports for key, value in report.user_properties if key == "verdicts"
    ]
    if noted:
        verdicts, differing = map(sum, zip(*noted, strict=True))
        terminalreporter.write_line(f"{verdicts:,} verdicts under drawn inputs, {differing} differ")
