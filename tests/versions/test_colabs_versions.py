"""Colab's versions: every notebook runs in its kernel, and every figure moves under a hand."""

import environments
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from whole_notebooks import each_lab, each_lecture, run_lab, run_lecture


@pytest.fixture(scope="module")
def python():
    return environments.colab().python()


def test_the_environment_holds_what_colab_holds(python):
    held = environments.installed(python)
    pinned = map(Requirement, environments.pins(environments.COLAB))
    wanted = {canonicalize_name(one.name): one.specifier for one in pinned}
    assert not {name: held.get(name) for name, at in wanted.items() if held.get(name) not in at}
    needed = {one.name for one in environments.requirements()}
    assert needed | {"ipykernel", "ipython", "widgetsnbextension"} <= wanted.keys()


@each_lecture
def test_a_lecture_runs_and_its_figures_live(python, source, tmp_path):
    assert run_lecture(python, source, tmp_path) >= 3


@each_lab
def test_a_lab_runs(python, source, tmp_path):
    run_lab(python, source, tmp_path)
