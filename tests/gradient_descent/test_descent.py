"""The optimizers against torch.optim over fifty steps, and what they leave alone."""

import inspect

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from optimizers import OPTIMIZERS, OPTIONS, draw, seeds
from oracle import TOLERANCES, dtypes

from dlcourse import accelerated, reference

LEFT_OUT = {"maximize", "foreach", "capturable", "differentiable", "fused"}
# Adam's switch to AdamW, which has a class of its own.
LEFT_OUT |= {"decoupled_weight_decay"}
STEPS = 50


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_twin_is_torchs_own(name):
    assert getattr(accelerated, name) is getattr(torch.optim, name)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_torchs_arguments_and_defaults(name):
    torchs = inspect.signature(getattr(torch.optim, name)).parameters
    ours = inspect.signature(getattr(reference, name)).parameters
    assert list(ours) == [n for n in torchs if n not in LEFT_OUT]
    assert [p.default for p in ours.values()] == [torchs[n].default for n in ours]


@pytest.mark.parametrize("name", OPTIMIZERS)
@given(data=st.data(), dtype=dtypes, lr=st.floats(1e-4, 0.1), seed=seeds)
def test_fifty_steps_like_torch(name, data, dtype, lr, seed):
    options = data.draw(OPTIONS[name])
    rng = np.random.default_rng(seed)
    params = draw(rng, dtype)
    tensors = [torch.tensor(p) for p in params]
    ours = getattr(reference, name)(params, lr, **options)
    torchs = getattr(torch.optim, name)(tensors, lr, **options)
    assert ours.params[0] is params[0]
    for i in range(STEPS):
        if i == STEPS // 2:
            ours.lr = torchs.param_groups[0]["lr"] = lr / 10
        gradients = draw(rng, dtype)
        for t, g in zip(tensors, gradients, strict=True):
            t.grad = torch.tensor(g)
        ours.step(gradients)
        torchs.step()
    for p, t in zip(params, tensors, strict=True):
        assert p.dtype == dtype
        # Each of the 50 steps may round once more than the table allows for one operation.
        np.testing.assert_allclose(p, t, **{k: 10 * v for k, v in TOLERANCES[dtype].items()})


@pytest.mark.parametrize("name", OPTIMIZERS)
@given(data=st.data(), dtype=dtypes, seed=seeds)
def test_only_the_params_change(name, data, dtype, seed):
    rng = np.random.default_rng(seed)
    params, gradients = draw(rng, dtype), draw(rng, dtype)
    kept = [g.copy() for g in gradients]
    optimizer = getattr(reference, name)(params, **data.draw(OPTIONS[name]))
    before = [p.copy() for p in params]
    for _ in range(3):
        optimizer.step(gradients)
    for g, k in zip(gradients, kept, strict=True):
        np.testing.assert_array_equal(g, k)
    assert all((p != b).all() for p, b in zip(params, before, strict=True))


@pytest.mark.parametrize("name", OPTIMIZERS)
@given(data=st.data(), seed=seeds)
def test_a_gradient_array_may_be_filled_anew(name, data, seed):
    options, rng = data.draw(OPTIONS[name]), np.random.default_rng(seed)
    fresh, reused = np.ones(2), np.ones(2)
    keeps, copies = (getattr(reference, name)([w], **options) for w in (fresh, reused))
    g = np.zeros(2)
    for _ in range(3):
        g[:] = rng.normal(size=2)
        copies.step([g])
        keeps.step([g.copy()])
    np.testing.assert_array_equal(reused, fresh)


@pytest.mark.parametrize("name", OPTIMIZERS)
@given(data=st.data(), seed=seeds)
def test_nothing_widens_float32(name, data, seed):
    rng = np.random.default_rng(seed)
    options = {
        k: np.float64(v) if isinstance(v, float) else v for k, v in data.draw(OPTIONS[name]).items()
    }
    params = draw(rng, np.float32)
    optimizer = getattr(reference, name)(params, np.float64(0.1), **options)
    optimizer.lr = np.float64(0.01)
    for _ in range(2):
        optimizer.step(draw(rng, np.float64))
    memory = [a for v in vars(optimizer).values() if isinstance(v, list) for a in v]
    assert {a.dtype for a in memory} == {np.dtype(np.float32)}


def test_constant_gradients_do_not_break_centered_rmsprop():
    # In exact arithmetic v - m * m stays at or above 0; rounding takes it below.
    w = np.zeros(1000, np.float32)
    g = np.random.default_rng(0).normal(size=1000).astype(np.float32)
    optimizer = reference.RMSprop([w], lr=1e-6, alpha=0.5, centered=True)
    for _ in range(100):
        optimizer.step([g])
    assert np.isfinite(w).all()


def test_adam_does_not_see_the_scale_of_the_loss():
    paths = []
    for scale in (1, 1000):
        w, rng = np.ones(3), np.random.default_rng(0)
        optimizer = reference.Adam([w], lr=0.1, eps=0)
        for _ in range(20):
            optimizer.step([scale * rng.normal(size=3)])
        paths.append(w)
    np.testing.assert_allclose(*paths, rtol=1e-12, atol=1e-12)
