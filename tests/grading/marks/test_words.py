"""Words come from public runs, and no public run comes after a hidden one."""

from dataclasses import replace

import pytest
from handed_in import NEURON, InProcess, hand_in, only

from dlcourse.checks import Exercise, Mistake
from dlcourse.grading.answers.notebook import Cells
from dlcourse.grading.marks import pool, words
from dlcourse.grading.marks.engine import grade, hidden_inputs, public_inputs
from dlcourse.grading.marks.run import grade_class
from dlcourse.grading.marks.store import Store
from dlcourse.grading.plain import readable
from dlcourse.grading.sandbox.result import GRADER_FAULT, TIME_OUT, RunResult

PUBLIC, HIDDEN = "public", "hidden"
SECRET = 7
WRITTEN = {
    "sigmoid": "import numpy as np\ndef sigmoid(x):\n    return 1 / (1 + np.exp(-x))",  # overflows
    "neuron": NEURON.solutions["neuron"],
    "sigmoid_grad": "def sigmoid_grad(x):\n    return expit(x)",  # a known mistake
    "boundary": "def boundary(*args):\n    return 0.0",
    "softmax": "def softmax(z):\n    return undefined",
    "train": "def train(*args):\n    if args:\n        raise NotImplementedError",
}


class Recording(InProcess):
    """Notes of each run which exercise it was, and whether its inputs were public."""

    time, memory = 1.0, 2**20

    def __init__(self, functions=(), exercises=NEURON.exercises):
        super().__init__(functions)
        self.exercises, self.runs = exercises, []

    def __call__(self):
        return self

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def run(self, setup, answer, function, calls, **options):
        exercise = self.exercises[function]
        public, hidden = public_inputs(exercise), hidden_inputs(exercise, SECRET)
        # The hidden ones begin with the public ones, which need not be tried again.
        assert repr(hidden[: len(public)]) == repr(public)
        left = hidden[len(public) :]
        kinds = {repr(public): PUBLIC, repr(hidden): HIDDEN, repr(left): HIDDEN}
        self.runs.append((kinds[repr(calls)], function))
        source = "from scipy.special import expit\nimport numpy as np\n" + answer
        return super().run(setup, source, function, calls, **options)


def kinds(runs):
    return [kind for kind, _ in runs]


def test_every_public_run_comes_before_the_first_hidden_one():
    sandbox = Recording()
    grade(sandbox, NEURON.exercises, NEURON.setup, Cells(WRITTEN), SECRET)
    assert {name for kind, name in sandbox.runs if kind == PUBLIC} == set(WRITTEN)
    first = kinds(sandbox.runs).index(HIDDEN)
    assert PUBLIC not in kinds(sandbox.runs)[first:]
    # Wrong by no known mistake, an answer cannot earn anything any more.
    assert {name for _, name in sandbox.runs[first:]} == {"sigmoid", "sigmoid_grad", "neuron"}


def test_so_it_is_where_a_public_run_fails_and_is_tried_again():
    class Stumbling(Recording):
        failed = 0

        def run(self, setup, answer, function, *more, **options):
            result = super().run(setup, answer, function, *more, **options)
            if function == "neuron" and self.failed < 2:
                self.failed += 1
                return RunResult(GRADER_FAULT, message="overloaded")
            return result

    sandbox = Stumbling()
    marks = grade(sandbox, NEURON.exercises, NEURON.setup, Cells(WRITTEN), SECRET)
    assert sandbox.runs.count((PUBLIC, "neuron")) == 3
    assert PUBLIC not in kinds(sandbox.runs)[kinds(sandbox.runs).index(HIDDEN) :]
    assert {m.exercise: m.status for m in marks}["neuron"] == "right"


def test_graded_again_it_runs_on_hidden_inputs_only_and_says_the_same():
    first = grade(Recording(), NEURON.exercises, NEURON.setup, Cells(WRITTEN), SECRET)
    said = {mark.exercise: mark.words for mark in first if mark.words}
    sandbox = Recording()
    again = grade(sandbox, NEURON.exercises, NEURON.setup, Cells(WRITTEN), SECRET, said)
    assert set(kinds(sandbox.runs)) == {HIDDEN}
    assert [replace(m, words=None) for m in again] == [replace(m, words=None) for m in first]
    assert {m.exercise for m in again if m.case} == set(WRITTEN) - {"neuron", "train"}


@pytest.mark.parametrize("regrade", [True, False])
def test_a_class_graded_again_has_no_public_run(tmp_path, monkeypatch, regrade):
    sandbox = Recording()
    monkeypatch.setattr(pool, "_local", lambda workers: _Here())
    monkeypatch.setattr(pool, "_WARM", {})
    hand_in(tmp_path / "class", {"anna/a.ipynb": only(**WRITTEN)})
    with Store(tmp_path / "results.db", NEURON.name, SECRET) as store:
        results = []
        for again in (False, True):
            options = {"workers": 1, "quiet": True, "regrade": again and regrade}
            sandbox.runs.clear()
            grade_class(NEURON, tmp_path / "class", store, sandbox, **options)
            results.append(store.results()[0]["marks"])
            if again:
                assert set(kinds(sandbox.runs)) == ({HIDDEN} if regrade else set())
    shown = [[(m.status, m.message, m.hint, m.case) for m in r.values()] for r in results]
    assert shown[0] == shown[1] and any(case for *_, case in shown[0])


def test_a_changed_notebook_has_words_of_its_own(tmp_path, monkeypatch):
    sandbox = Recording()
    monkeypatch.setattr(pool, "_local", lambda workers: _Here())
    monkeypatch.setattr(pool, "_WARM", {})
    with Store(tmp_path / "results.db", NEURON.name, SECRET) as store:
        for answer in (
            "def boundary(*args):\n    return 0.0",
            "def boundary(*args):\n    return 1",
        ):
            hand_in(tmp_path / "class", {"anna/a.ipynb": only(boundary=answer)})
            sandbox.runs.clear()
            grade_class(NEURON, tmp_path / "class", store, sandbox, workers=1, quiet=True)
            assert kinds(sandbox.runs) == [PUBLIC]


class _Here:
    """An executor that works in this process."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def submit(self, function, *args):
        from concurrent.futures import Future

        future = Future()
        future.set_result(function(*args))
        return future


def doubled(x):
    return 2 * x


DOUBLED = Exercise(
    "doubled",
    points=2,
    answer=doubled,
    inputs=lambda rng: [(float(rng.integers(1, 9)),), (float(rng.integers(10, 99)),)],
    also_right=[lambda x: x + x],
    mistakes=[Mistake("Three.", lambda x: 3 * x), Mistake("Four.", lambda x: 4 * x)],
    hints=[],
)
ALONE = {"doubled": DOUBLED}


def grade_doubled(answer, sandbox=None, said=None):
    sandbox = sandbox or Recording([answer], ALONE)
    cells = Cells({"doubled": "doubled = functions[0]"})
    (mark,) = grade(sandbox, ALONE, {"doubled": ()}, cells, SECRET, said)
    return mark


@pytest.mark.parametrize("factor", [3, 4])
def test_a_mistake_on_hidden_inputs_alone_gives_no_hint(factor):
    seen = [x for (x,) in public_inputs(DOUBLED)]
    mark = grade_doubled(lambda x: 2 * x if x in seen else factor * x)
    assert (mark.status, mark.points) == ("wrong", 0)
    # What the hidden inputs show, such as a factor of 2, is said nowhere.
    assert (mark.message, mark.hint, mark.case) == (words.SECRETIVE, "", ())


def test_what_never_ends_on_public_inputs_does_not_run_on_hidden_ones():
    class Endless(Recording):
        def run(self, *args, **options):
            super().run(*args, **options)
            return RunResult(TIME_OUT)

    sandbox = Endless([doubled], ALONE)
    mark = grade_doubled(None, sandbox)
    assert (mark.status, mark.points, mark.message) == ("time-out", 0, words.SAID[TIME_OUT])
    assert kinds(sandbox.runs) == [PUBLIC]
    again = Recording([doubled], ALONE)
    assert grade_doubled(None, again, {"doubled": mark.words}).status == "right"
    assert kinds(again.runs) == [HIDDEN]


def test_of_an_exercise_that_was_changed_in_between_nothing_is_said():
    first = grade_doubled(lambda x: 3 * x)
    assert (first.hint, first.case[0][0]) == ("Three.", "x")
    other = replace(DOUBLED, answer=lambda x: 2 * x + 1)
    assert words.fingerprint(DOUBLED, public_inputs(DOUBLED)) == first.words.about
    assert words.fingerprint(other, public_inputs(other)) != first.words.about
    stale = replace(first.words, about="another")
    again = grade_doubled(lambda x: 3 * x, said={"doubled": stale})
    assert (again.status, again.message, again.hint, again.case) == ("wrong", words.AGAIN, "", ())
    assert again.mistake == "Three."


def test_what_was_never_said_is_not_said_after_a_hidden_run_either():
    again = grade_doubled(lambda x: 3 * x, said={})
    assert (again.message, again.hint, again.case) == (words.AGAIN, "", ())


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<function f at 0x7f3A00> and <b at 0x1>", "<function f> and <b>"),
        ("at 0x is no address", "at 0x is no address"),
        ("two\nlines\tand \x1b[31mred\0", "two\nlines\tand \\x1b[31mred\\x00"),
        ("\u202eforward \x9b0m", "\\u202eforward \\x9b0m"),
        ("x" * 5000, "x" * 4000 + " ..."),
    ],
)
def test_text_for_a_page_has_no_controls_and_no_addresses(text, shown):
    assert readable(text) == shown


def test_no_address_of_an_object_is_in_a_mark():
    first, second = (grade_doubled(lambda x: object()) for _ in range(2))
    assert first == second and "object" in dict(first.case)["got"]
    said = grade_doubled(lambda x: [][print])
    assert " at 0x" not in said.message + str(said.case)
