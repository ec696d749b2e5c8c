"""The same answers and attacks as root, as an ordinary user, and without namespaces."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from attacks_on_files import FILES
from attacks_on_machine import PROCESSES
from fair_answers import FAIR
from handed_in import confined

from dlcourse.authoring.source import ROOT

NOBODY = 65534
SCRIPT = """
import json, os, sys
sys.path[:0] = [sys.argv[1]]
os.chdir("/")
import numpy as np
from dlcourse.checks.verdict import weigh
from dlcourse.exercises.neuron import EXERCISES
from dlcourse.grading.sandbox.controller import Sandbox
by_name = {exercise.name: exercise for exercise in EXERCISES}
found = {"user": os.geteuid()}
with Sandbox(20, memory_limit=2**28, without=tuple(sys.argv[2:])) as sandbox:
    found["layers"] = {layer.name: layer.in_force for layer in sandbox.layers()}
    for title, (name, source) in json.load(sys.stdin).items():
        calls = by_name[name].cases(1)
        setup = ["import numpy as np\\nfrom scipy.special import expit"]
        run = sandbox.run(setup, source, name, calls)
        whole = len(run.outcomes) == len(calls)
        found[title] = run.status, weigh(by_name[name], calls, run.outcomes).status if whole else ""
print(json.dumps(found))
"""
WANTED = {
    *("reads /etc/passwd", "writes to /tmp", "reads an environment", "changes a mode"),
    *("fork", "subprocess", "daemon", "kills everything", "becomes root", "socket"),
}
ATTACKS = {name: (statuses, source) for name, statuses, source in (*FILES, *PROCESSES)}
CHOSEN = {f"fair: {style}": FAIR[style] for style in ("plain", "scipy", "plots", "threads")}
CHOSEN |= {name: ("sigmoid", ATTACKS[name][1]) for name in sorted(WANTED)}


# Where Python lies in root's home, show it to others in a mount namespace of the test's own.
AS_NOBODY = """
if [ -n "$2" ]; then
    kept=$(mktemp -d) && mount --bind "$1" "$kept" && mount -t tmpfs -o mode=755 none "$2" &&
    mkdir -p "$1" && mount --bind "$kept" "$1" || exit 77
fi
shift 2
exec setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
"""


def as_nobody(command):
    """Return ``command`` such that root starts it as an ordinary user."""
    closed = [str(p) for p in Path(sys.base_prefix).parents if not p.stat().st_mode & 0o001]
    shell = ["unshare", "--mount", "sh", "-c", AS_NOBODY, "sh", sys.base_prefix]
    return [*shell, closed[-1] if closed else "", *command]


@confined
@pytest.mark.parametrize("without", [(), ("namespaces",)], ids=["all layers", "no namespaces"])
@pytest.mark.parametrize("user", [0, NOBODY], ids=["root", "ordinary user"])
def test_answers_are_confined_whoever_grades(user, without):
    command = [sys.executable, "-c", SCRIPT, str(ROOT), *without]
    if os.geteuid() != user:
        if os.geteuid() == 0 and all(map(shutil.which, ("unshare", "setpriv", "mount"))):
            command = as_nobody(command)
        elif user == 0:
            pytest.skip("only root can grade as root")
        else:
            user = os.geteuid()  # an ordinary user already
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        env=environment,
        cwd="/",
        input=json.dumps(CHOSEN),
    )
    if done.returncode == 77 or "unshare failed" in done.stderr:
        pytest.skip(f"Python cannot be shown to another user here: {done.stderr[-200:]}")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found.pop("user") == user
    layers = found.pop("layers")
    assert layers["landlock"] and layers["seccomp"] and layers["limits"]
    assert not (without and layers["namespaces"])
    for title, (status, verdict) in found.items():
        if title.startswith("fair"):
            assert (status, verdict) == ("ok", "right"), title
        else:
            assert verdict != "right" and status in ATTACKS[title][0], (title, status)
