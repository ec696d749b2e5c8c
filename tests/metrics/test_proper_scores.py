import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import norm
from sklearn import metrics as peer

from dlcourse import metrics


@given(seed=st.integers(0, 2**32 - 1), n=st.integers(2, 60))
def test_the_scores_are_scikit_learns(seed, n):
    rng = np.random.default_rng(seed)
    y, p = rng.integers(0, 2, n), rng.random(n)
    np.testing.assert_allclose(metrics.brier_score_loss(y, p).value, peer.brier_score_loss(y, p))
    theirs = peer.log_loss(y, p, labels=[0, 1])
    np.testing.assert_allclose(metrics.log_loss(y, p).value, theirs, rtol=1e-9)


def test_the_truth_is_the_best_report():
    p = np.linspace(0.01, 0.99, 99)
    y = np.repeat([1, 0], [7, 3])
    for score in (metrics.brier_score_loss, metrics.log_loss):
        assert p[np.argmin([score(y, np.full(10, q)).value for q in p])] == pytest.approx(0.7)


def test_sure_and_wrong_is_infinite():
    assert metrics.log_loss([1, 0], [0.0, 0.0]).value == np.inf
    assert metrics.log_loss([1, 0], [1.0, 0.0]) == (0, 0, 0)


@given(
    seed=st.integers(0, 2**32 - 1),
    n=st.integers(2, 80),
    score=st.sampled_from(["brier", "log"]),
    n_bins=st.sampled_from([None, 1, 5]),
)
def test_the_parts_sum_to_the_score(seed, n, score, n_bins):
    rng = np.random.default_rng(seed)
    y, p = rng.integers(0, 2, n), rng.integers(1, 10, n) / 10
    parts = metrics.decompose(y, p, score, n_bins)
    whole = {"brier": peer.brier_score_loss(y, p), "log": peer.log_loss(y, p, labels=[0, 1])}[score]
    np.testing.assert_allclose(parts.score, whole, rtol=1e-9)
    together = parts.reliability - parts.resolution + parts.uncertainty + parts.within
    np.testing.assert_allclose(together, whole, rtol=1e-9, atol=1e-12)
    assert min(parts.reliability, parts.resolution, parts.uncertainty) >= -1e-12
    if n_bins is None:  # one bin for each value hides nothing: Murphy's three parts are all
        np.testing.assert_allclose(parts.within, 0, atol=1e-12)


def test_the_parts_by_hand():
    y, p = [1, 1, 1, 0, 0, 0, 0, 0], [0.8] * 4 + [0.1] * 4
    parts = metrics.decompose(y, p)
    expected = (0.05**2 + 0.1**2) / 2, (0.375**2 + 0.375**2) / 2, 0.375 * 0.625
    np.testing.assert_allclose(parts[1:4], expected)
    log = metrics.decompose(y, p, "log")
    surprise = 0.75 * np.log(0.75 / 0.8) + 0.25 * np.log(0.25 / 0.2)
    np.testing.assert_allclose(log.reliability, (surprise - np.log(0.9)) / 2)


# ---- a forecast of a number


@given(mean=st.floats(-5, 5), sd=st.floats(0.05, 5), y=st.floats(-5, 5))
def test_the_gaussian_by_its_integral(mean, sd, y):
    def gap(x):
        return (norm.cdf(x, mean, sd) - (x >= y)) ** 2

    # Cut where the bell ends: over a long flat stretch beside it, quad's points would miss it.
    low, middle, high = sorted([mean - 9 * sd, y, mean + 9 * sd])
    total = quad(gap, low, middle, limit=200)[0] + quad(gap, middle, high, limit=200)[0]
    np.testing.assert_allclose(metrics.crps_gaussian(y, mean, sd), total, rtol=1e-5, atol=1e-6)


def test_numbers_of_properscoring_and_scoringrules():
    assert round(float(metrics.crps_gaussian(0.0, 0.0, 1.0)), 4) == 0.2337
    for members, y, fair, usual in [([0, 2], 1, 0.0, 0.5), ([1, 2, 3, 5, 8], 4, 0.5, 0.84)]:
        np.testing.assert_allclose(metrics.crps_ensemble([y], [members]), fair, atol=1e-15)
        np.testing.assert_allclose(metrics.crps_ensemble([y], [members], "nrg"), usual)
    assert metrics.crps_ensemble([1.0], [[3.0]], "nrg") == 2


@given(seed=st.integers(0, 2**32 - 1), n=st.integers(1, 5), m=st.integers(2, 9))
def test_the_ensemble_over_all_pairs(seed, n, m):
    rng = np.random.default_rng(seed)
    y, x = rng.normal(size=n), rng.integers(-3, 4, (n, m)) / 2
    error = np.abs(x - y[:, None]).mean(axis=1)
    apart = np.abs(x[:, :, None] - x[:, None]).sum(axis=(1, 2)) / 2
    fair, usual = (metrics.crps_ensemble(y, x, way) for way in ("fair", "nrg"))
    np.testing.assert_allclose(fair, error - apart / (m * (m - 1)), atol=1e-12)
    np.testing.assert_allclose(usual, error - apart / m**2, atol=1e-12)


@pytest.mark.parametrize("m", [2, 5, 50])
def test_the_fair_score_does_not_know_how_many_members(m):
    rng, truth = np.random.default_rng(0), 1 / np.sqrt(np.pi)
    y, x = rng.normal(size=20_000), rng.normal(size=(20_000, m))
    fair, usual = (metrics.mean_interval(metrics.crps_ensemble(y, x, w)) for w in ("fair", "nrg"))
    assert abs(fair.value - truth) < 0.012
    assert abs(usual.value - truth * (1 + 1 / m)) < 0.012  # punished for being few


@given(seed=st.integers(0, 2**32 - 1), n_bins=st.integers(1, 5))
def test_bins_by_their_integral(seed, n_bins):
    rng = np.random.default_rng(seed)
    edges = np.sort(rng.uniform(-2, 2, n_bins + 1)) + np.arange(n_bins + 1) * 0.1
    p, y = rng.dirichlet(np.ones(n_bins)), rng.uniform(-4, 4)
    below = np.append(0, np.cumsum(p))
    x = np.linspace(-5, 5, 100_001)
    gap = (np.interp(x, edges, below) - (x >= y)) ** 2
    found = metrics.crps_binned([y], p[None], edges)[0]
    np.testing.assert_allclose(found, np.trapezoid(gap, x), atol=3e-4)


def test_many_bins_approach_the_gaussian():
    edges = np.linspace(-6, 6, 241)
    p = np.diff(norm.cdf(edges))
    found = metrics.crps_binned([0.3], p[None] / p.sum(), edges)
    np.testing.assert_allclose(found[0], metrics.crps_gaussian(0.3, 0.0, 1.0), atol=1e-4)


# ---- decisions


@given(seed=st.integers(0, 2**32 - 1), n=st.integers(2, 60), t=st.floats(0.02, 0.98))
def test_net_benefit_by_its_counts(seed, n, t):
    rng = np.random.default_rng(seed)
    y, p = rng.integers(0, 2, n), rng.random(n)
    tp, fp = ((p >= t) & (y == 1)).sum(), ((p >= t) & (y == 0)).sum()
    benefit = tp / n - fp / n * t / (1 - t)
    np.testing.assert_allclose(metrics.net_benefit(y, p, t), benefit, atol=1e-12)
    curve = metrics.decision_curve(y, p, [t, 0.5])
    np.testing.assert_allclose(curve.model[0], benefit, atol=1e-12)
    everybody = y.mean() - (1 - y.mean()) * t / (1 - t)
    np.testing.assert_allclose(curve.treat_all[0], everybody, atol=1e-12)
    np.testing.assert_allclose(metrics.net_benefit(y, np.ones(n), t), everybody, atol=1e-12)
    assert metrics.net_benefit(y, np.zeros(n), t) == 0


def test_net_benefit_prices_calibration_and_its_interval_covers():
    rng, covered = np.random.default_rng(0), []
    z = rng.normal(-2.6, 1.6, 400_000)
    p, sure = 1 / (1 + np.exp(-z)), 1 / (1 + np.exp(-2 * z))
    y = rng.random(len(z)) < p
    truth = metrics.net_benefit(y, p, 0.1)
    assert metrics.roc_auc_score(y, p) == pytest.approx(metrics.roc_auc_score(y, sure))
    assert metrics.net_benefit(y, sure, 0.1) < truth - 0.002
    for start in range(0, 120_000, 400):
        rows = slice(start, start + 400)
        curve = metrics.decision_curve(y[rows], p[rows], [0.1])
        covered.append(curve.low[0] <= truth <= curve.high[0])
    assert 0.91 < np.mean(covered) < 0.98


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: metrics.net_benefit([0, 1], [0.2, 0.8], 1.0), "thresholds run from 1.0 to 1.0"),
        (lambda: metrics.brier_score_loss([0, 1], [0.2, 1.8]), "needed numbers from 0 to 1"),
        (lambda: metrics.log_loss([0, 1, 2], [0.2, 0.8, 0.1]), "y_true holds 2"),
        (lambda: metrics.decompose([0, 1], [0.2, 0.8], "crps"), "score is 'crps'"),
        (lambda: metrics.crps_gaussian(0, 0, -1), "sd goes down to -1"),
        (lambda: metrics.crps_ensemble([0], [[1]]), "'fair' needs more of them"),
        (lambda: metrics.crps_ensemble([0], [[1, np.nan]]), "members holds 1 NaN"),
        (lambda: metrics.crps_ensemble([0, 1], [[1, 2]]), "needed one entry for each in y_true"),
        (lambda: metrics.crps_binned([0], [[1.0]], [1, 0]), r"edges \(2,\); needed .* rising"),
        (lambda: metrics.crps_binned([0], [[0.5]], [0, 1]), "do not all sum to 1"),
    ],
)
def test_what_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
