"""Initializers: torch.nn.init's fans, gains and bounds; the right distributions; both halves."""

import inspect
import math

import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from initializers import DRAWN, draw, everywhere, halves, ours, seeds, twins, weights
from oracle import dtypes
from test_twins import borrowed

NEEDS_FANS = DRAWN[3:]
GAINS = ("linear", "sigmoid", "tanh", "relu", "leaky_relu", "selu", "conv1d", "conv2d", "conv3d")
GAINS += ("conv_transpose1d", "conv_transpose2d", "conv_transpose3d")
any_shape = st.lists(st.integers(0, 4), max_size=4).map(tuple)


@given(shape=weights)
def test_fans_like_torch(shape):
    expected = torch.nn.init._calculate_fan_in_and_fan_out(torch.empty(shape))
    assert ours.calculate_fan_in_and_fan_out(shape) == expected


@pytest.mark.parametrize("nonlinearity", GAINS)
@pytest.mark.parametrize("param", [None, 0, 1, 0.2, -3.0])
def test_gains_like_torch(nonlinearity, param):
    expected = torch.nn.init.calculate_gain(nonlinearity, param)
    assert ours.calculate_gain(nonlinearity, param) == expected


def test_the_twins_take_fans_and_gains_from_the_reference():
    assert twins.calculate_gain is ours.calculate_gain
    assert twins.calculate_fan_in_and_fan_out is ours.calculate_fan_in_and_fan_out


class Recorder(torch.Tensor):
    """A tensor that notes the bounds and deviations that torch.nn.init asks for."""

    def uniform_(self, a, b, generator=None):
        self.asked = (a, b)
        return self

    def normal_(self, mean, std, generator=None):
        self.asked = (mean, std)
        return self


def asked(name, shape, *args):
    recorder = torch.empty(shape).as_subclass(Recorder)
    getattr(torch.nn.init, f"{name}_")(recorder, *args)
    return recorder.asked


@given(shape=weights, gain=st.floats(0, 10))
def test_xavier_asks_for_what_torch_asks(shape, gain):
    std = ours.xavier_std(shape, gain)
    bound = math.sqrt(3) * std
    assert asked("xavier_normal", shape, gain) == (0, std)
    assert asked("xavier_uniform", shape, gain) == (-bound, bound)


@given(
    shape=weights,
    a=st.floats(0, 10),
    mode=st.sampled_from(["fan_in", "fan_out"]),
    nonlinearity=st.sampled_from(GAINS),
)
def test_kaiming_asks_for_what_torch_asks(shape, a, mode, nonlinearity):
    std = ours.kaiming_std(shape, a, mode, nonlinearity)
    bound = math.sqrt(3) * std
    assert asked("kaiming_normal", shape, a, mode, nonlinearity) == (0, std)
    assert asked("kaiming_uniform", shape, a, mode, nonlinearity) == (-bound, bound)


@pytest.mark.parametrize("name", DRAWN)
def test_torchs_arguments_and_defaults(name):
    torchs = inspect.signature(getattr(torch.nn.init, f"{name}_")).parameters
    mine = inspect.signature(getattr(ours, name)).parameters
    theirs = inspect.signature(getattr(twins, name)).parameters
    assert ["tensor", *list(mine)[1:-2], "generator"] == list(torchs)
    assert list(mine)[-2:] == ["rng", "dtype"]
    assert list(theirs) == [*list(mine)[:-2], "generator", "dtype", "device"]
    for argument in list(mine)[1:-2]:
        assert mine[argument].default == theirs[argument].default == torchs[argument].default


def test_the_twins_borrow_nothing():
    assert borrowed(inspect.getsource(twins), DRAWN) == []
    assert borrowed("def normal(shape):\n    return torch.empty(shape).normal_()", DRAWN)


@everywhere
@pytest.mark.parametrize("name", DRAWN)
@given(shape=any_shape, dtype=dtypes, seed=seeds)
def test_shape_dtype_and_repetition(half, name, device, shape, dtype, seed):
    assume(len(shape) >= 2 or name not in NEEDS_FANS)
    first, again = (
        draw(half, name, shape, seed=seed, dtype=dtype, device=device) for _ in range(2)
    )
    assert first.shape == shape and first.dtype == dtype
    np.testing.assert_array_equal(first, again)
    other = draw(half, name, shape, seed=seed + 1, dtype=dtype, device=device)
    # A single orthogonal number is 1 or -1, often the same one twice.
    assert first.size < 3 or not np.array_equal(first, other)


@halves
@pytest.mark.parametrize("name", DRAWN)
def test_float32_is_float64_rounded(half, name):
    double = draw(half, name, (5, 4))
    np.testing.assert_array_equal(draw(half, name, (5, 4), dtype="float32"), double.astype("f4"))


def test_twins_take_torchs_default_dtype():
    generator = torch.Generator().manual_seed(0)
    for name in DRAWN:
        assert getattr(twins, name)((2, 2), generator=generator).dtype == torch.float32


@halves
@pytest.mark.parametrize(
    "name, args, error, message",
    [
        ("uniform", ((2,), 1.0, 0.0), ValueError, "a is 1.0, above b, 0.0; needed a <= b"),
        ("uniform", ((2,), math.nan, 0.0), ValueError, "a is nan; needed a finite number"),
        ("uniform", ((2,), "0", 0.0), TypeError, "a is '0'; needed a number"),
        ("uniform", ((-1,),), ValueError, r"shape is \(-1,\); needed sizes of 0 or more"),
        ("uniform", ((1.5,),), TypeError, r"shape is \(1.5,\); needed whole numbers"),
        ("uniform", ("ab",), TypeError, "shape is 'ab'; needed whole numbers"),
        ("uniform", (np.ones((2, 2)),), TypeError, "needed whole numbers"),
        ("normal", ((2,), 0.0, -1.0), ValueError, "std is -1.0; needed 0 or more"),
        ("normal", ((2,), math.inf), ValueError, "mean is inf; needed a finite number"),
        ("trunc_normal", ((2,), 0, 1, 2, -2), ValueError, "a is 2, above b, -2; needed a <= b"),
        ("trunc_normal", ((2,), 0, -1), ValueError, "std is -1; needed 0 or more"),
        ("trunc_normal", ((2,), 0, 0), ValueError, "nothing between them"),
        ("trunc_normal", ((2,), 0, 1, 39, 50), ValueError, "a and b are 39 and 50; N.* nothing"),
        ("xavier_uniform", ((2,),), ValueError, r"shape is \(2,\); needed at least 2 axes"),
        ("xavier_normal", (3,), ValueError, r"shape is \(3,\); needed at least 2 axes"),
        ("xavier_normal", ((2, 2), -1.0), ValueError, "gain is -1.0; needed 0 or more"),
        ("kaiming_uniform", ((2,),), ValueError, r"shape is \(2,\); needed at least 2 axes"),
        ("kaiming_uniform", ((2, 2), 0, "fan"), ValueError, "mode is 'fan'; needed one of"),
        ("kaiming_normal", ((2, 2), "0"), TypeError, "param is '0'; needed a number"),
        ("kaiming_normal", ((2, 2), 0, "fan_in", "sin"), ValueError, "nonlinearity is 'sin'"),
        ("orthogonal", ((2,),), ValueError, r"shape is \(2,\); needed at least 2 axes"),
        ("orthogonal", ((2, 2), math.nan), ValueError, "gain is nan; needed a finite number"),
    ],
)
def test_bad_input(half, name, args, error, message):
    with pytest.raises(error, match=message):
        draw(half, name, *args)


@pytest.mark.parametrize("name", DRAWN)
@pytest.mark.parametrize("source", [None, 0, np.random.RandomState(0)])
def test_randomness_is_explicit(name, source):
    with pytest.raises(TypeError, match=r"rng is .*; needed one made by numpy\.random"):
        getattr(ours, name)((2, 2), rng=source)
    with pytest.raises(TypeError, match=r"generator is .*; needed a torch\.Generator"):
        getattr(twins, name)((2, 2), generator=source)


@pytest.mark.parametrize("name", DRAWN)
def test_weights_are_real_numbers(name):
    with pytest.raises(TypeError, match="dtype is int64; needed a floating-point one"):
        getattr(ours, name)((2, 2), rng=np.random.default_rng(0), dtype=np.int64)
    for dtype in (torch.int64, "float32"):
        with pytest.raises(TypeError, match=r"dtype is .*; needed a floating-point one of t"):
            getattr(twins, name)((2, 2), generator=torch.Generator(), dtype=dtype)


def test_bad_gains():
    with pytest.raises(ValueError, match="nonlinearity is 'gelu'; needed one of 'linear'"):
        ours.calculate_gain("gelu")
    for param in (True, "0.1"):
        with pytest.raises(TypeError, match=r"param is .*; needed a number"):
            ours.calculate_gain("leaky_relu", param)
