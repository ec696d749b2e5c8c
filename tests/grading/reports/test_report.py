import csv
import dataclasses
import json
import re
import unicodedata

import pytest
from handed_in import NEURON

from dlcourse.checks.verdict import PERHAPS
from dlcourse.grading.marking.open_marks import read_marks
from dlcourse.grading.marks.mark import Mark
from dlcourse.grading.reports import class_page
from dlcourse.grading.reports.file_names import file_name, file_names
from dlcourse.grading.reports.late import Late
from dlcourse.grading.reports.report import write_reports
from dlcourse.grading.reports.table import grades

HINT = NEURON.exercises["sigmoid"].mistakes[0].hint
NASTY = "<script>alert(1)</script>"


def mark(name, status, points, **more):
    return Mark(name, NEURON.exercises[name].points, status, points, **more)


def result(student, marks=(), reason="", **answers):
    return {
        "student": student,
        "source": f"{student}/02_neuron.ipynb",
        "reason": reason,
        "note": "",
        "doubt": "",
        "handed_in": "",
        "clock": "",
        "gone": 0,
        "overrides": {},
        "seconds": 0.1,
        "marks": {m.exercise: m for m in marks},
        "answers": answers,
    }


CLASS = [
    result(
        "anna",
        [
            mark("sigmoid", "right", 2),
            mark("softmax", "wrong", 0, message=NASTY, hint="h & h", case=(("z", NASTY),)),
        ],
        which_threshold="=1+1",
    ),
    result("=cmd()", [mark("sigmoid", "wrong", 0, mistake=HINT), mark("neuron", "time-out", 0)]),
    result("carl", [mark("sigmoid", "grader fault", None, note="secret note")]),
    result("dora", [mark("sigmoid", "wrong", 0, mistake=HINT), mark("train", "wrong", 0)]),
    result("../emil", reason=f"the file is {NASTY}"),
]


@pytest.fixture
def reports(tmp_path):
    write_reports(tmp_path, NEURON, CLASS)
    return tmp_path


def table(path):
    with open(path, newline="", encoding="utf-8") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def test_the_table_has_points_status_and_reason(reports):
    rows = table(reports / "grades.csv")
    assert (rows["anna"]["total"], rows["anna"]["possible"]) == ("2", "22")
    assert (rows["anna"]["softmax"], rows["anna"]["softmax_status"]) == ("0", "wrong")
    assert rows["anna"]["pending"] == "which_threshold"
    assert rows["../emil"]["reason"].startswith("the file is")
    assert rows["../emil"]["total"] == "0"


def test_a_grader_fault_is_no_zero(reports):
    row = table(reports / "grades.csv")["carl"]
    assert (row["total"], row["sigmoid"]) == ("", "")
    assert "run the grader again" in row["reason"]
    page = (reports / "feedback" / "carl.html").read_text()
    assert "not settled yet" in page and "secret note" not in page


def test_no_cell_is_a_formula(reports):
    assert "'=cmd()" in table(reports / "grades.csv")
    assert table(reports / "open_questions.csv")["anna"]["answer"] == "'=1+1"


def test_pages_hold_no_markup_of_a_students(reports):
    pages = [*(reports / "feedback").iterdir(), reports / "class.html"]
    assert len(pages) == len(CLASS) + 1
    for page in pages:
        text = page.read_text()
        assert "<script" not in text
        assert text.startswith("<!DOCTYPE html>") and '<html lang="en">' in text
    assert "&lt;script&gt;" in (reports / "feedback" / "anna.html").read_text()


def test_the_student_page_says_status_points_case_and_hint(reports):
    text = re.sub("<[^>]*>", "", (reports / "feedback" / "anna.html").read_text())
    assert "sigmoid: right, 2 of 2" in text
    assert "softmax: wrong, 0 of 2" in text
    assert "h &amp; h" in text and "smallest public input" in text
    assert "which_threshold: not marked yet" in text


def test_no_name_leads_out_of_the_folder_or_hides_another(reports):
    assert sorted(p.parent.name for p in reports.rglob("*emil*")) == ["feedback", "gradescope"]
    assert len([*reports.rglob("results.json")]) == len(CLASS) - 1
    names = ["a/b", "a_b", "a\\b", "..", "", "a" * 300, "x\0y", "Ä. Öz", "anna"]
    files = [file_name(name) for name in names]
    assert len(set(files)) == len(names)
    assert not any("/" in f or "\\" in f or f.startswith(".") or len(f) > 100 for f in files)
    assert file_name("anna") == "anna" and file_name("Ä. Öz") == "Ä. Öz"


def test_the_class_page_counts(reports):
    assert class_page.counts(NEURON, CLASS)["sigmoid"] == (1, 2, 0, 1)
    assert class_page.counts(NEURON, CLASS)["neuron"] == (0, 0, 1, 0)
    assert class_page.mistakes(CLASS) == [(("sigmoid", HINT), 2)]
    text = (reports / "class.html").read_text()
    assert "5 submissions" in text and "Needs your eye" in text
    assert "sigmoid (secret note)" in text


def test_known_mistakes_come_most_frequent_first():
    hints = [m.hint for m in NEURON.exercises["softmax"].mistakes[:3]]
    given = [hints[0], *[hints[1]] * 3, *[hints[2]] * 2]
    results = [
        result(f"s{i}", [mark("softmax", "wrong", 0, mistake=hint)]) for i, hint in enumerate(given)
    ]
    found = [(hint, count) for (_, hint), count in class_page.mistakes(results)]
    assert found == [(hints[1], 3), (hints[2], 2), (hints[0], 1)]


@pytest.mark.parametrize("totals", [[0], [22], [0, 22, 22], list(range(23))])
def test_the_histogram_counts_every_student_once(totals):
    drawn = class_page.histogram(totals, 22)
    title = re.search("<title>(.*)</title>", drawn)[1]
    assert sum(int(n) for n in re.findall(r": (\d+)", title.partition("score.")[2])) == len(totals)


def test_an_empty_class_gives_empty_reports(tmp_path):
    write_reports(tmp_path, NEURON, [])
    assert table(tmp_path / "grades.csv") == {}
    assert "0 submissions" in (tmp_path / "class.html").read_text()


def scope(reports, student):
    found = json.loads((reports / "gradescope" / student / "results.json").read_text())
    return found, {test["name"]: test for test in found["tests"]}


def test_gradescopes_file(reports):
    found, tests = scope(reports, "anna")
    assert found["score"] == 2
    assert (tests["sigmoid"]["score"], tests["sigmoid"]["max_score"]) == (2, 2)
    assert (tests["softmax"]["status"], tests["sigmoid"]["status"]) == ("failed", "passed")
    assert "h & h" in tests["softmax"]["output"]
    # What nobody has marked yet is no zero.
    assert tests["which_threshold"] == {"name": "which_threshold", "output": "not marked yet"}


def test_gradescope_gets_nothing_that_the_grader_failed_at(tmp_path):
    fine = result("carl", [mark("sigmoid", "right", 2)])
    write_reports(tmp_path, NEURON, [fine])
    assert scope(tmp_path, "carl")[0]["score"] == 2
    said = write_reports(tmp_path, NEURON, CLASS)
    assert not (tmp_path / "gradescope" / "carl" / "results.json").exists()
    assert any("none for carl: the grader failed" in line for line in said)


def test_part_of_the_points_is_shown_as_such(tmp_path):
    half = [result("anna", [mark("sigmoid", "wrong", 0.5, mistake=HINT, hint=HINT)])]
    write_reports(tmp_path, NEURON, half, {"anna": {"which_threshold": (2.5, "good")}})
    row = table(tmp_path / "grades.csv")["anna"]
    assert (row["sigmoid"], row["sigmoid_status"], row["total"]) == ("0.5", "wrong", "3")
    found, tests = scope(tmp_path, "anna")
    assert (tests["sigmoid"]["score"], tests["sigmoid"]["status"]) == (0.5, "failed")
    assert (tests["which_threshold"]["score"], found["score"]) == (2.5, 3.0)
    page = re.sub("<[^>]*>", "", (tmp_path / "feedback" / "anna.html").read_text())
    assert "sigmoid: wrong, 0.5 of 2" in page and "in part" in page


def filled(path, *rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("student", "question", "points", "comment"), *rows])
    return path


def test_marks_by_hand_go_into_total_page_and_table(tmp_path):
    path = filled(
        tmp_path / "marks.csv",
        ("anna", "which_threshold", "3.5", "names both errors"),
        ("'=cmd()", "which_threshold", "1", ""),
        ("dora", "which_threshold", "", ""),
    )
    marks = read_marks(path, NEURON)
    assert set(marks) == {"anna", "=cmd()"}
    write_reports(tmp_path, NEURON, CLASS, marks)
    assert table(tmp_path / "grades.csv")["anna"]["total"] == "5.5"
    assert table(tmp_path / "grades.csv")["anna"]["pending"] == ""
    assert "names both errors" in (tmp_path / "feedback" / "anna.html").read_text()
    assert grades(NEURON, CLASS[3], {})["pending"] == ["which_threshold"]


def test_the_table_to_fill_in_is_never_overwritten(reports):
    path = reports / "open_questions.csv"
    assert read_marks(path, NEURON) == {}
    filled(path, ("anna", "which_threshold", "3", "good"))
    before = path.read_bytes()
    write_reports(reports, NEURON, CLASS, read_marks(path, NEURON))
    assert path.read_bytes() == before
    assert table(reports / "open_questions.new.csv")["anna"]["points"] == "3.0"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("anna", "which_treshold", "1", ""), "line 2: no open question 'which_treshold'"),
        (("anna", "which_threshold", "5", ""), "from 0 to 4"),
        (("anna", "which_threshold", "-1", ""), "from 0 to 4"),
        (("anna", "which_threshold", "nan", ""), "from 0 to 4"),
        (("anna", "which_threshold", "two", ""), "points 'two'"),
    ],
)
def test_a_wrong_line_is_named(tmp_path, row, said):
    with pytest.raises(ValueError, match=said):
        read_marks(filled(tmp_path / "marks.csv", row), NEURON)


def test_answers_too_long_for_a_spreadsheet_are_cut_and_the_table_can_be_read_back(tmp_path):
    wordy = [result("anna", which_threshold="word " * 40_000)]
    write_reports(tmp_path, NEURON, wordy)
    assert len(table(tmp_path / "open_questions.csv")["anna"]["answer"]) == 30_000
    assert read_marks(tmp_path / "open_questions.csv", NEURON) == {}
    (tmp_path / "odd.csv").write_bytes(b"student,question,points\n\xff\xfe,,")
    with pytest.raises(ValueError, match="no CSV in UTF-8"):
        read_marks(tmp_path / "odd.csv", NEURON)


def test_a_missing_column_is_named(tmp_path):
    (tmp_path / "marks.csv").write_text("student,points\n")
    with pytest.raises(ValueError, match="lacks the columns question"):
        read_marks(tmp_path / "marks.csv", NEURON)


def test_pages_are_distinct_where_a_disk_knows_no_case(tmp_path):
    names = ["anna", "Anna", "ANNA", "Zoe\u0301", "Zo\u00e9", "Ben", "Doe, Jane"]
    files = file_names(names)
    assert len({unicodedata.normalize("NFC", f.casefold()) for f in files.values()}) == len(names)
    assert (files["anna"], files["Ben"], files["Doe, Jane"]) == ("anna", "Ben", "Doe, Jane")
    write_reports(tmp_path, NEURON, [result(name) for name in names])
    assert len([*(tmp_path / "feedback").iterdir()]) == len(names)


@pytest.mark.parametrize("separator", [";", "\t", ","])
def test_marks_from_a_european_spreadsheet(tmp_path, separator):
    path = tmp_path / "marks.csv"
    rows = [
        ("student", "question", "points", "possible", "comment", "answer"),
        ("Doe, Jane", "which_threshold", "2,5", "4", "yes; both, even", 'line\n"two"'),
        ("ben", "which_threshold", "3.5", "4", "", ""),
    ]
    with open(path, "w", newline="", encoding="utf-8-sig") as file:
        csv.writer(file, delimiter=separator).writerows(rows)
    marks = read_marks(path, NEURON)
    assert marks["Doe, Jane"]["which_threshold"][:2] == (2.5, "yes; both, even")
    assert marks["ben"]["which_threshold"][:2] == (3.5, "")
    path.write_text("student;question;points\nanna;which_threshold;4,5\n")
    with pytest.raises(ValueError, match="line 2: points '4,5'; needed: a number from 0 to 4"):
        read_marks(path, NEURON)


def test_a_guess_is_no_known_mistake_and_what_it_earned_is_said_as_graded(tmp_path):
    half = dataclasses.replace(NEURON.exercises["sigmoid"].mistakes[0], credit=0.5)
    exercise = dataclasses.replace(NEURON.exercises["sigmoid"], mistakes=(half,))
    lab = dataclasses.replace(NEURON, exercises=NEURON.exercises | {"sigmoid": exercise})
    guess = mark("sigmoid", "wrong", 0, mistake=f"{PERHAPS}{HINT}", hint=f"{PERHAPS}{HINT}")
    write_reports(tmp_path, lab, [result("anna", [guess])])
    page = (tmp_path / "class.html").read_text()
    assert "None was recognised" in page and "Earns" not in page and HINT[:20] not in page
    # Recognised, and yet it earned nothing: two mistakes explain the same, and the lesser counts.
    known = [result("anna", [mark("sigmoid", "wrong", 0, mistake=HINT)])]
    write_reports(tmp_path, lab, known)
    page = (tmp_path / "class.html").read_text()
    assert "What a tutor would say" in page.replace("what", "What") and "Earns" not in page
    known.append(result("ben", [mark("sigmoid", "wrong", 1, mistake=HINT)]))
    write_reports(tmp_path, lab, known)
    assert "Earns 1 of 2." in (tmp_path / "class.html").read_text()


def test_who_is_stuck_is_named(tmp_path):
    stuck = [
        result("anna", [mark("sigmoid", "right", 2), mark("train", "time-out", 0)]),
        result("<ben>", [mark("sigmoid", "wrong", 0), mark("train", "not attempted", 0)]),
        result("idle", [mark("sigmoid", "not attempted", 0), mark("train", "not attempted", 0)]),
        result("carl", [mark("sigmoid", "grader fault", None)]),
    ]
    write_reports(tmp_path, NEURON, stuck)
    page = (tmp_path / "class.html").read_text()
    assert "Attempted nothing: idle." in page
    assert "anna (time-out), &lt;ben&gt; (not attempted)</td>" in page
    page = page.partition("Stuck, by name")[2].partition("<h2>")[0]
    assert "carl" not in page and "sigmoid" not in page


def test_points_by_hand_are_everywhere_with_their_reason(tmp_path):
    one = result("anna", [mark("sigmoid", "wrong", 0), mark("train", "grader fault", None)])
    given = {"sigmoid": (1.5, "shown at the board & right"), "train": (0, "agreed")}
    write_reports(tmp_path, NEURON, [one | {"overrides": given}])
    row = table(tmp_path / "grades.csv")["anna"]
    assert (row["sigmoid"], row["sigmoid_status"], row["total"]) == ("1.5", "wrong", "1.5")
    said = "sigmoid: 1.5 (graded 0): shown at the board & right; train: 0 (not graded): agreed"
    assert row["by_hand"] == said
    page = (tmp_path / "feedback" / "anna.html").read_text()
    assert "Your instructor gave 1.5 of 2: shown at the board &amp; right" in page
    assert "wrong, 1.5 of 2" in page and "in part" not in page
    found, tests = scope(tmp_path, "anna")
    assert (found["score"], tests["sigmoid"]["score"]) == (1.5, 1.5)
    assert "shown at the board" in tests["sigmoid"]["output"]
    unread = result("ben", reason="the file is empty") | {"overrides": {"sigmoid": (2, "on paper")}}
    write_reports(tmp_path, NEURON, [unread])
    assert table(tmp_path / "grades.csv")["ben"]["total"] == "2"
    assert "gave 2 of 2: on paper" in (tmp_path / "feedback" / "ben.html").read_text()


def test_who_is_late_pays_and_who_has_no_time_is_named(tmp_path):
    def at(student, time, clock="file"):
        return result(student, [mark("sigmoid", "right", 2)]) | {"handed_in": time, "clock": clock}

    given = [
        at("anna", "2026-12-01T23:59:00"),
        at("ben", "2026-12-03T00:00:00", "nbgrader"),
        at("carl", "", ""),
    ]
    late = Late("2026-12-01T23:59", "10% per day")
    said = "\n".join(write_reports(tmp_path, NEURON, given, late=late))
    assert "Deadline 2026-12-01T23:59: 10% per day" in said
    assert "no time is known of carl: nothing is deducted there" in said
    assert "1 of 3 times are those of files" in said
    rows = table(tmp_path / "grades.csv")
    assert {s: r["total"] for s, r in rows.items()} == {"anna": "2", "ben": "1.6", "carl": "2"}
    assert (rows["ben"]["late"], rows["ben"]["deducted"]) == ("1 d", "0.4")
    assert (rows["ben"]["handed_in"], rows["ben"]["clock"]) == ("2026-12-03T00:00:00", "nbgrader")
    told = "Handed in 1 d after the deadline, 2026-12-01T23:59: 0.4 points are deducted (10% per"
    assert told in (tmp_path / "feedback" / "ben.html").read_text()
    found, tests = scope(tmp_path, "ben")
    assert found["score"] == 1.6 and told in found["output"] and tests["sigmoid"]["score"] == 2
    assert "deadline" not in (tmp_path / "feedback" / "anna.html").read_text()


def test_pages_of_those_who_were_removed_go_and_that_is_said(tmp_path):
    write_reports(tmp_path, NEURON, CLASS)
    said = write_reports(tmp_path, NEURON, CLASS[1:])
    assert f"Removed: {tmp_path / 'feedback' / 'anna.html'}, of nobody who has results" in said
    assert len([*(tmp_path / "feedback").iterdir()]) == len(CLASS) - 1
    assert not (tmp_path / "gradescope" / "anna").exists()


def test_who_is_gone_from_the_class_is_noted(tmp_path):
    write_reports(tmp_path, NEURON, [CLASS[0] | {"gone": 1}, CLASS[3]])
    assert table(tmp_path / "grades.csv")["anna"]["notes"] == "No longer among the submissions."
    page = (tmp_path / "class.html").read_text()
    assert "until you remove them: anna." in page
