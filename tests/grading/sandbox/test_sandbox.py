"""Answers run confined: fair ones in any style come back right, the others say what happened."""

import ast
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

import numpy as np
import pytest
from fair_answers import FAIR, SIGMOID

from dlcourse.authoring.source import ROOT
from dlcourse.checks.outcome import call
from dlcourse.checks.verdict import NOT_ATTEMPTED, RIGHT, WRONG, weigh
from dlcourse.exercises.neuron import EXERCISES
from dlcourse.grading.confinement.confine import REQUIRED, probe
from dlcourse.grading.sandbox import conversation
from dlcourse.grading.sandbox.controller import Sandbox

MISSING = [layer.name for layer in probe() if layer.name in REQUIRED and not layer.in_force]
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"not here: {', '.join(MISSING)}")

BY_NAME = {exercise.name: exercise for exercise in EXERCISES}
SET_UP = [
    "import numpy as np\nfrom scipy.special import erf, expit\nimport dlcourse\n"
    "from dlcourse import data, plots\nfrom dlcourse import reference as ref\n"
    "lab = dlcourse.lab('neuron')\n",
    "table = data.breast_cancer()\n"
    "two = np.column_stack([table.column('mean radius'), table.column('mean texture')])\n"
    "if lab.passed('train'):\n    X = (two - two.mean(axis=0)) / two.std(axis=0)\n",
    "radius = table.column('mean radius')\nlab.check(print)\nlab.score()\n",
]


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(20, memory_limit=2**29) as sandbox:
        yield sandbox


def run(sandbox, source, name="sigmoid", setup=SET_UP):
    """Return the result and what ``weigh`` says about it."""
    calls = BY_NAME[name].cases(7)
    result = sandbox.run(setup, source, name, calls)
    if len(result.outcomes) < len(calls):
        return result, None
    return result, weigh(BY_NAME[name], calls, result.outcomes)


@pytest.mark.parametrize("style", FAIR)
def test_a_right_answer_in_any_style_is_right(sandbox, style):
    name, source = FAIR[style]
    result, verdict = run(sandbox, source, name)
    assert result.status == "ok", result
    assert verdict.status == RIGHT, verdict


@pytest.mark.parametrize("name", BY_NAME)
def test_the_labs_own_solutions_are_right(sandbox, name):
    source = (ROOT / "labs/source/02_neuron.py").read_text()
    functions = [n for n in ast.parse(source).body if getattr(n, "name", "") == name]
    answer = ast.unparse(functions[0])
    result, verdict = run(sandbox, answer, name)
    assert (result.status, verdict.status) == ("ok", RIGHT), (result, verdict)


def assert_same(ours, here):
    """Equal in kind, and in value but for the order of sums: it may follow an array's address."""
    assert type(ours) is type(here)
    if isinstance(here, tuple):
        assert len(ours) == len(here)
        for one, other in zip(ours, here, strict=True):
            assert_same(one, other)
    else:
        assert np.asarray(ours).dtype == np.asarray(here).dtype
        np.testing.assert_allclose(ours, here, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("name", BY_NAME)
def test_outcomes_are_those_of_a_call_in_this_process(sandbox, name):
    source = (ROOT / "labs/source/02_neuron.py").read_text()
    functions = [n for n in ast.parse(source).body if getattr(n, "name", "") == name]
    names = {}
    exec(SET_UP[0] + ast.unparse(functions[0]), names)
    calls = BY_NAME[name].cases(3)
    result = sandbox.run(SET_UP[:1], ast.unparse(functions[0]), name, calls)
    for ours, args in zip(result.outcomes, calls, strict=True):
        here = call(names[name], args)
        assert_same(ours.value, here.value)
        assert (ours.mutated, ours.float_errors) == (here.mutated, here.float_errors)


def test_side_effects_and_known_mistakes_are_seen_through_the_wire(sandbox):
    overflow = "def sigmoid(x):\n    return 1 / (1 + np.exp(-x))\n"
    result, verdict = run(sandbox, overflow)
    assert result.outcomes[0].float_errors == {"overflow"}
    assert verdict.status == WRONG and "overflowed" in verdict.hint
    in_place = "def softmax(z):\n    z -= z.max(-1, keepdims=True)\n    e = np.exp(z)\n    "
    result, verdict = run(sandbox, in_place + "return e / e.sum(-1, keepdims=True)\n", "softmax")
    assert result.outcomes[0].mutated == (0,)
    assert "caller's array" in verdict.hint


STATUSES = {
    "empty": ("", "not attempted", ""),
    "comments": ("# nothing\n\n", "not attempted", ""),
    "stub": ("def sigmoid(x):\n    raise NotImplementedError\n", "not attempted", ""),
    "no such function": ("def sigmoit(x):\n    return x\n", "error", "no function called sigmoid"),
    "not a function": ("sigmoid = 3\n", "error", "no function called sigmoid"),
    "syntax": ("def sigmoid(x):\n    return (\n", "error", "SyntaxError"),
    "name": ("def sigmoid(x):\n    return b\n", "ok", "NameError: name 'b'.*line 2: return b"),
    "name above": ("a = b\ndef sigmoid(x):\n    return a\n", "ok", "NameError: name 'b'.*a = b"),
    "name of no use": ("a = b\ndef sigmoid(x):\n    return x\n", "ok", "^$"),
    "no picture": ("import seaborn\nraise SystemExit\ndef sigmoid(x):\n    return x\n", "ok", "^$"),
    "raises": ("def sigmoid(x):\n    y = 1\n    return y / 0\n", "ok", "line 3: return y / 0"),
    "parameters": ("def sigmoid(x, y):\n    return x\n", "ok", "missing 1 required positional"),
    "asks": ("def sigmoid(x):\n    return input('x?')\n", "ok", "EOFError"),
    "endless cell": ("#" + "a" * 10**6 + "\nx = 1", "error", "1000007 characters"),
    "torch": (
        "import torch\ndef sigmoid(x):\n    return torch.sigmoid(x)\n",
        "forbidden",
        "torch is left out",
    ),
    "library": ("def sigmoid(x):\n    return ref.sigmoid(x)\n", "forbidden", "ref.*left out"),
}


@pytest.mark.parametrize("what", STATUSES)
def test_status_and_message(sandbox, what):
    source, status, message = STATUSES[what]
    result, verdict = run(sandbox, source)
    assert result.status == status, result
    assert verdict is None or verdict.status in (WRONG, NOT_ATTEMPTED)
    assert re.search(message, result.message), result.message


def test_the_stub_in_one_branch_is_not_attempted_and_its_outcomes_say_so(sandbox):
    result, _ = run(sandbox, STATUSES["stub"][0])
    assert {type(outcome.error) for outcome in result.outcomes} == {NotImplementedError}


def test_what_is_printed_is_kept_up_to_its_end(sandbox):
    result, _ = run(sandbox, SIGMOID + "print('first' + ' ' * 9999)\nprint('last')\n")
    assert result.output_tail.endswith("last\n") and "first" not in result.output_tail


def test_a_set_up_cell_that_raises_is_the_graders_fault(sandbox):
    result = sandbox.run(["import numpy as np", "1 / 0"], SIGMOID, "sigmoid", [(1.0,)])
    assert result.status == "grader fault"
    assert "set-up cell raised ZeroDivisionError" in result.message


def test_a_set_up_statement_on_what_is_left_out_is_passed_over(sandbox):
    cells = [
        "import torch\nx, y = torch.ones(2)\nz = 3\nu = np.sum(x) + y\n",
        "import dlcourse.plots as p\nq = p.style.colours[0]\nfor c in q:\n    print(c)\n",
    ]
    result = sandbox.run(["import numpy as np", *cells], "def f():\n    return z\n", "f", [()])
    assert result.outcomes[0].value == 3, result


def test_no_run_knows_anything_of_another(sandbox):
    run(
        sandbox,
        "import builtins, numpy\nbuiltins.mine = numpy.mine = 1\nopen('mine', 'w')\n" + SIGMOID,
    )
    look = "import builtins, os\ndef f():\n    return hasattr(builtins, 'mine'), os.listdir('.')\n"
    result = sandbox.run(["import numpy as np"], look, "f", [()])
    assert result.outcomes[0].value == (False, [])


def test_arguments_and_results_of_every_kind_come_back(sandbox):
    values = (
        None,
        True,
        -3,
        2.5,
        "a",
        [1, (2.0, "b")],
        {"c": np.ones(2)},
        np.arange(4).reshape(2, 2),
        np.float32(1),
    )
    result = sandbox.run([], "def f(*args):\n    return args\n", "f", [values])
    np.testing.assert_equal(result.outcomes[0].value, values)
    kinds = [type(value) for value in result.outcomes[0].value]
    assert kinds == [type(value) for value in values]


@pytest.mark.parametrize("value", [{1: 2}, {"a": print}, print, [object()], np.array([None])])
def test_an_argument_that_cannot_be_sent_is_named(sandbox, value):
    with pytest.raises(TypeError, match=r"calls\[1\]\[0\] holds .*; needed None, numbers"):
        sandbox.run([], SIGMOID, "sigmoid", [(1.0,), (value,)])


def test_time_that_an_answer_waits_for_a_processor_does_not_count():
    source = "import time\ndef f():\n    while time.process_time() < 0.6: pass\n    return 1\n"
    with Sandbox(0.8, cpu_limit=5) as sandbox:
        burn = [sys.executable, "-S", "-c", "while True: pass"]
        others = [subprocess.Popen(burn) for _ in range(2 * os.cpu_count())]
        try:
            result = sandbox.run([], source, "f", [()])
        finally:
            for other in others:
                other.kill()
                other.wait()
    # Where the machine is busier still, it is nobody's fault but the grader's.
    assert result.status in ("ok", "grader fault"), result
    assert result.status == "ok" or "overloaded" in result.message


def test_patience_grants_what_was_waited_once_and_ends():
    waited = iter([0.5, 0.5, 1.5, 99.0, 999.0])
    more = conversation._patience(lambda: next(waited), 2.0)
    assert [more() for _ in range(5)] == [0.5, 0.0, 1.0, 0.5, 0.0]


def test_a_warm_process_that_was_killed_is_started_again():
    with Sandbox() as sandbox:
        os.kill(sandbox._warm.pid, signal.SIGKILL)
        sandbox._warm.wait()
        result, _ = run(sandbox, SIGMOID)
        assert result.status == "grader fault", result
        assert "warm process" in result.message or "Broken" in result.message
        result, verdict = run(sandbox, SIGMOID)
        assert verdict.status == RIGHT, result


def test_nothing_is_left_when_it_is_closed():
    with Sandbox() as sandbox:
        folder, pid = sandbox._folder, sandbox._warm.pid
        opened = len(os.listdir("/proc/self/fd"))
        for _ in range(5):
            run(sandbox, SIGMOID)
        assert len(os.listdir("/proc/self/fd")) == opened
    assert not os.path.exists(folder)
    assert not os.path.exists(f"/proc/{pid}")


@pytest.mark.parametrize("without", [(), ("namespaces",)])
def test_nothing_is_left_when_the_grader_is_killed_in_the_middle_of_a_run(without):
    code = (
        "from dlcourse.grading.sandbox.controller import Sandbox\n"
        f"with Sandbox(60, without={without}) as s:\n"
        "    print(s._folder, s._warm.pid, flush=True)\n"
        "    s.run([], 'import time\\nopen(\"a\", \"w\")\\ntime.sleep(99)', 'f', [])\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as one:
        folder, pid = one.stdout.readline().split()
        time.sleep(0.3)
        one.kill()
    until = time.monotonic() + 20
    while time.monotonic() < until and (os.path.exists(folder) or os.path.exists(f"/proc/{pid}")):
        time.sleep(0.05)
    assert not os.path.exists(folder)
    assert not os.path.exists(f"/proc/{pid}")


def test_the_folder_of_a_dead_grader_is_removed_and_a_living_ones_is_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left, course = tmp_path / ".dlcourse-sandbox-left", tmp_path / "dlcourse-main"
    for folder in (left / "deep", course / "deep"):
        folder.mkdir(parents=True)
    with Sandbox() as living:
        for folder in (left, course, living._folder):
            os.utime(folder, (0, 0))
        with Sandbox():
            assert not left.exists()
            assert os.path.exists(living._folder)
    assert list(tmp_path.iterdir()) == [course], "somebody's copy of the course"
    assert (course / "deep").is_dir()


def test_results_that_are_too_large_together_are_said_to_be(sandbox):
    source = "import numpy as np\ndef f(n):\n    return np.zeros(n)\n"
    result = sandbox.run([], source, "f", [(10**6,)] * 12)
    assert [o.value.nbytes for o in result.outcomes[:8]] == [8 * 10**6] * 8
    said = [str(o.error) for o in result.outcomes[8:]]
    assert "your result cannot be sent: 72000000 bytes with those before" in said[0]
    assert all("cannot be sent" in text for text in said)
