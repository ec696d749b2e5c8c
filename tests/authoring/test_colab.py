"""What notebooks carry for Colab: badge, install cell, Drive, forms; and a word on the GPU."""

import os
import sys
import types

import pytest

from dlcourse.authoring.source import read, sources

ADDRESS = "https://github.com/someone/dlcourse"


def test_every_notebook_begins_alike_once_there_is_an_address():
    for source in sources():
        title, install, drive = read(source, repository=ADDRESS).cells[:3]
        assert "colab.research.google.com/github/someone/dlcourse" in title.source
        assert f"dlcourse @ git+{ADDRESS}@v" in install.source
        assert "keep_in_drive = False" in drive.source


def test_without_an_address_there_is_neither_badge_nor_install_line():
    for source in sources():
        text = "".join(cell.source for cell in read(source, repository="").cells)
        assert "google.colab" not in text and "colab.research" not in text


def test_folded_cells_are_forms_with_a_title():
    forms = [c for s in sources() for c in read(s, ADDRESS).cells if "cellView" in c.metadata]
    assert len(forms) > 100
    for cell in forms:
        hidden = cell.metadata["jupyter"]  # its output too, below a prediction
        assert hidden["source_hidden"] and set(hidden) <= {"source_hidden", "outputs_hidden"}
        assert cell.metadata["cellView"] == "form" and cell.source.startswith("# @title ")


def test_a_notebook_that_uses_torch_says_what_torch_finds():
    said = 0
    for source in sources():
        code = [c.source for c in read(source).cells if c.cell_type == "code"]
        uses_torch = any("import torch" in cell for cell in code)
        assert uses_torch == any("print(devices.found())" in cell for cell in code), source
        said += uses_torch
    assert said >= 10


@pytest.fixture
def drive(monkeypatch, tmp_path):
    """Return what happens when the Drive cell runs on a Colab whose Drive is a folder here."""
    mounted = []

    colab = types.ModuleType("google.colab")
    colab.drive = types.SimpleNamespace(mount=mounted.append)
    monkeypatch.setitem(sys.modules, "google", types.ModuleType("google"))
    monkeypatch.setitem(sys.modules, "google.colab", colab)
    monkeypatch.chdir(tmp_path)
    cell = read(sources()[0], repository=ADDRESS).cells[2].source

    def run(wanted):
        code = cell.replace('"/content/', f'"{tmp_path}/')
        exec(code.replace("keep_in_drive = False", f"keep_in_drive = {wanted}"), {"sys": sys})
        return mounted, os.path.relpath(os.getcwd(), tmp_path)

    return run


def test_drive_is_left_alone_unless_asked_for(drive):
    assert drive(False) == ([], ".")


def test_once_asked_for_files_go_to_a_folder_in_drive(drive, tmp_path):
    (tmp_path / "drive/MyDrive/dlcourse").mkdir(parents=True)  # from last time
    assert drive(True) == ([f"{tmp_path}/drive"], "drive/MyDrive/dlcourse")
