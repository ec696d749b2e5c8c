"""The lowest versions that pyproject.toml names, and the newest: library and notebooks."""

import os
import subprocess

import environments
import pytest
from whole_notebooks import each_lab, each_lecture, run_lab, run_lecture

pytestmark = pytest.mark.skipif(
    not os.environ.get("TEST_VERSIONS"), reason="make test-versions runs it: environments of GB"
)
# What is no part of the library: tools around it, of which constraints.txt names the versions.
TOOLS = [f"tests/{name}" for name in ("authoring", "bench", "browser", "grading", "start")]
TOOLS += ["tests/versions", "dlcourse/authoring", "dlcourse/grading", "dlcourse/start"]
# At the floor, old packages meet new ones that they depend on and that deprecate what they use.
OLD = {"floor": ["-W", "ignore::DeprecationWarning"], "newest": []}


@pytest.fixture(scope="module", params=["floor", "newest"])
def python(request):
    return getattr(environments, request.param)().python()


def test_the_library_passes_its_tests(python):
    left_out = [f"--ignore={name}" for name in TOOLS] + OLD[python.parents[1].name]
    command = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests", "dlcourse"]
    result = subprocess.run(
        [*command, *left_out],
        cwd=environments.ROOT,
        env=os.environ | {"PYTHONPATH": str(environments.ROOT)},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stdout[-5000:] + result.stderr[-2000:]
    assert "passed" in result.stdout.splitlines()[-1]


@each_lecture
def test_a_lecture_runs_and_its_figures_live(python, source, tmp_path):
    assert run_lecture(python, source, tmp_path) >= 3


@each_lab
def test_a_lab_runs(python, source, tmp_path):
    run_lab(python, source, tmp_path)
