"""Attacks on torch exercises: no mark, nothing outside, nothing left running, grading goes on."""

import numpy as np
import pytest
from attacks_on_torch import GRADIENTS, MACHINE, TENSORS, TIME
from catalogue import CATALOGUE
from handed_in import confined
from test_attacks import canary, each, no_effect_outside  # noqa: F401

from dlcourse.authoring.source import ROOT
from dlcourse.checks.verdict import RIGHT, weigh
from dlcourse.grading.answers.notebook import Cells
from dlcourse.grading.marks.engine import grade
from dlcourse.grading.sandbox.controller import Sandbox

pytestmark = confined
EXERCISES = {exercise.name: exercise for lab, exercise in CATALOGUE if lab == "torch_lab"}
SET_UP = ("import torch\nimport dlcourse\nlab = dlcourse.lab('torch_lab')",)
FAIR = """
def dice_loss(logits, target):
    p = torch.sigmoid(logits).flatten(1)
    t = target.flatten(1)
    return (1 - (2 * (p * t).sum(1) + 1) / (p.sum(1) + t.sum(1) + 1)).mean()
"""


def started(*limits, **more):
    sandbox = Sandbox(*limits, libraries=("numpy", "scipy", "torch"), memory_limit=2**29, **more)
    return sandbox.__enter__()


@pytest.fixture(scope="module")
def patient():
    sandbox = started(30, cpu_limit=20)
    yield sandbox
    sandbox.__exit__()


@pytest.fixture(scope="module")
def impatient():
    sandbox = started(1.5, cpu_limit=1)
    yield sandbox
    sandbox.__exit__()


def mark(sandbox, source, name="dice_loss"):
    """Return the result, and whether it would be marked as right."""
    exercise = EXERCISES[name]
    calls = exercise.inputs(np.random.default_rng(np.random.SeedSequence()))
    for _ in range(5):
        result = sandbox.run(SET_UP, source, name, calls, reading=exercise.torch)
        if result.status != "grader fault":
            break
        assert "overloaded" in result.message, result
    complete = len(result.outcomes) == len(calls) and result.status == "ok"
    return result, complete and weigh(exercise, calls, result.outcomes).status == RIGHT


def attack(sandbox, folder, source, statuses):
    source = source.replace("{canary}", str(folder)).replace("{repository}", str(ROOT))
    with no_effect_outside(sandbox, folder):
        result, right = mark(sandbox, source)
    assert not right
    assert result.status in statuses, result
    result, right = mark(sandbox, FAIR)
    assert right, result


@each([*GRADIENTS, *TENSORS, *MACHINE])
def test_attack_gains_nothing(patient, canary, statuses, source):  # noqa: F811
    attack(patient, canary, source, statuses)


@each(TIME)
def test_attack_on_time_ends_in_time(impatient, canary, statuses, source):  # noqa: F811
    attack(impatient, canary, source, statuses)


LYING = """
class ResidualBlock(torch.nn.Module):
    def __init__(self, i, o, stride):
        super().__init__()
        self.conv = torch.nn.Conv2d(i, o, 1, stride)
    {}
    def forward(self, x):
        return self.conv(x)
"""
LIES = {
    "state_dict": "def state_dict(self, *a, **k): return {'conv1.weight': torch.ones(2, 2, 3, 3)}",
    "parameters": "def named_parameters(self, *a, **k): return iter([('w', torch.ones(9))])",
    "no parameters": "def named_parameters(self, *a, **k): return iter(())",
    "buffers": "def named_buffers(self, *a, **k): return iter([('b', torch.ones(9))] * 6)",
    "train": "def train(self, mode=True): return 'right'",
    "to": "def to(self, *a): return self",
    "call": "def __call__(self, x): return x",
    "attribute": "def __getattr__(self, name): return self",
    "class": "__class__ = property(lambda self: torch.nn.Identity)",
}


@pytest.mark.parametrize("lie", LIES)
def test_a_module_that_lies_gains_nothing(patient, lie):
    result, right = mark(patient, LYING.format(LIES[lie]), "ResidualBlock")
    assert not right and result.status == "ok", result


def test_the_corpus_is_large_and_its_names_are_unique():
    names = [name for name, *_ in (*GRADIENTS, *TENSORS, *MACHINE, *TIME)]
    assert len(names) >= 55 and len(set(names)) == len(names)


def test_the_fair_answer_is_right_and_a_slightly_wrong_one_is_not(patient):
    assert mark(patient, FAIR)[1]
    assert not mark(patient, FAIR.replace("+ 1))", "+ 1.001))"))[1]


def test_numpys_answers_meet_no_torch_even_when_a_torch_exercise_was_graded_before():
    numpys = "import numpy as np\nimport torch\ndef f():\n    return torch.ones(2).sum().item()\n"
    reads = "import sys\ndef f():\n    return [m for m in sys.modules if m.startswith('torch')]\n"
    with Sandbox() as sandbox:
        assert mark(sandbox, FAIR)[1]
        assert sandbox.run([], numpys, "f", [()]).status == "forbidden"
        assert sandbox.run([], reads, "f", [()]).outcomes[0].value == []


def test_a_torch_lab_is_graded_with_marks_from_numbers_and_words_from_notes():
    cells = Cells(
        {
            "dice_loss": FAIR.replace("p = torch.sigmoid(logits)", "p = logits.detach().sigmoid()"),
            "train_step": "def train_step(model, optimizer, x, y):\n    raise NotImplementedError",
            "Standardize": LYING.format("").replace("ResidualBlock", "Standardize"),
        }
    )
    with Sandbox() as sandbox:
        marks = grade(sandbox, EXERCISES, dict.fromkeys(EXERCISES, SET_UP), cells, 3)
    said = {one.exercise: one for one in marks}
    assert said["dice_loss"].points == 0.75 and "way back is cut" in said["dice_loss"].hint
    assert "Your answer uses .detach()." in said["dice_loss"].message
    assert said["train_step"].status == said["relu_maps"].status == "not attempted"
    assert (said["Standardize"].status, said["Standardize"].points) == ("error", 0)
