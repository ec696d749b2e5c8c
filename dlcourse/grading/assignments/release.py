"""Write a lab as students get it: stubs for solutions, locked checks, no outputs."""

import importlib.util
import os
from pathlib import Path


def release(assignment, folder, force=False):
    """Write the learner's notebook of ``assignment`` into ``folder`` and return its path.

    Raises
    ------
    ValueError
        If another version lies there and ``force`` is false.
    RuntimeError
        If nbgrader, which takes the solutions out, is not installed.
    """
    if importlib.util.find_spec("nbgrader") is None:
        raise RuntimeError("release needs nbgrader; install it with: pip install 'dlcourse[teach]'")
    import nbformat

    from ...authoring.strip import strip

    learner = strip(nbformat.read(assignment.notebook, as_version=4))
    learner.metadata = {key: learner.metadata[key] for key in ("kernelspec", "language_info")}
    text = nbformat.writes(learner) + "\n"
    path = Path(folder) / f"{assignment.name}.ipynb"
    if path.exists() and path.read_text(encoding="utf-8") != text and not force:
        raise ValueError(f"out: {path} exists and differs; give --force to replace it")
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".part")
    beside.write_text(text, encoding="utf-8")
    os.replace(beside, path)
    return path
