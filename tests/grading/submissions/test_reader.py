"""Whatever a class hands in is read within limits of time and memory, and is a row."""

import json
import os
import signal
import struct
import threading
import time
import tracemalloc
import zipfile
from contextlib import closing

import pytest
from handed_in import NEURON, SOLVED, InProcess, confined, hand_in, notebook, only
from pace import within

from dlcourse.grading.answers.answers import Answers
from dlcourse.grading.answers.notebook import MAX_BYTES, Cells, Unreadable
from dlcourse.grading.cli import main
from dlcourse.grading.marks.engine import grade
from dlcourse.grading.marks.store import Store
from dlcourse.grading.submissions import reader
from dlcourse.grading.submissions.find import MOST_TOGETHER, find
from dlcourse.grading.submissions.reader import Reader, ReaderFault, read_notebook, take_apart

# A megabyte that Python needs several seconds to take apart.
SLOW = ("x = " + "{1:" * 90 + "1" + "}" * 90 + "\n") * 500
SLOW_CELLS = [(None, SLOW) for _ in range(6)]
# 20 MB of JSON that become some 600 MB of lists.
BOMB = b'{"cells": [' + b"[]," * ((MAX_BYTES - 20) // 3) + b"0]}"
GOOD = only(boundary=NEURON.solutions["boundary"])


@pytest.fixture
def hasty():
    made = Reader(seconds=1, memory=2**28, patience=30)
    yield made
    made.close()


def cells(marked, code=()):
    return {"marked": marked, "code": code, "notes": {}}


def asks(asked, source="x = 1", code=()):
    names = ["boundary"]
    return asked.ask("answers", cells({"boundary": source}, code), names, {"boundary": []})


def test_source_that_takes_too_long_is_refused_and_the_next_is_read(hasty):
    with within(40), pytest.raises(Unreadable, match="takes more than 1 s to be read"):
        asks(hasty, "boundary = x", SLOW_CELLS)  # in another process
    assert asks(hasty)["boundary"][0]["source"] == "x = 1"


def test_each_has_its_own_time(hasty):
    for _ in range(4):
        asks(hasty, "boundary = x", SLOW_CELLS[:1])


def test_a_file_that_takes_too_much_memory_is_refused_and_the_next_is_read(tmp_path):
    hand_in(tmp_path, {"bomb.ipynb": BOMB, "good.ipynb": GOOD})
    # A slow machine needs more than a second for what exceeds 256 MB.
    with closing(Reader(seconds=60, memory=2**28)) as small:
        with pytest.raises(Unreadable, match="takes more than 256 MB to be read"):
            small.ask("notebook", "read_file", str(tmp_path / "bomb.ipynb"))
        digest, found, reason = small.ask("notebook", "read_file", str(tmp_path / "good.ipynb"))
    assert (len(digest), list(found["marked"]), reason) == (64, ["boundary"], "")


def test_a_reader_that_is_killed_in_between_is_started_again(hasty):
    for _ in range(2):
        asks(hasty)
        hasty._process.kill()
        hasty._process.wait()


@pytest.mark.parametrize(
    ("number", "error"), [(signal.SIGKILL, ReaderFault), (signal.SIGSEGV, Unreadable)]
)
def test_who_is_to_blame_for_the_end_of_the_reader(hasty, number, error):
    asks(hasty)
    kill = threading.Timer(0.3, lambda: os.kill(hasty._process.pid, number))
    kill.start()
    with pytest.raises(error):
        asks(hasty, "boundary = x", SLOW_CELLS)
    kill.join()
    asks(hasty)


def test_no_time_on_the_clock_is_nobodys_fault_but_the_graders():
    impatient = Reader(patience=0.2)
    try:
        with pytest.raises(ReaderFault, match="overloaded"):
            asks(impatient, "boundary = x", SLOW_CELLS)
    finally:
        impatient.close()


def test_a_fault_of_the_reader_is_a_fault_in_every_mark_and_a_reason_in_the_row(monkeypatch):
    class Faulty:
        def ask(self, *args):
            raise ReaderFault("the machine is overloaded: it could not be read")

    monkeypatch.setattr(reader, "_READER", Faulty())
    marks = grade(InProcess(), NEURON.exercises, NEURON.setup, Cells({}), 1)
    assert {mark.points for mark in marks} == {None} and "overloaded" in marks[0].note
    assert read_notebook(_place())[1:] == (None, "the machine is overloaded: it could not be read")


def _place():
    from dlcourse.grading.submissions.files import file_reader

    return file_reader("missing.ipynb")


def test_what_cannot_be_taken_apart_is_an_error_in_every_mark(monkeypatch):
    hasty = Reader(seconds=1)
    monkeypatch.setattr(reader, "_READER", hasty)
    try:
        given = Cells({"boundary": "boundary = x"}, tuple(SLOW_CELLS))
        marks = grade(InProcess(), NEURON.exercises, NEURON.setup, given, 1)
    finally:
        hasty.close()
    assert {(mark.status, mark.points) for mark in marks} == {("error", 0)}
    assert "Your notebook takes more than 1 s to be read" in marks[0].message


def test_answers_come_back_as_they_were_found():
    own = ("boundary", "def boundary():\n    return one")
    given = Cells(dict([own]), ((None, "one = np.ones(1)"), own))
    found = take_apart(given, NEURON.exercises, NEURON.setup)
    answer, why = found["boundary"]
    assert answer.helpers == ("one = np.ones(1)",) and {"np", "one"} <= answer.names
    assert found["sigmoid"] == (None, "") and why == ""


@pytest.mark.parametrize(
    "source",
    [
        "raise NotImplementedError" + " " * 180_000 + "\nx",
        "raise NotImplementedError " * 7000 + "\nx",
        "\n" * 180_000 + "x",
        " " * 180_000,
    ],
)
def test_whether_a_cell_is_a_stub_takes_no_longer_than_to_look_at_it(source):
    cells = Cells({"sigmoid": source})
    with within(30):
        answer, _ = Answers(cells, NEURON.exercises, NEURON.setup).find("sigmoid")
    assert answer is None or answer.source or "cannot be read" in answer.unread


@pytest.mark.parametrize(
    ("source", "stub"),
    [
        ("def sigmoid():\n    raise NotImplementedError", True),
        ("def sigmoid():\n    'Text.'\n    raise NotImplementedError  # here\n\n  \n", True),
        ("def sigmoid():\n    x = 1\n    raise NotImplementedError", False),
        ("def sigmoid():\n    return 1\n    raise NotImplementedError", False),
        ("def sigmoid():\n    raise NotImplementedErrors", False),
        ("raise NotImplementedError\nx = 1", False),
    ],
)
def test_a_stub_does_nothing_but_wait(source, stub):
    answer, why = Answers(Cells({"sigmoid": source}), NEURON.exercises, NEURON.setup).find(
        "sigmoid"
    )
    assert (answer is None) is stub and why == ""


def test_of_many_large_notebooks_of_one_student_one_is_held_at_a_time(tmp_path):
    cell = {"cell_type": "code", "source": "#" * 190_000, "metadata": {}}
    large = json.dumps({"cells": [cell] * 12 + json.loads(GOOD)["cells"]}).encode()
    hand_in(tmp_path, {f"anna/{i:02}.ipynb": large for i in range(30)})
    (first,) = find(tmp_path, NEURON)  # what is loaded once
    tracemalloc.start()
    try:
        (found,) = find(tmp_path, NEURON)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert found == first and list(found.cells.marked) == ["boundary"]
    assert most < 10 * len(large) < 30 * len(large)


def test_different_ones_that_are_too_large_together_are_rows_and_not_held(tmp_path):
    cells = json.loads(GOOD)["cells"]
    for i in range(24):
        large = [
            {"cell_type": "code", "source": f"#{i}{j}" + "#" * 190_000, "metadata": {}}
            for j in range(20)
        ]
        hand_in(tmp_path, {f"anna/{i:02}.ipynb": json.dumps({"cells": large + cells}).encode()})
    find_once = list(find(tmp_path, NEURON))
    tracemalloc.start()
    try:
        found = list(find(tmp_path, NEURON))
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert found == find_once
    assert most < 3 * MOST_TOGETHER < 24 * 20 * 190_000
    refused = [s for s in found if "20 MB of code beside it" in s.reason]
    assert refused and all(s.doubt for s in found), found


@confined
@pytest.mark.parametrize(
    "text",
    [
        b"submission_1:\n  :submitters:\n  - {{{",
        b"submission_1:\n  :submitters:\n  - :name: x\n" * 60_000,
        b"\xff\xfe",
    ],
    ids=["no YAML", "long", "no text"],
)
def test_a_students_file_called_like_a_platforms_stops_nobody(tmp_path, text):
    files = {"anna/a.ipynb": GOOD, "eve/submission_metadata.yml": text, "eve/a.ipynb": GOOD}
    found = {s.student: s.reason for s in find(hand_in(tmp_path, files), NEURON)}
    assert found == {"anna": "", "eve": ""}


def damaged(path):
    """Write a zip of which some members are damaged, each in another way."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, kind in (
            ("lzma", zipfile.ZIP_LZMA),
            ("deflate", zipfile.ZIP_DEFLATED),
            ("bzip2", zipfile.ZIP_BZIP2),
            ("crc", zipfile.ZIP_STORED),
            ("name", zipfile.ZIP_STORED),
            ("method", zipfile.ZIP_STORED),
            ("good", zipfile.ZIP_LZMA),
        ):
            archive.writestr(f"{name}/ü.ipynb", GOOD, kind)
        places = {m.filename.partition("/")[0]: m.header_offset for m in archive.infolist()}
    data = bytearray(path.read_bytes())
    for name, offset in places.items():
        length, extra = struct.unpack_from("<HH", data, offset + 26)
        begin = offset + 30 + length + extra
        if name == "name":
            data[offset + 30 + length - 8] = 0xFF  # its own name, beside the content
        elif name == "method":
            data[offset + 8] = data[data.index(b"method/", begin) - 36] = 9
        elif name == "crc":
            data[begin + 5] ^= 1
        elif name != "good":
            data[begin + 9 : begin + 60] = b"\xff" * 51
    path.write_bytes(data)
    return path


def test_a_zip_without_a_list_of_its_files_is_one_sentence(tmp_path, capsys):
    path = damaged(tmp_path / "class.zip")
    data = path.read_bytes()
    path.write_bytes(data.replace(b"PK\x01\x02", b"PK\x01\x03"))
    assert main(["grade", "neuron", str(path), "--out", str(tmp_path / "results.db")]) == 1
    assert "class.zip is a damaged zip: Bad magic number" in capsys.readouterr().err


@confined
def test_a_damaged_class_is_graded_to_its_end(tmp_path):
    path = damaged(tmp_path / "class.zip")
    command = ["grade", "neuron", str(path), "--out", str(tmp_path / "results.db")]
    assert main([*command, "--seed", "3", "--workers", "1"]) in (0, 3)
    with Store(tmp_path / "results.db") as store:
        rows = {result["student"]: result for result in store.results()}
    assert {student for student, row in rows.items() if not row["reason"]} == {"good"}
    assert rows["good"]["marks"]["boundary"].status == "right"
    assert len(rows) == 7 and all(len(row["reason"]) > 10 for s, row in rows.items() if s != "good")


@confined
def test_one_hostile_notebook_costs_nobody_else_a_mark(tmp_path):
    spaces = "def boundary(*args):\n    raise NotImplementedError" + " " * 180_000 + "\n    1"
    twice = json.loads(only(boundary="x = 1"))["cells"] * 2
    twice[1] = {**twice[1], "source": spaces}
    files = {
        "bomb": BOMB,
        "deep": b'{"cells": ' + b"[" * 10**6,
        "spaces": json.dumps({"cells": twice}).encode(),
        "good": notebook(SOLVED),
    }
    hand_in(tmp_path / "class", {f"{name}/02_neuron.ipynb": data for name, data in files.items()})
    command = ["grade", "neuron", str(tmp_path / "class"), "--out", str(tmp_path / "results.db")]
    started = time.monotonic()
    assert main([*command, "--seed", "3", "--workers", "1"]) == 0
    assert time.monotonic() - started < 60
    with Store(tmp_path / "results.db") as store:
        rows = {result["student"]: result for result in store.results()}
    assert "takes more than 512 MB to be read" in rows["bomb"]["reason"]
    assert "nested too deeply" in rows["deep"]["reason"]
    assert not rows["spaces"]["reason"]
    points = {m.points for m in rows["good"]["marks"].values()}
    assert sum(m.points for m in rows["good"]["marks"].values()) == 18, points


@pytest.mark.parametrize("name", ["\x1b[31manna", "a\nb", "a\u202eb", "a\rb", "\x9bc"])
def test_a_name_has_no_control_character(tmp_path, name):
    hand_in(tmp_path, {f"{name}/02_neuron.ipynb": GOOD, "a\\nb/02_neuron.ipynb": GOOD})
    found = [submission.student for submission in find(tmp_path, NEURON)]
    assert len(set(found)) == 2
    assert all(student.isprintable() for student in found)
