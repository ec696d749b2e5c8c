"""Write a lab as students get it: stubs for solutions, locked checks, no outputs."""

import importlib.util
import os
from pathlib import Path


def release(assignment, folder, sitting=None, solved=False, force=False):
    """Write the learner's notebook of ``assignment`` into ``folder`` and return its path.

    Parameters
    ----------
    assignment : Assignment
    folder : where to
    sitting : leave out what needs a later sitting of the lecture
    solved : write the notebook with its solutions, from which nbgrader makes the learner's
    force : replace another version

    Raises
    ------
    ValueError
        If ``folder`` is a file, or another version lies there and ``force`` is false.
    RuntimeError
        If nbgrader, which takes the solutions out, is not installed.
    """
    if importlib.util.find_spec("nbgrader") is None:
        raise RuntimeError("release needs nbgrader; install it with: pip install 'dlcourse[teach]'")
    import nbformat

    from ...authoring.part import only
    from ...authoring.strip import strip

    notebook = nbformat.read(assignment.notebook, as_version=4)
    if sitting is not None:
        notebook = only(notebook, assignment.exercises, sitting)
    if not solved:
        notebook = strip(notebook)
    kept = ("kernelspec", "language_info", "dlcourse")
    notebook.metadata = {key: notebook.metadata[key] for key in kept if key in notebook.metadata}
    text = nbformat.writes(notebook) + "\n"
    path = Path(folder) / f"{assignment.name}.ipynb"
    if path.parent.exists() and not path.parent.is_dir():
        raise ValueError(f"out: {folder} is a file; needed: a folder to write the lab into")
    if path.exists() and path.read_text(encoding="utf-8") != text and not force:
        raise ValueError(f"out: {path} exists and differs; give --force to replace it")
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".part")
    beside.write_text(text, encoding="utf-8")
    os.replace(beside, path)
    return path
