"""Each public name of the reference has its twin, which does its own work."""

import ast
import inspect
from pathlib import Path

import pytest
import torch

from dlcourse import accelerated, reference

SOURCES = sorted(Path(accelerated.__file__).parent.glob("*.py"))
# What torch calls the same function elsewhere.
ALSO_CALLED = {"sigmoid": {"expit"}, "relu": {"threshold"}}
# numpy.random.Generator there, torch.Generator here.
RENAMED = {"rng": "generator"}


def public(module):
    return {
        name: value
        for name, value in vars(module).items()
        if not name.startswith("_") and (inspect.isfunction(value) or inspect.isclass(value))
    }


FUNCTIONS = {
    name: value
    for name, value in public(reference).items()
    if inspect.isfunction(value) and not name.endswith("_backward")
}


def test_the_reference_was_found():
    assert {"sigmoid", "linear", "binary_cross_entropy"} <= set(FUNCTIONS)


def test_both_halves_have_the_same_names():
    without_backward = {n for n in public(reference) if not n.endswith("_backward")}
    assert without_backward == set(public(accelerated))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_same_signature_and_module(name):
    twin = getattr(accelerated, name)
    assert inspect.signature(twin) == inspect.signature(FUNCTIONS[name])
    assert twin.__module__.replace("accelerated", "reference") == FUNCTIONS[name].__module__


@pytest.mark.parametrize("name", FUNCTIONS)
def test_backward_takes_the_same_arguments(name):
    forward = inspect.signature(FUNCTIONS[name]).parameters
    backward = inspect.signature(getattr(reference, f"{name}_backward")).parameters
    assert list(backward) == ["grad_output", *forward]
    assert [backward[n].default for n in forward] == [p.default for p in forward.values()]


def test_neurons_have_the_same_arguments_and_methods():
    ours = list(inspect.signature(reference.Neuron).parameters)
    twins = list(inspect.signature(accelerated.Neuron).parameters)
    assert [RENAMED.get(n, n) for n in ours] == twins[: len(ours)]
    assert public(accelerated.Neuron).keys() < public(reference.Neuron).keys()
    assert public(accelerated.Neuron).keys() == {"forward", "parameters"}


def test_sgd_has_torchs_arguments():
    torchs = inspect.signature(torch.optim.SGD).parameters
    ours = inspect.signature(reference.SGD).parameters
    assert list(ours) == list(torchs)[: len(ours)]
    assert [p.default for p in ours.values()] == [torchs[n].default for n in ours]


def borrowed(source, taught):
    """Return what a module takes from torch that it should have written itself.

    A public function may not use its own name, nor a private helper the name of any
    function in ``taught``, with or without the underscore of torch's in-place forms.
    """
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import | ast.ImportFrom | ast.Attribute | ast.Name):
            text = ast.unparse(node)
            if "functional" in text or "torch.nn" in text or "torch import nn" in text:
                found.append(text)
        if isinstance(node, ast.FunctionDef):
            own = set(taught) if node.name.startswith("_") else {node.name} & set(taught)
            own |= {alias for name in own for alias in ALSO_CALLED.get(name, ())}
            for inner in (n for line in node.body for n in ast.walk(line)):
                used = (
                    getattr(inner, "attr", None)
                    or getattr(inner, "id", None)
                    or getattr(inner, "value", None)
                )
                if isinstance(used, str) and used.rstrip("_").lower() in own:
                    found.append(f"{node.name}: {used}")
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.name)
def test_twins_borrow_nothing(path):
    assert borrowed(path.read_text(encoding="utf-8"), FUNCTIONS) == []


@pytest.mark.parametrize(
    "source",
    [
        "def sigmoid(input):\n    return torch.sigmoid(input)",
        "def sigmoid(input):\n    return input.sigmoid_()",
        "def sigmoid(input):\n    return torch.special.expit(input)",
        "def sigmoid(input):\n    return getattr(torch, 'sigmoid')(input)",
        "def linear(input, weight):\n    return torch.ops.aten.linear(input, weight)",
        "def _help(input):\n    return torch.softmax(input, 0)",
        "import torch.nn.functional as F",
        "from torch.nn import functional",
        "from torch.nn.functional import relu",
        "from torch import nn",
        "def relu(input):\n    return torch.nn.ReLU()(input)",
    ],
)
def test_borrowing_is_noticed(source):
    assert borrowed(source, FUNCTIONS)


def test_other_functions_of_torch_are_free_to_use():
    assert borrowed("def gelu(input):\n    return torch.tanh(input)", FUNCTIONS) == []
