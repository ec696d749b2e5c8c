import contextlib
import io
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from handed_in import WRITTEN, confined, hand_in, only
from killing import alive, descendants
from tqdm import tqdm

from dlcourse.grading.cli import main
from dlcourse.grading.marks.database import SCHEMA
from dlcourse.grading.marks.mark import Mark
from dlcourse.grading.marks.run import pass_over
from dlcourse.grading.marks.store import Store
from dlcourse.grading.submissions.find import Submission

RIGHT = Mark("sigmoid", 2, "right", 2)
WRONG = Mark("sigmoid", 2, "wrong", 0, "message", "hint", (("x", "1"), ("got", "2")), "hint")
FAULT = Mark("sigmoid", 2, "grader fault", None, note="overloaded")


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "out" / "results.db", "02_neuron")
    yield store
    store.close()


def handed(student, digest="d1", reason=""):
    return Submission(student, f"{student}.ipynb", digest, None, reason)


def test_what_is_saved_comes_back(store):
    store.save(handed("bert"), [WRONG], [("why", "because 'quoted' ☃")], 0.5)
    store.save(handed("anna", reason="the file is empty"), [])
    anna, bert = store.results()
    assert (anna["student"], anna["reason"], anna["marks"]) == ("anna", "the file is empty", {})
    assert bert["marks"] == {"sigmoid": WRONG}
    assert bert["answers"] == {"why": "because 'quoted' ☃"}
    assert bert["seconds"] == 0.5


def test_saving_again_replaces_and_never_doubles(store):
    store.save(handed("anna"), [WRONG], [("why", "a")])
    store.save(handed("anna", "d2"), [RIGHT])
    (anna,) = store.results()
    assert anna["marks"] == {"sigmoid": RIGHT} and anna["answers"] == {}
    assert store.done() == {"anna": "d2"}


def test_cells_are_read_one_exercise_at_a_time_and_go_with_their_student(store):
    store.save(handed("bert"), [WRONG], cells=[("sigmoid", "b"), ("softmax", "c")])
    store.save(handed("anna"), [WRONG], cells=[("sigmoid", "a")])
    assert [*store.written("sigmoid")] == [("anna", "a"), ("bert", "b")]
    assert all("a" not in result["answers"].values() for result in store.results())
    store.save(handed("bert", "d2"), [RIGHT])
    assert [*store.written("sigmoid")] == [("anna", "a")] and not [*store.written("softmax")]


def test_a_save_that_fails_half_way_leaves_the_earlier_one(store):
    store.save(handed("anna"), [WRONG])
    with pytest.raises(Exception, match="UNIQUE"):
        store.save(handed("anna", "d2"), [RIGHT, RIGHT])
    assert store.results()[0]["marks"] == {"sigmoid": WRONG}
    store.save(handed("anna", "d2"), [RIGHT])
    assert store.done() == {"anna": "d2"}


def test_grader_faults_are_not_done(store):
    store.save(handed("anna"), [FAULT])
    store.save(handed("bert"), [RIGHT])
    assert store.done() == {"bert": "d1"}
    assert store.results()[0]["marks"]["sigmoid"].points is None


def test_the_seed_is_drawn_once_kept_and_kept_secret(tmp_path):
    path = tmp_path / "results.db"
    first = Store(path, "02_neuron")
    again = Store(path, "02_neuron")
    other = Store(tmp_path / "other.sqlite", "02_neuron")
    assert first.seed == again.seed != other.seed
    assert first.seed > 2**64
    assert path.stat().st_mode & 0o077 == 0
    with pytest.raises(ValueError, match="another seed"):
        Store(path, "02_neuron", seed=1)
    with pytest.raises(ValueError, match="holds the results of lab 02_neuron"):
        Store(path, "03_layers")
    for store in (first, again, other):
        store.close()


def test_what_is_no_file_of_results_is_refused_and_left_alone(tmp_path):
    text, empty, other, old, future = (tmp_path / name for name in "abcde")
    text.write_text("no database, " * 99)
    empty.write_bytes(b"")
    with contextlib.closing(sqlite3.connect(other)) as db:
        db.execute("CREATE TABLE birds (name TEXT)")
    with contextlib.closing(sqlite3.connect(old)) as db:
        for name in ("settings", "submissions", "marks"):
            db.execute(f"CREATE TABLE {name} (a TEXT)")
    Store(future, "02_neuron").close()
    with contextlib.closing(sqlite3.connect(future)) as db:
        db.execute(f"PRAGMA user_version = {SCHEMA + 1}")
    refusals = {
        text: "is no file of results",
        other: "holds another database",
        old: "holds results of an older dlcourse",
        future: "holds results of a newer dlcourse",
    }
    for path, said in refusals.items():
        before = path.read_bytes()
        for lab in (None, "02_neuron"):
            with pytest.raises(ValueError, match=said):
                Store(path, lab)
        assert path.read_bytes() == before
    with pytest.raises(ValueError, match="is empty"):
        Store(empty)
    with pytest.raises(ValueError, match="is a folder"):
        Store(tmp_path)
    with pytest.raises(ValueError, match="there is no file"):
        Store(tmp_path / "nothing")
    assert sorted(p.name for p in tmp_path.iterdir()) == [*"abcde"]


def test_it_knows_its_lab_its_seed_and_its_notebook(tmp_path):
    path = tmp_path / "results.db"
    with Store(path, "02_neuron", 7, "own.ipynb"):
        assert [p.name for p in tmp_path.iterdir()] == ["results.db"]
    with Store(path) as store:
        assert (store.lab, store.seed) == ("02_neuron", 7)
        assert store.notebook == str(Path("own.ipynb").resolve())
    with pytest.raises(ValueError, match=r"begun with .*own\.ipynb"):
        Store(path, "02_neuron")


def test_who_ran_out_of_time_or_memory_is_graded_again_when_there_is_more(store):
    slow, large = Mark("sigmoid", 2, "time-out", 0), Mark("sigmoid", 2, "memory", 0)
    store.save(handed("anna"), [slow], limits=(4.0, 100))
    store.save(handed("bert"), [large], limits=(4.0, 100))
    store.save(handed("carl"), [WRONG], limits=(4.0, 100))
    store.save(handed("dora"), [slow])
    everyone = {"anna", "bert", "carl", "dora"}
    assert store.done(4.0, 100).keys() == store.done(3.0, 99).keys() == everyone
    assert store.done(5.0, 100).keys() == everyone - {"anna"}
    assert store.done(4.0, 101).keys() == everyone - {"bert"}


def a_class():
    """Return {path: bytes} of 24 quick submissions: right, wrong and junk."""
    files = {}
    for i in range(24):
        name, source, _ = WRITTEN[i % len(WRITTEN)]
        other = "def sigmoid_grad(x):\n    return expit(x) * expit(-x)"
        answers = {"sigmoid_grad": other, name: source}
        files[f"s{i:02}/02_neuron.ipynb"] = only(**answers) if i % 8 else b"{"
    return files


def command(folder):
    options = ["--seed", "5", "--workers", "2", "--time-limit", "4"]
    grade = [sys.executable, "-m", "dlcourse.grading", "grade", "neuron", str(folder / "class")]
    return [*grade, "--out", str(folder / "results.db"), *options]


def written(folder):
    """Return every mark and every report of a run, the seconds left out."""
    with Store(folder / "results.db") as store:
        results = [{**result, "seconds": 0} for result in store.results()]
    reports = folder / "reports"
    assert main(["report", str(folder / "results.db"), "--out", str(reports)]) == 0
    files = (p for p in sorted(reports.rglob("*")) if p.is_file())
    return results, {str(p.relative_to(folder)): p.read_text() for p in files}


def graded(database, mode="ro"):
    if not database.exists():
        return 0
    try:
        with contextlib.closing(sqlite3.connect(f"file:{database}?mode={mode}", uri=True)) as db:
            return db.execute("SELECT count(*) FROM submissions").fetchone()[0]
    except sqlite3.Error:
        return 0


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("undisturbed")
    hand_in(folder / "class", a_class())
    subprocess.run(command(folder), check=True, capture_output=True)
    return folder


@confined
@pytest.mark.parametrize("draw", range(3))
def test_killed_at_any_moment_the_same_command_gives_the_undisturbed_results(
    undisturbed, tmp_path, draw
):
    hand_in(tmp_path / "class", a_class())
    rng = random.Random()
    after = [1, rng.randrange(4, 12), rng.randrange(12, 21)][draw]
    print(f"killed after {after} rows")
    process = subprocess.Popen(command(tmp_path), stderr=subprocess.DEVNULL)
    database = tmp_path / "results.db"
    while graded(database) < after and process.poll() is None:
        time.sleep(0.002)
    time.sleep(rng.random() * 0.02)
    children = descendants(process.pid)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    until = time.monotonic() + 10
    while alive(children):
        assert time.monotonic() < until, "the killed grader left processes behind"
        time.sleep(0.02)

    saved = graded(database, "rw")  # killed within a transaction, it has to be rolled back
    assert after <= saved < len(a_class())
    again = subprocess.run(command(tmp_path), check=True, capture_output=True, text=True)
    assert f"{len(a_class()) - saved} graded now" in again.stdout
    assert written(tmp_path) == written(undisturbed)


@confined
@pytest.mark.parametrize("after", [0.0, 0.3, 0.6, 1.0])
def test_killed_while_its_workers_start_it_leaves_none_behind(tmp_path, after):
    hand_in(tmp_path / "class", a_class())
    process = subprocess.Popen(command(tmp_path), stderr=subprocess.DEVNULL)
    until = time.monotonic() + 60
    while not descendants(process.pid) and time.monotonic() < until:
        time.sleep(0.002)
    time.sleep(after)
    process.send_signal(signal.SIGSTOP)
    children = descendants(process.pid)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert children
    until = time.monotonic() + 20
    while alive(children):
        assert time.monotonic() < until, "the killed grader left processes behind"
        time.sleep(0.02)


@confined
def test_a_second_run_grades_only_what_changed(undisturbed, tmp_path):
    shutil.copytree(undisturbed, tmp_path, dirs_exist_ok=True)
    hand_in(tmp_path / "class", {"s01/02_neuron.ipynb": only(sigmoid="def sigmoid(x): return x")})
    again = subprocess.run(command(tmp_path), check=True, capture_output=True, text=True)
    assert "1 graded now" in again.stdout


def test_the_time_left_is_not_reckoned_from_what_was_graded_before():
    with tqdm(total=100, smoothing=0, file=io.StringIO(), disable=False) as bar:
        for _ in range(90):
            pass_over(bar)
        bar.start_t -= 10
        for _ in range(5):
            bar.update()
        bar.refresh()
        assert 9 < (bar.total - bar.n) / (bar.n - bar.initial) * bar.format_dict["elapsed"] < 12
        assert "00:10" in str(bar) or "00:09" in str(bar), str(bar)


@confined
def test_more_time_grades_again_who_ran_out_of_it_and_says_so(tmp_path, capsys):
    slow = "import time\nx = time.sleep(1.5)\nsigmoid_grad = lambda z: x or expit(z) * expit(-z)"
    hand_in(tmp_path / "class", {"anna/a.ipynb": only(sigmoid_grad=slow), "bert/a.ipynb": b"{"})
    grade = ["grade", "neuron", str(tmp_path / "class"), "--out", str(tmp_path / "results.db")]
    points = []
    for limit, said in (("1", "2 graded now"), ("1", "0 graded now"), ("5", "1 of them again")):
        assert main([*grade, "--workers", "1", "--time-limit", limit]) == 0
        assert said in capsys.readouterr().out
        with Store(tmp_path / "results.db") as store:
            points.append(store.results()[0]["marks"]["sigmoid_grad"].points)
    assert points == [0, 0, 1]
