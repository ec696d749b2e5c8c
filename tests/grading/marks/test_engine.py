import pickle

import catalogue
import numpy as np
import pytest
from catalogue import IDS, LABS, assignment_of, flat
from handed_in import NEURON, SOLVED, STUB, WRITTEN, InProcess, confined, notebook, only

from dlcourse.checks import Exercise, Mistake
from dlcourse.checks.borrowed import forbidden
from dlcourse.checks.outcome import Outcome, call
from dlcourse.checks.verdict import judge
from dlcourse.grading.answers.answers import Answers
from dlcourse.grading.answers.notebook import Cells, read
from dlcourse.grading.marks.engine import TRIES, grade, hidden_inputs, public_inputs
from dlcourse.grading.sandbox import wire
from dlcourse.grading.sandbox.controller import Sandbox
from dlcourse.grading.sandbox.result import GRADER_FAULT, OK, RunResult

CATALOGUE = [
    pytest.param(e, id=name) for (_, e), name in zip(catalogue.CATALOGUE, IDS, strict=True)
]
SEED = 20260401


def grade_one(sandbox, exercise, source, seed=SEED):
    cells = Cells({exercise.name: source}, ((exercise.name, source),))
    (mark,) = grade(sandbox, {exercise.name: exercise}, {exercise.name: ()}, cells, seed)
    return mark


@pytest.fixture
def remembered(monkeypatch):
    """Call no function of the catalogue twice with the same arguments: some are slow."""
    known = {}

    def once(function, args, reading=None):
        key = function, pickle.dumps(args)
        if key not in known:
            known[key] = call(function, args, reading)
        return known[key]

    monkeypatch.setattr("dlcourse.checks.verdict.call", once)
    monkeypatch.setattr("handed_in.call", once)


@pytest.mark.usefixtures("remembered")
@pytest.mark.parametrize("exercise", CATALOGUE)
def test_right_answers_earn_all_and_mistakes_exactly_what_they_declare(exercise):
    pick = f"{exercise.name} = functions[{{}}]"
    right = InProcess(exercise.also_right)
    wrong = InProcess([mistake.function for mistake in exercise.mistakes])
    for seed in (SEED, 1, 2**100 + 7):
        for i in range(len(exercise.also_right)):
            mark = grade_one(right, exercise, pick.format(i), seed)
            assert (mark.status, mark.points) == ("right", exercise.points)
        for i, mistake in enumerate(exercise.mistakes):
            mark = grade_one(wrong, exercise, pick.format(i), seed)
            assert mark.status in ("wrong", "error"), mistake.hint
            assert mark.mistake == mistake.hint
            assert mark.points == mistake.credit * exercise.points < exercise.points


def doubled(x):
    return 2 * x


FACTORS = Exercise(
    "doubled",
    points=2,
    answer=doubled,
    inputs=lambda rng: [(1.0,), (3.0,), (4.0,)],
    also_right=[lambda x: x + x],
    mistakes=[
        Mistake("Three.", lambda x: 3 * x, credit=0.5),
        Mistake("Minus three.", lambda x: -3 * x, credit=0.25),
        Mistake("Minus three, too.", lambda x: -3.0 * x, credit=0.75),
        Mistake("Nothing.", lambda x: 0 * x),
    ],
    hints=[],
)


@pytest.mark.parametrize(
    ("answer", "points", "hint"),
    [
        (lambda x: 3 * x, 1.0, "Three."),
        (lambda x: -3 * x, 0.5, "Minus three."),  # two mistakes do so: the least of both
        (lambda x: 3 * x if x < 2 else x, 0, "Perhaps: Three."),  # does not explain every input
        (lambda x: 0 * x, 0, "Nothing."),
        (lambda x: 5 * x, 0, "Every value is multiplied by 2.5."),
    ],
)
def test_credit_is_for_a_mistake_that_explains_every_hidden_input(answer, points, hint):
    mark = grade_one(InProcess([answer]), FACTORS, "doubled = functions[0]")
    assert (mark.status, mark.points, mark.hint) == ("wrong", points, hint)
    assert mark.mistake == (hint if hint in {m.hint for m in FACTORS.mistakes} else "")


@pytest.mark.parametrize("credit", [-0.1, 1.5, float("nan")])
def test_a_credit_is_a_share(credit):
    with pytest.raises(ValueError, match=r"credit: found .*; needed a share from 0 to 1"):
        Mistake("hint", doubled, credit)


@pytest.mark.parametrize("exercise", CATALOGUE)
def test_hidden_inputs_differ_from_the_public_ones_and_with_the_seed(exercise):
    first = flat(hidden_inputs(exercise, 1))
    assert np.array_equal(first, flat(hidden_inputs(exercise, 1)), equal_nan=True)
    assert not np.array_equal(first, flat(hidden_inputs(exercise, 2)))
    assert not np.array_equal(first, flat(public_inputs(exercise)))


ODD = {
    "none": None,
    "text": "x",
    "text array": np.array(["a", "b"]),
    "objects": np.empty(0, object),
    "nothing": (),
    "ragged": [1, [2, (3,)]],
    "no rows": np.empty((0, 3)),
    "six axes": np.zeros((2,) * 6),
    "infinite": np.full((3, 4), np.inf),
    "NaN": np.nan,
    "huge": 10**399,
    "complex": np.ones(7) * 1j,
    "half": np.float16(1),
    "truth": True,
    "opaque": wire.opaque("torch", "Tensor"),
    "opaque pair": (wire.opaque("builtins", "object"), np.ones(3)),
    "many": tuple(np.ones(1) for _ in range(50)),
}


@pytest.mark.usefixtures("remembered")
@pytest.mark.parametrize("exercise", CATALOGUE)
def test_whatever_comes_back_is_a_wrong_answer_and_no_fault_of_the_grader(exercise):
    for kind, value in ODD.items():
        sandbox = InProcess([lambda *args, value=value: value])
        mark = grade_one(sandbox, exercise, f"{exercise.name} = functions[0]")
        # A torch answer is read on its own side, which may find nothing to read.
        asked = {"wrong"} if exercise.torch is None else {"wrong", "error"}
        assert mark.status in asked and mark.points == 0, (kind, mark.note)


class Saying:
    """Stands for a child that sends what it likes as the result of every call."""

    def __init__(self, value):
        self.value = value

    def run(self, setup, answer, function, calls, helpers=(), reading=None, forbidden=()):
        notes = frozenset({("cut", "x"), ("tensor", "w"), ("right", "yes")})
        return RunResult(OK, [Outcome(self.value, notes=notes) for _ in calls])


TORCH = [e for _, e in catalogue.CATALOGUE if e.torch is not None]


@pytest.mark.usefixtures("remembered")
@pytest.mark.parametrize("exercise", TORCH, ids=[e.name for e in TORCH])
def test_whatever_a_torch_answers_side_says_is_a_wrong_answer(exercise):
    (args, *_) = public_inputs(exercise)
    right = call(exercise.answer, args, exercise.torch).value
    for kind, value in ODD.items():
        forged = [value, {}, {name: value for name in right}, {**right, "points": value}]
        forged += [{**right, name: value} for name in right if value is not right[name]]
        for said in forged:
            mark = grade_one(Saying(said), exercise, f"{exercise.name} = 1")
            assert (mark.status, mark.points) == ("wrong", 0), (kind, said, mark.note)


def test_answers_learnt_from_the_public_inputs_earn_nothing():
    exercise = NEURON.exercises["neuron"]
    answers = {case[2]: exercise.answer(*case) for case in public_inputs(exercise)}
    sandbox = InProcess([lambda X, w, b: answers.get(b, np.zeros(len(X)))])
    mark = grade_one(sandbox, exercise, "neuron = functions[0]")
    assert (mark.status, mark.points, mark.case) == ("wrong", 0, ())
    assert "Right on the public inputs" in mark.message


LEAK = """
def neuron(X, w, b):
    seen = repr((X.tolist(), w.tolist(), b))
    {}
"""
LEAKS = {
    "message": "raise ValueError(seen)",
    "type": "raise type(seen, (Exception,), {})(seen)",
    "value": "return X[:, 0]",
    "print": "print(seen); return 1 / 0",
    "one case only": "if len(X) == 7: raise ValueError(seen)\n    return expit(X @ w + b)",
}


@confined
@pytest.mark.parametrize("way", LEAKS)
def test_what_is_said_to_the_student_does_not_depend_on_the_hidden_inputs(real, way):
    exercise = NEURON.exercises["neuron"]
    cells = Cells({"neuron": LEAK.format(LEAKS[way])})
    first, second = (
        grade(real, {"neuron": exercise}, NEURON.setup, cells, seed)[0] for seed in (1, 2)
    )
    assert first == second
    assert first.points == 0 and first.message


@confined
def test_the_run_on_hidden_inputs_does_carry_them_so_nothing_of_it_may_be_said(real):
    exercise = NEURON.exercises["neuron"]
    answer = LEAK.format(LEAKS["message"])
    first, second = (
        real.run(NEURON.setup["neuron"], answer, "neuron", hidden_inputs(exercise, seed)).outcomes
        for seed in (1, 2)
    )
    assert [str(outcome.error) for outcome in first] != [str(o.error) for o in second]


@pytest.fixture(scope="module")
def real():
    with Sandbox(time_limit=4) as sandbox:
        yield sandbox


@confined
@pytest.mark.parametrize(("name", "source", "status"), WRITTEN)
def test_what_students_write(real, name, source, status):
    cells = read(only(**{name: source}))
    (mark,) = grade(real, {name: NEURON.exercises[name]}, NEURON.setup, cells, SEED)
    assert mark.status == status, mark
    hinted = {m.hint: m.credit for m in NEURON.exercises[name].mistakes}.get(mark.mistake, 0)
    assert mark.points == mark.possible * (1 if status == "right" else hinted)


OVERFLOWS = "def sigmoid(x):\n    {}\n        return 1 / (1 + np.exp(-x))\n"


@confined
@pytest.mark.parametrize(
    ("around", "status"), [("if True:", "wrong"), ("with np.errstate(all='ignore'):", "right")]
)
def test_an_overflow_that_is_silenced_earns_the_points_here_as_in_the_notebook(
    real, around, status
):
    exercise, source = NEURON.exercises["sigmoid"], OVERFLOWS.format(around)
    assert exercise.strict_floats
    cells = read(only(sigmoid=source))
    (mark,) = grade(real, {"sigmoid": exercise}, NEURON.setup, cells, SEED)
    names = {"np": np}
    exec(source, names)
    assert (mark.status, judge(exercise, names["sigmoid"], 1).status) == (status, status)


@confined
@pytest.mark.parametrize("lab", LABS)
def test_the_labs_own_solution_earns_all_in_the_real_sandbox(real, lab):
    assignment = assignment_of(lab)
    marks = grade(real, assignment.exercises, assignment.setup, Cells(assignment.solutions), SEED)
    assert [m for m in marks if m.points != m.possible] == []


@confined
def test_the_untouched_lab_and_the_missing_cell_are_not_attempted(real):
    cells = read(notebook(STUB, sigmoid=None))
    marks = grade(real, NEURON.exercises, NEURON.setup, cells, SEED)
    assert {m.status for m in marks} == {"not attempted"}
    assert {m.points for m in marks} == {0}


@confined
def test_each_exercise_stands_alone(real):
    broken = dict.fromkeys(["sigmoid", "softmax", "train"], "raise SystemExit")
    marks = grade(real, NEURON.exercises, NEURON.setup, read(notebook(SOLVED, **broken)), SEED)
    assert {m.exercise for m in marks if m.points == 0} == set(broken)


class Failing:
    """Fails as often as told, then answers."""

    def __init__(self, times, how):
        self.left, self.how = times, how

    def run(self, setup, answer, function, calls, helpers=(), reading=None, forbidden=()):
        self.left -= 1
        if self.left < 0:
            return InProcess().run(setup, answer, function, calls, helpers)
        if self.how == "status":
            return RunResult(GRADER_FAULT, message="overloaded")
        if self.how == "outcomes":
            return RunResult(OK, [Outcome(1.0)] * 50)  # more outcomes than calls
        raise OSError("the pipe broke")


RIGHT = "import numpy as np\ndef neuron(X, w, b):\n    return 1 / (1 + np.exp(-(X @ w + b)))"


@pytest.mark.parametrize("how", ["status", "raises", "outcomes"])
def test_a_grader_fault_is_tried_again_and_never_a_zero(how):
    exercise = NEURON.exercises["neuron"]
    assert grade_one(Failing(TRIES - 1, how), exercise, RIGHT).points == exercise.points
    mark = grade_one(Failing(TRIES, how), exercise, RIGHT)
    assert (mark.status, mark.points) == ("grader fault", None)
    assert mark.note and mark.note not in mark.message


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("def softmax(z):\n    return z", []),
        ("from scipy.special import softmax", ["softmax"]),
        ("import scipy\ndef softmax(z):\n    return scipy.special.softmax(z)", ["softmax"]),
        ("import torch as t\nf = t.exp\ndef softmax(z):\n    return f(z)", ["torch"]),
        ("import torch\ndef softmax(z):\n    return z\nprint(torch.__version__)", []),
        ("def softmax(z):\n    reference = z\n    return reference", []),
        (
            "%%time\nimport torch\ndef softmax(z):\n    return torch.softmax(z)",
            ["softmax", "torch"],
        ),
    ],
)
def test_names_that_an_answer_leans_on(source, names):
    exercise = NEURON.exercises["softmax"]
    assert {"softmax", "torch", "dlcourse"} <= set(exercise.forbidden)
    answer, _ = Answers(Cells({"softmax": source}), NEURON.exercises, NEURON.setup).find("softmax")
    assert forbidden(exercise, answer.origins) == names


@pytest.mark.parametrize("source", ["def softmax(z:\n", "-" * 100_000 + "1"])
def test_what_cannot_be_read_is_an_error_and_never_run(source):
    cells = Cells({"softmax": source})
    answer, _ = Answers(cells, NEURON.exercises, NEURON.setup).find("softmax")
    assert answer.source == "" and answer.unread.startswith("It cannot be read: ")
    marks = grade(None, NEURON.exercises, NEURON.setup, cells, SEED)
    mark = next(mark for mark in marks if mark.exercise == "softmax")
    assert (mark.status, mark.points, mark.message) == ("error", 0, answer.unread)
