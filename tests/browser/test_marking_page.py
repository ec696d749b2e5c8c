"""The page for open questions, from a file, marked with keys alone."""

import sys

import pytest

from dlcourse.authoring.source import ROOT
from dlcourse.grading.assignments.assignment import open_assignment
from dlcourse.grading.marking.open_marks import OpenMark, lacks, read_marks
from dlcourse.grading.marking.pseudonyms import pseudonyms
from dlcourse.grading.reports.report import write_reports

ANSWERS = {"anna": 'A miss costs more, "so" 0.1;\r\n=1+1', "ben": "-0.5, ü", "carl": ""}


@pytest.fixture
def results(monkeypatch):
    monkeypatch.setattr(sys, "path", [*sys.path, str(ROOT / "tests/grading/reports")])
    monkeypatch.setattr(sys, "path", [*sys.path, str(ROOT / "tests/grading")])
    from test_report import result

    return [result(name, which_threshold=answer) for name, answer in ANSWERS.items()]


def test_an_instructor_marks_with_keys_and_downloads_the_table(browser, tmp_path, results):
    lab, hidden = open_assignment("neuron"), pseudonyms(ANSWERS, 7)
    write_reports(tmp_path, lab, results, hidden=hidden)
    page = browser.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(error))
    page.on("dialog", lambda dialog: dialog.accept())  # not downloaded yet: leave all the same
    page.goto((tmp_path / "marking.html").as_uri())
    said = page.locator("#said")
    assert said.text_content() == "1 of 3; 0 marked"
    page.keyboard.press("9")
    assert said.text_content() == "at most 4"
    page.keyboard.press("3")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("a")
    page.keyboard.press("c")
    assert said.text_content() == "2 of 3; 2 marked"
    comment = page.locator("article:not([hidden]) textarea")
    comment.fill('4 "good", points')  # keys in a field are text
    comment.press("Escape")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("0")
    page.keyboard.press("ArrowLeft")
    page.reload()  # the browser keeps what is not downloaded yet
    assert said.text_content() == "1 of 3; 3 marked"
    with page.expect_download() as download:
        page.click("#download")
    path = tmp_path / "downloaded.csv"
    download.value.save_as(path)
    assert download.value.suggested_filename == "open_questions.csv" and not errors
    page.close()

    marks = read_marks(path, lab, hidden)
    first, second = sorted(("anna", "ben"), key=hidden.get)
    assert marks[first]["which_threshold"] == OpenMark(3.0, "", ())
    assert marks[second]["which_threshold"] == OpenMark(2.0, '4 "good", points', ("a", "c"))
    assert marks["carl"]["which_threshold"] == OpenMark(0.0, "", ())
    assert not lacks(path, lab, results, hidden)  # it takes the place of open_questions.csv
