"""Odd answers: each gets one sentence, none a traceback."""

import signal
import threading
import time
import warnings

import numpy as np
import pytest

import dlcourse
from dlcourse import reference
from dlcourse.checks import judge


@pytest.fixture
def lab():
    return dlcourse.lab("neuron")


def right(x):
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, e) / (1 + e)


def check(lab, function, name="sigmoid", **options):
    """Return the card's plain text; its HTML must hold the same heading."""
    card = lab.check(function, name=name, **options)
    assert card.heading.split(":")[0].strip("✓✗○■ ") in card._repr_html_()
    return str(card)


def test_not_a_function(lab):
    assert "needs a function, not a value of type ndarray" in check(lab, np.ones(3))
    assert "needs a function, not a value of type NoneType" in check(lab, None)


def test_the_name_of_a_function_as_text(lab):
    assert "not a value of type str" in str(lab.check("sigmoid"))


def test_wrong_name_suggests_the_right_one(lab):
    def sigmoyd(x):
        return right(x)

    text = str(lab.check(sigmoyd))
    assert "no exercise called 'sigmoyd'" in text and "Did you mean sigmoid?" in text


def test_wrong_arity_names_both_signatures(lab):
    text = check(lab, lambda x, y: x + y)
    assert "must take sigmoid(x); yours takes x, y" in text
    assert "yours takes nothing" in check(lab, lambda: 1)


def test_optional_extra_arguments_are_welcome(lab):
    assert "right" in check(lab, lambda x, digits=None: right(x))


def test_the_librarys_own_function(lab):
    assert "library's own" in check(lab, reference.sigmoid)
    assert not lab.passed("sigmoid")


def test_a_borrowed_answer_is_named(lab):
    from scipy.special import expit

    assert "it uses expit".capitalize() in check(lab, lambda x: expit(x))


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (lambda x: None, "returned None: is the return statement missing?"),
        (lambda x: [None], "returned a list"),
        (lambda x: [[0.5], [0.5, 0.5]], "returned a list"),
        (lambda x: "0.5", "returned a str"),
        (lambda x: {"p": right(x)}, "returned a dict; expected an array"),
        (lambda x: right(x).astype(int), "whatever stood behind the decimal point is lost"),
        (lambda x: right(x).astype(complex), "dtype complex128"),
        (lambda x: right(x).astype(object), "dtype object"),
        (lambda x: np.full(np.shape(x), np.nan), "values are NaN"),
        (lambda x: right(x)[..., None], "shape"),
        (lambda x: 0.5, "shape ()"),
    ],
)
def test_wrong_kinds_of_result(lab, answer, sentence):
    assert sentence.lower() in check(lab, answer).lower()
    assert not lab.passed("sigmoid")


def test_a_tensor_where_an_array_was_asked(lab):
    as_tensor = pytest.importorskip("torch").from_numpy
    answer = lambda x: as_tensor(np.asarray(right(x)))  # noqa: E731
    assert "it uses torch" in check(lab, answer).lower()
    assert "returned a torch tensor" in judge(lab.exercises["sigmoid"], answer, seed=0).message


def test_a_mutated_argument_is_named(lab):
    def doubles_as_buffer(X, w, b):
        answer = right(X @ w + b)
        X[...] = 0
        return answer

    text = check(lab, doubles_as_buffer, "neuron")
    assert "changed its argument X" in text


def test_prints_cost_nothing(lab, capsys):
    def chatty(x):
        print("shape", np.shape(x))
        return right(x)

    assert check(lab, chatty).startswith("✓")
    assert "shape" in capsys.readouterr().out


def test_warnings_cost_nothing_and_are_shown(lab):
    def warns(x):
        warnings.warn("old habits", DeprecationWarning, stacklevel=1)
        return right(x)

    text = check(lab, warns)
    assert text.startswith("✓") and "No points are lost" in text and "old habits" in text


def test_float32_answers_are_welcome(lab):
    assert check(lab, lambda x: right(x).astype(np.float32)).startswith("✓")


@pytest.mark.parametrize(
    ("name", "dtype", "digits"),
    [("sigmoid", np.float16, 3), ("sigmoid_grad", np.float16, 3), ("sigmoid_grad", np.float32, 6)],
)
def test_answers_that_lose_digits_are_told_so(lab, name, dtype, digits):
    answer = {"sigmoid": right, "sigmoid_grad": lambda x: right(x) * right(-x)}[name]
    text = check(lab, lambda x: answer(x).astype(dtype), name)
    assert f"the values are {np.dtype(dtype)}, which holds {digits} digits" in text.lower()
    assert not lab.passed(name)


@pytest.mark.parametrize("form", [np.ndarray.tolist, tuple])
def test_the_right_numbers_as_a_list_are_right_and_told_of_better_form(lab, form):
    text = check(lab, lambda x: form(right(x)))
    assert text.startswith("✓") and "Better form: an array, not a" in text


def with_ones(x):
    return np.column_stack([x, np.ones(len(x))])


@pytest.mark.parametrize(
    "line",
    [
        lambda x, y: np.polyfit(x, y, 1),
        lambda x, y: np.linalg.lstsq(with_ones(x), y, rcond=None)[0],
        lambda x, y: np.polyfit(x, y, 1).tolist(),
    ],
)
def test_a_line_is_right_as_numpy_returns_it(line):
    text = str(dlcourse.lab("learning_from_data").check(line, "ols"))
    assert text.startswith("✓")
    a_list = isinstance(line(np.arange(3), np.arange(3)), list)
    assert ("Better form: 2 results, as in return a, b" in text) != a_list


def test_endless_recursion(lab):
    def sigmoid(x):
        return sigmoid(x)

    assert "calls itself without end" in check(lab, sigmoid)


def test_an_interrupted_loop_gives_a_card(lab):
    def endless(x):
        while True:
            time.sleep(0.01)

    # A shell that starts the tests in the background has SIGINT ignored.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    timer = threading.Timer(0.3, signal.raise_signal, [signal.SIGINT])
    timer.start()
    text = check(lab, endless)
    timer.join()
    signal.signal(signal.SIGINT, before)
    assert text.startswith("■") and "interrupted" in text and "x of shape (7,)" in text


@pytest.mark.parametrize("exception", [SystemExit, ZeroDivisionError, AssertionError])
def test_exceptions_show_the_learners_own_line(lab, exception):
    def fails(x):
        raise exception("on purpose")

    text = check(lab, fails)
    assert f"{exception.__name__}: on purpose" in text
    assert 'raise exception("on purpose")' in text
    assert "verdict.py" not in text


def test_an_error_deep_in_numpy_still_shows_the_learners_line(lab):
    def fails(x):
        return np.linalg.inv(np.zeros((2, 3)))  # mine

    text = check(lab, fails)
    assert "LinAlgError" in text and "np.linalg.inv(np.zeros((2, 3)))  # mine" in text


def test_the_seed_on_a_wrong_card_repeats_the_inputs(lab):
    def wrong(x):
        return right(x) * (np.abs(x) < 1e9) + 1e-3 * (np.size(x) == 12)

    first = check(lab, wrong)
    seed = int(first.rsplit("seed=", 1)[1].rstrip(")"))
    assert check(lab, wrong, seed=seed) == first


def test_the_smallest_failing_input_is_shown(lab):
    text = check(lab, lambda x: 1 / (1 + np.exp(x)), seed=1)
    assert "x: [-2,  0,  3]" in text and "falls where it should rise" in text


def test_two_mistakes_at_once_still_get_the_hint_of_the_one_that_shows(lab):
    def softmax(z):
        e = np.exp(z)  # overflows, and the sum forgets keepdims
        return e / e.sum(-1)

    text = str(lab.check(softmax))
    assert "Perhaps: exp(1000) is inf" in text and "values are NaN" in text
