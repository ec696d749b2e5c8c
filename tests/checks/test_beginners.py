"""Raw errors that everyone meets first get a sentence, in NumPy and in torch."""

import math
import re

import numpy as np
import pytest
from catalogue import each_exercise, judged  # noqa: F401

from dlcourse.checks import Exercise, TorchFunction, TorchModule, beginners, judge
from dlcourse.checks.card import verdict_card

ASKED = Exercise(
    "halved",
    1,
    lambda x: np.maximum(x, 0) / 2,
    lambda rng: [(rng.normal(size=(3, 2)),), (rng.normal(size=5),)],
    (),
    (),
    (),
)


def by_if(x):
    if x > 0:
        return x / 2
    return 0


class Silent:
    def half(self, x):
        np.maximum(x, 0) / 2


MEANT = {
    "math.exp": (lambda x: math.exp(x), beginners.ONE_NUMBER),
    "float": (lambda x: float(x) / 2, beginners.ONE_NUMBER),
    "max": (lambda x: max(0, x) / 2, beginners.YES_OR_NO),
    "if": (by_if, beginners.YES_OR_NO),
    "and": (lambda x: (x > 0 and x) / 2, beginners.YES_OR_NO),
    "list minus list": (lambda x: x.tolist() - [1], beginners.LIST),
    "list times float": (lambda x: x.tolist() * 0.5, beginners.LIST),
    "shape of a list": (lambda x: x.tolist().shape, beginners.LIST),
    "comma in a list": (lambda x: x.tolist()[:, 0], beginners.LIST),
    "minus a list": (lambda x: -x.tolist(), beginners.LIST),
    "list and number": (lambda x: x.tolist() > 0, beginners.LIST),
    "a method without brackets": (lambda x: x.sum / 2, beginners.BRACKETS),
    "a part of a method": (lambda x: x.max[0], beginners.BRACKETS),
    "brackets for an entry": (lambda x: x(0), beginners.TOO_MANY),
    "a helper without return": (lambda x: Silent().half(x) + 1, beginners.NOTHING),
    "a method without self": (lambda x: Half().forward(x), beginners.SELF),
}


@pytest.mark.parametrize("how", MEANT)
def test_what_the_error_means_is_said(how):
    answer, hint = MEANT[how]
    verdict = judge(ASKED, answer, 0)
    assert verdict.status == "wrong" and verdict.hint == hint
    assert "Error: " in verdict.message and "Your line " in verdict.message


class Half:
    def forward(x):
        return x / 2


class Nameless:
    def __init__(this, factor=2):
        self.factor = factor  # noqa: F821


def test_self_that_is_not_known_and_self_that_is_not_taken():
    assert judge(ASKED, lambda x: Nameless(), 0).hint == beginners.SELF

    class Built:
        def __init__(x):
            pass

    text = judge(ASKED, Built, 0).message
    assert "yours takes nothing. Is self missing as the first argument of __init__?" in text


@pytest.mark.parametrize(
    ("used", "said"),
    [
        ("math.exp(x[0])", "Write import math at the top of the cell, or take NumPy's"),
        ("np.exp(x)", "np was not imported. Write import numpy as np at the top of the cell."),
        ("F.relu(x)", "Write import torch.nn.functional as F at the top of the cell."),
        ("maximum(x, 0)", "A library's is written np.maximum"),
        ("kept_elsewhere / 2", "comes from a cell that has run. Is it spelled as it is there?"),
    ],
)
def test_a_name_that_is_not_there_says_where_it_comes_from(used, said):
    there = {}
    exec(f"def halved(x):\n    return {used}", there)
    verdict = judge(ASKED, there["halved"], 0)
    assert "NameError: name " in verdict.message and said in verdict.hint


def test_torch_is_named_where_it_has_the_name():
    pytest.importorskip("torch")
    for name, said in {"clamp": " A library's is written torch.clamp.", "t": ""}.items():
        error = NameError(f"name '{name}' is not defined")
        assert beginners.hint(error) == beginners.UNKNOWN + said


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (lambda x: None, "returned None: is the return statement missing?"),
        (lambda x: x.sum, "returned a function, not its value: are the brackets missing"),
        (lambda x: np.exp, "returned a function, not its value: are the brackets missing"),
    ],
)
def test_results_that_are_no_value(answer, sentence):
    several = Exercise("two", 1, lambda x: (x, x), ASKED.inputs, (), (), ())
    worded = Exercise("word", 1, lambda x: "yes", ASKED.inputs, (), (), ())
    for exercise in (ASKED, several, worded):
        assert sentence in judge(exercise, answer, 0).message


def exp(x):
    import torch

    return torch.exp(x)


TORCH_MEANT = {
    "math.exp": (lambda x: math.exp(x), beginners.ONE_NUMBER),
    "float": (lambda x: float(x), beginners.ONE_NUMBER),
    "max": (lambda x: max(0, x), beginners.YES_OR_NO),
    "if": (by_if, beginners.YES_OR_NO),
    "a list": (lambda x: exp(x.tolist()), beginners.LIST),
    "tensor minus list": (lambda x: x - x.tolist(), beginners.LIST),
    "a method without brackets": (lambda x: x.sum / 2, beginners.BRACKETS),
    "a method for a tensor": (lambda x: exp(x.sum), beginners.BRACKETS),
    "brackets for an entry": (lambda x: x(0), beginners.TOO_MANY),
    "no return in a helper": (lambda x: x + Silent().half(np.ones(2)), beginners.NOTHING),
}


@pytest.mark.parametrize("how", TORCH_MEANT)
def test_what_the_error_means_is_said_of_tensors(how):
    pytest.importorskip("torch")
    answer, hint = TORCH_MEANT[how]
    asked = Exercise(
        "halved",
        1,
        lambda x: x.clamp(min=0) / 2,
        ASKED.inputs,
        (),
        (),
        (),
        torch=TorchFunction(differentiate=("x",)),
    )
    verdict = judge(asked, answer, 0)
    assert verdict.status == "wrong" and verdict.hint == hint, verdict
    for answer in (lambda x: None, lambda x: x.sum):
        assert re.search("return statement|brackets missing", judge(asked, answer, 0).message)


def test_a_module_whose_forward_lacks_self():
    nn = pytest.importorskip("torch").nn

    class Plain(nn.Module):
        def __init__(self, n):
            super().__init__()
            self.layer = nn.Linear(n, 1)

        def forward(self, x):
            return self.layer(x)

    class WithoutSelf(Plain):
        def forward(x):
            return x

    asked = Exercise(
        "Plain",
        1,
        lambda n: Plain(n),
        lambda rng: [(3, 1, rng.normal(size=(2, 3)).astype(np.float32))],
        (),
        (),
        (),
        torch=TorchModule(),
    )
    assert judge(asked, lambda n: WithoutSelf(n), 0).hint == beginners.SELF


def test_other_errors_get_no_sentence_of_ours():
    for error in (
        ValueError("operands could not be broadcast together with shapes (2,) (3,)"),
        KeyError("missing"),
        TypeError("f() takes 1 positional argument but 2 were given"),
        IndexError("list index out of range"),
    ):
        assert beginners.hint(error) == ""


STOPS = re.compile(r"(?<!\.)\.\.(?!\.)|[.?!] \.|\?\.")


def raising(error):
    """Return an answer that raises ``error``, whatever it is given."""

    def raises(*args):
        raise error

    return raises


@each_exercise
def test_no_card_has_two_full_stops(exercise, judged):  # noqa: F811
    hints = {mistake.function: mistake.hint for mistake in exercise.mistakes}
    errors = [ValueError(said) for said in ("It is bad.", "is it?", "", "odd ")]
    answers = [*hints, *(raising(error) for error in errors), exercise.answer]
    verdicts = {answer: judged.verdict(answer) for answer in answers}
    verdicts[lambda: 1] = judge(exercise, lambda: 1, 0)
    for answer, verdict in verdicts.items():
        text = str(verdict_card(exercise, verdict))
        assert hints.get(answer, "") in text
        said = [line for line in text.splitlines() if ": [" not in line and "shape" not in line]
        assert not STOPS.search("\n".join(said)), text
