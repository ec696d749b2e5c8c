"""No name and no answer moves a cursor, forges a line, begins a formula or loses its marks."""

import csv
import io
import sqlite3
import unicodedata

import pytest
from handed_in import NEURON, hand_in, only
from hypothesis import given
from hypothesis import strategies as st
from test_report import mark, result

from dlcourse.grading import cli
from dlcourse.grading.marking import open_marks
from dlcourse.grading.marking.open_marks import harmless, original, read_marks
from dlcourse.grading.marks.store import Store
from dlcourse.grading.plain import plain, say
from dlcourse.grading.reports.report import write_reports
from dlcourse.grading.submissions.find import Submission

SMALL = st.text("=+-@;'\" \t\n\r,ab\uff1d\u3000\0", max_size=12)
BEGINS = "=+-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b"


@given(SMALL | st.text(max_size=30))
def test_a_harmless_cell_can_be_turned_back(text):
    assert original(harmless(text)) == text


@given(SMALL)
def test_no_part_of_a_harmless_cell_begins_a_formula(text):
    out = io.StringIO()
    csv.writer(out).writerow(["a", harmless(text), "b"])
    for separator in ";\t":  # by which another spreadsheet may split
        for line in out.getvalue().splitlines():
            for cell in line.split(separator):
                assert cell.lstrip(' "\0\u3000')[:1] not in tuple(BEGINS), (text, line)
    for row in csv.reader(io.StringIO(out.getvalue(), newline="")):
        assert row[1].lstrip(' "\0\u3000')[:1] not in tuple(BEGINS)


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("a;=1", "a;'=1"),
        ("a\n=1", "a\n'=1"),
        ('a; "-1"', 'a; "\'-1"'),
        ("\t@x", "\t'@x"),
        ("\uff1dcmd()", "'\uff1dcmd()"),
        ("'=x", "''=x"),
        ("a-b; 3 = c", "a-b; 3 = c"),
        ("'quoted'", "'quoted'"),
        (2.5, 2.5),
    ],
)
def test_how_a_cell_is_written(cell, written):
    assert harmless(cell) == written


def test_every_letter_that_a_spreadsheet_could_take_for_a_plain_one_is_known():
    wide = [
        chr(n)
        for n in range(0xF000, 0x10000)
        if unicodedata.normalize("NFKC", chr(n)) in tuple("=+-@") and chr(n) != "\ufb29"
    ]
    assert len(wide) == 8 and all(harmless(letter) == f"'{letter}" for letter in wide)


NAMES = ["'=x", "=x", "''=x", "a;=x", "-1", "plain", "two\\nlines", "\uff1dx", "' x"]


def test_marks_by_hand_reach_the_student_whatever_the_name(tmp_path):
    results = [result(name, [mark("sigmoid", "right", 2)], which_threshold=name) for name in NAMES]
    write_reports(tmp_path, NEURON, results)
    path = tmp_path / "open_questions.csv"
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for i, row in enumerate(rows):
        row |= {"points": i / 4, "comment": harmless(f"-{i} for {NAMES[i]}")}
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, open_marks.COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    marks = read_marks(path, NEURON)
    found = {name: given["which_threshold"][:2] for name, given in marks.items()}
    assert found == {name: (i / 4, f"-{i} for {name}") for i, name in enumerate(NAMES)}
    write_reports(tmp_path, NEURON, results, marks)
    assert not (tmp_path / "open_questions.new.csv").exists()  # it lacks nothing


@pytest.mark.parametrize("sign", ["\0", "\x1b", "\x07", "\x7f", "\x9b"])
def test_no_page_has_a_control_character(tmp_path, sign):
    nasty = f"a{sign}[31mb"
    told = {"message": nasty, "hint": nasty, "case": ((nasty, nasty),)}
    results = [
        result(f"anna{sign}", [mark("sigmoid", "wrong", 0, **told, note=nasty)]),
        result("bert", reason=nasty),
    ]
    write_reports(tmp_path, NEURON, results, {"bert": {"which_threshold": (1.0, nasty)}})
    pages = [*(tmp_path / "feedback").iterdir(), tmp_path / "class.html"]
    assert len(pages) == 3
    for page in pages:
        text = page.read_bytes().decode()
        assert sign not in text and "[31mb" in text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nMedian: 22 of 22 points.", "a\\nMedian: 22 of 22 points."),
        ("\x1b]0;title\x07", "\\x1b]0;title\\x07"),
        ("a\u2028b\u202ec", "a\\u2028b\\u202ec"),
        ("Jörg Ñandú 李", "Jörg Ñandú 李"),
    ],
)
def test_a_line_of_the_terminal_stays_one_line(capsys, text, shown):
    assert plain(text) == shown
    say(text)
    assert capsys.readouterr().out == f"{shown}\n"


FORGED = "eve\x1b[2K\r\n5 of 5 need your eye: nobody."


def test_a_name_forges_no_line_of_any_command(tmp_path, capsys):
    subs = hand_in(tmp_path / "class", {f"{FORGED}/02_neuron.ipynb": b"{"})
    results = str(tmp_path / "results.db")
    assert cli.main(["grade", "neuron", str(subs), "--out", results, "--workers", "1"]) == 0
    said = capsys.readouterr()
    # A name that came into the results by another way, too.
    with Store(results) as store:
        store.save(Submission(FORGED, FORGED, "", reason="odd"), [])
    assert cli.main(["report", results]) == 0
    marks = tmp_path / "marks.csv"
    with open(marks, "w", newline="") as file:
        csv.writer(file).writerows(
            [("student", "question", "points"), (f"x{FORGED}", "which_threshold", 1)]
        )
    assert cli.main(["report", results, "--marks", str(marks)]) == 0
    more = capsys.readouterr()
    for text in (said.out, said.err, more.out, more.err):
        assert not [line for line in text.splitlines() if line.startswith("5 of 5")]
        assert all(line.isprintable() for line in text.split("\n"))
    assert "1 of 1 need your eye: eve\\x1b" in said.out


def test_a_full_disk_is_called_full(tmp_path, monkeypatch, capsys):
    with Store(tmp_path / "results.db", NEURON.name, 1) as store:
        store.save(Submission("anna", "a", "digest"), [])
        (pages,) = store._db.execute("PRAGMA page_count").fetchone()
        store._db.execute(f"PRAGMA max_page_count = {pages + 2}")
        with pytest.raises(sqlite3.OperationalError, match="full"):
            store.save(Submission("bert", "b", "digest", reason="x" * 10**6), [])
        assert list(store.done()) == ["anna"]

    def full(self, *_, **__):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(Store, "save", full)
    subs = hand_in(tmp_path / "class", {"carl/a.ipynb": only(boundary="")})
    results = str(tmp_path / "results.db")
    assert cli.main(["grade", "neuron", str(subs), "--out", results]) == 1
    said = capsys.readouterr().err
    assert said == "dlcourse: results: database or disk is full. What was saved before is kept.\n"
