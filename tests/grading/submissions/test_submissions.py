import json
import os
import stat
import zipfile

import pytest
from handed_in import JUNK, NEURON, SOLVED, STUB, hand_in, notebook, only
from pace import within

from dlcourse.grading.answers.notebook import MAX_BYTES, Unreadable, read
from dlcourse.grading.submissions.find import count, find


def found(path):
    submissions = list(find(path, NEURON))
    assert len(submissions) == count(path, NEURON)
    return {submission.student: submission for submission in submissions}


@pytest.mark.parametrize("kind", JUNK)
def test_junk_is_a_row_with_a_reason(tmp_path, kind):
    submission = found(hand_in(tmp_path, {"eve/02_neuron.ipynb": JUNK[kind]}))["eve"]
    assert submission.cells is None
    assert len(submission.reason) > 10


def test_a_notebook_of_100_MB_is_refused_unparsed(tmp_path):
    path = tmp_path / "eve" / "02_neuron.ipynb"
    path.parent.mkdir()
    with open(path, "wb") as file:
        file.truncate(100 * 2**20)
    assert "larger than 20 MB" in found(tmp_path)["eve"].reason
    with pytest.raises(Unreadable, match="larger"):
        read(b" " * (MAX_BYTES + 1))


def test_layouts_names_and_nesting(tmp_path):
    data = only(sigmoid="1")
    hand_in(
        tmp_path,
        {
            "anna/02_neuron.ipynb": data,
            "bert/my homework (final).ipynb": data,
            "carl/02_neuron/deep/02_neuron.ipynb": data,
            "van_der_berg_02_neuron.ipynb": data,
            "dora_neuron.ipynb": data,
            "emil_123_whatever.ipynb": data,
            "fred/.ipynb_checkpoints/02_neuron-checkpoint.ipynb": data,
            "gina/notes.txt": b"I was ill.",
            ".DS_Store": b"",
        },
    )
    submissions = found(tmp_path)
    graded = {student for student, s in submissions.items() if not s.reason}
    assert graded == {"anna", "bert", "carl", "van_der_berg", "dora", "emil"}
    assert submissions["fred"].reason == submissions["gina"].reason == "there is no notebook"


def test_of_several_notebooks_of_equal_work_the_one_with_most_of_the_labs_cells_counts(tmp_path):
    other = b'{"cells": [{"cell_type": "code", "source": "1", "metadata": {}}]}'
    done = {"sigmoid": "1"}
    files = {
        "anna/a.ipynb": only(**done),
        "anna/b.ipynb": notebook(**done),
        "anna/c.ipynb": other,
    }
    assert found(hand_in(tmp_path, files))["anna"].source == "anna/b.ipynb"


def test_a_zip_gives_what_the_folder_gives(tmp_path, zipped):
    files = {
        "anna/02_neuron.ipynb": only(sigmoid="1"),
        "bert_02_neuron.ipynb": b"{",
        "c/x.txt": b"",
    }
    folder = hand_in(tmp_path / "folder", files)
    assert list(find(zipped(files.items()), NEURON)) == list(find(folder, NEURON))


@pytest.mark.parametrize(
    "name",
    ["../eve.ipynb", "a/../../eve.ipynb", "/etc/eve.ipynb", "C:/eve.ipynb", "a\\..\\e.ipynb"],
)
def test_a_path_that_climbs_out_is_refused(zipped, tmp_path, name):
    submissions = found(zipped([(name, only(sigmoid="1")), ("anna/a.ipynb", only(sigmoid="1"))]))
    (refused,) = [s for student, s in submissions.items() if student != "anna"]
    assert "outside" in refused.reason and refused.cells is None
    assert not submissions["anna"].reason
    assert [p.name for p in tmp_path.iterdir()] == ["class.zip"]


def test_links_and_pipes_are_refused(tmp_path, zipped):
    secret = tmp_path / "secret.ipynb"
    secret.write_bytes(only(sigmoid="1"))
    folder = tmp_path / "folder"
    for student in ("anna", "bert"):
        (folder / student).mkdir(parents=True)
    (folder / "anna" / "02_neuron.ipynb").symlink_to(secret)
    os.mkfifo(folder / "bert" / "02_neuron.ipynb")
    (folder / "carl").symlink_to(tmp_path)
    submissions = found(folder)
    assert {"anna", "bert", "carl"} == set(submissions)
    assert all("link" in s.reason and s.cells is None for s in submissions.values())

    link = zipfile.ZipInfo("dora/02_neuron.ipynb")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert found(zipped([(link, str(secret))]))["dora"].reason == "is a link"


def test_a_zip_bomb_is_read_no_further_than_allowed(zipped):
    bomb = zipped([("eve/02_neuron.ipynb", b" " * (MAX_BYTES + 10))])
    assert bomb.stat().st_size < MAX_BYTES / 100
    assert "larger than" in found(bomb)["eve"].reason


def test_a_damaged_zip_member_is_a_row(zipped):
    path = zipped([("eve/02_neuron.ipynb", notebook()), ("anna/a.ipynb", only(sigmoid="1"))])
    data = bytearray(path.read_bytes())
    data[200:260] = bytes(60)
    path.write_bytes(data)
    submissions = found(path)
    assert "cannot be read" in submissions["eve"].reason
    assert not submissions["anna"].reason


def test_neither_folder_nor_zip(tmp_path):
    path = hand_in(tmp_path, {"a.txt": b"text"}) / "a.txt"
    with pytest.raises(ValueError, match="neither a folder nor a zip"):
        list(find(path, NEURON))


def test_only_the_grade_id_says_which_cell_is_meant():
    moved = {"cells": SOLVED["cells"][::-1]}  # no metadata of the notebook, no kernel
    for cell in moved["cells"]:
        cell = cell | {"outputs": [{"output_type": "nonsense"}], "id": "same"}
        cell["metadata"] = cell["metadata"] | {"tags": ["solution", "skip"], "points": 100}
    assert read(json.dumps(moved).encode()).marked == read(json.dumps(SOLVED).encode()).marked
    assert set(NEURON.grade_ids) <= read(json.dumps(moved).encode()).marked.keys()


def test_a_byte_order_mark_is_no_obstacle():
    data = json.dumps(STUB)
    plain = read(data.encode())
    assert plain == read(data.encode("utf-8-sig")) == read(data.encode("utf-16"))


def test_parts_of_one_cell_belong_together_in_order():
    cells = [c for name in ("x = 1", "x = 2", "raise NotImplementedError  # your code here")
             for c in json.loads(only(sigmoid=name))["cells"]]  # fmt: skip
    read_cells = read(json.dumps({"cells": cells}).encode())
    assert read_cells.marked == {
        "sigmoid": "x = 1\nx = 2\nraise NotImplementedError  # your code here"
    }
    assert "more than once" in read_cells.notes["sigmoid"]


def test_names_that_are_no_text_are_shown_escaped(tmp_path):
    os.mkdir(os.fsencode(tmp_path) + b"/ev\xffe")
    (student,) = found(tmp_path)
    assert student.encode() == b"ev\\udcffe"


def test_what_lies_too_deep_or_is_too_much_is_said(tmp_path, zipped, monkeypatch):
    deep = "anna/" + "/".join("123456789") + "/02_neuron.ipynb"
    hand_in(tmp_path / "class", {deep: only(sigmoid="1"), "ben/a.ipynb": only(sigmoid="1")})
    reason = found(tmp_path / "class")["anna"].reason
    assert reason == "there is no notebook, and anna/1/2/3/4/5/6/7/8 lies deeper than 8 folders"
    monkeypatch.setattr("dlcourse.grading.submissions.files.MAX_FILES", 3)
    hand_in(tmp_path / "class", {f"carl/{i}.txt": b"" for i in range(3)})
    for path in (tmp_path / "class", zipped((f"{i}.ipynb", b"") for i in range(4))):
        with pytest.raises(ValueError, match="more than 3 files; are these submissions"):
            list(find(path, NEURON))


def test_long_names_take_no_long_time(zipped):
    odd = ["_" * 60_000, " " * 60_000, "a_1_" * 15_000, "-(1)" * 15_000, "_attempt_2" * 6_000]
    path = zipped([(f"{name}{end}.ipynb", b"{") for name in odd for end in ("", "x")])
    with within(120):
        assert len(found(path)) == 2 * len(odd)
