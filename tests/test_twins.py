"""Each public name of the reference has its twin, which does its own work."""

import ast
import inspect
from pathlib import Path

import pytest

from dlcourse import accelerated, reference

SOURCES = sorted(Path(accelerated.__file__).parent.rglob("*.py"))
# What torch calls the same function elsewhere.
ALSO_CALLED = {
    "sigmoid": {"expit"},
    "relu": {"threshold"},
    "conv2d": {"convolution", "_convolution", "mkldnn_convolution", "cudnn_convolution", "im2col"},
    "max_pool2d": {"max_pool2d_with_indices", "adaptive_max_pool2d"},
    "avg_pool2d": {"adaptive_avg_pool2d"},
    "pad": {"constant_pad_nd"},
    "embedding": {"embedding_bag"},
    "rnn_tanh_cell": {"rnn_tanh"},
    "lstm_cell": {"lstm", "_thnn_fused_lstm_cell"},
    "gru_cell": {"gru", "_thnn_fused_gru_cell"},
    "scaled_dot_product_attention": {
        "_scaled_dot_product_attention_math",
        "_scaled_dot_product_flash_attention",
        "_scaled_dot_product_efficient_attention",
    },
}
# numpy.random.Generator there, torch.Generator here.
RENAMED = {"rng": "generator"}
# No mathematics, so no twin; or torch.autograd is the twin.
ONCE = {"summary", "GradientCheck", "Tensor", "gradient_check", "lift", "numerical_gradient"}
ONCE |= {"softmax_cross_entropy", "unbroadcast"}
# Augmentation prepares data, before either half sees them.
ONCE |= {n for n in dir(reference) if n.startswith("random_")}
# A draw has no derivative; dropout_backward takes the mask that was drawn.
RANDOM = {"dropout", "dropout_mask"}
# They work on gradients, and no gradient passes through them.
AFTER_BACKWARD = {"clip_grad_norm", "clip_grad_value", "newtons_method"}


def public(module):
    return {
        name: value
        for name, value in vars(module).items()
        if not name.startswith("_") and (inspect.isfunction(value) or inspect.isclass(value))
    }


FUNCTIONS = {
    name: value
    for name, value in public(reference).items()
    if inspect.isfunction(value) and not name.endswith("_backward") and name not in ONCE
}


def test_the_reference_was_found():
    assert {"sigmoid", "linear", "binary_cross_entropy"} <= set(FUNCTIONS)


def test_both_halves_have_the_same_names():
    without_backward = {n for n in public(reference) if not n.endswith("_backward")}
    assert without_backward - ONCE == set(public(accelerated))


def arguments(function):
    return [(p.name, p.default) for p in inspect.signature(function).parameters.values()]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_same_signature_and_module(name):
    twin = getattr(accelerated, name)
    assert arguments(twin) == [(RENAMED.get(n, n), d) for n, d in arguments(FUNCTIONS[name])]
    assert twin.__module__.replace("accelerated", "reference") == FUNCTIONS[name].__module__


@pytest.mark.parametrize("name", sorted(FUNCTIONS.keys() - RANDOM - AFTER_BACKWARD))
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
            arguments = {a.arg for a in ast.walk(node.args) if isinstance(a, ast.arg)}
            for inner in (n for line in node.body for n in ast.walk(line)):
                if isinstance(inner, ast.Name) and inner.id in arguments:
                    continue  # pad's argument is called pad
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
        "def pad(input, pad):\n    return torch.constant_pad_nd(input, pad)",
        "def _slide(x, weight):\n    return torch.convolution(x, weight)",
    ],
)
def test_borrowing_is_noticed(source):
    assert borrowed(source, FUNCTIONS)


def test_other_functions_of_torch_are_free_to_use():
    assert borrowed("def gelu(input):\n    return torch.tanh(input)", FUNCTIONS) == []
