import json
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from dlcourse.start import manifest as written
from dlcourse.start.copies import older_place, place
from dlcourse.start.manifest import MANIFEST
from dlcourse.start.workdir import deliver


@pytest.fixture
def course(tmp_path):
    for name in ("lectures/02_neuron", "labs/02_neuron", "labs/source/no", "labs/solutions/no"):
        path = tmp_path / "course" / f"{name}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"first {name}")
    return tmp_path / "course"


@pytest.fixture
def work(tmp_path):
    return tmp_path / "work"


def files(folder):
    """Return every file below a folder with its content, and when it was written."""
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_the_first_delivery_copies_lectures_labs_and_what_they_link_to(course, work):
    (course / "lectures" / "glossary.md").write_text("words")
    (course / "lectures" / "README.md").write_text("for contributors")
    assert deliver(course, work) == []
    notebooks = {"lectures/02_neuron.ipynb", "labs/lab_02_neuron.ipynb"}
    assert set(files(work)) == {*notebooks, "lectures/glossary.md", MANIFEST}
    assert (work / "labs/lab_02_neuron.ipynb").read_text() == "first labs/02_neuron"


def test_the_glossary_stays_one_unless_the_learner_wrote_into_it(course, work):
    glossary = course / "lectures" / "glossary.md"
    glossary.write_text("words")
    deliver(course, work)
    glossary.write_text("more words")
    assert deliver(course, work) == ["lectures/glossary.md is up to date again."]
    assert (work / "lectures/glossary.md").read_text() == "more words"
    (work / "lectures/glossary.md").write_text("mine")
    glossary.write_text("most words")
    assert "newer version: lectures/glossary.v2.md" in "".join(deliver(course, work))
    assert (work / "lectures/glossary.md").read_text() == "mine"


def test_a_second_delivery_changes_nothing(course, work):
    deliver(course, work)
    before = files(work)
    assert deliver(course, work) == []
    assert files(work) == before


def test_a_newer_version_arrives_beside_once(course, work):
    deliver(course, work)
    (work / "labs/lab_02_neuron.ipynb").write_text("mine")
    (course / "labs/02_neuron.ipynb").write_text("second")
    assert deliver(course, work) == [
        "labs/lab_02_neuron.ipynb has a newer version: labs/lab_02_neuron.v2.ipynb. "
        "Yours is unchanged."
    ]
    assert deliver(course, work) == []
    assert (work / "labs/lab_02_neuron.ipynb").read_text() == "mine"
    assert (work / "labs/lab_02_neuron.v2.ipynb").read_text() == "second"
    (course / "labs/02_neuron.ipynb").write_text("third")
    deliver(course, work)
    assert (work / "labs/lab_02_neuron.v3.ipynb").read_text() == "third"


def test_a_name_that_the_learner_took_is_left_alone(course, work):
    deliver(course, work)
    (work / "labs/lab_02_neuron.v2.ipynb").write_text("a copy of mine")
    (work / "labs/lab_02_neuron.v3.ipynb").mkdir()
    (work / "labs/lab_02_neuron.v4.ipynb").symlink_to("nowhere")
    (course / "labs/02_neuron.ipynb").write_text("second")
    deliver(course, work)
    assert (work / "labs/lab_02_neuron.v2.ipynb").read_text() == "a copy of mine"
    assert (work / "labs/lab_02_neuron.v5.ipynb").read_text() == "second"


def test_a_deleted_notebook_comes_back(course, work):
    deliver(course, work)
    (work / "labs/lab_02_neuron.ipynb").unlink()
    assert deliver(course, work) == ["labs/lab_02_neuron.ipynb was missing and is back."]
    assert (work / "labs/lab_02_neuron.ipynb").read_text() == "first labs/02_neuron"


@pytest.mark.parametrize(
    "manifest",
    [b"", b"{", b"[1]", b"\xff\xfe\x00", b'{"labs/02_neuron.ipynb": {"sha256": 1}}', b"null"],
)
def test_a_spoilt_manifest_costs_no_work(course, work, manifest):
    deliver(course, work)
    (work / "labs/lab_02_neuron.ipynb").write_text("mine")
    (work / MANIFEST).write_bytes(manifest)
    deliver(course, work)
    assert (work / "labs/lab_02_neuron.ipynb").read_text() == "mine"
    assert (work / "labs/lab_02_neuron.v2.ipynb").read_text() == "first labs/02_neuron"
    assert not (work / "lectures/02_neuron.v2.ipynb").exists()
    assert json.loads((work / MANIFEST).read_text())["labs/02_neuron.ipynb"]["version"] == 2


@pytest.mark.parametrize("fails", ["fsync", "link", "replace"])
def test_an_interruption_leaves_no_half_file(course, work, monkeypatch, fails):
    def interrupt(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(written.os, fails, interrupt)
    with pytest.raises(KeyboardInterrupt):
        deliver(course, work)
    delivered = {
        place(path.relative_to(course).as_posix()): path for path in course.rglob("*.ipynb")
    }
    for name, (content, _) in files(work).items():
        assert content == delivered[name].read_bytes()
    monkeypatch.undo()
    assert deliver(course, work) == []
    notebooks = {"lectures/02_neuron.ipynb", "labs/lab_02_neuron.ipynb"}
    assert set(files(work)) == notebooks | {MANIFEST}


def test_file_systems_without_hard_links(course, work, monkeypatch):
    def refuse(*arguments):
        raise OSError("operation not supported")

    monkeypatch.setattr(written.os, "link", refuse)
    deliver(course, work)
    (work / "labs/lab_02_neuron.ipynb").write_text("mine")
    (work / MANIFEST).unlink()
    deliver(course, work)
    assert (work / "labs/lab_02_neuron.ipynb").read_text() == "mine"
    assert (work / "labs/lab_02_neuron.v2.ipynb").read_text() == "first labs/02_neuron"
    assert not [name for name in files(work) if name.endswith(".part")]


def test_a_copy_that_cannot_be_written_to_is_an_oserror(course, work):
    work.write_text("a file where the folder should be")
    with pytest.raises(OSError, match="work"):
        deliver(course, work)


class LearnerAndCourse(RuleBasedStateMachine):
    """Whatever learner and course do, no delivery changes a file that was there."""

    numbers = st.integers(1, 4)
    texts = st.sampled_from(["", "old", "new", "mine"])

    def __init__(self):
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.course, self.work = self.folder / "course", self.folder / "work"
        (self.course / "labs").mkdir(parents=True)
        self.publish("old")

    def teardown(self):
        shutil.rmtree(self.folder)

    @rule(text=texts)
    def publish(self, text):
        (self.course / "labs/1.ipynb").write_text(text)

    @rule(number=numbers, text=texts)
    def learner_writes(self, number, text):
        path = self.work / place("labs/1.ipynb", number)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    @rule(number=numbers)
    def learner_deletes(self, number):
        (self.work / place("labs/1.ipynb", number)).unlink(missing_ok=True)

    @rule()
    def learner_deletes_the_manifest(self):
        (self.work / MANIFEST).unlink(missing_ok=True)

    @rule(number=numbers, text=texts)
    def an_older_course_wrote(self, number, text):
        path = self.work / older_place("labs/1.ipynb", number)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    @rule()
    def delivery(self):
        before = files(self.work) if self.work.exists() else {}
        before.pop(MANIFEST, None)
        sentences = deliver(self.course, self.work)
        after = files(self.work)
        for sentence in sentences:
            if " is now " in sentence:
                old, new = sentence.removesuffix(".").split(" is now ")
                assert old not in after
                before[new] = before.pop(old)
        assert before.items() <= after.items()
        new = set(after) - set(before) - {MANIFEST}
        assert len(new) <= 1
        assert all(after[name][0] == (self.course / "labs/1.ipynb").read_bytes() for name in new)
        for name in new:
            assert name == "labs/lab_1.ipynb" or any(name in sentence for sentence in sentences)
        assert deliver(self.course, self.work) == []
        assert files(self.work) == after

    @invariant()
    def no_half_files(self):
        assert not [name for name in os.listdir(self.course / "labs") if name.endswith(".part")]
        assert not list(self.work.rglob("*.part"))


TestLearnerAndCourse = LearnerAndCourse.TestCase
TestLearnerAndCourse.settings = settings(max_examples=40, stateful_step_count=12, deadline=None)
