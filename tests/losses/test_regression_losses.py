import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from oracle import (
    arrays,
    check_function,
    differentiate,
    dtypes,
    on_every_device,
    reductions,
    shapes,
)

from dlcourse import accelerated, reference

# Name, options, torch's own, and where the slope jumps, in units of the error.
LOSSES = [
    ("mse_loss", {}, F.mse_loss),
    ("l1_loss", {}, F.l1_loss),
    ("huber_loss", {}, F.huber_loss),
    ("huber_loss", {"delta": 0.4}, F.huber_loss),
    ("smooth_l1_loss", {}, F.smooth_l1_loss),
    ("smooth_l1_loss", {"beta": 2.5}, F.smooth_l1_loss),
    ("smooth_l1_loss", {"beta": 0}, F.smooth_l1_loss),
]
each = pytest.mark.parametrize("name, options, torch_function", LOSSES)
each_name = pytest.mark.parametrize("name", sorted({name for name, _, _ in LOSSES}))
each_dtype = pytest.mark.parametrize("dtype", ["float32", "float64"])
WEIGHED = {"mse_loss", "l1_loss", "huber_loss"}


@each
@on_every_device
@given(data=st.data(), shape=shapes, dtype=dtypes, reduction=reductions)
def test_drawn(name, options, torch_function, device, data, shape, dtype, reduction):
    error = data.draw(arrays(shape, dtype, kinks=(0.0, 0.4, -0.4, 1.0, -1.0, 2.5, -2.5)))
    y = data.draw(arrays(shape, dtype))
    # Rounded, so that adding and taking away y brings back an error far from the kinks.
    y = np.asarray(np.round(y))
    x = np.asarray((error + y).astype(dtype))
    kwargs = {**options, "reduction": reduction}
    if name in WEIGHED:
        kwargs["weight"] = data.draw(st.none() | arrays(shape, dtype, 0.1, 2))
    check_function(name, (x, y), kwargs, torch_function=torch_function, device=device)


@each
@each_dtype
@on_every_device
def test_at_kinks_and_extremes(name, options, torch_function, dtype, device):
    x = np.array([0, 0.4, -0.4, 1, -1, 2.5, -2.5, 1e-20, 1e4, -1e4, 1e15], dtype)
    args, kwargs = (x, np.zeros_like(x)), {**options, "reduction": "none"}
    check_function(
        name, args, kwargs, torch_function=torch_function, device=device, differences=False
    )
    value, (slope,) = differentiate(
        getattr(accelerated, name), args, kwargs, np.ones_like(x), (0,), device
    )
    assert np.isfinite(value).all() and np.isfinite(slope).all()


@each
def test_nan_and_infinity_go_through_as_in_torch(name, options, torch_function):
    x, y = np.array([np.nan, 1.0, np.inf, -np.inf]), np.array([0.0, np.nan, 0.0, 0.0])
    kwargs = {**options, "reduction": "none"}
    check_function(name, (x, y), kwargs, torch_function=torch_function, differences=False)
    assert np.isnan(getattr(reference, name)(x, y, **options))


@pytest.mark.parametrize(
    "name, options, slopes",
    [
        ("mse_loss", {}, [-20, 0, 1, 20]),
        ("l1_loss", {}, [-1, 0, 1, 1]),
        ("huber_loss", {"delta": 2.0}, [-2, 0, 0.5, 2]),
        ("smooth_l1_loss", {"beta": 2.0}, [-1, 0, 0.25, 1]),
    ],
)
def test_slopes_by_hand(name, options, slopes):
    x, y, one = np.array([-10.0, 0.0, 0.5, 10.0]), np.zeros(4), np.ones(4)
    backward = getattr(reference, f"{name}_backward")
    np.testing.assert_array_equal(backward(one, x, y, reduction="none", **options), slopes)


@pytest.mark.parametrize("name", ["mse_loss", "l1_loss"])
def test_the_weighted_mean_divides_by_the_weights(name):
    x, y, w = np.array([1.0, 3.0, 5.0]), np.array([1.0, 2.0, 4.0]), np.array([2.0, 1.0, 1.0])
    assert getattr(reference, name)(x, y, weight=w) == 0.5


@pytest.mark.parametrize("name", ["mse_loss", "l1_loss"])
def test_weights_of_zero_count_nothing(name):
    x, y, w = np.ones(3), np.zeros(3), np.zeros(3)
    value, (slope,) = differentiate(
        getattr(accelerated, name), (x, y), {"weight": w}, np.ones(()), (0,), "cpu"
    )
    assert np.isnan(value) and np.isnan(getattr(reference, name)(x, y, weight=w))
    backward = getattr(reference, f"{name}_backward")
    np.testing.assert_array_equal(backward(1.0, x, y, weight=w), np.zeros(3))
    np.testing.assert_array_equal(slope, np.zeros(3))


def test_the_best_constant_is_the_mean_and_the_median():
    y = np.array([1.0, 2.0, 3.0, 4.0, 100.0])
    guesses = np.arange(101.0)

    def best(loss):
        return guesses[np.argmin([loss(np.full(5, g), y) for g in guesses])]

    assert (best(reference.mse_loss), best(reference.l1_loss)) == (y.mean(), np.median(y))


@each_name
def test_foreign_dtypes_widen_nothing(name):
    x, y = np.full(3, 0.5, np.float32), np.array([0, 1, 2])
    assert getattr(reference, name)(x, y).dtype == np.float32
    assert getattr(reference, f"{name}_backward")(1.0, x, y.astype(float)).dtype == np.float32
    twin = getattr(accelerated, name)(torch.from_numpy(x), torch.from_numpy(y))
    assert twin.dtype == torch.float32


@each_name
def test_gradient_reaches_a_learned_target(name):
    x, y = (torch.tensor([v], dtype=torch.float64, requires_grad=True) for v in (0.3, 2.6))
    torch.autograd.gradcheck(getattr(accelerated, name), (x, y))


BAD = [
    ({"target": np.ones((3, 1))}, ValueError, r"target has shape \(3, 1\); needed .*, \(3,\)"),
    ({"target": np.ones(3, complex)}, TypeError, "target has dtype .*complex128; needed real"),
    ({"reduction": "average"}, ValueError, "reduction is 'average'; needed one of"),
]
BAD_EXTRA = [
    (name, {"weight": np.ones((1, 3))}, ValueError, r"weight has shape \(1, 3\); needed .* \(3,\)")
    for name in sorted(WEIGHED)
] + [
    ("huber_loss", {"delta": 0}, ValueError, "delta is 0; needed a number above 0"),
    ("huber_loss", {"delta": float("nan")}, ValueError, "delta is nan; needed"),
    ("huber_loss", {"delta": "1"}, TypeError, "delta is '1'; needed a number"),
    ("smooth_l1_loss", {"beta": -1.0}, ValueError, r"beta is -1\.0; needed a number above 0"),
]


@pytest.mark.parametrize(
    "name, change, error, message",
    [(n, *bad) for n in sorted({name for name, _, _ in LOSSES}) for bad in BAD] + BAD_EXTRA,
)
def test_bad_input(name, change, error, message):
    kwargs = {"input": np.full(3, 0.5), "target": np.ones(3), **change}
    tensors = {
        k: torch.from_numpy(v) if isinstance(v, np.ndarray) else v for k, v in kwargs.items()
    }
    with pytest.raises(error, match=message):
        getattr(reference, name)(**kwargs)
    with pytest.raises(error, match=message):
        getattr(reference, f"{name}_backward")(1.0, **kwargs)
    with pytest.raises(error, match=message):
        getattr(accelerated, name)(**tensors)


@each_name
def test_the_other_half_is_named(name):
    with pytest.raises(TypeError, match=r"^target is a torch tensor"):
        getattr(reference, name)(np.ones(3), torch.ones(3))
    with pytest.raises(TypeError, match=r"^target is of type numpy\.ndarray"):
        getattr(accelerated, name)(torch.ones(3), np.ones(3))


@each_name
def test_gradient_of_another_shape(name):
    with pytest.raises(ValueError, match=r"grad_output has shape \(3,\); needed .* \(\)"):
        getattr(reference, f"{name}_backward")(np.ones(3), np.ones(3), np.ones(3))
