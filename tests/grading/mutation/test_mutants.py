"""The inputs of every exercise tell each small fault in a right answer from the answer itself."""

import ast

import mutants_targets
import pytest
from mutants import mutants
from mutants_run import LABS, equivalents, exercises_of, run

EXERCISES = [(lab, exercise.name) for lab in LABS for exercise in exercises_of(lab)]


@pytest.mark.parametrize(("lab", "name"), EXERCISES, ids=map(".".join, EXERCISES))
def test_every_mutant_is_marked_wrong_or_known_to_change_nothing(lab, name):
    made, living = run(lab, name)
    known = equivalents(lab).get(name, {})
    print(f"\n{lab}.{name}: {made} made, {made - len(living)} killed, {len(living)} equivalent")
    assert [change for change in dict.fromkeys(living) if change not in known] == []
    assert [change for change in known if change not in living] == []
    assert made - len(living) >= 10


@pytest.mark.parametrize("lab", LABS)
def test_only_exercises_that_there_are_have_equivalents_each_with_a_reason(lab):
    listed = equivalents(lab)
    assert set(listed) <= {exercise.name for exercise in exercises_of(lab)}
    reasons = [reason for changes in listed.values() for reason in changes.values()]
    assert all(reason.endswith(".") and len(reason) > 10 for reason in reasons)


def changes(source):
    (function,) = ast.parse(source).body
    lines = [change.partition(" -> ")[2] for change, _ in mutants(function)]
    assert ast.unparse(function) == ast.unparse(ast.parse(source))
    return lines


@pytest.mark.parametrize(
    ("line", "changed"),
    [
        ("return a < b", "return a <= b"),
        ("return a - b", "return a + b"),
        ("return a @ b", "return a * b"),
        ("return a and b", "return a or b"),
        ("return -a", "return a"),
        ("return 0.5", "return 0.25"),
        ("return f(keepdims=True)", "return f(keepdims=False)"),
        ("return f(axis=1)", "return f(axis=0)"),
        ("return f(ddof=1)", "return f()"),
        ("return f(a, b)", "return f(b, a)"),
        ("return a.max()", "return a.min()"),
        ("return np.exp(a)", "return np.expm1(a)"),
        ("return a[1:n]", "return a[1:n - 1]"),
        ("return a[:]", "return a[1:]"),
        ("return a.T", "return a"),
        ("return b if a else c", "return b if not a else c"),
        ("return [b for b in a if b]", "return [b for b in a if not b]"),
        ("a += 1", "pass"),
        ("if a == 'x': b = 1", "if a == 'xx':"),
        ("if a: b = 1", "if not a:"),
        ("while a: b = 1", "while not a:"),
    ],
)
def test_what_is_changed(line, changed):
    assert changed in changes(f"def f(a, b, c):\n    {line}\n")


def test_words_guards_and_defaults_stay():
    source = "def f(a, b=1):\n    'Say 1 + 1.'\n    if a < 0:\n        raise ValueError(2)\n"
    assert changes(source) == []


@pytest.fixture
def answered(monkeypatch):
    """Return how many mutants of lab 02's boundary were made and live with another solution."""

    def run_with(solution):
        def assignment_of(lab):
            found = original(lab)
            return type(found)(**{**vars(found), "solutions": {"boundary": solution}})

        original = mutants_targets.assignment_of
        monkeypatch.setattr(mutants_targets, "assignment_of", assignment_of)
        return run("neuron", "boundary")

    return run_with


RIGHT = "    return mean + std * (np.log(threshold / (1 - threshold)) - b) / w\n"


@pytest.mark.parametrize(
    "trap",
    [
        "    while '':\n        b = b\n",
        "    np.zeros((2, 10**9 * (1 - 1)))\n",
        "    if 1 > 2:\n        import os\n        os._exit(1)\n",
    ],
    ids=["endless loop", "memory", "end of the process"],
)
def test_a_mutant_that_hangs_or_dies_counts_as_killed_and_the_rest_are_tried(answered, trap):
    plain, _ = answered("def boundary(w, b, threshold, mean, std):\n" + RIGHT)
    made, living = answered("def boundary(w, b, threshold, mean, std):\n" + trap + RIGHT)
    assert made > plain
    assert living and all("return" not in change for change in living)
