"""The lock: what `make lab` installs without a search is what constraints and pyproject ask for."""

import tomllib

from packaging.requirements import Requirement

from dlcourse.start import install, lock

LOCKED = install.pinned(lock.LOCK.read_text(encoding="utf-8"))


def metadata(name, version, *needs):
    return {"metadata": {"name": name, "version": version, "requires_dist": list(needs)}}


def test_the_lock_of_the_course_fits_its_constraints(monkeypatch):
    monkeypatch.chdir(lock.ROOT)
    assert install.lock_fits("constraints.txt")


def test_the_lock_holds_whatever_the_course_names_for_the_lab():
    project = tomllib.loads((lock.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = [*project["dependencies"], *project["optional-dependencies"]["lab"]]
    for requirement in map(Requirement, named):
        assert requirement.specifier.contains(LOCKED[requirement.name]), requirement
    # The course is built with the setuptools that the lock brings.
    (build,) = tomllib.loads((lock.ROOT / "pyproject.toml").read_text())["build-system"]["requires"]
    assert Requirement(build).specifier.contains(LOCKED["setuptools"])


def test_kept_is_what_every_promised_system_and_python_needs():
    report = {
        "install": [
            metadata(
                "dlcourse", "1", "Torch>=2", 'jupyterlab; extra == "lab"', 'x; extra == "dev"'
            ),
            metadata("torch", "2.13.0+cpu", 'nvidia; platform_system == "Linux"', "six[more]"),
            metadata(
                "jupyterlab", "4", 'old; python_version < "3.12"', 'new; python_version > "3.8"'
            ),
            metadata("six", "1", 'extra-of-six; extra == "more"', 'pipes; sys_platform != "win32"'),
            *(
                metadata(name, "1")
                for name in ("nvidia", "old", "new", "extra_of_six", "pipes", "x")
            ),
        ]
    }
    assert lock.pins(report) == {
        "extra-of-six": "1",
        "jupyterlab": "4",
        "new": "1",
        "six": "1",
        "torch": "2.13.0",
    }
