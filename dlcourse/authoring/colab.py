"""What a notebook needs on Colab: a badge, the course, Drive, forms; and a word on the GPU."""

import re

from nbformat.v4 import new_code_cell

import dlcourse

BADGE = "[![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)]({})"
LINK = "https://colab.research.google.com/github/{}/blob/main/{}"
SETUP = """\
# On Colab this installs the course and keeps Colab's own numpy and torch.
# Anywhere else it does nothing.
import sys

if "google.colab" in sys.modules:
    %pip install --quiet "{target}"
"""
DRIVE = """\
# @title Keep what you save in your Google Drive (on Colab)
keep_in_drive = False  # @param {type: "boolean"}

if keep_in_drive and "google.colab" in sys.modules:
    import os

    from google.colab import drive

    drive.mount("/content/drive")
    os.makedirs("/content/drive/MyDrive/dlcourse", exist_ok=True)
    os.chdir("/content/drive/MyDrive/dlcourse")  # from here on, files go there
"""
FORM = {"jupyter": {"source_hidden": True}, "cellView": "form"}
DEVICES = "from dlcourse.accelerated import devices"


def add_setup(notebook, repository, path):
    """Add badge, install cell and Drive cell to a notebook that lies at ``path`` there."""
    link = LINK.format(repository.removeprefix("https://github.com/"), path)
    notebook.cells[0].source += "\n\n" + BADGE.format(link)
    drive = new_code_cell(DRIVE, metadata=FORM)
    notebook.cells[1:1] = [new_code_cell(SETUP.format(target=target(repository))), drive]


def target(repository):
    """Return what pip installs: this version from the repository, or a wheel."""
    if repository.endswith(".whl"):
        return repository
    return f"dlcourse @ git+{repository}@v{dlcourse.__version__}"


def as_form(cell):
    """Fold a cell that only draws, in JupyterLab and, as a form with a title, on Colab."""
    cell.metadata |= FORM
    cell.source = "# @title The code of this figure\n" + cell.source


def say_device(notebook):
    """Let the first cell that imports torch say which device it finds."""
    for cell in notebook.cells:
        if cell.cell_type == "code" and re.search(r"^import torch$", cell.source, re.M):
            lines = [] if DEVICES in cell.source else [DEVICES, ""]
            cell.source += "\n".join(["", "", *lines, "print(devices.found())"])
            return
