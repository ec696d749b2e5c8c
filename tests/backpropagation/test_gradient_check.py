"""The gradient check: it must pass what is right, and point at what is wrong."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle import arrays, dtypes, shapes

from dlcourse import reference
from dlcourse.reference import Tensor, gradient_check, numerical_gradient


def rng():
    return np.random.default_rng(0)


@given(data=st.data(), shape=shapes, dtype=dtypes)
def test_numerical_gradient_of_known_functions(data, shape, dtype):
    x = data.draw(arrays(shape, dtype))
    before = x.copy()
    for f, slope in [
        (lambda x: (x**3).sum(), 3 * x.astype(float) ** 2),
        (lambda x: np.sin(x).sum(), np.cos(x.astype(float))),
        (lambda x: 7.0, np.zeros(shape)),
    ]:
        got = numerical_gradient(f, x)
        assert got.dtype == np.float64 and got.shape == shape
        np.testing.assert_allclose(got, slope, rtol=1e-7, atol=1e-8)
    np.testing.assert_array_equal(x, before)


def test_large_numbers_get_larger_steps():
    x = np.array([1e6, -1e9])
    np.testing.assert_allclose(numerical_gradient(lambda x: (x**2).sum(), x), 2 * x, rtol=1e-6)


def test_a_function_that_changes_its_argument_does_no_harm():
    def rude(x):
        value = (x**2).sum()
        x[...] = 99
        return value

    np.testing.assert_allclose(numerical_gradient(rude, np.array([1.0, 2.0])), [2, 4], rtol=1e-8)


def test_smaller_steps_are_not_better():
    x = np.array([0.7])
    error = [
        abs(numerical_gradient(lambda x: np.exp(x).sum(), x, step)[0] - np.exp(0.7))
        for step in (1e-1, 1e-5, 1e-12)
    ]
    assert error[1] < 1e-9 < 1e-6 < min(error[0], error[2])


PAIRS = [
    ("sigmoid", [rng().normal(size=(2, 3))], None),
    ("log_softmax", [rng().normal(size=(2, 3)), 1], None),
    ("linear", [rng().normal(size=s) for s in ((4, 3), (2, 3), (2,))], None),
    ("linear", [rng().normal(size=s) for s in ((4, 3), (2, 3))], None),
    ("layer_norm", [rng().normal(size=(4, 3)), 3], None),
    ("binary_cross_entropy", [rng().uniform(0.1, 0.9, 5), rng().uniform(0.1, 0.9, 5)], [0]),
]


@pytest.mark.parametrize("name, args, differentiable", PAIRS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_librarys_own_backwards_pass(name, args, differentiable, dtype):
    args = [a.astype(dtype) if isinstance(a, np.ndarray) else a for a in args]
    f, backward = getattr(reference, name), getattr(reference, f"{name}_backward")
    check = gradient_check(f, args, backward, differentiable)
    assert check and check.passed and check.relative_error < 1e-6, str(check)
    assert str(check).startswith("passed: largest relative error ")


def test_a_bias_before_batch_norm_has_gradient_0_and_passes():
    x = rng().normal(size=(6, 3))
    norm = reference.lift(reference.batch_norm, reference.batch_norm_backward)

    def network(bias):
        return norm(Tensor(x) + bias, None, None, training=True)

    check = gradient_check(network, [rng().normal(size=3)])
    assert check, str(check)


def linear_without_a_unit(g, x, w):
    grad_x, grad_w, _ = reference.linear_backward(g, x, w)
    grad_w[1, 2] = 0
    return grad_x, grad_w


MISTAKES = [
    (np.tanh, lambda g, x: g * (1 - np.tanh(x))),
    (np.tanh, lambda g, x: 1 - np.tanh(x) ** 2),
    (np.tanh, lambda g, x: np.full_like(x, np.nan)),
    (lambda x: np.sort(x), lambda g, x: g),
    (lambda x: x.mean(keepdims=True), lambda g, x: np.broadcast_to(g, x.shape)),
    (lambda x: 1e-6 * x**2, lambda g, x: 1e-6 * g * x),
]


@pytest.mark.parametrize("f, backward", MISTAKES)
def test_mistakes_fail(f, backward):
    check = gradient_check(f, [np.array([0.3, 0.5, -0.7, 2.0, -1.1])], backward)
    assert not check and not check.passed
    assert str(check).startswith("FAILED: largest relative error ")


def test_the_worst_entry_is_named():
    x, w = rng().normal(size=(4, 3)), rng().normal(size=(2, 3))
    check = gradient_check(reference.linear, [x, w], linear_without_a_unit)
    assert (check.argument, check.index) == (1, (1, 2))
    assert check.analytic == 0 and abs(check.numeric) > 0.1
    assert check.relative_error == 1
    assert "in argument 1 at (1, 2): backward says 0, differences say" in str(check)


def test_the_engine_is_checked_where_no_backward_is_given():
    a, b = rng().normal(size=(3, 2)), rng().normal(size=(2, 4))
    assert gradient_check(lambda a, b: (a @ b).tanh(), [a, b])
    unused = gradient_check(lambda a, b: a.exp(), [a, b])
    assert unused and unused.numeric is not None
    cut = gradient_check(lambda a: Tensor(np.exp(a.data)), [a])
    assert not cut and cut.analytic == 0


def test_at_a_kink_differences_disagree_by_right():
    check = gradient_check(lambda x: x.relu(), [np.array([0.0, 1.0])])
    assert not check and check.index == (0,) and abs(check.numeric) > 0.4


def test_arguments_stay_as_they_are():
    x, labels = rng().normal(size=(3, 2)), np.array([0, 1, 1])
    before = x.copy()
    assert gradient_check(reference.softmax_cross_entropy, [x, labels])
    np.testing.assert_array_equal(x, before)


def test_bad_input():
    x = np.ones(3)
    with pytest.raises(ValueError, match="step is 0; needed a number above 0"):
        numerical_gradient(np.sum, x, 0)
    with pytest.raises(ValueError, match=r"f returned shape \(3,\); needed a single number"):
        numerical_gradient(np.exp, x)
    with pytest.raises(TypeError, match="x has dtype complex128"):
        numerical_gradient(np.sum, x.astype(complex))
    for name in ("tolerance", "floor", "step"):
        with pytest.raises(ValueError, match=f"{name} is -1; needed a number above 0"):
            gradient_check(np.tanh, [x], lambda g, x: g, **{name: -1})
    for args in ([], [np.ones(3, int)], [np.ones((0, 3))]):
        with pytest.raises(ValueError, match="args has no floating-point numbers"):
            gradient_check(lambda *args: 1.0, args, lambda g, *args: ())
    with pytest.raises(ValueError, match="backward returned 1 gradients; needed 2"):
        gradient_check(np.add, [x, x], lambda g, a, b: g)
    with pytest.raises(ValueError, match=r"gradient of argument 0 has shape \(\); needed \(3,\)"):
        gradient_check(np.tanh, [x], lambda g, x: np.sum(g))
