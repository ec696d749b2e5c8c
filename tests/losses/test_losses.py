import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from oracle import (
    TOLERANCES,
    arrays,
    broadcastable,
    check_function,
    differentiate,
    dtypes,
    on_every_device,
    reductions,
    shapes,
)

from dlcourse import accelerated, reference

FROM_P, FROM_LOGITS = "binary_cross_entropy", "binary_cross_entropy_with_logits"
TORCH = {FROM_P: F.binary_cross_entropy, FROM_LOGITS: F.binary_cross_entropy_with_logits}
each = pytest.mark.parametrize("name", TORCH)
each_dtype = pytest.mark.parametrize("dtype", ["float32", "float64"])


@on_every_device
@given(data=st.data(), shape=shapes, dtype=dtypes, reduction=reductions)
def test_from_probabilities(device, data, shape, dtype, reduction):
    p = data.draw(arrays(shape, dtype, 0.01, 0.99, kinks=()))
    y = data.draw(arrays(shape, dtype, 0, 1, kinks=()))
    weight = data.draw(st.none() | broadcastable(shape, dtype))
    kwargs = {"weight": weight, "reduction": reduction}
    check_function(FROM_P, (p, y), kwargs, torch_function=TORCH[FROM_P], device=device)


@on_every_device
@given(data=st.data(), shape=shapes, dtype=dtypes, reduction=reductions)
def test_from_logits(device, data, shape, dtype, reduction):
    z = data.draw(arrays(shape, dtype, -8, 8, kinks=()))
    y = data.draw(arrays(shape, dtype, 0, 1, kinks=()))
    if data.draw(st.booleans()):
        np.round(y, out=y)
    kwargs = {
        "weight": data.draw(st.none() | broadcastable(shape, dtype)),
        "reduction": reduction,
        "pos_weight": data.draw(st.none() | broadcastable(shape, dtype)),
    }
    check_function(FROM_LOGITS, (z, y), kwargs, torch_function=TORCH[FROM_LOGITS], device=device)


@each_dtype
@on_every_device
@pytest.mark.parametrize("reduction", ["none", "mean", "sum"])
def test_sure_probabilities_have_torchs_values_and_slopes(dtype, device, reduction):
    p = np.array([0, 1, np.finfo(dtype).tiny, 1e-13, 3e-12, 1 - np.finfo(dtype).epsneg], dtype)
    p, y = (a.ravel() for a in np.meshgrid(p, np.array([0, 0.3, 1], dtype)))
    kwargs = {"reduction": reduction}
    check_function(FROM_P, (p, y), kwargs, device=device, differences=False)
    one = np.ones(p.shape if reduction == "none" else (), dtype)
    twin, torchs = (
        differentiate(function, (p, y), kwargs, one, (0,), device)
        for function in (accelerated.binary_cross_entropy, F.binary_cross_entropy)
    )
    # Torch keeps its 1e-12 in float32, 4e-9 off, so float64 slopes agree no further.
    np.testing.assert_allclose(twin[0], torchs[0], **TOLERANCES[dtype])
    np.testing.assert_allclose(twin[1], torchs[1], rtol=1e-8 if dtype == "float64" else 1e-5)
    assert np.isfinite(twin[0]).all() and np.isfinite(twin[1]).all()


def test_sure_and_wrong_costs_100():
    p, y = np.array([0.0, 1.0, 0.0, 1.0]), np.array([1.0, 0.0, 0.0, 1.0])
    loss = reference.binary_cross_entropy(p, y, reduction="none")
    np.testing.assert_array_equal(loss, [100, 100, 0, 0])


@each_dtype
@on_every_device
def test_extreme_logits(dtype, device):
    z = np.array([0, 1e4, -1e4, 89, -89, 1e-20], dtype)
    z, y = (a.ravel() for a in np.meshgrid(z, np.array([0, 0.3, 1], dtype)))
    kwargs = {"reduction": "none", "pos_weight": np.array(3, dtype)}
    check_function(
        FROM_LOGITS,
        (z, y),
        kwargs,
        torch_function=TORCH[FROM_LOGITS],
        device=device,
        differences=False,
    )
    value, (slope,) = differentiate(
        accelerated.binary_cross_entropy_with_logits, (z, y), kwargs, np.ones_like(z), (0,), device
    )
    assert np.isfinite(value).all() and np.isfinite(slope).all()


def test_slope_at_logit_zero_is_minus_one_half():
    z, y, one = np.zeros(1), np.ones(1), np.ones(1)
    backward = reference.binary_cross_entropy_with_logits_backward
    assert backward(one, z, y, reduction="none") == -0.5
    _, (slope,) = differentiate(
        accelerated.binary_cross_entropy_with_logits,
        (z, y),
        {"reduction": "none"},
        one,
        (0,),
        "cpu",
    )
    assert slope == -0.5


def test_nan_logits_go_through_as_in_torch():
    z, y = np.array([np.nan, 1.0]), np.array([1.0, 0.0])
    for reduction in ("none", "mean"):
        check_function(
            FROM_LOGITS,
            (z, y),
            {"reduction": reduction},
            torch_function=TORCH[FROM_LOGITS],
            differences=False,
        )
    assert np.isnan(reference.binary_cross_entropy_with_logits(z, y))


@each
def test_the_two_losses_agree(name):
    z, y = np.linspace(-5, 5, 11), np.linspace(0, 1, 11)
    np.testing.assert_allclose(
        reference.binary_cross_entropy(reference.sigmoid(z), y),
        reference.binary_cross_entropy_with_logits(z, y),
        rtol=1e-12,
    )


@each
def test_gradient_reaches_a_learned_target_and_weight(name):
    p, y, w = (torch.tensor([v], dtype=torch.float64, requires_grad=True) for v in (0.3, 0.6, 2.0))
    torch.autograd.gradcheck(getattr(accelerated, name), (p, y, w))


@each
def test_whole_number_targets_and_foreign_dtypes_widen_nothing(name):
    x, y, wide = np.full(3, 0.5, np.float32), np.array([0, 1, 1]), np.ones(3)
    kwargs = {"weight": wide} | ({"pos_weight": wide} if name == FROM_LOGITS else {})
    assert getattr(reference, name)(x, y, **kwargs).dtype == np.float32
    assert getattr(reference, f"{name}_backward")(1.0, x, y, **kwargs).dtype == np.float32
    tensors = {k: torch.from_numpy(v) for k, v in kwargs.items()}
    loss = getattr(accelerated, name)(torch.from_numpy(x), torch.from_numpy(y), **tensors)
    assert loss.dtype == torch.float32


BAD = [
    ({"target": np.ones(2)}, ValueError, r"target has shape \(2,\); needed .* input, \(3,\)"),
    ({"target": np.array([0, 2.0, 1])}, ValueError, r"target runs from 0\.0 to 2\.0; .* 0 to 1"),
    ({"target": np.array([0, np.nan, 1])}, ValueError, "target runs from nan to nan"),
    ({"weight": np.ones(2)}, ValueError, r"weight has shape \(2,\); it must broadcast to \(3,\)"),
    ({"weight": np.ones((2, 3))}, ValueError, r"weight has shape \(2, 3\); it must broadcast"),
    ({"reduction": "average"}, ValueError, "reduction is 'average'; needed one of 'none', 'mean'"),
    ({"target": np.ones(3, complex)}, TypeError, "target has dtype .*complex128; needed real"),
]


@each
@pytest.mark.parametrize("change, error, message", BAD)
def test_bad_input(name, change, error, message):
    kwargs = {"input": np.full(3, 0.5), "target": np.ones(3), **change}
    refused(name, kwargs, error, message)


def test_bad_probabilities():
    for p in (np.array([0.5, 1.1]), np.array([-0.1, 0.5]), np.array([np.nan, 0.5])):
        refused(FROM_P, {"input": p, "target": np.ones(2)}, ValueError, "input runs from")


def test_bad_pos_weight():
    kwargs = {"input": np.zeros((2, 3)), "target": np.ones((2, 3)), "pos_weight": np.ones(2)}
    refused(FROM_LOGITS, kwargs, ValueError, r"pos_weight has shape \(2,\); it must broadcast")
    kwargs["pos_weight"] = np.ones((4, 2, 3))
    refused(FROM_LOGITS, kwargs, ValueError, r"pos_weight has shape \(4, 2, 3\)")


def refused(name, kwargs, error, message):
    """Assert that both halves, and the backward, refuse in the same words."""
    tensors = {k: torch.from_numpy(v) if k != "reduction" else v for k, v in kwargs.items()}
    with pytest.raises(error, match=message):
        getattr(reference, name)(**kwargs)
    with pytest.raises(error, match=message):
        getattr(reference, f"{name}_backward")(1.0, **kwargs)
    with pytest.raises(error, match=message):
        getattr(accelerated, name)(**tensors)


@each
@pytest.mark.parametrize("odd", ["input", "target", "weight"])
def test_the_other_half_is_named(name, odd):
    arrays = {key: np.full(3, 0.5) for key in ("input", "target", "weight")}
    tensors = {key: torch.full((3,), 0.5) for key in arrays}
    with pytest.raises(TypeError, match=f"^{odd} is a torch tensor"):
        getattr(reference, name)(**{**arrays, odd: tensors[odd]})
    with pytest.raises(TypeError, match=rf"^{odd} is of type numpy\.ndarray"):
        getattr(accelerated, name)(**{**tensors, odd: arrays[odd]})


@each
def test_gradient_of_another_shape(name):
    backward = getattr(reference, f"{name}_backward")
    with pytest.raises(ValueError, match=r"grad_output has shape \(3,\); needed .* \(\)"):
        backward(np.ones(3), np.full(3, 0.5), np.ones(3))
    with pytest.raises(ValueError, match=r"grad_output has shape \(\); needed .* \(3,\)"):
        backward(1.0, np.full(3, 0.5), np.ones(3), reduction="none")
