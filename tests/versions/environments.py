"""Environments of other versions: built once in .venvs/, kept there, rebuilt when they change."""

import fcntl
import json
import os
import shutil
import subprocess
import tomllib
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path

import pytest
from installing import pip, torch_cpu_index
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from dlcourse.authoring.source import ROOT

PLACE = ROOT / ".venvs"
COLAB = ROOT / "tests" / "colab.txt"
EXTRAS = ("lab", "teach", "formats", "dev")


@dataclass(frozen=True)
class Environment:
    """What pip installs, beside torch, for which Python; ``of_week`` goes stale with the week."""

    name: str
    version: str
    packages: tuple[str, ...]
    of_week: str = ""

    def python(self):
        """Return the path of its interpreter, after building the environment where need be.

        The test that asks is skipped where this machine has no such Python.
        """
        interpreter = find_python(self.version)
        if interpreter is None:
            pytest.skip(f"no python{self.version} on this machine")
        wanted = json.dumps([self.version, str(interpreter), *self.packages, self.of_week])
        folder = PLACE / self.name
        stamp, python = folder / "built.json", folder / "bin" / "python"
        with _alone(PLACE / f"{self.name}.lock"):
            if not stamp.exists() or stamp.read_text() != wanted:
                shutil.rmtree(folder, ignore_errors=True)
                subprocess.run([interpreter, "-m", "venv", folder], check=True)
                # Compiling everything takes longer than what is imported later.
                pip(python, "install", "--no-compile", pin("torch"), *torch_cpu_index())
                packages = ["--only-binary=:all:", *self.packages, pin("torch")]
                pip(python, "install", "--no-compile", *packages)
                stamp.write_text(wanted)
        return python


def colab():
    """Return Colab's environment, without the course."""
    return Environment("colab", "3.13", tuple(pins(COLAB)))


def floor():
    """Return the environment of the lowest versions that pyproject.toml names."""
    lowest = (str(one).replace(">=", "==") for one in requirements(*EXTRAS))
    return Environment("floor", "3.11", (*lowest, pin("torchvision")))


def newest():
    """Return the environment of the newest versions that the registry has this week."""
    year, week, _ = date.today().isocalendar()
    named = tuple(map(str, requirements(*EXTRAS)))
    return Environment("newest", "3.13", (*named, pin("torchvision")), f"{year}-{week}")


def requirements(*extras):
    """Return what the course and the named extras need, without torch, torchvision and extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    optional = project["optional-dependencies"]
    left_out = ("torch", "torchvision", project["name"])
    lines = [*project["dependencies"], *chain.from_iterable(optional[name] for name in extras)]
    return [one for one in map(Requirement, lines) if one.name not in left_out]


def pins(path):
    """Return the lines of a file of versions, its comments left out."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def pin(name):
    """Return the line of constraints.txt for a package: all environments have the same torch.

    It is a build of gigabytes, fetched once, and torchvision fits one torch only.
    """
    (line,) = [one for one in pins(ROOT / "constraints.txt") if one.startswith(f"{name}==")]
    return line


def find_python(version):
    """Return the path of a Python of this version, on PATH or pyenv's; else None."""
    name = f"python{version}"
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    for candidate in [shutil.which(name), *sorted(pyenv.glob(f"versions/*/bin/{name}"))]:
        # pyenv puts a stand-in on PATH, which fails where another version is chosen.
        if candidate and not subprocess.run([candidate, "-V"], capture_output=True).returncode:
            return Path(candidate)
    return None


def installed(python):
    """Return {name: version} of all that an environment holds."""
    command = [python, "-m", "pip", "--disable-pip-version-check", "list", "--format=json"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True)
    return {canonicalize_name(one["name"]): one["version"] for one in json.loads(listed.stdout)}


@contextmanager
def _alone(lock):
    """Hold a lock file: test processes run side by side, and one of them builds."""
    lock.parent.mkdir(exist_ok=True)
    with open(lock, "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
