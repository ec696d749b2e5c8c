"""Every figure of every lecture moves with our own versions, where Colab's Python is missing."""

import sys

import environments
import pytest
from whole_notebooks import each_lecture, run_lecture

pytestmark = pytest.mark.skipif(
    environments.find_python(environments.colab().version) is not None,
    reason="test_colabs_versions moves every figure, with Colab's versions",
)


@each_lecture
def test_a_lecture_runs_and_its_figures_live(source, tmp_path):
    assert run_lecture(sys.executable, source, tmp_path) >= 3
