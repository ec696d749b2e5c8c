import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from oracle import arrays, check_function, differentiate, dtypes, on_every_device, reductions

from dlcourse import accelerated, reference

NLL, CE = "nll_loss", "cross_entropy"


def torchs_nll_loss(input, *args, **kwargs):
    # Torch's own gradient refuses other layouts where there are more than two axes.
    return F.nll_loss(input.contiguous(), *args, **kwargs)


TORCH = {NLL: torchs_nll_loss, CE: F.cross_entropy}
each = pytest.mark.parametrize("name", TORCH)
each_dtype = pytest.mark.parametrize("dtype", ["float32", "float64"])
# (classes,), (batch, classes), and up to two axes more; no class axis is empty.
class_shapes = st.one_of(
    st.tuples(st.integers(1, 4)),
    st.tuples(st.integers(0, 4), st.integers(1, 4)),
    st.tuples(st.integers(0, 3), st.integers(1, 3), st.integers(0, 3)),
    st.tuples(st.integers(0, 2), st.integers(1, 3), st.integers(1, 2), st.integers(0, 2)),
)


def axis_of(shape):
    return min(len(shape) - 1, 1)


def without_classes(shape):
    return shape[: axis_of(shape)] + shape[axis_of(shape) + 1 :]


@st.composite
def labels(draw, shape, ignore_index=-100):
    """Draw class numbers for scores of ``shape``, some of them ``ignore_index``."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    y = np.asarray(rng.integers(0, shape[axis_of(shape)], without_classes(shape)))
    if draw(st.booleans()):
        y = np.where(rng.random(y.shape) < 0.3, ignore_index, y)
    return y


@st.composite
def options(draw, shape, dtype):
    ignore_index = draw(st.sampled_from([-100, -1, 0]))
    return {
        "weight": draw(st.none() | arrays((shape[axis_of(shape)],), dtype, 0.1, 2)),
        "ignore_index": ignore_index,
        "reduction": draw(reductions),
    }


def check_labels(name, x, y, kwargs, device):
    """Where all are ignored the mean is NaN, so differences have nothing to say."""
    kept = (y != kwargs["ignore_index"]).any() or kwargs["reduction"] != "mean"
    check_function(
        name, (x, y), kwargs, torch_function=TORCH[name], device=device, differences=bool(kept)
    )


@on_every_device
@given(data=st.data(), shape=class_shapes, dtype=dtypes)
def test_nll(device, data, shape, dtype):
    log_p = data.draw(arrays(shape, dtype, -6, 0))
    kwargs = data.draw(options(shape, dtype))
    y = data.draw(labels(shape, kwargs["ignore_index"]))
    check_labels(NLL, log_p, y, kwargs, device)


@on_every_device
@given(data=st.data(), shape=class_shapes, dtype=dtypes)
def test_labels(device, data, shape, dtype):
    z = data.draw(arrays(shape, dtype))
    kwargs = data.draw(options(shape, dtype))
    kwargs["label_smoothing"] = data.draw(st.sampled_from([0.0, 0.1, 1.0]))
    y = data.draw(labels(shape, kwargs["ignore_index"]))
    check_labels(CE, z, y, kwargs, device)


@on_every_device
@given(data=st.data(), shape=class_shapes, dtype=dtypes)
def test_probabilities(device, data, shape, dtype):
    z = data.draw(arrays(shape, dtype))
    p = data.draw(arrays(shape, dtype, 0, 1, kinks=()))
    kwargs = data.draw(options(shape, dtype)) | {"ignore_index": -100}
    kwargs["label_smoothing"] = data.draw(st.sampled_from([0.0, 0.1, 1.0]))
    check_function(CE, (z, p), kwargs, torch_function=F.cross_entropy, device=device)


@each_dtype
@on_every_device
@pytest.mark.parametrize("label_smoothing", [0.0, 0.2])
@pytest.mark.parametrize("reduction", ["none", "mean"])
def test_extreme_scores(dtype, device, label_smoothing, reduction):
    z = np.array([[1e4, -1e4, 0], [-1e4, 1e4, 1e4], [1e4, 1e4, 1e4], [0, 89, -104]], dtype)
    z, y = np.repeat(z, 3, axis=0), np.tile([0, 1, 2], 4)
    kwargs = {"reduction": reduction, "label_smoothing": label_smoothing}
    check_function(
        CE, (z, y), kwargs, torch_function=F.cross_entropy, device=device, differences=False
    )
    backward = reference.cross_entropy_backward
    upstream = np.ones(12 if reduction == "none" else (), dtype)
    value, (slope,) = differentiate(
        accelerated.cross_entropy, (z, y), kwargs, upstream, (0,), device
    )
    for result in (value, slope, reference.cross_entropy(z, y, **kwargs)):
        assert np.isfinite(result).all()
    assert np.isfinite(backward(upstream, z, y, **kwargs)).all()


def test_a_certain_mistake_costs_the_gap_between_the_scores():
    z = np.array([[1e4, -1e4]])
    assert reference.cross_entropy(z, np.array([1])) == 2e4
    np.testing.assert_array_equal(
        reference.cross_entropy_backward(1.0, z, np.array([1])), [[1.0, -1.0]]
    )


def test_a_masked_class_that_is_not_the_truth_costs_nothing():
    z, y = np.array([[0.0, -np.inf, 1.0]]), np.array([0])
    for name in (NLL, CE):
        check_function(name, (z, y), torch_function=TORCH[name], differences=False)
        assert np.isfinite(getattr(reference, name)(z, y))
    shares = np.array([[0.5, 0.0, 0.5]])
    check_function(CE, (z, shares), differences=False)
    assert np.isfinite(reference.cross_entropy(z, shares))  # torch: nan, from 0 * inf


def test_nan_goes_through_unless_ignored():
    z = np.array([[np.nan, 1.0], [0.0, 1.0]])
    for name in (NLL, CE):
        check_function(name, (z, np.array([0, 1])), torch_function=TORCH[name], differences=False)
        assert np.isnan(getattr(reference, name)(z, np.array([0, 1])))
        assert np.isfinite(getattr(reference, name)(z, np.array([-100, 1])))
        value = getattr(accelerated, name)(torch.from_numpy(z), torch.tensor([-100, 1]))
        assert torch.isfinite(value)


@each
@each_dtype
@pytest.mark.parametrize("weighted", [False, True])
def test_all_ignored_is_nan_with_gradient_zero(name, dtype, weighted):
    z, y = np.zeros((2, 3), dtype), np.full(2, 7)
    kwargs = {"ignore_index": 7, "weight": np.arange(1, 4, dtype=dtype) if weighted else None}
    check_function(name, (z, y), kwargs, torch_function=TORCH[name], differences=False)
    assert np.isnan(getattr(reference, name)(z, y, **kwargs))
    backward = getattr(reference, f"{name}_backward")
    np.testing.assert_array_equal(backward(1.0, z, y, **kwargs), np.zeros((2, 3)))


def test_smoothing_with_all_ignored():
    kwargs = {"label_smoothing": 0.1}
    args = np.zeros((2, 3)), np.full(2, -100)
    check_function(CE, args, kwargs, torch_function=F.cross_entropy, differences=False)
    assert np.isnan(reference.cross_entropy(*args, **kwargs))


@each
def test_empty_batches(name):
    z, y = np.zeros((0, 3)), np.zeros(0, int)
    assert np.isnan(getattr(reference, name)(z, y))
    assert getattr(reference, name)(z, y, reduction="sum") == 0
    assert getattr(reference, name)(z, y, reduction="none").shape == (0,)


def test_one_hot_probabilities_are_labels():
    rng = np.random.default_rng(0)
    z, y = rng.normal(size=(5, 3)), np.array([0, 2, 1, 1, 0])
    for smoothing in (0.0, 0.3):
        kwargs = {"label_smoothing": smoothing}
        np.testing.assert_allclose(
            reference.cross_entropy(z, np.eye(3)[y], **kwargs),
            reference.cross_entropy(z, y, **kwargs),
            rtol=1e-14,
            atol=1e-15,
        )


def test_two_classes_are_the_binary_cross_entropy():
    z, y = np.linspace(-5, 5, 11), np.arange(11) % 2
    np.testing.assert_allclose(
        reference.cross_entropy(np.stack([np.zeros(11), z], axis=1), y),
        reference.binary_cross_entropy_with_logits(z, y),
        rtol=1e-13,
    )


def test_the_gradient_is_p_minus_y():
    z, y = np.array([[1.0, 2.0, 0.5]]), np.array([1])
    np.testing.assert_allclose(
        reference.cross_entropy_backward(1.0, z, y),
        reference.softmax(z, 1) - np.eye(3)[y],
        rtol=1e-14,
        atol=1e-15,
    )


@each
@pytest.mark.parametrize("integer", [np.int32, np.int64, np.uint8])
def test_labels_of_any_integer_dtype_widen_nothing(name, integer):
    z, y = np.zeros((3, 2), np.float32), np.array([0, 1, 1], integer)
    w = np.array([1.0, 2.0])
    assert getattr(reference, name)(z, y, w).dtype == np.float32
    assert getattr(reference, f"{name}_backward")(1.0, z, y, w).dtype == np.float32
    twin = getattr(accelerated, name)(torch.from_numpy(z), torch.from_numpy(y), torch.tensor(w))
    assert twin.dtype == torch.float32


def test_gradient_reaches_learned_probabilities_and_weight():
    rng = np.random.default_rng(0)
    z, p, w = (torch.tensor(rng.random(s), requires_grad=True) for s in ((2, 3), (2, 3), (3,)))
    torch.autograd.gradcheck(accelerated.cross_entropy, (z, p, w))
