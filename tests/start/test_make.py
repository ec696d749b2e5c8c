"""The Makefile with stand-ins for Python, in a folder whose name has a space."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from dlcourse.start import install

ROOT = Path(install.__file__).parents[2]

# Notes down how it was called, and becomes the environment's Python when it is told to install.
STAND_IN = """#!/bin/sh
echo "$(basename "$0") $* [$OMP_NUM_THREADS|$TQDM_DISABLE|$MPLBACKEND]" >> calls
case "$*" in *install.py*) mkdir -p .venv/bin && cp "$0" .venv/bin/python ;; esac
"""


@pytest.fixture
def checkout(tmp_path):
    folder = tmp_path / "my courses" / "dlcourse"
    folder.mkdir(parents=True)
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, folder)
    program = tmp_path / "bin" / "python3"
    program.parent.mkdir()
    program.write_text(STAND_IN)
    program.chmod(0o755)
    return folder


def make(checkout, *arguments):
    """Run make and return it with the calls of Python that it led to."""
    # A make above this one must not pass its own variables on.
    environ = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    for name in ("TORCH", "CONSTRAINTS", "PYTHON", "LAB", "LAB_ARGS", "PYTEST_ARGS"):
        environ.pop(name, None)
    environ["PATH"] = f"{checkout.parents[1] / 'bin'}{os.pathsep}{os.environ['PATH']}"
    environ["MPLBACKEND"] = "agg"
    for name in ("OMP_NUM_THREADS", "TQDM_DISABLE"):
        environ.pop(name, None)
    calls = checkout / "calls"
    calls.write_text("")
    result = subprocess.run(
        ["make", *arguments], cwd=checkout, env=environ, capture_output=True, text=True, timeout=60
    )
    return result, calls.read_text().splitlines()


def test_make_alone_lists_the_targets(checkout):
    result, calls = make(checkout)
    assert result.returncode == 0
    targets = [
        "lab",
        "carry",
        "test",
        "test-seeds",
        "test-versions",
        "notebooks",
        "check-notebooks",
    ]
    for target in [*targets, "lint", "clean"]:
        assert f"\n  {target} " in result.stdout
    for variable in ("PYTHON", "TORCH=cpu", "CONSTRAINTS", "LAB", "LAB_ARGS", "PYTEST_ARGS"):
        assert f"\n  {variable} " in result.stdout
    assert calls == []


def test_lab_installs_once_and_again_when_the_versions_change(checkout):
    first, calls = make(checkout, "lab", "LAB_ARGS=--port=9000 --no-browser")
    assert first.returncode == 0, first.stderr
    assert calls == [
        "python3 dlcourse/start/install.py --constraints=constraints.txt --torch= lab [||]",
        "python -m dlcourse.start.lab --port=9000 --no-browser [||]",
    ]
    _, calls = make(checkout, "lab")
    assert calls == ["python -m dlcourse.start.lab [||]"]
    later = (checkout / ".venv/.lab").stat().st_mtime + 10
    os.utime(checkout / "constraints.txt", (later, later))
    _, calls = make(checkout, "lab", "TORCH=cpu")
    assert "--torch=cpu lab" in calls[0]


def test_answers_go_along_with_one_command(checkout):
    _, calls = make(checkout, "carry", "LAB=02_neuron")
    assert calls[-1] == "python -m dlcourse.start.carry 02_neuron [||]"


def test_what_tests_need_includes_what_the_lab_needs(checkout):
    _, calls = make(checkout, "test", "CONSTRAINTS=", "PYTEST_ARGS=-k neuron")
    assert calls[0].startswith("python3 dlcourse/start/install.py --constraints= --torch= dev ")
    assert calls[1].startswith("python -m pytest ")
    assert calls[1].endswith(" lectures labs/solutions -k neuron [1|1|]")
    _, calls = make(checkout, "lab")
    assert calls == ["python -m dlcourse.start.lab [||]"]


def test_a_failed_installation_is_tried_again(checkout):
    (checkout.parents[1] / "bin" / "python3").write_text('#!/bin/sh\necho "$*" >> calls\nexit 1\n')
    for _ in range(2):
        result, calls = make(checkout, "lab")
        assert result.returncode != 0
        assert len(calls) == 1


def test_no_python_gets_one_sentence(checkout):
    result, _ = make(checkout, "lab", "PYTHON=python9")
    assert result.returncode != 0
    assert result.stdout == (
        "There is no python9 here. Install Python 3.11 or newer, or name yours: "
        "make lab PYTHON=...\n"
    )


def test_clean_leaves_the_learners_work(checkout):
    kept = ["work/labs/a.ipynb", "work/__pycache__/mine.pyc"]
    kept += [".venv/x/__pycache__/y.pyc", ".venvs/colab/__pycache__/z.pyc"]
    for name in kept:
        (checkout / name).parent.mkdir(parents=True)
        (checkout / name).touch()
    (checkout / "dlcourse/__pycache__").mkdir(parents=True)
    (checkout / "build").mkdir()
    result, _ = make(checkout, "clean")
    assert result.returncode == 0, result.stderr
    assert not (checkout / "build").exists()
    assert not (checkout / "dlcourse/__pycache__").exists()
    for name in kept:
        assert (checkout / name).exists()


def test_the_workflow_calls_make():
    workflow = yaml.safe_load((ROOT / ".github/workflows/test.yml").read_text(encoding="utf-8"))
    job = workflow["jobs"]["test"]
    assert {"ubuntu-latest", "macos-latest"} == set(job["strategy"]["matrix"]["os"])
    assert job["strategy"]["matrix"]["python"] == ["3.11", "3.12", "3.13", "3.14"]
    pinned, newest = [step for step in job["steps"] if step.get("run", "").startswith("make test ")]
    assert "CONSTRAINTS" not in pinned["run"]
    assert newest["run"].endswith(" CONSTRAINTS=")
    assert newest["if"] == "github.event_name == 'schedule'"
    assert workflow["on"]["schedule"]
    both_ends = workflow["jobs"]["versions"]["steps"][-1]["run"]
    assert both_ends == "make test-versions PYTHON=python TORCH=cpu"


def test_the_ends_of_the_promise_are_tested_where_asked_for(checkout):
    _, calls = make(checkout, "test-versions")
    assert calls[-1] == "python -m pytest -ra tests/versions [1|1|]"
