"""Padding against torch, autograd and differences, on drawn arguments."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import arrays, as_tensor, check_function, dtypes, on_every_device

from dlcourse import accelerated, reference

OTHERS = ["reflect", "replicate", "circular"]


@on_every_device
@settings(max_examples=100)
@given(data=st.data(), dtype=dtypes, shape=st.lists(st.integers(0, 4), min_size=1, max_size=4))
def test_constant(device, data, dtype, shape):
    x = data.draw(arrays(tuple(shape), dtype))
    pairs = []
    for n in reversed(shape[data.draw(st.integers(0, len(shape))) :]):
        before = data.draw(st.integers(-n, 3))
        pairs += [before, data.draw(st.integers(-n - min(before, 0), 3))]
    pairs = data.draw(st.sampled_from([tuple(pairs), pairs]))
    options = {"pad": pairs, "value": data.draw(st.sampled_from([None, 0.5, -np.inf, 2]))}
    finite = options["value"] != -np.inf
    check_function("pad", (x,), options, torch_function=F.pad, device=device, differences=finite)


@pytest.mark.parametrize("mode", OTHERS)
@on_every_device
@settings(max_examples=60)
@given(data=st.data(), dtype=dtypes)
def test_what_the_input_holds(mode, device, data, dtype):
    axes = data.draw(st.integers(1, 2))
    size = [data.draw(st.integers(1, 4)) for _ in range(axes)]
    shape = (*data.draw(st.sampled_from([(2,), (2, 3), (0, 2)])), *size)
    x = data.draw(arrays(shape, dtype))
    pairs = []
    for n in reversed(size):
        most = {"reflect": n - 1, "replicate": 5, "circular": n}[mode]
        pairs += [data.draw(st.integers(0, most)), data.draw(st.integers(0, most))]
    check_function("pad", (x,), {"pad": pairs, "mode": mode}, torch_function=F.pad, device=device)


@pytest.mark.parametrize("mode", OTHERS)
def test_negative_numbers_cut_off_as_in_torch(mode):
    x = np.arange(12.0).reshape(1, 2, 6)
    for pairs in [(-1, 2), (2, -1), (-2, -3), (-2, 4), (4, -2)]:
        options = {"pad": pairs, "mode": mode}
        check_function("pad", (x,), options, torch_function=F.pad)


def test_padding_nothing_still_copies():
    for mode in ["constant", *OTHERS]:
        x = np.arange(3.0)
        reference.pad(x, (0, 0), mode)[0] = 7
        reference.pad_backward(x, x, (), mode)[0] = 7
        t = torch.arange(3.0)
        accelerated.pad(t, (0, 0), mode)[0] = 7
        assert x[0] == 0 and t[0] == 0


@pytest.mark.parametrize(
    "change, error, message",
    [
        ({"pad": (1,)}, TypeError, r"pad is \(1,\); needed an even number of whole numbers"),
        ({"pad": 1}, TypeError, "pad is 1; needed an even number"),
        ({"pad": (1.0, 1)}, TypeError, r"pad is \(1\.0, 1\); needed an even number"),
        ({"pad": (1,) * 6}, ValueError, r"needed at most two numbers per axis of \(2, 3\)"),
        ({"pad": (-2, -2)}, ValueError, r"pad is \(-2, -2\), too much for mode 'constant'"),
        ({"pad": (3, 0), "mode": "reflect"}, ValueError, "too much for mode 'reflect'"),
        ({"pad": (0, 4), "mode": "circular"}, ValueError, "too much for mode 'circular'"),
        ({"input": np.ones((2, 0)), "mode": "replicate"}, ValueError, "too much for mode 'repl"),
        ({"mode": "mirror"}, ValueError, "mode is 'mirror'; needed one of 'constant', 'reflect'"),
        (
            {"mode": "reflect", "value": 0.0},
            ValueError,
            "value is 0.0 and mode is 'reflect', which",
        ),
        ({"input": np.ones(3, complex)}, TypeError, "input has dtype .*complex128; needed real"),
    ],
)
def test_bad_input(change, error, message):
    kwargs = {"input": np.ones((2, 3)), "pad": (1, 1), **change}
    with pytest.raises(error, match=message):
        reference.pad(**kwargs)
    with pytest.raises(error, match=message):
        reference.pad_backward(1.0, **kwargs)
    with pytest.raises(error, match=message):
        accelerated.pad(**{k: as_tensor(v) for k, v in kwargs.items()})


def test_the_other_half_is_named():
    with pytest.raises(TypeError, match=r"^input is a torch tensor"):
        reference.pad(torch.zeros(3), (1, 1))
    with pytest.raises(TypeError, match=r"^input is of type numpy\.ndarray"):
        accelerated.pad(np.zeros(3), (1, 1))


def test_gradient_of_another_shape():
    with pytest.raises(ValueError, match=r"grad_output has shape \(3,\); needed .* \(5,\)"):
        reference.pad_backward(np.ones(3), np.ones(3), (1, 1))
