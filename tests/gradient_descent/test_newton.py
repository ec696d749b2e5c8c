"""Newton's method: exact on a parabola, quadratic elsewhere, the same in both halves."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from oracle import TOLERANCES, dtypes, on_every_device
from scipy.optimize import rosen, rosen_der, rosen_hess
from torch.autograd.functional import hessian, jacobian

from dlcourse import accelerated, reference


@given(n=st.integers(1, 5), dtype=dtypes, seed=st.integers(0, 2**32 - 1))
def test_a_parabola_takes_one_step(n, dtype, seed):
    rng = np.random.default_rng(seed)
    root = rng.normal(size=(n, n))
    curvature = (root @ root.T + np.eye(n)).astype(dtype)
    bottom = rng.normal(size=n).astype(dtype)
    start = rng.normal(size=n).astype(dtype)
    kept = start.copy()
    path = reference.newtons_method(lambda x: (curvature @ (x - bottom), curvature), start, steps=2)
    assert path.dtype == dtype and path.shape == (3, n)
    np.testing.assert_array_equal(start, kept)
    np.testing.assert_array_equal(path[0], start)
    tolerance = 1e-3 if dtype == "float32" else 1e-10
    np.testing.assert_allclose(path[1], bottom, rtol=0, atol=tolerance)
    np.testing.assert_allclose(path[2], bottom, rtol=0, atol=tolerance)


def test_rosenbrock_takes_a_handful_of_steps():
    path = reference.newtons_method(
        lambda x: (rosen_der(x), rosen_hess(x)), np.array([-1.5, 2.0]), steps=5
    )
    assert rosen(path[-1]) < 1e-3 < rosen(path[-2])


def test_errors_square_themselves():
    path = reference.newtons_method(
        lambda x: (1 - 1 / x, np.diag(1 / x**2)), np.array([0.5, 1.9]), steps=4
    )
    errors = 1 - path
    np.testing.assert_allclose(errors[1:], errors[:-1] ** 2, rtol=1e-9, atol=1e-15)


def test_a_saddle_attracts_too():
    # f = x^2 - y^2 has slope 0 at the origin, and no minimum anywhere.
    path = reference.newtons_method(lambda x: (x * [2, -2], np.diag([2, -2])), [3.0, 1.0], steps=1)
    np.testing.assert_array_equal(path[-1], 0)


@on_every_device
@given(dtype=dtypes, seed=st.integers(0, 2**32 - 1))
def test_halves_agree(device, dtype, seed):
    start = np.random.default_rng(seed).uniform(-1, 1, 3).astype(dtype)

    def f(x):
        return torch.logsumexp(x, 0) + (x**4).sum() + (x**2).sum()

    def by_autograd(x):
        return jacobian(f, x), hessian(f, x)

    def by_hand(x):
        p = reference.softmax(x, 0)
        gradient = p + 4 * x**3 + 2 * x
        return gradient, np.diag(p + 12 * x**2 + 2) - np.outer(p, p)

    ours = reference.newtons_method(by_hand, start, 6)
    leaf = torch.tensor(start, device=device, requires_grad=True)
    twin = accelerated.newtons_method(by_autograd, leaf, 6)
    assert not twin.requires_grad and twin.dtype == leaf.dtype
    # One step's rounding enters the next.
    tolerance = {k: 10 * v for k, v in TOLERANCES[dtype].items()}
    np.testing.assert_allclose(twin.cpu().numpy(), ours, **tolerance)
    assert np.abs(by_hand(ours[-1])[0]).max() < 1e-5


@pytest.mark.parametrize(
    "half, one", [(reference, np.ones), (accelerated, torch.ones)], ids=["reference", "accelerated"]
)
def test_bad_input(half, one):
    for derivatives, start, steps, error, message in [
        (None, one((2, 2)), 1, ValueError, r"start has shape \(2, 2\); needed one axis"),
        (None, one(2), -1, ValueError, "steps is -1; needed 0 or more"),
        (None, one(2), 1.5, TypeError, "steps is 1.5; needed a whole number"),
        (None, ["a"], 1, TypeError, "start (has dtype|is of type)"),
        (
            lambda x: (one(3), one((2, 2))),
            one(2),
            1,
            ValueError,
            r"derivatives returned a gradient of shape \(3,\); needed \(2,\), as start is",
        ),
        (
            lambda x: (one(2), one(2)),
            one(2),
            1,
            ValueError,
            r"derivatives returned a Hessian of shape \(2,\); needed \(2, 2\), as start is",
        ),
        (lambda x: (one(2), "H"), one(2), 1, TypeError, "the Hessian from derivatives"),
        (lambda x: (x, 0 * one((2, 2))), one(2), 1, ValueError, "the Hessian at .* is singular"),
    ]:
        with pytest.raises(error, match=message):
            half.newtons_method(derivatives, start, steps)


def test_no_steps_is_the_start_alone():
    np.testing.assert_array_equal(reference.newtons_method(None, np.ones(2), 0), [[1, 1]])
    assert accelerated.newtons_method(None, torch.ones(2), 0).tolist() == [[1, 1]]
