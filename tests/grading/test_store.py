import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from handed_in import NEURON, WRITTEN, confined, hand_in, only

from dlcourse.grading.marks import Mark
from dlcourse.grading.store import Store
from dlcourse.grading.submissions import Submission

RIGHT = Mark("sigmoid", 2, "right", 2)
WRONG = Mark("sigmoid", 2, "wrong", 0, "message", "hint", (("x", "1"), ("got", "2")), "hint")
FAULT = Mark("sigmoid", 2, "grader fault", None, note="overloaded")


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "out" / "grades.sqlite", "02_neuron")
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
    path = tmp_path / "grades.sqlite"
    first = Store(path, "02_neuron")
    again = Store(path, "02_neuron")
    other = Store(tmp_path / "other.sqlite", "02_neuron")
    assert first.seed == again.seed != other.seed
    assert first.seed > 2**64
    assert path.stat().st_mode & 0o077 == 0
    with pytest.raises(ValueError, match="another seed"):
        Store(path, "02_neuron", seed=1)
    with pytest.raises(ValueError, match="holds the grades of lab 02_neuron"):
        Store(path, "03_layers")
    for store in (first, again, other):
        store.close()


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
    return [*grade, "--out", str(folder / "out"), *options]


def written(folder):
    """Return every mark and every report of a run, the seconds left out."""
    store = Store(folder / "out" / "grades.sqlite", NEURON.name)
    results = [{**result, "seconds": 0} for result in store.results()]
    store.close()
    reports = sorted((folder / "out").rglob("*.*"))
    texts = {str(p.relative_to(folder)): p.read_text() for p in reports if p.suffix != ".sqlite"}
    texts = {name: text for name, text in texts.items() if "open_questions" not in name}
    return results, texts


def graded(database, mode="ro"):
    if not database.exists():
        return 0
    try:
        with sqlite3.connect(f"file:{database}?mode={mode}", uri=True) as db:
            return db.execute("SELECT count(*) FROM submissions").fetchone()[0]
    except sqlite3.Error:
        return 0


def descendants(pid):
    found = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, path.read_text().split()):
            found += [child, *descendants(child)]
    return found


def alive(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"  # ended, though nobody has asked for its exit status yet


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
    database = tmp_path / "out" / "grades.sqlite"
    while graded(database) < after and process.poll() is None:
        time.sleep(0.002)
    time.sleep(rng.random() * 0.02)
    children = descendants(process.pid)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    until = time.monotonic() + 10
    while any(map(alive, children)):
        assert time.monotonic() < until, "the killed grader left processes behind"
        time.sleep(0.02)

    saved = graded(database, "rw")  # killed within a transaction, it has to be rolled back
    assert after <= saved < len(a_class())
    again = subprocess.run(command(tmp_path), check=True, capture_output=True, text=True)
    assert f"{len(a_class()) - saved} graded now" in again.stdout
    assert written(tmp_path) == written(undisturbed)


@confined
def test_a_second_run_grades_only_what_changed(undisturbed, tmp_path):
    shutil.copytree(undisturbed, tmp_path, dirs_exist_ok=True)
    hand_in(tmp_path / "class", {"s01/02_neuron.ipynb": only(sigmoid="def sigmoid(x): return x")})
    again = subprocess.run(command(tmp_path), check=True, capture_output=True, text=True)
    assert "1 graded now" in again.stdout
