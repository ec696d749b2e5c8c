import pytest
from handed_in import NEURON
from test_report import result

from dlcourse.grading.answers.form import form
from dlcourse.grading.answers.notebook import Unreadable
from dlcourse.grading.reports.alike import alike, alike_page, pairs

ONE = """
def softmax(z):
    # shift first
    shifted = z - z.max(axis=-1, keepdims=True)
    e = np.exp(shifted)
    return e / e.sum(axis=-1, keepdims=True)
"""
SAME = '''%%time
import numpy as np


def softmax(logits: np.ndarray) -> np.ndarray:
    """Mine."""
    a: np.ndarray = logits - logits.max(axis=-1, keepdims=True)
    powers = np.exp(a)  # all mine

    return powers / powers.sum(axis=-1, keepdims=True)
'''


def test_names_docstrings_comments_annotations_and_imports_do_not_count():
    assert form(ONE) == form(SAME)


@pytest.mark.parametrize(
    ("this", "that"),
    [
        ("max", "min"),
        ("np.exp", "np.log"),
        ("z - z", "z + z"),
        ("axis=-1", "axis=0"),
        ("e / e", "shifted / e"),
        ("e.sum(", "e.sum(initial=0, "),
    ],
)
def test_other_code_is_other_code(this, that):
    assert this in ONE and form(ONE.replace(this, that))[0] != form(ONE)[0]


def test_what_is_no_python_has_no_form():
    assert form("") == form("# only a comment") == ("", 0)
    with pytest.raises(Unreadable):
        form("def f(:")


def test_functions_that_do_nothing_and_nested_names():
    assert form('def f():\n    """One."""') == form('def g():\n    "Two."')
    nested = "def f(x):\n    def g(y):\n        nonlocal x\n        x = y\n    g(1)\n    return x"
    renamed = nested.replace("x", "total").replace("g(", "step(")
    assert form(nested) == form(renamed)
    tried = "try:\n    a = f()\nexcept ValueError as error:\n    print(error)"
    assert form(tried) == form(tried.replace("error", "e").replace("a =", "b ="))
    assert form(tried) != form(tried.replace("f()", "g()"))


def a_class():
    own = "def neuron(X, w, b):\n    total = X @ w\n    total = total + b\n    return expit(total)"
    return [
        result("anna", softmax=ONE, neuron=own),
        result("<ben>", softmax=SAME, neuron=own.replace("total", "z")),
        result("carl", softmax=SAME, neuron="def neuron(X, w, b):\n    return expit(X @ w)"),
        result("dora", softmax=NEURON.solutions["softmax"], neuron=NEURON.stubs["neuron"][0]),
        result("emil", softmax=NEURON.solutions["softmax"], neuron=NEURON.stubs["neuron"][0]),
        result("fred", softmax="def softmax(:", neuron=""),
        result("gina"),
    ]


def written(*results):
    """Return what Store.written gives for these."""

    def of(exercise):
        found = [(one["student"], one["answers"].get(exercise)) for one in results]
        return [(student, source) for student, source in found if source is not None]

    return of


def test_groups_leave_out_the_public_solution_and_the_stub():
    groups, public, unread = alike(NEURON, written(*a_class()))
    assert [who for _, who in groups["softmax"]] == [["anna", "<ben>", "carl"]]
    assert [who for _, who in groups["neuron"]] == [["anna", "<ben>"]]
    assert (public["softmax"], public["neuron"], unread) == (2, 0, 1)
    assert pairs(groups) == [(("<ben>", "anna"), ["softmax", "neuron"])]


def test_the_page_says_that_solutions_are_public_and_holds_no_markup_of_a_students():
    text = alike_page(NEURON, written(*a_class()))
    assert "the solutions are public" in text and "no proof of copying" in text
    assert "Equal to the public solution: <code>softmax</code> 2." in text
    assert "1 answers cannot be read" in text and "<td>3: anna, &lt;ben&gt;, carl</td>" in text
    assert "<ben>" not in text and "dora" not in text


def test_what_takes_too_long_or_too_much_to_read_is_counted_and_no_more():
    nested = result("anna", softmax="(" * 50_000)
    assert alike(NEURON, written(nested))[2] == 1
