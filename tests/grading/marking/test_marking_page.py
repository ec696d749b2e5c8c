import re

import pytest
from handed_in import NEURON
from test_report import filled, result

from dlcourse.grading.assignments.assignment import open_assignment
from dlcourse.grading.marking.open_marks import OpenMark, read_marks
from dlcourse.grading.marking.pseudonyms import pseudonyms
from dlcourse.grading.marking.rubric import rubrics
from dlcourse.grading.reports.report import write_reports

NAMES = ["anna", "ben", "<carl>"]
NASTY = '</pre><script>alert(1)</script>"'


def a_class():
    answers = ("0.1, since a miss costs more.", f"{NASTY}\r\n=1+1", "")
    given = zip(NAMES, answers, strict=True)
    return [result(name, which_threshold=answer) for name, answer in given]


@pytest.fixture
def hidden():
    return pseudonyms(NAMES, 7)


def test_pseudonyms_are_stable_distinct_and_say_nothing_without_the_seed():
    many = [f"s{i}" for i in range(2000)]
    found = pseudonyms(many, 7)
    assert found == pseudonyms(many[::-1], 7) and len(set(found.values())) == len(many)
    assert all(re.fullmatch("Student [0-9a-f]{6,7}", name) for name in found.values())
    # Whoever comes later changes nobody's; another class has others.
    assert pseudonyms(many[:50], 7).items() <= pseudonyms(many[:60], 7).items()
    assert not set(pseudonyms(many[:50], 8).values()) & set(pseudonyms(many[:50], 7).values())


@pytest.mark.parametrize("number", range(1, 10))
def test_rubrics_of_the_labs_add_up_to_their_points(number):
    lab = open_assignment(number)
    found = rubrics(lab)
    assert set(found) == set(lab.questions)
    for question, rubric in found.items():
        assert rubric.question and rubric.model and "SOLUTION" not in rubric.model
        if number == 7:  # points for each run, in a sentence
            assert "**Rubric.** 1 point per run" in rubric.model and not rubric.items
        else:
            assert sum(points for points, _ in rubric.items) == lab.questions[question]


def test_names_are_hidden_until_revealed(tmp_path, hidden):
    write_reports(tmp_path, NEURON, a_class(), hidden=hidden)
    text = (tmp_path / "marking.html").read_text()
    body = text.partition("<article")[2].partition("<script>")[0]
    assert all(pseudonym in body for pseudonym in hidden.values())
    assert "anna" not in body and "carl" not in body and re.search(r"\bben\b", body) is None
    order = re.findall(r"<h2>.*(Student \w+)</h2>", text)
    answered = sorted([hidden["anna"], hidden["ben"]])
    assert order == [*answered, hidden["<carl>"]]  # who wrote nothing comes last
    write_reports(tmp_path, NEURON, a_class(), hidden=hidden, reveal=True)
    text = (tmp_path / "marking.html").read_text()
    assert f"{hidden['anna']}: anna" in text and f"{hidden['<carl>']}: &lt;carl&gt;" in text


def test_rubric_and_model_answer_stand_beside_and_no_markup_of_a_students(tmp_path, hidden):
    write_reports(tmp_path, NEURON, a_class(), hidden=hidden)
    text = (tmp_path / "marking.html").read_text()
    assert text.count("<kbd>a</kbd> 1: names both kinds of error") == len(NAMES)
    assert "For screening I would start" in text and "Which threshold do you recommend" in text
    assert text.count("<script>") == 1 and NASTY not in text
    assert 'data-answer="&lt;/pre&gt;&lt;script&gt;alert(1)' in text and "&#13;\n&#x27;=1+1" in text


def test_marks_under_pseudonyms_reach_the_student_with_the_rubric(tmp_path, hidden):
    rows = [("student", "question", "points", "comment", "rubric")]
    rows += [(hidden["anna"], "which_threshold", "2", "good", "a c")]
    rows += [("ben", "which_threshold", "1.5", "", "")]  # a name serves as well
    path = filled(tmp_path / "marks.csv", *rows[1:])
    path.write_text(path.read_text().replace("points,comment", "points,comment,rubric"))
    marks = read_marks(path, NEURON, hidden)
    assert marks["anna"] == {"which_threshold": OpenMark(2.0, "good", ("a", "c"))}
    assert marks["ben"] == {"which_threshold": OpenMark(1.5, "", ())}
    write_reports(tmp_path / "out", NEURON, a_class(), marks, hidden=hidden)
    page = (tmp_path / "out" / "feedback" / "anna.html").read_text()
    assert "2 of 4" in page and "good" in page
    assert "✓ 1: names both kinds of error" in page and "✓ 1: prevalence in screening" in page
    assert "– 1: weighs their costs" in page and "– 1: asks for evaluation" in page
    other = (tmp_path / "out" / "feedback" / "ben.html").read_text()
    assert "1: names both kinds" in other and "✓" not in other
    (unmarked,) = (tmp_path / "out" / "feedback").glob("*carl*")
    assert "not marked yet" in unmarked.read_text()
    assert "names both kinds" not in unmarked.read_text()
    text = (tmp_path / "out" / "marking.html").read_text()
    assert 'value="2"' in text and text.count(" checked>") == 2
