"""Dropout, penalties and the soft threshold."""

import inspect

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from oracle import (
    TOLERANCES,
    arrays,
    as_array,
    as_tensor,
    assert_unchanged,
    check_function,
    dtypes,
    on_every_device,
    shapes,
    snapshot,
)

from dlcourse import accelerated, reference

P = [0.0, 0.2, np.float64(0.5), 0.9, 1.0]
each_p = pytest.mark.parametrize("p", P)
each_dtype = pytest.mark.parametrize("dtype", ["float32", "float64"])


def rng(seed=0):
    return np.random.default_rng(seed)


def generator(device="cpu"):
    return torch.Generator(device).manual_seed(0)


def both(x, p, training=True, device="cpu"):
    """Return the dropout of both halves, as arrays."""
    twin = accelerated.dropout(as_tensor(x, device), p, training, generator(device))
    return reference.dropout(x, p, training, rng()), as_array(twin)


# --- dropout -----------------------------------------------------------------------------


@each_p
@each_dtype
@on_every_device
def test_survivors_are_scaled_and_the_rest_is_zero(p, dtype, device):
    x = rng(1).uniform(1, 2, (200, 300)).astype(dtype)
    before = x.copy()
    for got in both(x, p, device=device):
        assert got.dtype == dtype and got.shape == x.shape
        kept = got != 0
        np.testing.assert_allclose(got[kept], x[kept] / (1 - p) if p < 1 else 0, rtol=1e-6)
        assert abs(kept.mean() - (1 - p)) < 0.01  # SD at most 0.002
        if 0 < p < 1:
            assert not (kept == kept[:1]).all() and not (kept == kept[:, :1]).all()
    np.testing.assert_array_equal(x, before)


@each_p
def test_evaluation_changes_nothing_and_needs_no_random_numbers(p):
    x = rng().normal(size=(3, 4))
    np.testing.assert_array_equal(reference.dropout(x, p, training=False), x)
    twin = accelerated.dropout(torch.tensor(x), p, training=False)
    np.testing.assert_array_equal(twin.numpy(), x)


@given(data=st.data(), shape=shapes, dtype=dtypes, p=st.sampled_from(P))
def test_the_function_is_a_product_with_the_mask_of_the_same_draw(data, shape, dtype, p):
    x = data.draw(arrays(shape, dtype))
    mask = reference.dropout_mask(shape, p, rng(), dtype)
    assert mask.dtype == dtype and mask.shape == shape
    np.testing.assert_array_equal(reference.dropout(x, p, rng=rng()), x * mask)
    grad = data.draw(arrays(shape, dtype))
    before = snapshot([grad, mask])
    np.testing.assert_array_equal(reference.dropout_backward(grad, mask), grad * mask)
    assert_unchanged(before, [grad, mask])


def test_nan_and_infinity_as_in_torch():
    x = np.array([np.nan, np.inf, 1.0])
    with np.errstate(invalid="ignore"):
        for got in both(x, 1.0):
            np.testing.assert_array_equal(got, F.dropout(torch.tensor(x), 1.0).numpy())


@each_dtype
@on_every_device
def test_layers(dtype, device):
    x = rng(1).uniform(1, 2, (50, 40)).astype(dtype)
    ours = reference.Dropout(0.3, rng=rng())
    first, second = ours.forward(x), ours.forward(x)
    assert not np.array_equal(first, second)
    slope = ours.backward(np.ones_like(x))
    np.testing.assert_allclose(second, x * slope, rtol=1e-6)
    assert slope.dtype == dtype
    np.testing.assert_array_equal(ours.eval().forward(x), x)
    np.testing.assert_array_equal(ours.backward(x), x)

    twin = accelerated.Dropout(0.3, generator=generator(device))
    tensor = as_tensor(x.copy(), device).requires_grad_()
    output = twin.forward(tensor)
    (slope,) = torch.autograd.grad(output.sum(), tensor)
    np.testing.assert_allclose(as_array(output), x * as_array(slope), rtol=1e-6)
    np.testing.assert_allclose(np.unique(as_array(slope)), [0, 1 / 0.7], rtol=1e-6)
    np.testing.assert_array_equal(as_array(twin.eval().forward(tensor)), x)
    assert not torch.equal(twin.train().forward(tensor), tensor)


@pytest.mark.parametrize("half", [reference, accelerated])
def test_a_layer_repeats_with_its_seed_and_obeys_the_network(half):
    random = {"rng": rng()} if half is reference else {"generator": generator()}
    again = {"rng": rng()} if half is reference else {"generator": generator()}
    x = np.ones((4, 5)) if half is reference else torch.ones(4, 5)
    layer = half.Dropout(**random)
    assert (layer.forward(x) == half.Dropout(**again).forward(x)).all()
    network = half.Sequential(layer)
    assert network.parameters() == []
    assert (network.eval().forward(x) == x).all()


def test_the_expected_output_is_the_input():
    layer = reference.Dropout(0.5, rng=rng())
    mean = np.mean([layer.forward(np.array([1.0, -2.0])) for _ in range(4000)], axis=0)
    np.testing.assert_allclose(mean, [1, -2], atol=0.1)


@pytest.mark.parametrize("p", [-0.1, 1.1, np.nan])
def test_p_is_a_probability(p):
    message = f"p is {p}; needed a probability"
    for call in (
        lambda: reference.dropout(np.ones(2), p, rng=rng()),
        lambda: reference.dropout(np.ones(2), p, training=False),
        lambda: reference.dropout_mask(2, p, rng()),
        lambda: reference.Dropout(p, rng=rng()),
        lambda: accelerated.dropout(torch.ones(2), p, generator=generator()),
        lambda: accelerated.dropout_mask((2,), p, generator()),
        lambda: accelerated.Dropout(p, generator=generator()),
    ):
        with pytest.raises(ValueError, match=message):
            call()


def test_no_random_numbers_or_the_other_halfs():
    for call in (
        lambda: reference.dropout(np.ones(2)),
        lambda: reference.dropout_mask(2),
        lambda: reference.Dropout(rng=None),
    ):
        with pytest.raises(TypeError, match="rng is None; needed one made by"):
            call()
    for call in (
        lambda: accelerated.dropout(torch.ones(2)),
        lambda: accelerated.dropout_mask((2,)),
        lambda: accelerated.Dropout(generator=None),
    ):
        with pytest.raises(TypeError, match=r"generator is None; needed a torch\.Generator"):
            call()
    with pytest.raises(TypeError, match="input is a torch tensor"):
        reference.dropout(torch.ones(2), rng=rng())
    with pytest.raises(TypeError, match=r"input is of type numpy\.ndarray"):
        accelerated.dropout(np.ones(2), generator=generator())
    with pytest.raises(ValueError, match=r"grad_output has shape \(3,\).*\(2,\)"):
        reference.dropout_backward(np.ones(3), np.ones(2))


def test_torchs_arguments():
    torchs = inspect.signature(F.dropout).parameters
    ours = list(inspect.signature(reference.dropout).parameters.values())[:3]
    assert [(p.name, p.default) for p in ours] == [
        (n, torchs[n].default) for n in ("input", "p", "training")
    ]


# --- penalties and the soft threshold ----------------------------------------------------

FUNCTIONS = {
    "l1_penalty": lambda weight, strength: strength * torch.linalg.vector_norm(weight, 1),
    "l2_penalty": lambda weight, strength: strength / 2 * torch.linalg.vector_norm(weight) ** 2,
    "soft_threshold": F.softshrink,
}
each = pytest.mark.parametrize("name", FUNCTIONS)


@each
@on_every_device
@given(data=st.data(), shape=shapes, dtype=dtypes, size=st.sampled_from([0.0, 0.5, 2.0]))
def test_against_torch_and_differences(name, device, data, shape, dtype, size):
    x = data.draw(arrays(shape, dtype, kinks=(-size, 0, size)))
    check_function(name, (x, size), torch_function=FUNCTIONS[name], device=device)


@each
@each_dtype
def test_at_the_kinks(name, dtype):
    x = np.array([-0.5, -0.0, 0.0, 0.5, 1e4, -1e4], dtype)
    size = np.float64(0.5)  # a strong scalar must not widen float32
    torchs = None if name == "l2_penalty" else FUNCTIONS[name]
    check_function(name, (x, size), torch_function=torchs, differences=False)


def test_nan_goes_through():
    x = np.array([np.nan, 1.0, np.inf])
    check_function("soft_threshold", (x,), torch_function=F.softshrink, differences=False)
    assert np.isnan(reference.l1_penalty(x, 1)) and np.isnan(reference.l2_penalty(x, 1))


def test_l2_is_the_weight_decay_of_sgd():
    w = rng().normal(size=(3, 2))
    slow, plain = w.copy(), w.copy()
    reference.SGD([slow], lr=0.1, weight_decay=0.3).step([np.ones_like(w)])
    penalty = reference.l2_penalty_backward(1.0, w, 0.3)
    reference.SGD([plain], lr=0.1).step([np.ones_like(w) + penalty])
    np.testing.assert_allclose(slow, plain, **TOLERANCES["float64"])


def test_the_soft_threshold_minimizes_half_the_square_and_the_l1_penalty():
    grid = np.linspace(-3, 3, 60001)
    for x in (-2.0, -0.3, 0.0, 0.7, 1.5):
        cost = (grid - x) ** 2 / 2 + 0.7 * np.abs(grid)
        assert abs(grid[cost.argmin()] - reference.soft_threshold(x, 0.7)) < 1e-4


@each
def test_bad_input(name):
    backward = getattr(reference, f"{name}_backward")
    argument = "threshold" if name == "soft_threshold" else "strength"
    for size in (-0.5, np.nan):
        message = f"{argument} is {size}; needed 0 or more"
        with pytest.raises(ValueError, match=message):
            getattr(reference, name)(np.ones(3), size)
        with pytest.raises(ValueError, match=message):
            backward(np.ones(3) if argument == "threshold" else 1.0, np.ones(3), size)
        with pytest.raises(ValueError, match=message):
            getattr(accelerated, name)(torch.ones(3), size)
    with pytest.raises(TypeError, match="is a torch tensor"):
        getattr(reference, name)(torch.ones(3), 1.0)
    with pytest.raises(TypeError, match=r"is of type numpy\.ndarray"):
        getattr(accelerated, name)(np.ones(3), 1.0)
    with pytest.raises(ValueError, match=r"grad_output has shape \(2,\)"):
        backward(np.ones(2), np.ones(3), 1.0)
