"""What the learner holds: hints that unfold, a score that rises, cards in two forms."""

import functools
import re

import numpy as np
import pytest

import dlcourse
from dlcourse.checks.card import LOOK


def sigmoid(x):
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, e) / (1 + e)


def test_a_lab_opens_by_name_or_number_and_name():
    assert list(dlcourse.lab("neuron").exercises) == list(dlcourse.lab("02_neuron").exercises)


def test_an_unknown_lab_lists_those_there_are():
    with pytest.raises(ValueError, match=r"there is no lab 'nuron'; there are: .*neuron"):
        dlcourse.lab("nuron")


def test_hints_unfold_one_by_one_and_end():
    lab = dlcourse.lab("neuron")
    hints = lab.exercises["sigmoid"].hints
    for shown in range(1, len(hints) + 1):
        text = str(lab.hint("sigmoid"))
        assert all(h in text for h in hints[:shown])
        assert not any(h in text for h in hints[shown:])
    assert "last hint" in str(lab.hint("sigmoid"))


def test_an_unknown_exercise_is_named():
    lab = dlcourse.lab("neuron")
    for method in (lab.hint, lab.passed):
        with pytest.raises(ValueError, match="no exercise 'sigmoyd'"):
            method("sigmoyd")


def test_the_score_rises_and_falls_with_the_last_check():
    lab = dlcourse.lab("neuron")
    total = sum(e.points for e in lab.exercises.values())
    assert str(lab.score()).startswith(f"0 of {total} points")
    lab.check(sigmoid)
    assert lab.passed("sigmoid") and str(lab.score()).startswith(f"2 of {total} points")
    lab.check(lambda x: x, name="sigmoid")
    assert not lab.passed("sigmoid") and str(lab.score()).startswith(f"0 of {total} points")


def test_two_labs_do_not_share_their_score():
    first, second = dlcourse.lab("neuron"), dlcourse.lab("neuron")
    first.check(sigmoid)
    assert first.passed("sigmoid") and not second.passed("sigmoid")


def test_under_nbgrader_a_check_is_a_plain_number(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    lab = dlcourse.lab("neuron")
    assert lab.check(sigmoid) == 2.0
    assert lab.check(lambda x: x, name="sigmoid") == 0.0
    assert lab.check(3) == 0.0


def test_cards_say_in_html_what_they_say_in_text():
    lab = dlcourse.lab("neuron")
    card = lab.check(lambda x: 1 / (1 + np.exp(x)), name="sigmoid", seed=0)
    html = card._repr_html_()
    assert 'role="status"' in html
    for words in ("falls where it should rise", "expected", "seed=0"):
        assert words in str(card) and words in html


def test_a_card_escapes_what_the_learner_wrote():
    lab = dlcourse.lab("neuron")
    card = lab.check(lambda x: "<script>alert(1)</script>", name="sigmoid")
    assert "<script>" not in card._repr_html_()


def wrapped(function):
    def inner(*args):
        return function(*args)

    return inner


FORMS = {
    "lambda": "sigmoid = lambda x: right(x)",
    "partial": "sigmoid = functools.partial(scaled, k=1)",
    "vectorize": "sigmoid = np.vectorize(right)",
    "vectorize as a decorator": "@np.vectorize\ndef sigmoid(x):\n    return right(x)",
    "decorator without wraps": "@wrapped\ndef sigmoid(x):\n    return right(x)",
    "another name": "mine = right\nsigmoid = mine",
    "method": "class A:\n    def go(self, x):\n        return right(x)\nsigmoid = A().go",
    "object that can be called": (
        "class A:\n    def __call__(self, x):\n        return right(x)\nsigmoid = A()"
    ),
    "from a function": "def make():\n    return lambda x: right(x)\nsigmoid = make()",
}


@pytest.mark.parametrize("form", FORMS)
def test_an_answer_is_known_by_the_name_that_holds_it(form):
    names = {"np": np, "functools": functools, "wrapped": wrapped, "right": sigmoid}
    names |= {"scaled": lambda x, k: k * sigmoid(x), "lab": dlcourse.lab("neuron")}
    exec(f"{FORMS[form]}\ncard = lab.check(sigmoid)", names)
    assert str(names["card"]).startswith("✓ sigmoid: right")


def test_a_function_that_two_names_hold_needs_a_name():
    lab = dlcourse.lab("neuron")
    names = {"lab": lab, "answer": sigmoid}
    exec("sigmoid = softmax = answer\ncard = lab.check(sigmoid)", names)
    text = str(names["card"])
    assert "cannot tell which exercise" in text and 'lab.check(f, "sigmoid")' in text
    assert "sigmoid and softmax are one and the same function here" in text
    exec("card = lab.check(sigmoid, 'sigmoid')", names)
    assert str(names["card"]).startswith("✓") and lab.passed("sigmoid")


def test_two_names_lose_no_points_where_nobody_can_be_asked(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    names = {"lab": dlcourse.lab("neuron"), "sigmoid": sigmoid, "softmax": sigmoid}
    exec("points = lab.check(sigmoid)", names)
    assert names["points"] == 2.0


@pytest.mark.parametrize("answer", [lambda x: x, functools.partial(sigmoid)])
def test_a_function_without_a_name_asks_for_one(answer):
    text = str(dlcourse.lab("neuron").check(answer))
    assert "cannot tell which exercise" in text and 'lab.check(f, "sigmoid")' in text
    assert "The exercises are: sigmoid, " in text


def luminance(colour):
    """Return the relative luminance of "#rrggbb", as WCAG 2.2 defines it."""
    parts = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


PAGES = {"white": "#ffffff", "Lab": "#111111", "Colab": "#383838", "VS Code": "#1f1f1f"}


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
@pytest.mark.parametrize("status", LOOK)
def test_a_cards_mark_stands_out_on_light_and_dark_pages(status, page):
    dark, light = sorted([luminance(LOOK[status][2]), luminance(page)])
    assert (light + 0.05) / (dark + 0.05) >= 3  # what WCAG asks of all that is not text


def test_a_cards_text_takes_the_colours_of_the_page():
    lab = dlcourse.lab("neuron")
    cards = [lab.check(sigmoid), lab.check(lambda x: x, name="sigmoid"), lab.score()]
    for style in re.findall(r'style="([^"]*)"', "".join(card._repr_html_() for card in cards)):
        declared = {part.split(":")[0].strip() for part in style.split(";")}
        assert "color" not in declared, style
    html = cards[0]._repr_html_().split(">", 1)[1]
    assert "background" not in html
