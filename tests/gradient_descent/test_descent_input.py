"""What every optimizer refuses."""

import inspect

import numpy as np
import pytest
import torch
from optimizers import OPTIMIZERS

from dlcourse import reference
from dlcourse.reference import SGD


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("params", [[], iter([])])
def test_no_empty_list_of_params(name, params):
    with pytest.raises(ValueError, match="params is empty; needed at least one array"):
        getattr(reference, name)(params)


RATES = [
    (name, argument)
    for name in OPTIMIZERS
    for argument, parameter in inspect.signature(getattr(reference, name)).parameters.items()
    if argument not in {"params", "betas", "dampening"} and not isinstance(parameter.default, bool)
]


@pytest.mark.parametrize("name, argument", RATES)
@pytest.mark.parametrize("value", [-1, float("nan"), float("inf")])
def test_no_negative_or_endless_rates(name, argument, value):
    with pytest.raises(ValueError, match=f"{argument} is {value}; needed 0 or more, and finite"):
        getattr(reference, name)([np.zeros(2)], **{argument: value})


@pytest.mark.parametrize("name, argument", [*RATES, ("SGD", "dampening")])
@pytest.mark.parametrize("value", ["0.1", None, True, np.ones(2)])
def test_rates_are_numbers(name, argument, value):
    with pytest.raises(TypeError, match=f"{argument} is .*; needed a number"):
        getattr(reference, name)([np.zeros(2)], **{argument: value})


@pytest.mark.parametrize("name", ["Adam", "AdamW"])
@pytest.mark.parametrize(
    "value, message",
    [
        ((1.0, 0.9), r"betas\[0\] is 1; needed 0 or more, and below 1"),
        ((0.9, -0.1), r"betas\[1\] is -0.1; needed 0 or more, and below 1"),
        ((0.9,), r"betas is \(0.9,\); needed two numbers"),
        (0.9, "betas is 0.9; needed two numbers"),
    ],
)
def test_betas_lie_between_0_and_1(name, value, message):
    with pytest.raises(ValueError, match=message):
        getattr(reference, name)([np.zeros(2)], betas=value)


@pytest.mark.parametrize("options", [{"momentum": 0}, {"momentum": 0.9, "dampening": 0.1}])
def test_nesterov_needs_plain_momentum(options):
    with pytest.raises(ValueError, match="nesterov needs a momentum above 0"):
        SGD([np.zeros(2)], nesterov=True, **options)


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize(
    "params, message",
    [
        ([np.zeros(2), np.zeros(2, int)], r"params\[1\] is int64; needed a floating-point array"),
        ([[0.0, 1.0]], r"params\[0\] is list; needed a floating-point array"),
        ([torch.zeros(2)], r"params\[0\] is Tensor; needed a floating-point array"),
        (np.zeros((2, 2)), "params is one array; needed a list of arrays"),
    ],
)
def test_params_must_be_arrays(name, params, message):
    with pytest.raises(TypeError, match=message):
        getattr(reference, name)(params)


def test_params_must_be_writable():
    frozen = np.zeros(2)
    frozen.flags.writeable = False
    with pytest.raises(ValueError, match=r"params\[0\] is read-only; needed an array that can"):
        SGD([frozen])


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("gradients", [[], [np.zeros(3)], [np.zeros(2), np.zeros(2)]])
def test_gradients_must_match(name, gradients):
    w = np.ones(2)
    with pytest.raises(ValueError, match=r"gradients have shapes .*; needed .* \[\(2,\)\]"):
        getattr(reference, name)([w]).step(gradients)
    np.testing.assert_array_equal(w, 1)


@pytest.mark.parametrize("gradient", [torch.zeros(2), np.zeros(2, complex), [None, None]])
def test_gradients_must_be_real_arrays(gradient):
    with pytest.raises(TypeError, match=r"gradients\[0\]"):
        SGD([np.ones(2)]).step([gradient])
