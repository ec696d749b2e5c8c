"""Write ``lab.lock``, the versions that `make lab` installs without a search: `make lock`.

``constraints.txt`` stays the promise. From it pip finds, here, a version for every package that
these need in turn. Kept are those that every promised system and Python needs; whatever only
one of them needs, pip finds when it installs, as it does where a version of the lock has no
wheel.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from . import install

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / install.LOCK
HEAD = "# What `make lab` installs, without a search for versions. Written by `make lock`.\n"
ENVIRONMENTS = [
    {
        "sys_platform": platform,
        "platform_system": system,
        "os_name": name,
        "python_version": version,
    }
    | {"python_full_version": f"{version}.0", "platform_machine": machine}
    for platform, system, name, machine in (
        ("linux", "Linux", "posix", "x86_64"),
        ("darwin", "Darwin", "posix", "arm64"),
        ("win32", "Windows", "nt", "AMD64"),
    )
    for version in ("3.11", "3.12", "3.13", "3.14")
]


def resolved(course=ROOT):
    """Return pip's report on what it would install for the lab, in an empty environment."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        command = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "-q"]
        command += ["--report", str(report), "-c", str(course / "constraints.txt")]
        subprocess.run([*command, f"{course}[lab]"], check=True)
        return json.loads(report.read_text(encoding="utf-8"))


def pins(report, root="dlcourse", extras=("lab",)):
    """Return {name: version} of what ``root`` needs in every one of ENVIRONMENTS."""
    found = {}
    for item in report["install"]:
        found[canonicalize_name(item["metadata"]["name"])] = item["metadata"]
    everywhere = set.intersection(
        *(_needed(found, root, extras, environment) for environment in ENVIRONMENTS)
    )
    return {name: Version(found[name]["version"]).public for name in sorted(everywhere - {root})}


def _needed(found, root, extras, environment):
    """Return the names that ``root`` leads to in one environment."""
    seen, waiting = set(), [(root, ("", *extras))]
    while waiting:
        name, wanted = waiting.pop()
        seen |= {(name, extra) for extra in wanted}
        for line in found[name].get("requires_dist", []):
            needed = Requirement(line)
            marker, target = needed.marker, canonicalize_name(needed.name)
            here = marker is None or any(
                marker.evaluate({**environment, "extra": e}) for e in wanted
            )
            new = {(target, extra) for extra in ("", *needed.extras)} - seen
            if here and target in found and new:
                waiting.append((target, ("", *needed.extras)))
    return {name for name, _ in seen}


def main():
    """Write the lock anew."""
    lines = [f"{name}=={version}\n" for name, version in pins(resolved()).items()]
    LOCK.write_text(HEAD + "".join(lines), encoding="utf-8")
    print(f"{LOCK.name}: {len(lines)} packages")


if __name__ == "__main__":
    main()
