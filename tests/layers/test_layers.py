import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from oracle import arrays, check_function, dtypes, on_every_device, shapes

from dlcourse import accelerated, reference

WITH_BIAS, WITHOUT = (0, 1, 2), (0, 1)
HALVES = [(reference, np.zeros), (accelerated, lambda shape: torch.zeros(shape))]
each_half = pytest.mark.parametrize("half, zeros", HALVES)


@pytest.mark.parametrize("bias", [True, False])
@on_every_device
@given(
    data=st.data(),
    batch=shapes,
    features=st.tuples(st.integers(0, 4), st.integers(0, 4)),
    dtype=dtypes,
)
def test_linear(bias, device, data, batch, features, dtype):
    in_features, out_features = features
    args = [
        data.draw(arrays((*batch, in_features), dtype, kinks=())),
        data.draw(arrays((out_features, in_features), dtype, kinks=())),
    ]
    if bias:
        args.append(data.draw(arrays((out_features,), dtype, kinks=())))
    check_function(
        "linear",
        args,
        torch_function=F.linear,
        differentiable=WITH_BIAS if bias else WITHOUT,
        device=device,
    )


def test_no_gradient_for_a_bias_that_is_not_there():
    grads = reference.linear_backward(np.ones((2, 3)), np.ones((2, 4)), np.ones((3, 4)))
    assert len(grads) == 3 and grads[2] is None


@on_every_device
def test_nan_reaches_its_own_row_only(device):
    x = np.array([[np.nan, 1.0], [2.0, 3.0]])
    weight = np.ones((3, 2))
    assert np.isnan(reference.linear(x, weight)).all(axis=1).tolist() == [True, False]
    check_function(
        "linear",
        (x, weight),
        torch_function=F.linear,
        differentiable=WITHOUT,
        device=device,
        differences=False,
    )


def test_large_values_stay_finite():
    x = np.full((2, 3), 1e4, np.float32)
    check_function(
        "linear", (x, -x), torch_function=F.linear, differentiable=WITHOUT, differences=False
    )
    assert np.isfinite(reference.linear(x, -x)).all()


@each_half
@pytest.mark.parametrize(
    "input, weight, bias, message",
    [
        ((2, 3), (4,), None, r"weight has shape \(4,\); needed two axes"),
        ((2, 3), (4, 5), None, r"input has shape \(2, 3\); needed \(\.\.\., 5\)"),
        ((), (4, 5), None, r"input has shape \(\); needed \(\.\.\., 5\)"),
        ((2, 5), (4, 5), (5,), r"bias has shape \(5,\); needed \(4,\)"),
        ((2, 5), (4, 5), (1, 4), r"bias has shape \(1, 4\); needed \(4,\)"),
    ],
)
def test_shapes_that_do_not_fit(half, zeros, input, weight, bias, message):
    with pytest.raises(ValueError, match=message):
        half.linear(zeros(input), zeros(weight), None if bias is None else zeros(bias))


def test_gradient_of_another_shape():
    with pytest.raises(ValueError, match=r"grad_output has shape \(2, 4\).*\(2, 3\)"):
        reference.linear_backward(np.ones((2, 4)), np.ones((2, 4)), np.ones((3, 4)))


@pytest.mark.parametrize("odd", ["input", "weight", "bias"])
def test_dtypes_are_not_mixed(odd):
    shapes = {"input": (2, 3), "weight": (4, 3), "bias": (4,)}
    arrays = {k: np.zeros(s, np.float32 if k == odd else np.float64) for k, s in shapes.items()}
    with pytest.raises(TypeError, match=r"dtypes .*float32.*; needed one dtype"):
        reference.linear(**arrays)
    with pytest.raises(TypeError, match=r"dtypes .*float32.*; needed one dtype"):
        accelerated.linear(**{k: torch.from_numpy(a) for k, a in arrays.items()})


@pytest.mark.parametrize("odd", ["input", "weight", "bias"])
def test_the_other_half_is_named(odd):
    shapes = {"input": (2, 3), "weight": (4, 3), "bias": (4,)}
    arrays = {k: np.zeros(s) for k, s in shapes.items()}
    tensors = {k: torch.zeros(s) for k, s in shapes.items()}
    with pytest.raises(TypeError, match=f"{odd} is a torch tensor"):
        reference.linear(**{**arrays, odd: tensors[odd]})
    with pytest.raises(TypeError, match=rf"{odd} is of type numpy\.ndarray"):
        accelerated.linear(**{**tensors, odd: arrays[odd]})
