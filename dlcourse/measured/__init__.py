"""Experiments too long for a lecture: each is a script here, with its results stored beside it.

``NAME.py`` has ``SEEDS`` and ``measure(seed)``, which returns a dict of numbers, lists and dicts.
``make measured`` runs all of them and writes ``NAME.json``; a lecture loads that file, says so, and
runs one seed or a smaller size live::

    stored = measured.load("depths")
    print(stored)
    stored.values("plain", "58")  # one number per seed

What several scripts share stands beside them in ``_NAME.py``.
"""

import ast
import hashlib
import importlib
import json
import os
import platform
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Measured:
    """What one script found.

    Attributes
    ----------
    name : str
    seeds : list of int
    results : list of what ``measure`` returned, one for each seed
    versions : dict of the versions that it ran with
    seconds : float, processor time of all seeds together, with that of processes it launched
    script : str, the fingerprint of the code that found it
    """

    name: str
    seeds: list
    results: list
    versions: dict
    seconds: float
    script: str

    def values(self, *path):
        """Return the array of what lies at ``path``, its first axis the seeds.

        Raises
        ------
        KeyError
            Naming the part of ``path`` that is not there, and what is.
        """
        found = []
        for result in self.results:
            for part in path:
                if part not in result:
                    raise KeyError(
                        f'{self.name}: found no "{part}"; needed one of {", ".join(result)}'
                    )
                result = result[part]
            found.append(result)
        return np.array(found)

    def __str__(self):
        """Say where the numbers come from, in one line."""
        versions = ", ".join(f"{name} {version}" for name, version in self.versions.items())
        return (
            f"Stored, {len(self.seeds)} seed{'s' * (len(self.seeds) > 1)}, about "
            f"{self.seconds:.0f} s of processor time with {versions}. "
            f"Anew: python -m dlcourse.measured {self.name}"
        )


def names():
    """Return the names of all experiments."""
    return sorted(path.stem for path in FOLDER.glob("[a-z]*.py"))


def load(name):
    """Return the stored results of an experiment, a ``Measured``.

    Raises
    ------
    ValueError
        If no experiment of this name is stored.
    """
    path = FOLDER / f"{name}.json"
    if name not in names() or not path.exists():
        raise ValueError(f'found no experiment "{name}"; needed one of {", ".join(names())}')
    return Measured(name, **json.loads(path.read_text(encoding="utf-8")))


def fingerprint(name):
    """Return what changes when the code of an experiment does, and not with its comments.

    What it takes from a file beside it, such as ``from ._rig import train``, is part of it.
    """
    tree = ast.parse((FOLDER / f"{name}.py").read_text(encoding="utf-8"))
    code = repr(_plain(tree))
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.level == 1 and node.module:
            code += fingerprint(node.module)
    return hashlib.sha256(code.encode()).hexdigest()[:16]


def _plain(node):
    """Return a syntax tree as tuples that are the same for each Python.

    3.12 gave functions an empty list of type parameters, and 3.13 leaves empty lists out of what
    ``ast.dump`` writes. So what is empty is left out here.
    """
    if isinstance(node, list):
        return [_plain(one) for one in node]
    if not isinstance(node, ast.AST):
        return node
    fields = {name: _plain(value) for name, value in ast.iter_fields(node)}
    return type(node).__name__, [pair for pair in fields.items() if pair[1] not in (None, [])]


def _processor():
    """Return seconds of processor time so far, of this process and of those it has waited for."""
    return sum(os.times()[:4])


def _on_one_line(numbers):
    """Return a list of numbers, a match of its text, without line breaks."""
    return re.sub(r"\s+", " ", numbers[0]).replace("[ ", "[").replace(" ]", "]")


def run(name):
    """Measure all seeds of an experiment anew and store what comes out."""
    import torch

    script = importlib.import_module(f"{__name__}.{name}")
    versions = {"Python": platform.python_version(), "NumPy": np.__version__}
    versions["torch"] = torch.__version__.partition("+")[0]
    torch.set_num_threads(1)
    began = _processor()
    results = [script.measure(seed) for seed in script.SEEDS]
    seconds = round(_processor() - began, 1)
    found = Measured(name, list(script.SEEDS), results, versions, seconds, fingerprint(name))
    fields = {key: value for key, value in vars(found).items() if key != "name"}
    text = json.dumps(fields, indent=1, allow_nan=False) + "\n"
    text = re.sub(r"\[[\d\s,.e+-]+\]", _on_one_line, text)
    (FOLDER / f"{name}.json").write_text(text, encoding="utf-8")
    return found
