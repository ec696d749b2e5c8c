"""Least squares: the formula against scikit-learn, scan and descent against the formula."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.linear_model import LinearRegression

from dlcourse import data
from dlcourse.classical.least_squares import descend, gradient_step, mse_surface, ols, scan

tame = st.floats(-100, 100).map(lambda number: round(number, 3))


def points(least=2):
    return st.integers(least, 12).flatmap(
        lambda n: st.tuples(arrays(float, n, elements=tame), arrays(float, n, elements=tame))
    )


def mse(w, b, x, y):
    return ((w * x + b - y) ** 2).mean()


@given(seed=st.integers(0, 2**32 - 1), spare=st.integers(1, 20), p=st.integers(1, 5))
def test_ols_agrees_with_scikit_learn(seed, spare, p):
    rng = np.random.default_rng(seed)
    n = p + 1 + spare
    X, y = rng.normal(50, 10, (n, p)), rng.normal(0, 3, n)
    weight, bias = ols(X, y)
    theirs = LinearRegression().fit(X, y)
    np.testing.assert_allclose(weight, theirs.coef_, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(bias, theirs.intercept_, rtol=1e-6, atol=1e-7)


@given(seed=st.integers(0, 2**32 - 1), n=st.integers(2, 6), p=st.integers(2, 8))
def test_ols_takes_the_smallest_of_many_answers(seed, n, p):
    rng = np.random.default_rng(seed)
    X, y = rng.normal(50, 10, (n, p)), rng.normal(0, 3, n)
    weight, bias = ols(X, y)
    centred = X - X.mean(axis=0)
    smallest = np.linalg.pinv(centred, rcond=1e-10) @ (y - y.mean())
    np.testing.assert_allclose(weight, smallest, rtol=1e-6, atol=1e-9)
    if n <= p:
        np.testing.assert_allclose(X @ weight + bias, y, rtol=1e-6, atol=1e-6)


@given(points())
def test_residuals_of_ols_are_zero_on_average_and_against_x(both):
    x, y = both
    slope, intercept = ols(x, y)
    residual = y - slope * x - intercept
    size = 1 + np.abs(y).max() + abs(slope) * np.abs(x).max()
    assert abs(residual.mean()) < 1e-9 * size
    assert abs((residual * (x - x.mean())).mean()) < 1e-9 * size * (1 + np.ptp(x))


@given(points(), st.floats(-5, 5), st.floats(-5, 5))
def test_no_other_line_does_better(both, slope, intercept):
    x, y = both
    best = mse(*ols(x, y), x, y)
    assert best <= mse(slope, intercept, x, y) * (1 + 1e-9) + 1e-9


def test_one_measurement_gives_the_same_as_a_column_of_it():
    table = data.diabetes()
    bmi = table.column("bmi")
    slope, intercept = ols(bmi, table.y)
    weight, bias = ols(bmi[:, None], table.y)
    assert np.ndim(slope) == 0 and weight.shape == (1,)
    np.testing.assert_allclose([slope, intercept], [weight[0], bias])
    np.testing.assert_allclose([slope, intercept], [10.233, -117.773], atol=5e-4)


def test_constant_column_gets_weight_zero():
    weight, bias = ols(np.column_stack([np.full(7, 0.1), np.arange(7.0)]), 3 * np.arange(7.0) + 1)
    np.testing.assert_allclose([*weight, bias], [0, 3, 1], atol=1e-12)
    assert ols(np.full(7, 0.1), np.arange(7.0)) == (0, 3)


def test_float32_stays_float32():
    x = np.arange(5, dtype=np.float32)
    assert all(part.dtype == np.float32 for part in ols(x, 2 * x + 1))


@given(points(1), st.integers(1, 6), st.integers(1, 6))
def test_surface_is_the_mean_squared_error_of_each_line(both, s, i):
    x, y = both
    slopes, intercepts = np.linspace(-3, 3, s), np.linspace(-50, 40, i)
    expected = [[mse(w, b, x, y) for b in intercepts] for w in slopes]
    surface = mse_surface(x, y, slopes, intercepts)
    np.testing.assert_allclose(surface, expected, rtol=1e-9, atol=1e-9)
    w, b = scan(x, y, slopes, intercepts)
    assert w in slopes and b in intercepts
    np.testing.assert_allclose(mse(w, b, x, y), np.min(expected), rtol=1e-9, atol=1e-9)


@given(points(1), st.floats(-3, 3), st.floats(-3, 3), st.floats(1e-4, 0.5))
def test_a_step_follows_the_numerical_gradient(both, w, b, lr):
    x, y = both
    h = 1e-4
    slope_w = (mse(w + h, b, x, y) - mse(w - h, b, x, y)) / (2 * h)
    slope_b = (mse(w, b + h, x, y) - mse(w, b - h, x, y)) / (2 * h)
    got = gradient_step(w, b, x, y, lr)
    np.testing.assert_allclose(got, [w - lr * slope_w, b - lr * slope_b], rtol=1e-5, atol=1e-3)


@given(points(3))
def test_downhill_arrives_where_the_formula_is(both):
    x, y = both
    assume(x.std() > 0.1)
    z = (x - x.mean()) / x.std()
    path = descend(z, y, lr=0.25, steps=100)
    assert path.shape == (101, 2) and not path[0].any()
    np.testing.assert_allclose(path[-1], ols(z, y), atol=1e-8)


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: ols([], []), ValueError, r"X has shape \(0,\); needed \(n,\)"),
        (lambda: ols(np.ones((2, 2, 2)), [1, 2]), ValueError, r"X has shape \(2, 2, 2\)"),
        (lambda: ols([1, 2], [1, 2, 3]), ValueError, "y has 3 entries; needed .* 2 rows"),
        (lambda: ols([1, np.nan], [1, 2]), ValueError, "X holds 1 values that are NaN"),
        (lambda: ols([1, 2], [1, np.inf]), ValueError, "y holds 1 values"),
        (lambda: ols(["a", "b"], [1, 2]), TypeError, "X has dtype"),
        (lambda: scan([1, 2], [1, 2], [], [0]), ValueError, "slopes has shape"),
        (lambda: scan([1, 2], [1, 2], [0], [[1]]), ValueError, "intercepts has shape"),
        (lambda: gradient_step(0, 0, [1, 2], [1], 0.1), ValueError, "y has 1 entries"),
    ],
)
def test_bad_input_is_named(call, error, match):
    with pytest.raises(error, match=match):
        call()
