import csv
import importlib.metadata
import os
import re
import subprocess
import sys
from datetime import datetime
from functools import partial

import pytest
from dying_sandbox import Dying
from handed_in import JUNK, NEURON, SOLVED, STUB, confined, hand_in, notebook, only

import dlcourse
from dlcourse.authoring.source import ROOT
from dlcourse.grading.answers.notebook import Cells
from dlcourse.grading.cli import main
from dlcourse.grading.marks import pool
from dlcourse.grading.sandbox.controller import Sandbox

QUIET = ["--workers", "1", "--time-limit", "4", "--seed", "3"]


def table(path):
    with open(path, newline="", encoding="utf-8") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def test_release_is_the_learners_lab_and_keeps_what_lies_there(tmp_path, capsys):
    assert main(["release", "neuron", "--out", str(tmp_path)]) == 0
    path = tmp_path / "02_neuron.ipynb"
    assert path.read_bytes() == (ROOT / "labs" / "02_neuron.ipynb").read_bytes()
    path.write_text("the instructor's own")
    assert main(["release", "neuron", "--out", str(tmp_path)]) == 1
    assert "give --force" in capsys.readouterr().err
    assert main(["release", "02_neuron", "--out", str(tmp_path), "--force"]) == 0
    assert [p.name for p in tmp_path.iterdir()] == ["02_neuron.ipynb"]


def test_release_leaves_no_solution_even_where_the_marks_around_it_are_missing(tmp_path):
    path = tmp_path / "02_neuron.ipynb"
    path.write_bytes(notebook(SOLVED, sigmoid="def sigmoid(x):\n    return my_secret(x)"))
    out = tmp_path / "out"
    assert main(["release", "neuron", "--notebook", str(path), "--out", str(out)]) == 0
    text = (out / "02_neuron.ipynb").read_text()
    assert "my_secret" in path.read_text() and "my_secret" not in text
    assert "SOLUTION" not in text and "Rubric" not in text


@confined
def test_the_instructors_own_notebook_may_be_called_anything(tmp_path):
    own, results = tmp_path / "mine.ipynb", tmp_path / "results.db"
    own.write_bytes(notebook(SOLVED))
    subs = hand_in(tmp_path / "class", {"anna/a.ipynb": notebook(SOLVED)})
    given = ["--notebook", str(own)]
    assert main(["grade", "neuron", str(subs), "--out", str(results), *given, *QUIET]) == 0
    assert main(["report", str(results)]) == 0
    assert table(tmp_path / "results" / "grades.csv")["anna"]["total"] == "18"


@confined
def test_a_class_from_zip_to_marked_grades(tmp_path, capsys):
    files = {f"junk{i}/02_neuron.ipynb": data for i, data in enumerate(JUNK.values())}
    files["anna/renamed.ipynb"] = notebook(SOLVED)
    files["bert/02_neuron.ipynb"] = notebook(STUB)
    files["carl_02_neuron.ipynb"] = only(neuron="def neuron(X, w, b):\n    return expit(X @ w)")
    subs = hand_in(tmp_path / "class", files)
    results, out = tmp_path / "there" / "results.db", tmp_path / "there" / "results"
    assert main(["grade", "neuron", str(subs), "--out", str(results), *QUIET]) == 0
    said = capsys.readouterr()
    assert f"{len(files)} graded now" in said.out
    assert f"{len(JUNK)} of {len(files)} need your eye" in said.out
    assert said.out.endswith(f"Reports: dlcourse report {results}\n")
    assert [p.name for p in results.parent.iterdir()] == ["results.db"]
    assert main(["report", str(results)]) == 0
    rows = table(out / "grades.csv")
    assert [rows[s]["total"] for s in ("anna", "bert", "carl")] == ["18", "0", "0"]
    assert all(rows[s]["reason"] for s in rows if s.startswith("junk"))
    assert "Where is the bias?" in (out / "feedback" / "carl.html").read_text()
    assert "Where is the bias?" in (out / "class.html").read_text()

    marked = (out / "open_questions.csv").read_text().replace(
        "anna,which_threshold,,", "anna,which_threshold,4,"
    )  # fmt: skip
    (out / "open_questions.csv").write_text(marked)
    assert main(["report", str(results)]) == 0
    assert table(out / "grades.csv")["anna"]["total"] == "22"


@confined
def test_doctor_is_content_with_a_machine_that_grades(capsys):
    assert main(["doctor", "neuron"]) == 0
    said = capsys.readouterr().out
    assert f"all {len(NEURON.exercises)} solutions earn their points" in said
    assert "✗" not in said and said.endswith("This machine can grade.\n")
    assert "endless loop is stopped after 1 s: time-out" in said or "overloaded" in said


def test_doctor_says_what_is_missing_and_how_to_get_it(monkeypatch, capsys):
    def missing(name):
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "version", missing)
    monkeypatch.setattr("dlcourse.grading.confinement.seccomp.available", lambda: False)
    monkeypatch.setattr(
        "dlcourse.grading.marks.pool.Sandbox", partial(Sandbox, without=("seccomp",))
    )
    assert main(["doctor", "neuron"]) == 1
    said = capsys.readouterr().out
    assert "✗ numpy is not installed: pip install 'dlcourse'" in said
    assert "· nbgrader is not installed: pip install 'dlcourse[teach]'; only dlcourse rel" in said
    assert "missing: seccomp (Linux on x86_64" in said and "cannot grade yet" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["grade", "nothing", ".", "--out", "x"], "there is no lab 'nothing'"),
        (["grade", "neuron", "missing", "--out", "x"], "neither a folder nor a zip"),
        (["grade", "neuron", ".", "--out", "."], "is a folder; name a file"),
        (["report", "."], "is a folder; name a file"),
        (["report", "missing.db"], "no file missing.db; dlcourse grade writes it with --out"),
        (["release", "neuron", "--notebook", "missing", "--out", "x"], "missing"),
        (["release", "neuron", "--out", "file"], "out: file is a file; needed: a folder"),
        (["release", "neuron", "--out", "file/sub"], "file/sub: not a directory"),
        (["release", "neuron", "--notebook", "file", "--out", "x"], "file is no notebook"),
        (["release", "neuron", "--notebook", ".", "--out", "x"], ".: is a directory"),
        (
            ["release", "99", "--out", "x"],
            "there is no lab 99; there are: 00_first_steps, 01_learn",
        ),
        (["release", "", "--out", "x"], "there is no lab ''"),
        (["grade", "neuron", "file", "--out", "x"], "neither a folder nor a zip"),
        (["grade", "neuron", ".", "--out", "file"], "file is no file of results"),
        (["grade", "neuron", ".", "--out", "file/x.db"], "file is a file; needed: a folder"),
        (["grade", "neuron", ".", "--roster", "file", "--out", "x"], "roster: file has no row"),
        (["grade", "neuron", ".", "--roster", ".", "--out", "x"], ".: is a directory"),
        (["report", "file"], "file is no file of results"),
    ],
)
def test_what_is_missing_is_said_in_one_line(tmp_path, monkeypatch, capsys, arguments, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("a file")
    assert main(arguments) == 1
    error = capsys.readouterr().err
    assert said in error and error.count("\n") == 1 and "Errno" not in error


@pytest.mark.parametrize(
    "option",
    [
        *(["--seed", "-1"], ["--seed", "x"], ["--workers", "0"], ["--workers", "999999"]),
        *(["--time-limit", text] for text in ("-2", "inf", "nan", "1e99", "")),
        *(["--memory-limit", text] for text in ("0", "1" + "0" * 20, "inf", "9" * 5000)),
    ],
)
def test_odd_options_are_refused(option, capsys):
    with pytest.raises(SystemExit):
        main(["grade", "neuron", ".", "--out", "x", *option])
    assert option[0] in capsys.readouterr().err


def test_a_grading_process_that_dies_costs_nobody_else_a_mark():
    first = next(iter(NEURON.exercises))
    tasks = [
        pool.Task(
            f"s{i}", Cells({first: "die" if i == 2 else "x"}), "neuron", NEURON.setup, 1, Dying()
        )
        for i in range(6)
    ]
    marks = {task.student: marks for task, marks, _ in pool.grade_all(tasks, workers=2)}
    assert sorted(marks) == [f"s{i}" for i in range(6)]
    assert {student for student, m in marks.items() if m[0].points is None} == {"s2"}
    assert marks["s2"][0].note == "the grading process died twice"
    assert {m[0].status for student, m in marks.items() if student != "s2"} == {"time-out"}


ON_DASK = """
import sys
from distributed import LocalCluster
from dlcourse.grading.cli import main
if __name__ == "__main__":
    with LocalCluster(n_workers=1, threads_per_worker=2, dashboard_address=None) as cluster:
        sys.exit(main([*sys.argv[1:], "--scheduler", cluster.scheduler_address]))
"""


@confined
def test_a_dask_cluster_gives_the_same_grades(tmp_path):
    pytest.importorskip("distributed")
    answers = {name: NEURON.solutions[name] for name in ("sigmoid", "train")}
    subs = hand_in(tmp_path / "class", {f"s{i}/a.ipynb": only(**answers) for i in range(4)})
    script = tmp_path / "on_dask.py"
    script.write_text(ON_DASK)
    grade = ["grade", "neuron", str(subs), *QUIET, "--out"]
    command = [sys.executable, str(script), *grade, str(tmp_path / "there.db")]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    assert main([*grade, str(tmp_path / "here.db")]) == 0
    for place in ("here", "there"):
        assert main(["report", str(tmp_path / f"{place}.db")]) == 0
    here, there = ((tmp_path / place / "grades.csv").read_text() for place in ("here", "there"))
    assert here == there
    assert {row["total"] for row in table(tmp_path / "here" / "grades.csv").values()} == {"5"}


def work(number):
    return only(neuron=f"def neuron(X, w, b):\n    return {number}")


@confined
def test_doubts_are_named_have_rows_and_a_status_of_their_own(tmp_path, capsys):
    files = {
        "anna/02_neuron.ipynb": work(1),
        "anna/02_neuron (1).ipynb": work(2),
        "ben/02_neuron.ipynb": notebook(STUB),
        "ben/02_neuron (1).ipynb": only(neuron=NEURON.solutions["neuron"]),
        "02_neuron.ipynb": work(3),
    }
    subs, results = hand_in(tmp_path / "class", files), tmp_path / "results.db"
    grade = ["grade", "neuron", str(subs), "--out", str(results), *QUIET]
    assert main(grade) == 3
    said = capsys.readouterr()
    first = "anna (anna/02_neuron (1).ipynb)"
    assert "3 of 4 need your eye: 02_neuron.ipynb, anna (" in said.out
    assert f"dlcourse: {first}: anna handed in several worked notebooks: which" in said.err
    assert "dlcourse: 02_neuron.ipynb: nothing in its name says whose it is" in said.err
    assert main(grade) == 3 and "0 graded now, 4 kept" in capsys.readouterr().out
    assert main(["report", str(results)]) == 0
    rows = table(tmp_path / "results" / "grades.csv")
    assert set(rows) == {first, "anna (anna/02_neuron.ipynb)", "ben", "02_neuron.ipynb"}
    assert rows[first]["neuron_status"] == "wrong" and "which one counts" in rows[first]["doubt"]
    assert rows["ben"]["neuron_status"] == "right"
    assert rows["ben"]["notes"] == "Not counted: ben/02_neuron.ipynb (untouched)."
    assert "which one counts?" in (tmp_path / "results" / "class.html").read_text()

    # The instructor decides: one file goes, the other gets a name. No row of before is left.
    (subs / "anna" / "02_neuron.ipynb").unlink()
    (subs / "02_neuron.ipynb").rename(subs / "carl_02_neuron.ipynb")
    assert main(grade) == 0
    assert "2 graded now, 1 kept from before; 3 submissions in all" in capsys.readouterr().out
    (subs / "carl_02_neuron.ipynb").unlink()
    assert main(grade) == 0
    said = capsys.readouterr().out
    assert "1 graded before are not among these submissions; their rows stay: carl." in said


@confined
def test_a_roster_from_grading_to_the_uploads(tmp_path, capsys):
    files = {
        "smithjohn_111_9001_upload.ipynb": work(1),
        "smithjohn_222_9002_upload.ipynb": only(neuron=NEURON.solutions["neuron"]),
        "doejane_333_9003_upload.ipynb": b"{",
    }
    subs, results = hand_in(tmp_path / "class", files), tmp_path / "results.db"
    grade = ["grade", "neuron", str(subs), "--out", str(results), *QUIET]
    assert main(grade) == 0
    roster = tmp_path / "roster.csv"
    roster.write_text(
        "\ufeffStudent;ID;SIS Login ID;Section\nSmith, John;111;j1;A\nSmith, John;222;j2;A\n"
        "Doe, Jane;333;jd;A\nPoe, Ann;444;ap;A\n",
        encoding="utf-8",
    )
    capsys.readouterr()
    assert main([*grade, "--roster", str(roster)]) == 0
    said = capsys.readouterr().out
    assert "3 graded now; 3 submissions in all" in said
    assert "1 on the roster handed nothing in: Poe, Ann." in said
    assert main(grade) == 0 and "3 kept" in capsys.readouterr().out  # the roster is kept
    assert main(["report", str(results)]) == 0
    assert "Handed nothing in: Poe, Ann" in capsys.readouterr().out
    with open(tmp_path / "results" / "canvas.csv", newline="", encoding="utf-8") as file:
        _, _, *lines = csv.reader(file)
    points = NEURON.exercises["neuron"].points
    assert lines == [
        ["Smith, John", "111", "j1", "A", "0"],
        ["Smith, John", "222", "j2", "A", f"{points:g}"],
    ]
    for text, problem in {"colour\nred\n": "no column of colour", "x": "no row"}.items():
        roster.write_text(text)
        assert main([*grade, "--roster", str(roster)]) == 1
        assert problem in capsys.readouterr().err


@confined
def test_a_single_notebook_can_be_graded(tmp_path, capsys):
    path = hand_in(tmp_path, {"02_neuron.ipynb": notebook(SOLVED)}) / "02_neuron.ipynb"
    assert main(["grade", "neuron", str(path), "--out", str(tmp_path / "r.db"), *QUIET]) == 0
    assert "Median: 18 of 18" in capsys.readouterr().out


def test_every_command_says_what_its_status_means(capsys):
    with pytest.raises(SystemExit):
        main(["grade", "--help"])
    assert "3 graded, but only you can tell" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "dlcourse: the following arguments are required: command. See: dlcourse --help"),
        (["mark"], "dlcourse: argument command: invalid choice: 'mark'"),
        (["grade", "neuron"], "dlcourse grade: the following arguments are required: submissions"),
        (["report", "x.db", "--speed"], "dlcourse: unrecognized arguments: --speed"),
    ],
)
def test_wrong_arguments_are_one_line(capsys, arguments, said):
    with pytest.raises(SystemExit) as end:
        main(arguments)
    error = capsys.readouterr().err
    assert end.value.code == 2 and error.startswith(said) and error.count("\n") == 1


def test_the_version_is_said(capsys):
    with pytest.raises(SystemExit) as end:
        main(["--version"])
    assert end.value.code == 0 and capsys.readouterr().out == f"dlcourse {dlcourse.__version__}\n"


@pytest.mark.parametrize("number", ["2", "02"])
def test_a_lab_has_a_number(tmp_path, number):
    assert main(["release", number, "--out", str(tmp_path)]) == 0
    assert [p.name for p in tmp_path.iterdir()] == ["02_neuron.ipynb"]


@confined
def test_grading_and_reports_keep_out_of_each_others_way(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    hand_in(tmp_path / "big", {"anna/02_neuron.ipynb": work(1), "ben/02_neuron.ipynb": work(2)})
    assert main(["grade", "2", "big", "--out", "big.db", *QUIET]) == 0
    assert main(["report", "big.db"]) == 1
    assert "name another folder, such as --out big-reports" in capsys.readouterr().err
    assert main(["report", "big.db", "--out", "big/reports"]) == 0
    capsys.readouterr()
    assert main(["grade", "02", "big", "--out", "big.db", *QUIET]) == 0
    said = capsys.readouterr().out
    assert said.startswith("Passed over, as written by dlcourse: reports.\n")
    assert "0 graded now, 2 kept from before; 2 submissions" in said


@confined
def test_one_student_is_regraded_removed_and_given_points_by_hand(tmp_path, capsys):
    files = {f"{who}/02_neuron.ipynb": work(i) for i, who in enumerate(("anna", "ben", "carl"))}
    subs, results = hand_in(tmp_path / "class", files), tmp_path / "results.db"
    grade = ["grade", "neuron", str(subs), "--out", str(results), *QUIET]
    report = ["report", str(results)]

    def rows():
        assert main(report) == 0
        return table(tmp_path / "results" / "grades.csv")

    assert main([*grade, "--only", "anna", "--only", "ben"]) == 0
    assert "2 graded now; 2 submissions in all" in capsys.readouterr().out
    assert main(grade) == 0
    capsys.readouterr()
    assert main([*grade, "--only", "ben", "--regrade"]) == 0
    assert "1 graded now; 3 submissions in all" in capsys.readouterr().out
    assert main([*grade, "--only", "bne"]) == 1
    assert "only: there is no submission of 'bne'; did you mean 'ben'?" in capsys.readouterr().err

    override = ["override", str(results), "ben", "neuron"]
    assert main([*override, "1,5", "--reason", "right idea"]) == 0
    assert rows()["ben"]["by_hand"] == "neuron: 1.5 (graded 0): right idea"
    assert main([*grade, "--regrade"]) == 0  # it survives the next grading and report
    assert rows()["ben"]["total"] == "1.5"
    capsys.readouterr()
    wrong = {
        ("ben", "neuron", "9", "--reason", "x"): "points: found '9'; needed: a number from 0 to 2",
        ("ben", "neuron", "--reason", "x"): "points: found None; needed",
        ("ben", "neuron", "1"): "reason: found nothing; needed: why",
        ("ben", "nueron", "1", "--reason", "x"): "there is no 'nueron' in 02_neuron; there are",
        ("ben", "which_threshold", "1", "--reason", "x"): "which_threshold is an open question",
        ("dora", "neuron", "1", "--reason", "x"): "there is no submission of 'dora'",
    }
    for arguments, said in wrong.items():
        assert main(["override", str(results), *arguments]) == 1
        error = capsys.readouterr().err
        assert said in error and error.count("\n") == 1
    assert main([*override, "--undo"]) == 0
    assert (rows()["ben"]["total"], rows()["ben"]["by_hand"]) == ("0", "")

    assert main(["remove", str(results), "ben", "nobody"]) == 1
    assert set(rows()) == {"anna", "ben", "carl"}
    assert main([*override, "1", "--reason", "x"]) == main(["remove", str(results), "ben"]) == 0
    assert set(rows()) == {"anna", "carl"}
    assert not (tmp_path / "results" / "feedback" / "ben.html").exists()
    assert main(grade) == 0  # still collected: graded again, without what was set by hand
    assert (rows()["ben"]["total"], rows()["ben"]["by_hand"]) == ("0", "")


@confined
def test_a_deadline_is_kept_with_the_results(tmp_path, capsys):
    files = {"anna/02_neuron.ipynb": work(1), "ben/02_neuron.ipynb": work(1)}
    files = {path: only(neuron=NEURON.solutions["neuron"]) for path in files}
    subs, results = hand_in(tmp_path / "class", files), tmp_path / "results.db"
    for who, time in (("anna", 1_800_000_000), ("ben", 1_800_000_000 - 86_400)):
        os.utime(subs / who / "02_neuron.ipynb", (time, time))
    assert main(["grade", "neuron", str(subs), "--out", str(results), *QUIET]) == 0
    deadline = datetime.fromtimestamp(1_800_000_000 - 60).isoformat()
    report = ["report", str(results)]

    def totals():
        rows = table(tmp_path / "results" / "grades.csv")
        return rows["anna"]["total"], rows["ben"]["total"]

    assert main([*report, "--late", "10% per day"]) == 1
    assert "there is no deadline; give --deadline" in capsys.readouterr().err
    assert main([*report, "--deadline", deadline, "--late", "10% per day"]) == 0
    assert totals() == ("1.8", "2")
    assert main(report) == 0 and totals() == ("1.8", "2")
    assert main([*report, "--late", "none"]) == 0 and totals() == ("2", "2")
    assert "1 min" in (tmp_path / "results" / "grades.csv").read_text()
    assert main([*report, "--deadline", "none"]) == 0
    assert "1 min" not in (tmp_path / "results" / "grades.csv").read_text()
    assert main([*report, "--deadline", "soon"]) == 1
    assert "needed: such as 2026-12-01T23:59" in capsys.readouterr().err


@confined
def test_open_questions_are_marked_without_names(tmp_path, capsys):
    files = {f"{who}/02_neuron.ipynb": only(which_threshold=f"{who}'s") for who in ("anna", "ben")}
    subs, results = hand_in(tmp_path / "class", files), tmp_path / "results.db"
    assert main(["grade", "neuron", str(subs), "--out", str(results), *QUIET]) == 0
    assert main(["report", str(results)]) == 0
    out = tmp_path / "results"
    page = (out / "marking.html").read_text()
    first, *_ = re.findall(r'data-student="(Student \w+)"', page)
    assert "<h2><code>which_threshold</code>: " + first + "</h2>" in page
    marked = tmp_path / "marked.csv"
    marked.write_text(f"student;question;points\n{first};which_threshold;2,5\n")
    assert main(["report", str(results), "--marks", str(marked), "--reveal"]) == 0
    (who,) = re.findall(f"{first}: (anna|ben)", (out / "marking.html").read_text())
    totals = {row["student"]: row["total"] for row in table(out / "grades.csv").values()}
    assert totals == {"anna": "0", "ben": "0"} | {who: "2.5"}
    marked.write_text("student;question;points\nStudent 000000;which_threshold;2\n")
    capsys.readouterr()
    assert main(["report", str(results), "--marks", str(marked)]) == 0
    assert "there is no submission of 'Student 000000'" in capsys.readouterr().err
