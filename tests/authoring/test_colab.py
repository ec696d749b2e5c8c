"""The first cell on Colab: it brings the course and leaves Colab's numpy and torch alone."""

import json
import subprocess
import sysconfig
import venv
from pathlib import Path

import pytest

from dlcourse.authoring.source import read, sources

RUN_CELL = """
import sys, types
if {colab}:
    sys.modules["google.colab"] = types.ModuleType("google.colab")
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
result = shell.run_cell(open({cell!r}).read())
result.raise_error()
"""


@pytest.fixture
def colab(tmp_path):
    """Return a Python that has all that this one has, the course excepted."""
    venv.create(tmp_path / "colab")
    python = tmp_path / "colab" / "bin" / "python"
    here = Path(sysconfig.get_path("purelib"))
    there = next((tmp_path / "colab" / "lib").glob("python*/site-packages"))
    for entry in here.iterdir():
        if "dlcourse" not in entry.name:
            (there / entry.name).symlink_to(entry)
    return python


def installed(python):
    listed = subprocess.run(
        [python, "-m", "pip", "list", "--format=json"], capture_output=True, text=True, check=True
    )
    return {one["name"]: one["version"] for one in json.loads(listed.stdout)}


def run_first_cell(python, cell, tmp_path, colab):
    code = RUN_CELL.format(colab=colab, cell=str(cell))
    return subprocess.run([python, "-c", code], cwd=tmp_path, capture_output=True, text=True)


def test_the_first_cell_installs_on_colab_and_only_there(wheel, colab, tmp_path):
    notebook = read(sources()[0], repository=str(wheel))
    first = next(c for c in notebook.cells if c.cell_type == "code")
    cell = tmp_path / "cell.py"
    cell.write_text(first.source, encoding="utf-8")
    before = installed(colab)
    assert "dlcourse" not in before and {"numpy", "torch"} <= before.keys()

    elsewhere = run_first_cell(colab, cell, tmp_path, colab=False)
    assert elsewhere.returncode == 0, elsewhere.stderr
    assert elsewhere.stdout == "" and installed(colab) == before

    on_colab = run_first_cell(colab, cell, tmp_path, colab=True)
    assert on_colab.returncode == 0, on_colab.stderr
    after = installed(colab)
    assert after.pop("dlcourse") and after == before
    proof = "import dlcourse.reference as r; print(float(r.sigmoid(0.0)))"
    imported = subprocess.run([colab, "-c", proof], cwd=tmp_path, capture_output=True, text=True)
    assert imported.stdout.strip() == "0.5", imported.stderr


def test_every_notebook_begins_alike_once_there_is_an_address():
    for source in sources():
        notebook = read(source, repository="https://github.com/someone/dlcourse")
        assert "colab.research.google.com/github/someone/dlcourse" in notebook.cells[0].source
        assert "dlcourse @ git+https://github.com/someone/dlcourse@v" in notebook.cells[1].source


def test_without_an_address_there_is_neither_badge_nor_install_line():
    for source in sources():
        text = "".join(cell.source for cell in read(source, repository="").cells)
        assert "colab" not in text.lower()
