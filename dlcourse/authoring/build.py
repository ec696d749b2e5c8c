"""Write the notebooks that belong to a source: execute it, keep the outputs, strip the lab."""

import copy
import os
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from .source import ROOT, read
from .strip import strip

LIVE = "application/vnd.jupyter.widget-view+json"


def build(source):
    """Return {path: text} of the notebooks made from ``source``, executed where they should be.

    A lecture gives one notebook; a lab gives the solution and the learner's notebook.
    """
    notebook = read(source)
    unit = f"{source.stem}.ipynb"
    if source.parent.parent.name == "lectures":
        return {ROOT / "lectures" / unit: text(execute(notebook, ROOT / "lectures"))}
    solved = execute(notebook, ROOT / "labs" / "solutions")
    return {
        ROOT / "labs" / "solutions" / unit: text(solved),
        ROOT / "labs" / unit: text(strip(notebook)),
    }


def execute(notebook, folder: Path, **options):
    """Return ``notebook`` with the outputs of a fresh kernel started in ``folder``.

    Live widget views are left out: their ids are random, and the still picture beside them
    says the same. One thread and no progress bars, as in the tests.
    """
    notebook = copy.deepcopy(notebook)
    folder.mkdir(parents=True, exist_ok=True)
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        record_timing=False,
        coalesce_streams=True,
        store_widget_state=False,
        timeout=600,
        resources={"metadata": {"path": str(folder)}},
        **options,
    )
    quiet = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "TQDM_DISABLE": "1"}
    client.execute(env=os.environ | quiet)
    notebook.metadata.language_info = {"name": "python"}
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(LIVE, None)
    return notebook


def text(notebook):
    """Return the JSON text of a notebook, after checking that it is a valid one."""
    nbformat.validate(notebook)
    return nbformat.writes(notebook) + "\n"
