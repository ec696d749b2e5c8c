"""The package as a stranger gets it: built, installed where nothing is, imported."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
import venv
import zipfile
from itertools import chain
from pathlib import Path

import pytest
import yaml
from installing import pip, torch_cpu_index
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import dlcourse

ROOT = Path(dlcourse.__file__).parents[1]
CONDA_NAMES = {"torch": "pytorch"}


@pytest.fixture(scope="module")
def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture(scope="module")
def pins():
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return {
        pin.name: pin
        for pin in (Requirement(line) for line in lines if line and not line.startswith("#"))
    }


def requirements(project):
    """Return every requirement of every extra, but for the course's own extras."""
    lines = chain(project["dependencies"], *project["optional-dependencies"].values())
    return [one for one in map(Requirement, lines) if one.name != project["name"]]


def test_the_wheel_holds_the_package_and_nothing_else(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    outside = {name.split("/")[0] for name in names} - {"dlcourse"}
    assert outside == {f"dlcourse-{dlcourse.__version__}.dist-info"}
    assert not [name for name in names if name.endswith(".ipynb") or "tests" in Path(name).parts]
    here = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "dlcourse").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert here == {name for name in names if name.startswith("dlcourse/")}
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_it_installs_into_an_empty_environment_and_imports(wheel, tmp_path):
    environment = tmp_path / "environment"
    venv.create(environment, with_pip=True)
    python = str(environment / "bin" / "python")
    try:
        constraints = str(ROOT / "constraints.txt")
        options = ["--no-compile", "-c", constraints, *torch_cpu_index()]
        pip(python, "install", *options, str(wheel))
        code = (
            "import dlcourse, dlcourse.reference, dlcourse.accelerated; "
            "print(dlcourse.__version__, dlcourse.accelerated.__file__)"
        )
        result = subprocess.run(
            [python, "-I", "-c", code], cwd=tmp_path, capture_output=True, text=True
        )
        assert result.returncode == 0, result.stderr
        version, file = result.stdout.split(maxsplit=1)
        assert version == dlcourse.__version__
        assert Path(file.strip()).is_relative_to(environment)
    finally:
        # More than a gigabyte, which pytest would keep for three runs.
        shutil.rmtree(environment)


def test_conda_installs_the_same(project):
    text = (ROOT / "environment.yml").read_text(encoding="utf-8")
    conda = {re.sub(r"\s", "", line) for line in yaml.safe_load(text)["dependencies"]}
    lines = [*project["dependencies"], *project["optional-dependencies"]["lab"]]
    expected = {"pip", f"python{project['requires-python']}"}
    for one in map(Requirement, lines):
        expected.add(f"{CONDA_NAMES.get(one.name, one.name)}{one.specifier}")
    assert conda == expected


def test_every_requirement_is_pinned_within_its_bounds(project, pins):
    named = {one.name: one for one in requirements(project)}
    assert set(pins) == set(named)
    for name, pin in pins.items():
        (clause,) = pin.specifier
        assert clause.operator == "=="
        assert clause.version in named[name].specifier


def test_bounds_are_loose(project):
    for one in requirements(project):
        assert {clause.operator for clause in one.specifier} == {">="}, str(one)


def test_a_wheel_of_every_pin_is_there_for_python_3_14(pins, tmp_path):
    """The newest Python that the workflow runs; no machine need have it to look."""
    options = ["--dry-run", "--no-deps", "--only-binary=:all:", "--python-version", "3.14"]
    options += ["--quiet", "--report", str(tmp_path / "report.json"), *torch_cpu_index()]
    pip(
        sys.executable,
        "install",
        *options,
        "--target",
        str(tmp_path),
        "-r",
        str(ROOT / "constraints.txt"),
    )
    report = json.loads((tmp_path / "report.json").read_text())
    found = {canonicalize_name(one["metadata"]["name"]) for one in report["install"]}
    assert found == set(map(canonicalize_name, pins))


def test_the_readme_clones_from_the_address_that_stands_in_pyproject():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    address = tomllib.loads(text)["tool"]["dlcourse"]["repository"]
    line = f"    git clone {address or 'ADDRESS'} dlcourse\n"
    assert line in (ROOT / "README.md").read_text(encoding="utf-8")
