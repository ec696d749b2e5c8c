import zipfile

import pytest
from handed_in import NEURON, hand_in, only

from dlcourse.grading.marks.store import Store
from dlcourse.grading.reports.folder import claim
from dlcourse.grading.submissions.files import files_of
from dlcourse.grading.submissions.find import find

ANSWER = only(neuron="def neuron(X, w, b):\n    return 1")


def students(path):
    return [found.student for found in find(path, NEURON)]


@pytest.fixture
def subs(tmp_path):
    files = {"anna/02_neuron.ipynb": ANSWER, "ben/02_neuron.ipynb": ANSWER}
    return hand_in(tmp_path / "big", files)


def test_a_folder_that_could_be_the_submissions_is_refused(subs):
    with pytest.raises(ValueError, match="perhaps the submissions; name another folder"):
        claim(subs)
    assert students(subs) == ["anna", "ben"]
    with pytest.raises(ValueError, match="is a file; needed: a folder"):
        claim(subs / "anna" / "02_neuron.ipynb")


def test_a_new_or_an_empty_folder_is_ours_from_then_on(tmp_path):
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "empty", tmp_path / "new" / "deep"):
        claim(folder)
        (folder / "grades.csv").write_text("")
        claim(folder)


def test_reports_beside_the_submissions_are_never_submissions(subs, tmp_path):
    claim(subs / "results")
    hand_in(subs / "results", {"feedback/anna.html": b"x", "feedback/02_neuron.ipynb": ANSWER})
    assert students(subs) == ["anna", "ben"]
    archive = tmp_path / "big.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for path in sorted(subs.rglob("*")):
            file.write(path, path.relative_to(tmp_path))
    assert students(archive) == ["anna", "ben"]
    with Store(subs / "results.db", "02_neuron"), Store(subs / "anna" / "old", "02_neuron"):
        assert students(subs) == ["anna", "ben"]
        with files_of(subs) as files:  # never silently
            assert files.passed_over == ["anna/old", "results", "results.db"]
    with files_of(archive) as files:
        assert files.passed_over == ["big/results"]
    with pytest.raises(ValueError, match="what dlcourse report wrote, no submissions"):
        students(subs / "results")
