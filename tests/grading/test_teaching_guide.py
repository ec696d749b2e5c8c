"""labs/README.md and its two further pages, run: each command, in order, on a small class."""

import contextlib
import csv
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from handed_in import NEURON, SOLVED, STUB, confined, hand_in, notebook

from dlcourse.authoring.source import ROOT
from dlcourse.checks import Mistake
from dlcourse.grading.cli import parser
from dlcourse.grading.marks.mark import STATUSES
from dlcourse.grading.nbgrader.executor import ConfinedExecute
from dlcourse.grading.submissions.find import find

PAGES = ("README.md", "nbgrader.md", "confinement.md")
GUIDE = "".join((ROOT / "labs" / page).read_text(encoding="utf-8") for page in PAGES)
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", GUIDE, re.M | re.S)
COLLECTED = {
    "anna/02_neuron.ipynb": notebook(SOLVED, which_threshold="0.3, since a miss costs more."),
    "bert_02_neuron.ipynb": notebook(SOLVED, neuron="def neuron(X, w, b):\n    return X @ w"),
    "carl_4711_upload.ipynb": notebook(STUB),
}
DASK = "127.0.0.1:8786"


SCRIPT = """#!/bin/sh
exec "{}" -m dlcourse.grading "$@"
"""


def free_address():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{one.getsockname()[1]}"


def run(folder, block):
    """Run a block as a shell would, and end what it leaves running; return what it said."""
    address = free_address()
    port = address.rpartition(":")[2]
    block = block.replace(DASK, address).replace("--port 8786", f"--port {port} --no-dashboard")
    # The tested package's own, whether or not it has been installed since it got a command.
    hand_in(folder, {"bin/dlcourse": SCRIPT.format(sys.executable).encode()})
    (folder / "bin" / "dlcourse").chmod(0o755)
    folders = (folder / "bin", Path(sys.executable).parent, os.environ["PATH"])
    environment = os.environ | {"PATH": os.pathsep.join(map(str, folders)), "TQDM_DISABLE": "1"}
    log = folder / "log"
    with open(log, "wb") as said:
        shell = subprocess.Popen(
            ["bash", "-e", "-c", block],
            cwd=folder,
            env=environment,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
    try:
        status = shell.wait(timeout=300)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(shell.pid, signal.SIGTERM)
    text = log.read_text(encoding="utf-8", errors="replace")
    assert status == 0, f"{block}\n{text}"
    return text


def totals(path, column="total"):
    with open(path, newline="", encoding="utf-8") as file:
        return {row["student"]: float(row[column]) for row in csv.DictReader(file)}


def exported(path):
    with open(path, newline="", encoding="utf-8") as file:
        return {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}


@confined
def test_the_guide_from_release_to_grades(tmp_path):
    (tmp_path / "labs").symlink_to(ROOT / "labs")
    hand_in(tmp_path / "collected", COLLECTED)
    shell = [block for kind, block in BLOCKS if kind == "sh"]
    doctor, release, grade, with_roster, regrade, one, assign, autograde, dask = shell
    assert doctor == "dlcourse doctor neuron\n"  # test_cli runs it
    run(tmp_path, release)
    assert "SOLUTION" not in (tmp_path / "handout" / "02_neuron.ipynb").read_text()

    run(tmp_path, grade)
    first = totals(tmp_path / "results" / "grades.csv")
    assert first == {"anna": 18, "bert": 16, "carl": 0}
    for path in re.findall(r"^\| `([^`]+)` \| (?:you|the student|Gradescope)", GUIDE, re.M):
        assert (tmp_path / "results" / path.replace("STUDENT", "anna")).exists(), path

    names = [*first, "dora"]
    roster = "".join(f"{name},{name}@uni.example\n" for name in ("name", *names))
    hand_in(tmp_path, {"roster.csv": roster.replace("name@uni.example", "email").encode()})
    assert "1 on the roster handed nothing in: dora." in run(tmp_path, with_roster)
    assert totals(tmp_path / "results" / "grades.csv") == first

    table = tmp_path / "results" / "open_questions.csv"
    filled = table.read_text().replace("anna,which_threshold,,", "anna,which_threshold,3,")
    table.write_text(filled)
    assert "3 graded now" in run(tmp_path, regrade)
    assert totals(tmp_path / "results" / "grades.csv") == {**first, "anna": 21}
    assert table.read_text() == filled
    assert "1 graded now; 3 submissions in all" in run(tmp_path, one)
    assert totals(tmp_path / "results" / "grades.csv") == {**first, "anna": 20.5}
    said = (tmp_path / "results" / "feedback" / "anna.html").read_text()
    assert "gave 1.5 of 2: right on paper, wrong for 0" in said
    hand_in(tmp_path / "collected", {"dora/02_neuron.ipynb": COLLECTED["anna/02_neuron.ipynb"]})
    assert "1 graded now, 3 kept" in run(tmp_path, dask)

    (tmp_path / "course").mkdir()
    (configuration,) = (block for kind, block in BLOCKS if kind == "python")
    (tmp_path / "course" / "nbgrader_config.py").write_text(configuration)
    run(tmp_path, assign)
    students = {"anna": "anna/02_neuron.ipynb", "bert": "bert_02_neuron.ipynb"}
    collected = {f"{s}/neuron/02_neuron.ipynb": COLLECTED[path] for s, path in students.items()}
    hand_in(tmp_path / "course" / "submitted", collected)
    run(tmp_path, autograde)
    assert exported(tmp_path / "course" / "grades.csv") == {"anna": 18, "bert": 16}
    ours = tmp_path / "course" / "results" / "neuron" / "02_neuron" / "grades.csv"
    assert totals(ours) == {"anna": 18, "bert": 16}


def test_the_guide_names_every_status_and_only_options_that_there_are():
    rows = re.findall(r"^\| ([\w ,-]+) \| (?:all|0|0, or a part|none yet) \|", GUIDE, re.M)
    assert {status for row in rows for status in row.split(", ")} == set(STATUSES)
    commands = parser()._subparsers._group_actions[0].choices
    ours = {option for one in commands.values() for option in one._option_string_actions}
    theirs = {"--host", "--port", "--nthreads", "--nworkers"}
    assert set(re.findall(r"--[a-z][a-z-]+", GUIDE)) <= ours | theirs
    assert {"make notebooks", "make test"} <= set(re.findall(r"`(make [a-z-]+)`", GUIDE))
    for target in re.findall(r"`make ([a-z-]+)`", GUIDE):
        assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.M), target
    assert 'pip install -e ".[teach]"' in GUIDE
    assert re.search(r"^teach = ", (ROOT / "pyproject.toml").read_text(), re.M)


def test_the_guide_names_settings_that_there_are():
    assert {"time_limit", "memory_limit"} <= set(ConfinedExecute.class_trait_names(config=True))
    for name in ("time_limit", "memory_limit"):
        assert f"{name}`" in GUIDE
    example = re.search(r"`(Mistake\(.*?\))`", GUIDE)[1]
    assert eval(example, {"Mistake": Mistake, "answer": NEURON.solutions.get}).credit == 0.5


@pytest.mark.parametrize("path", re.findall(r"`((?:dlcourse|labs)/[\w/]*)`", GUIDE))
def test_the_guide_names_folders_that_there_are(path):
    assert (ROOT / path).is_dir()


def test_the_guides_table_of_paths_is_what_the_grader_reads(tmp_path):
    table = GUIDE.partition("| from | a path | its row |")[2].partition("\n\n")[0]
    rows = re.findall(r"^\|[^|]*\|([^|]*)\|([^|]*)\|", table, re.M)[1:]
    assert len(rows) == 9
    for i, (paths, said) in enumerate(rows):
        for path in re.findall(r"`([^`]+\.ipynb)`", paths):
            names = [said.split("`")[1]]
            folder = tmp_path / f"{i} {path[:9].replace('/', ' ')}"
            files = {path: COLLECTED["anna/02_neuron.ipynb"]}
            if names == ["submission_metadata.yml"]:
                listed = "submission_123:\n  :submitters:\n  - :name: Jane Doe\n"
                files["assignment_7_export/submission_metadata.yml"] = listed.encode()
                names = ["Jane Doe"]
            assert [found.student for found in find(hand_in(folder, files), NEURON)] == names
