import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.special import expit, log_softmax, logit
from sklearn.calibration import calibration_curve

from dlcourse import metrics

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import statsmodels.api as sm


def too_low_for_the_ill():
    """Four hundred patients as other libraries were given them."""
    rng = np.random.default_rng(0)
    p = rng.beta(0.7, 2.5, 400)
    return (rng.random(400) < p**0.7).astype(int), p


@given(
    seed=st.integers(0, 2**32 - 1),
    n=st.integers(1, 80),
    n_bins=st.integers(1, 12),
    strategy=st.sampled_from(["uniform", "quantile"]),
)
def test_bins_closed_on_the_right_are_scikit_learns(seed, n, n_bins, strategy):
    rng = np.random.default_rng(seed)
    y, p = rng.integers(0, 2, n), rng.random(n)
    ours = metrics.calibration_curve(y, p, n_bins, strategy, closed="right")
    theirs = calibration_curve(y, p, n_bins=n_bins, strategy=strategy)
    if strategy == "uniform":
        np.testing.assert_allclose(ours.prob_true, theirs[0], rtol=1e-12)
        np.testing.assert_allclose(ours.prob_pred, theirs[1], rtol=1e-12)
    np.testing.assert_allclose(ours.count @ ours.prob_pred / n, p.mean(), rtol=1e-12)
    for share, low, high, count in zip(ours[0], ours.low, ours.high, ours.count, strict=True):
        expected = metrics.rate(round(share * count), count)
        np.testing.assert_allclose((low, high), expected[3:], atol=1e-15)


def test_an_edge_belongs_to_one_bin_as_it_is_written():
    p = np.arange(11) / 10
    above = metrics.calibration_curve([0] * 11, p)
    np.testing.assert_array_equal(above.count, [1] * 9 + [2])  # 0.9 and 1
    below = metrics.calibration_curve([0] * 11, p, closed="right")
    np.testing.assert_array_equal(below.count, [2] + [1] * 9)  # 0 and 0.1


def test_equal_probabilities_stay_together():
    rng = np.random.default_rng(0)
    p, y = rng.choice([0.1, 0.2, 0.9], 60), rng.integers(0, 2, 60)
    curve = metrics.calibration_curve(y, p, 10, "quantile")
    np.testing.assert_allclose(curve.prob_pred, [0.1, 0.2, 0.9])
    order = rng.permutation(60)
    again = metrics.calibration_error(y[order], p[order], 10, "quantile")
    np.testing.assert_allclose(again, metrics.calibration_error(y, p, 10, "quantile"))


def test_the_errors_of_other_libraries():
    """netcal 1.4.0, torchmetrics 1.9.0, uncertainty-calibration 0.1.4, on one data set."""
    y, p = too_low_for_the_ill()
    both = np.stack([1 - p, p], axis=1)
    found = {
        "netcal ECE, torchmetrics binary": metrics.calibration_error(y, p),
        "torchmetrics binary, 15 bins": metrics.calibration_error(y, p, 15),
        "torchmetrics binary, l2, 10 bins": metrics.calibration_error(y, p, norm="l2"),
        "torchmetrics multiclass": metrics.top_label_calibration_error(y, both),
        "equal mass": metrics.calibration_error(y, p, strategy="quantile"),
    }
    np.testing.assert_allclose(list(found.values()), EXPECTED, atol=5e-5)
    tenths = np.round(p, 1)
    for closed in ("left", "right"):  # torchmetrics and uncertainty-calibration too
        error = metrics.calibration_error(y, tenths, closed=closed)
        np.testing.assert_allclose(error, 0.143, atol=5e-4)
    # netcal's 0.140 comes of edges by linspace, where 0.3, 0.6 and 0.7 fall short of their own.
    below = np.digitize(tenths, np.linspace(0, 1, 11)).clip(1, 10) - 1
    np.testing.assert_allclose(np.abs(np.bincount(below, tenths - y)).sum() / 400, 0.140, atol=5e-4)


EXPECTED = [0.1342, 0.1411, 0.1672, 0.1308, 0.1336]


def test_the_error_by_hand():
    y, p = [0, 1, 1, 0, 1], [0.0, 0.25, 0.5, 0.75, 1.0]
    # Bins [0, 1/2) and [1/2, 1]: mean said 1/8 and 3/4, came 1/2 and 2/3.
    gaps = np.array([3 / 8, 1 / 12])
    np.testing.assert_allclose(metrics.calibration_error(y, p, 2), [0.4, 0.6] @ gaps)
    np.testing.assert_allclose(
        metrics.calibration_error(y, p, 2, norm="l2"), np.sqrt([0.4, 0.6] @ gaps**2)
    )
    np.testing.assert_allclose(metrics.calibration_error(y, p, 2, norm="max"), 3 / 8)
    assert metrics.calibration_error([0, 0, 0, 1], [0.25] * 4) == 0  # the prevalence for all


def test_of_a_perfect_model_the_error_is_all_chance():
    rng = np.random.default_rng(0)
    p = rng.random(50)
    chance = metrics.calibration_error_by_chance(p, draws=400, rng=rng)
    errors = [metrics.calibration_error(rng.random(50) < p, p) for _ in range(400)]
    assert abs(chance.value - np.mean(errors)) < 0.006 and chance.value > 0.1
    assert 0.92 < np.mean([chance.low <= e <= chance.high for e in errors]) < 0.98


# ---- slope, intercept, temperature


@given(seed=st.integers(0, 2**32 - 1), n=st.integers(60, 200))
def test_slope_and_intercept_are_statsmodels(seed, n):
    rng = np.random.default_rng(seed)
    z = rng.normal(-0.5, 1.5, n)
    y = (rng.random(n) < expit(0.3 + 0.6 * z)).astype(float)
    y[:4], z[:4] = [0, 1, 0, 1], [2, -2, -1, 1]
    p = expit(z)
    ours = metrics.calibration_slope_intercept(y, p)
    slope = sm.Logit(y, sm.add_constant(logit(p))).fit(disp=0, tol=1e-10)
    np.testing.assert_allclose(ours.slope.value, slope.params[1], rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(ours.slope[1:], slope.conf_int()[1], rtol=1e-5, atol=1e-7)
    large = sm.GLM(y, np.ones(n), family=sm.families.Binomial(), offset=logit(p)).fit(tol=1e-12)
    np.testing.assert_allclose(ours.intercept.value, large.params[0], rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(ours.intercept[1:], large.conf_int()[0], rtol=1e-5, atol=1e-7)


def test_slope_and_intercept_of_known_truth():
    rng, covered = np.random.default_rng(0), []
    for _ in range(200):
        z = rng.normal(-1, 1, 300)
        y = rng.random(300) < expit(z)
        line = metrics.calibration_slope_intercept(y, expit(2 * z))  # twice too sure
        covered.append(line.slope.low <= 0.5 <= line.slope.high)
    assert 0.91 < np.mean(covered) < 0.99
    high = metrics.calibration_slope_intercept(y, expit(z + 1))
    assert high.intercept.low < -1 < high.intercept.high


@given(
    seed=st.integers(0, 2**32 - 1),
    true=st.sampled_from([0.5, 1.0, 2.5]),
    classes=st.integers(2, 5),
    scale=st.sampled_from([1e-3, 1.0, 1e3]),
)
def test_the_temperature_minimizes_the_log_score(seed, true, classes, scale):
    rng = np.random.default_rng(seed)
    z = rng.normal(0, 2, (200, classes))
    chance = np.exp(log_softmax(z, axis=1))
    y = (rng.random((200, 1)) > np.cumsum(chance, axis=1)).sum(axis=1).clip(0, classes - 1)
    logits = z * true * scale

    def score(log_t):
        return -log_softmax(logits / np.exp(log_t), axis=1)[np.arange(200), y].mean()

    ours = metrics.temperature(logits, y)
    start = np.log(true * scale)
    best = minimize_scalar(score, bounds=(start - 3, start + 3), options={"xatol": 1e-8})
    np.testing.assert_allclose(np.log(ours.value), best.x, atol=1e-5)
    assert 0 < ours.low < ours.value < ours.high


def test_the_temperatures_interval_covers_as_often_as_it_says():
    rng, covered = np.random.default_rng(0), []
    for _ in range(200):
        z = rng.normal(0, 2, 250)
        ours = metrics.temperature(2.5 * z, rng.random(250) < expit(z))
        covered.append(ours.low <= 2.5 <= ours.high)
    assert 0.91 < np.mean(covered) < 0.99


def test_a_logit_and_two_classes_are_one():
    rng = np.random.default_rng(0)
    z, y = rng.normal(size=50), rng.integers(0, 2, 50)
    y[:30] = z[:30] > 0
    two = metrics.temperature(np.stack([np.zeros(50), z], axis=1), y)
    np.testing.assert_allclose(metrics.temperature(z, y), two, rtol=1e-10)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: metrics.temperature([1.0, -1.0], [1, 0]), "every label is the arg max"),
        (lambda: metrics.temperature([1.0, -1.0], [0, 1]), "the best T is infinite"),
        (lambda: metrics.temperature([[1.0, np.inf]], [0]), "needed finite ones"),
        (lambda: metrics.temperature([1.0, 2.0], [0, 2]), "needed class numbers from 0 to 1"),
        (lambda: metrics.calibration_error([0, 1], [0.5, 1.5]), r"y_prob runs from 0\.5 to 1\.5"),
        (lambda: metrics.calibration_error([0, 1], [[0.5, 0.5]] * 2), r"y_prob has shape \(2, 2"),
        (lambda: metrics.calibration_error([0, 1], [0.5, np.nan]), "y_prob holds 1 NaN"),
        (lambda: metrics.calibration_error([0], [0.5], 0), "n_bins is 0; needed at least 1"),
        (lambda: metrics.calibration_error([0], [0.5], norm="l3"), "norm is 'l3'"),
        (lambda: metrics.calibration_error([0], [0.5], strategy="mass"), "strategy is 'mass'"),
        (lambda: metrics.top_label_calibration_error([0], [[0.5, 0.1]]), "do not all sum to 1"),
        (lambda: metrics.top_label_calibration_error([2], [[0.5, 0.5]]), "from 0 to 1"),
        (lambda: metrics.calibration_slope_intercept([0, 1], [0, 0.5]), "1 that are 0 or 1"),
        (lambda: metrics.calibration_slope_intercept([0, 1], [0.5, 0.5]), "needs two values"),
        (lambda: metrics.calibration_slope_intercept([0, 1], [0.1, 0.5]), "without overlap"),
        (lambda: metrics.calibration_slope_intercept([1, 1], [0.1, 0.5]), "2 ill and 0 healthy"),
    ],
)
def test_what_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
