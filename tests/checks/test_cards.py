"""What a card prints: few digits, a line per result, what differs marked, hints that unfold."""

import re
from html import escape

import numpy as np
import pytest
from test_lab import sigmoid

import dlcourse
from dlcourse.checks.card import LOOK
from dlcourse.checks.shown import plain, show, show_both


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.array([1e-9, 0.25, 1]), "[0.00, 0.25, 1.00]  shape"),
        (np.array([1.0, -2.0]), "[ 1.0, -2.0]  shape (2,), float64"),
        (np.array([1e-9, 2e-9]), "[1e-09, 2e-09]"),
        (np.array([1e12, 1.0]), "[1e+12,     1]"),
        (np.array([np.nan, np.inf, 0.5]), "[nan, inf, 0.5]"),
        (np.array([], float), "[]  shape (0,), float64"),
        (np.array([True, False]), "[ True, False]"),
        (np.arange(3), "[0, 1, 2]  shape (3,), int64"),
        (np.arange(100), "[ 0,  1, ..., 98, 99]  shape (100,), int64"),
        (0.1234567, "0.123457"),
        ((np.int64(2), 3), "(2, 3)"),
        ((2,), "(2,)"),
        ([1, None], "[1, None]"),
        ((0.5, np.ones(1)), "1: 0.5\n2: [1.0]  shape (1,), float64"),
        ({"a": (np.ones(1), 2)}, "a: 1: [1.0]  shape (1,), float64\n   2: 2"),
        (np.array(["a", "b"]), "['a', 'b']"),
    ],
)
def test_a_value_as_it_is_shown(value, text):
    assert show(value).startswith(text)


def test_what_differs_is_marked_and_its_places_are_listed():
    expected, got = np.array([[0.1, 0.2], [0.3, 0.4]]), np.array([[0.1, 0.25], [0.3, 0.4]])
    left, right, where = show_both(expected, got)
    assert plain(right, "<", ">").startswith("[[0.10, <0.25>],\n [0.30, 0.40]]")
    assert plain(left, "<", ">").startswith("[[0.1, <0.2>]")
    assert where == "[0, 1]" and "<" not in plain(left) and plain(left) == show(expected)


def test_marks_change_no_line():
    expected = np.linspace(0, 1, 12)
    _, right, where = show_both(expected, expected + np.eye(12)[3] / 4)
    assert [len(line) for line in right.splitlines()] == [
        len(line) for line in plain(right).splitlines()
    ]
    assert where == "[3]"


@pytest.mark.parametrize("gap", [1e-3, 1e-6, 1e-11, 1e-15])
@pytest.mark.parametrize("scale", [1.0, 1e-8, 1e8])
def test_what_differs_never_looks_the_same(gap, scale):
    expected = np.array([0.5, 1.0, 2.0]) * scale
    got = expected * np.array([1, 1 + gap, 1])
    left, right, where = show_both(expected, got, tolerance=(0, 0))
    assert plain(left) != plain(right) and where == "[1]"
    left, right, _ = show_both(scale, scale * (1 + gap), tolerance=(0, 0))
    assert left != right


def test_results_are_compared_one_by_one_and_in_named_results():
    pair, other = (np.zeros(2), np.ones(2)), (np.zeros(2), np.array([1.0, 3.0]))
    _, right, where = show_both(pair, other)
    assert where == "2: [1]" and plain(right, "<", ">").splitlines()[1].startswith(
        "2: [1.0, <3.0>]"
    )
    _, right, where = show_both({"output": np.ones(2)}, {"output": np.array([1.0, 3.0])})
    assert where == "[1]" and plain(right, "<", ">").startswith("output: [1.0, <3.0>]")


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        (np.ones(2), np.ones(3)),
        (np.ones(2), None),
        (np.ones(2), "text"),
        (1.0, np.ones(2)),
        ((1.0, 2.0), np.ones(2)),
        ((np.ones(2), 1), (np.ones(2),)),
        ([np.ones(2), np.ones(3)], np.ones(2)),
        (np.ones(2), np.array(["a", "b"])),
        (np.ones(2), np.array([1j, 1])),
        (np.ones((0, 2)), np.ones((0, 2))),
        ({"a": 1}, {"b": 1}),
    ],
)
def test_values_that_cannot_be_compared_are_shown_as_they_are(expected, got):
    left, right, where = show_both(expected, got)
    assert left == show(expected) and plain(right) and where == ""


def test_a_card_marks_in_html_and_lists_in_text():
    lab = dlcourse.lab("neuron")
    card = lab.check(lambda x: np.where(x > 0, sigmoid(x), 0.3), "sigmoid", seed=0)
    assert "<b><u>0.3000</u></b>" in card._repr_html_() and "differs at: [0], [1]" in str(card)
    assert not re.search("[\ue000-\ue0ff]", str(card) + card._repr_html_())


def test_hints_unfold_each_inside_the_one_before():
    lab = dlcourse.lab("neuron")
    hints = lab.exercises["sigmoid"].hints
    html = lab.check(lambda x: x, "sigmoid")._repr_html_()
    assert html.count("<details") == html.count("</details></details></details>") * 3 == 3
    assert " open" not in html and "Hint 1 (2 more inside)" in html and "Hint 3 (the last)" in html
    assert [html.count(escape(hint)) for hint in hints] == [1, 1, 1]
    lab.hint("sigmoid")
    assert lab.check(lambda x: x, "sigmoid")._repr_html_().count("<details open") == 1
    assert "<details" not in lab.check(sigmoid)._repr_html_()


def test_a_hint_is_asked_for_by_name_or_by_function():
    lab = dlcourse.lab("neuron")
    names = {"lab": lab, "np": np}
    exec("def sigmoid(x):\n    return x\ncard = lab.hint(sigmoid)", names)
    assert str(names["card"]).startswith("Hints for sigmoid\n  1. ")
    assert "2. " in str(lab.hint("sigmoid"))
    for odd in (3, np.ones(2)):
        with pytest.raises(ValueError, match="there is no exercise"):
            lab.hint(odd)


def test_only_what_was_reached_is_green():
    lab = dlcourse.lab("neuron")
    green = LOOK["right"][2]
    assert lab.score().colour != green
    lab.check(lambda x: x, "sigmoid")
    assert lab.score().colour != green
    lab.check(sigmoid)
    assert lab.score().colour == green
