"""Clipping, in both halves, against torch.nn.utils."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from oracle import LAYOUTS, TOLERANCES, arrange, close, dtypes, on_every_device, shapes

from dlcourse import accelerated, reference

limits = st.sampled_from([0.0, 0.1, 1.0, 7.0, math.inf])


@st.composite
def gradients(draw):
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    dtype, scale = draw(dtypes), draw(st.sampled_from([0.0, 1e-3, 1.0, 100.0]))
    return [
        arrange(np.asarray(scale * rng.normal(size=shape), dtype), draw(st.sampled_from(LAYOUTS)))
        for shape in draw(st.lists(shapes, max_size=4))
    ]


def torchs(name, arrays, *args):
    """Return what torch's function returns, and the gradients that it leaves."""
    tensors = [torch.zeros(a.shape, dtype=getattr(torch, str(a.dtype))) for a in arrays]
    for tensor, array in zip(tensors, arrays, strict=True):
        tensor.grad = torch.tensor(array)
    value = getattr(torch.nn.utils, name)(tensors, *args)
    return value, [t.grad.numpy() for t in tensors]


def clip_both(name, arrays, device, *args):
    """Clip copies in both halves; return (value, gradients as arrays) of each."""
    ours = [np.array(a) for a in arrays]
    twins = [torch.tensor(a, device=device) for a in arrays]
    values = getattr(reference, name)(ours, *args), getattr(accelerated, name)(twins, *args)
    return (values[0], ours), (values[1], [t.cpu().numpy() for t in twins])


@on_every_device
@given(arrays=gradients(), max_norm=limits, norm_type=st.sampled_from([0.5, 1, 2, 2.0, 3, "inf"]))
def test_norm_like_torch(device, arrays, max_norm, norm_type):
    # torch refuses to take the maximum of nothing.
    arrays = [a for a in arrays if a.size or norm_type != "inf"]
    total, expected = torchs("clip_grad_norm_", arrays, max_norm, norm_type)
    for norm, got in clip_both("clip_grad_norm", arrays, device, max_norm, norm_type):
        dtype = str(arrays[0].dtype) if arrays else "float64"
        np.testing.assert_allclose(float(norm), float(total), **TOLERANCES[dtype])
        for wanted, g in zip(expected, got, strict=True):
            assert g.dtype == dtype
            close("clipped", wanted, g, dtype)


@on_every_device
@given(arrays=gradients(), clip_value=limits)
def test_value_like_torch(device, arrays, clip_value):
    # torch stumbles over an empty list.
    expected = torchs("clip_grad_value_", arrays, clip_value)[1] if arrays else []
    for nothing, got in clip_both("clip_grad_value", arrays, device, clip_value):
        assert nothing is None
        for wanted, g in zip(expected, got, strict=True):
            assert g.dtype == wanted.dtype
            np.testing.assert_array_equal(g, wanted)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_in_place_in_every_layout(layout):
    for clip in (reference.clip_grad_norm, reference.clip_grad_value):
        g = arrange(np.full((2, 3), 4.0), layout)
        clip([g], 0.5)
        assert np.abs(g).max() <= 0.5


def test_one_factor_for_all_keeps_the_direction():
    arrays = [np.array([3.0, 0.0]), np.array([[4.0]])]
    assert reference.clip_grad_norm(arrays, 1.0) == 5
    np.testing.assert_allclose(arrays[0], [0.6, 0], rtol=1e-6)
    np.testing.assert_allclose(arrays[1], [[0.8]], rtol=1e-6)


def test_mixed_dtypes_like_torch():
    arrays = [np.full(2, 3.0, np.float32), np.full(3, 4.0)]
    total, expected = torchs("clip_grad_norm_", arrays, 1.0)
    for norm, got in clip_both("clip_grad_norm", arrays, "cpu", 1.0):
        np.testing.assert_allclose(float(norm), float(total), rtol=1e-6)
        for wanted, g in zip(expected, got, strict=True):
            close("clipped", wanted, g, str(wanted.dtype))


@pytest.mark.parametrize("value", [math.nan, math.inf, 1e30])
def test_not_finite_like_torch(value):
    # In float32 the square of 1e30 is inf.
    arrays = [np.array([value, 1.0], np.float32), np.ones(2, np.float32)]
    total, expected = torchs("clip_grad_norm_", arrays, 1.0)
    assert not torch.isfinite(total)
    for norm, got in clip_both("clip_grad_norm", arrays, "cpu", 1.0):
        np.testing.assert_array_equal(float(norm), float(total))
        np.testing.assert_array_equal(got, expected)
    for half in (reference, accelerated):
        untouched = [np.array(a) if half is reference else torch.tensor(a) for a in arrays]
        with pytest.raises(RuntimeError, match=r"the gradients' norm is .*; needed a finite one"):
            half.clip_grad_norm(untouched, 1.0, error_if_nonfinite=True)
        np.testing.assert_array_equal(np.stack([np.asarray(u) for u in untouched]), arrays)


@pytest.mark.parametrize("name", ["clip_grad_norm", "clip_grad_value"])
@pytest.mark.parametrize("half", [reference, accelerated], ids=["reference", "accelerated"])
def test_bad_input(half, name):
    clip = getattr(half, name)
    good, bad = (np.ones(2), torch.ones(2)) if half is reference else (torch.ones(2), np.ones(2))
    limit = "max_norm" if name == "clip_grad_norm" else "clip_value"
    for arguments, error, message in [
        ((good, 1.0), TypeError, "gradients is one (array|tensor); needed a list of"),
        (([good, bad], 1.0), TypeError, r"gradients\[1\] is (Tensor|ndarray); needed a floating"),
        (([2.0], 1.0), TypeError, r"gradients\[0\] is float; needed a floating-point"),
        (([good], -1.0), ValueError, f"{limit} is -1; needed 0 or more"),
        (([good], math.nan), ValueError, f"{limit} is nan; needed 0 or more"),
        (([good], "1"), TypeError, f"{limit} is '1'; needed a number"),
        (([good], None), TypeError, f"{limit} is None; needed a number"),
    ]:
        with pytest.raises(error, match=message):
            clip(*arguments)
    assert (good == 1).all()


@pytest.mark.parametrize("half, one", [(reference, np.ones(2)), (accelerated, torch.ones(2))])
@pytest.mark.parametrize("norm_type", [0, -1, math.nan])
def test_norm_type_must_be_above_0(half, one, norm_type):
    with pytest.raises(ValueError, match=f"norm_type is {norm_type}; needed above 0"):
        half.clip_grad_norm([one], 1.0, norm_type)


def test_integer_and_read_only_gradients_are_refused():
    frozen = np.ones(2)
    frozen.flags.writeable = False
    with pytest.raises(ValueError, match=r"gradients\[0\] is read-only"):
        reference.clip_grad_norm([frozen], 1.0)
    with pytest.raises(TypeError, match=r"gradients\[0\] is int64; needed a floating-point array"):
        reference.clip_grad_value([np.ones(2, int)], 1.0)
    with pytest.raises(TypeError, match=r"gradients\[0\] is torch.int64; needed a floating"):
        accelerated.clip_grad_value([torch.ones(2, dtype=torch.int64)], 1.0)
