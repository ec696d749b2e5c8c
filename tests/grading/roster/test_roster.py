"""The roster: whose list it may be, whom it finds, and what goes back to the platform."""

import csv

import pytest
from handed_in import NEURON, hand_in, only

from dlcourse.grading.reports.table import grades
from dlcourse.grading.roster import Roster
from dlcourse.grading.roster.uploads import without_row, write_uploads
from dlcourse.grading.submissions.find import find

CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,02_neuron (98765),Current Score
    Points Possible,,,,,18,(read only)
"Smith, John",111,M1,jsmith,"A, B",,0
"Smith, John",222,M2,jsmith2,A,,0
"Müller, Ana María",333,M3,amuller,A,4,0
"Student, Test",999,,,A,,
"""
MOODLE = """\
Identifier,Full name,Email address,Status,Grade,Maximum Grade,Last modified (grade)
Participant 41,Jane Doe,jane@uni.example,Submitted,,22.00,-
Participant 42,Jim Roe,jim@uni.example,No submission,3.00,22.00,-
"""
PLATFORMS = {
    "Canvas": (CANVAS, 3),
    "Canvas, last and first": (
        "LastName,FirstName,ID,SIS Login ID,Section\nSmith,John,111,jsmith,A\n",
        1,
    ),
    "Moodle": (MOODLE, 2),
    "Blackboard": ("Last Name,First Name,Username,Student ID\nDoe,Jane,jdoe,M9\n", 1),
    "Gradescope": ("First Name,Last Name,SID,Email\nJane,Doe,77,jane@uni.example\n", 1),
    "plain": ("name,email\nJane Doe,jane@uni.example\n", 1),
    "of Excel in Europe": ('name;E-Mail\n"Doe; Jane";jane@uni.example\n', 1),
    "ids alone": ("id\n4711\n4712\n", 2),
}


def roster_of(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "roster.csv"
    path.write_bytes(text.encode(encoding))
    return Roster.read(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("platform", PLATFORMS)
def test_the_columns_of_any_platform_are_read(tmp_path, platform, encoding):
    text, size = PLATFORMS[platform]
    roster = roster_of(tmp_path, text, encoding)
    assert len(roster.people) == size
    again = Roster.loads(roster.dumps())
    assert (again.header, again.rows, again.people) == (roster.header, roster.rows, roster.people)
    semicolons = "\n".join(";".join(f'"{c}"' for c in r) for r in csv.reader(text.splitlines()))
    if platform != "of Excel in Europe":
        assert roster_of(tmp_path, semicolons).rows == roster.rows


@pytest.mark.parametrize(
    ("clues", "found"),
    [
        ([("user", "111"), ("name", "smithjohn")], "Smith, John (M1)"),
        ([("user", "222")], "Smith, John (M2)"),
        ([("name", "mülleranamaría")], "Müller, Ana María"),
        ([("name", "Ana Mari\u0301a Mu\u0308ller")], "Müller, Ana María"),  # as macOS writes it
        ([("login", "JSMITH2")], "Smith, John (M2)"),
        ([("any", "M3")], "Müller, Ana María"),
        ([("name", "smithjohn")], "may be Smith, John (M1) or Smith, John (M2)"),
        ([("user", "111"), ("name", "mülleranamaría")], "may be Müller, Ana María or Smith, John"),
        ([("any", "nobody"), ("any", "")], "is not on the roster"),
        ([("user", "999")], "is not on the roster"),
        ([], "is not on the roster"),
    ],
)
def test_whom_the_roster_finds(tmp_path, clues, found):
    label, problem = roster_of(tmp_path, CANVAS).match(clues)
    assert label == found if label else found in problem


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "has no row of data"),
        ("name,email\n", "has no row of data"),
        ("colour,size\nred,3\n", "no column of colour, size names people; needed: one of Student"),
        ("name\nAnn\nAnn\n", "'Ann ()' stands there twice (Ann; Ann)"),
    ],
)
def test_what_is_no_roster_says_why(tmp_path, text, said):
    with pytest.raises(ValueError, match="roster: ") as error:
        roster_of(tmp_path, text)
    assert said in str(error.value)
    with pytest.raises(ValueError, match="is no CSV in UTF-8"):
        roster_of(tmp_path, CANVAS, "cp1252")


def work(number):
    return only(neuron=f"def neuron(X, w, b):\n    return {number}")


def test_a_roster_settles_who_is_who(tmp_path):
    roster = roster_of(
        tmp_path,
        "name,username,email\nAnna Berg,aberg,anna@uni.example\nBen Day,bday,b.day@uni.example\n"
        "John Smith,s1,s1@uni.example\nJohn Smith,s2,s2@uni.example\nLea Low,lea,lea@uni.example\n",
    )
    files = {
        "monday/Anna Berg/x.ipynb": work(1),
        "monday/b.day/x.ipynb": work(2),
        "smith_john.ipynb": work(3),
        "02_neuron_s2.ipynb": work(4),
        "guest/x.ipynb": work(5),
    }
    found = {s.student: s for s in find(hand_in(tmp_path / "class", files), NEURON, roster)}
    sure = {student for student, s in found.items() if not s.doubt}
    assert sure == {"Anna Berg", "Ben Day", "John Smith (s2)"}
    assert found["guest"].doubt == "is not on the roster"
    assert found["smith"].doubt == ("on the roster it may be John Smith (s1) or John Smith (s2)")
    results = [{"student": student} for student in found]
    assert without_row(roster, results) == ["John Smith (s1)", "Lea Low"]


def test_two_files_of_one_person_meet_under_one_name(tmp_path):
    roster = roster_of(tmp_path, "name,username\nAnna Berg,aberg\n")
    files = {"aberg/02_neuron.ipynb": work(1), "Anna Berg_02_neuron.ipynb": work(2)}
    found = list(find(hand_in(tmp_path / "class", files), NEURON, roster))
    assert len(found) == 2 and all("several worked" in s.doubt for s in found)


def row(student, total, reason="", doubt="", pending=()):
    return {
        "student": student,
        "total": total,
        "reason": reason,
        "doubt": doubt,
        "pending": list(pending),
    }


def table(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def test_the_upload_for_canvas(tmp_path):
    roster = roster_of(tmp_path, CANVAS)
    rows = [
        row("Smith, John (M1)", 16.5, pending=["which_threshold"]),
        row("Smith, John (M2)", 3, doubt="which one counts?"),
        row("Müller, Ana María", None),
        row("guest", 4, doubt="is not on the roster"),
    ]
    said = write_uploads(tmp_path, NEURON, roster, rows)
    assert table(tmp_path / "canvas.csv") == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "02_neuron (98765)"],
        ["    Points Possible", "", "", "", "", "22"],
        ["Smith, John", "111", "M1", "jsmith", "A, B", "16.5"],
    ]
    assert "canvas.csv" in said[0] and "of 1 are not marked yet" in said[1]
    without = roster_of(tmp_path, "Student,ID,Section\nAnn Poe,5,A\n")
    write_uploads(tmp_path, NEURON, without, [row("Ann Poe", 2)])
    assert table(tmp_path / "canvas.csv")[0][-1] == "02_neuron"


def test_the_upload_for_moodle(tmp_path):
    said = write_uploads(tmp_path, NEURON, roster_of(tmp_path, MOODLE), [row("Jane Doe", 16.5)])
    before = list(csv.reader(MOODLE.splitlines()))
    before[1][4] = "16.5"
    assert table(tmp_path / "moodle.csv") == before
    assert len(said) == 1
    of_100 = roster_of(tmp_path, MOODLE.replace("22.00", "100.00"))
    said = write_uploads(tmp_path, NEURON, of_100, [row("Jane Doe", 16.5)])
    assert "maximum grade is 100.00, the lab's is 22" in said[1]
    assert write_uploads(tmp_path, NEURON, roster_of(tmp_path, PLATFORMS["plain"][0]), []) == []


def test_a_doubt_and_a_note_are_in_the_table():
    result = {"student": "a", "source": "a/x.ipynb", "reason": "", "marks": {}, "answers": {}}
    result |= {"handed_in": "", "clock": "", "gone": 0, "overrides": {}}
    found = grades(NEURON, result | {"note": "Not counted: b.", "doubt": "whose?"}, {})
    assert (found["doubt"], found["notes"]) == ("whose?", ["Not counted: b."])
