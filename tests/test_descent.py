import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from oracle import TOLERANCES, dtypes

from dlcourse import accelerated
from dlcourse.reference import SGD

STEPS = 50
SHAPES = [(3, 2), (4,), ()]


def test_the_twin_is_torchs_own():
    assert accelerated.SGD is torch.optim.SGD


@given(
    data=st.data(),
    dtype=dtypes,
    lr=st.floats(1e-4, 0.1),
    momentum=st.sampled_from([0, 0.5, 0.9, 0.99]),
    dampening=st.sampled_from([0, 0.1, 0.5]),
    weight_decay=st.sampled_from([0, 1e-3, 0.1]),
    seed=st.integers(0, 2**32 - 1),
)
def test_fifty_steps_like_torch(data, dtype, lr, momentum, dampening, weight_decay, seed):
    options = {"momentum": momentum, "dampening": dampening, "weight_decay": weight_decay}
    options["nesterov"] = bool(momentum and not dampening and data.draw(st.booleans()))
    rng = np.random.default_rng(seed)
    params = [np.asarray(rng.normal(size=shape), dtype) for shape in SHAPES]
    tensors = [torch.tensor(p) for p in params]
    ours, torchs = SGD(params, lr, **options), torch.optim.SGD(tensors, lr, **options)
    assert ours.params[0] is params[0]
    for i in range(STEPS):
        if i == STEPS // 2:
            ours.lr = torchs.param_groups[0]["lr"] = lr / 10
        gradients = [np.asarray(rng.normal(size=shape), dtype) for shape in SHAPES]
        for t, g in zip(tensors, gradients, strict=True):
            t.grad = torch.tensor(g)
        ours.step(gradients)
        torchs.step()
    for p, t in zip(params, tensors, strict=True):
        assert p.dtype == dtype
        # Each of the 50 steps may round once more than the table allows for one operation.
        np.testing.assert_allclose(p, t, **{k: 10 * v for k, v in TOLERANCES[dtype].items()})


def test_gradients_are_left_alone():
    w, g = np.ones(3), np.ones(3)
    optimizer = SGD([w], lr=0.1, momentum=0.9, weight_decay=0.1, nesterov=True)
    for _ in range(3):
        optimizer.step([g])
    np.testing.assert_array_equal(g, np.ones(3))
    assert (w < 1).all()


def test_a_gradient_array_may_be_filled_anew():
    fresh, reused = np.zeros(2), np.zeros(2)
    keeps, copies = SGD([fresh], lr=0.1, momentum=0.9), SGD([reused], lr=0.1, momentum=0.9)
    g = np.zeros(2)
    for i in range(3):
        g[:] = i + 1
        copies.step([g])
        keeps.step([g.copy()])
    np.testing.assert_array_equal(reused, fresh)


def test_float64_gradients_do_not_widen_float32_weights():
    w = np.ones(2, np.float32)
    optimizer = SGD([w], lr=0.5)
    optimizer.step([np.ones(2)])
    assert w.dtype == optimizer.params[0].dtype == np.float32
    np.testing.assert_array_equal(w, 0.5)


@pytest.mark.parametrize("name", ["lr", "momentum", "weight_decay"])
@pytest.mark.parametrize("value", [-1, float("nan")])
def test_no_negative_rates(name, value):
    with pytest.raises(ValueError, match=f"{name} is {value}; needed 0 or more"):
        SGD([np.zeros(2)], **{name: value})


@pytest.mark.parametrize("options", [{"momentum": 0}, {"momentum": 0.9, "dampening": 0.1}])
def test_nesterov_needs_plain_momentum(options):
    with pytest.raises(ValueError, match="nesterov needs a momentum above 0"):
        SGD([np.zeros(2)], nesterov=True, **options)


@pytest.mark.parametrize(
    "params, found",
    [
        ([np.zeros(2), np.zeros(2, int)], r"params\[1\] is int64"),
        ([[0.0, 1.0]], r"params\[0\] is list"),
        (np.zeros(2), r"params\[0\] is float64"),
        ([torch.zeros(2)], r"params\[0\] is Tensor"),
    ],
)
def test_params_must_be_arrays_that_can_change(params, found):
    with pytest.raises(TypeError, match=f"{found}; needed a floating-point array"):
        SGD(params)


@pytest.mark.parametrize("gradients", [[], [np.zeros(3)], [np.zeros(2), np.zeros(2)]])
def test_gradients_must_match(gradients):
    w = np.ones(2)
    with pytest.raises(ValueError, match=r"gradients have shapes .*; needed .* \[\(2,\)\]"):
        SGD([w]).step(gradients)
    np.testing.assert_array_equal(w, 1)
