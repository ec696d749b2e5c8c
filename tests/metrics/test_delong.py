import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm
from sklearn.metrics import roc_auc_score
from test_ranking import SCORE, Y, patients

from dlcourse import metrics


def without_one(y, score, group):
    rows = np.arange(len(y))
    return np.array([roc_auc_score(y[rows != i], score[rows != i]) for i in rows[y == group]])


@given(patients(at_least=3))
def test_the_variance_is_that_of_leaving_one_out(drawn):
    """For a mean over pairs, DeLong's variance is the jackknife over the ill and the healthy."""
    y, score = drawn
    areas, covariance = metrics.auc_covariance(y, score[None])
    jackknife = 0
    for group in (0, 1):
        left = without_one(y, score, group)
        jackknife += (len(left) - 1) / len(left) * ((left - left.mean()) ** 2).sum()
    np.testing.assert_allclose(areas[0], roc_auc_score(y, score), rtol=1e-12)
    np.testing.assert_allclose(covariance[0, 0], jackknife, rtol=1e-9, atol=1e-14)


def test_the_covariance_by_leaving_one_out_too():
    rng = np.random.default_rng(1)
    y = np.repeat([0, 1], [12, 9])
    a = rng.normal(y).round(1)
    b = (a + rng.normal(size=21)).round(1)
    _, covariance = metrics.auc_covariance(y, [a, b])
    expected = 0
    for group in (0, 1):
        x, z = (without_one(y, score, group) for score in (a, b))
        expected += (len(x) - 1) / len(x) * ((x - x.mean()) * (z - z.mean())).sum()
    np.testing.assert_allclose(covariance[0, 1], expected, rtol=1e-10)
    test = metrics.delong_test(y, a, b)
    error = np.sqrt(covariance[0, 0] + covariance[1, 1] - 2 * expected)
    np.testing.assert_allclose(test.z, test.difference.value / error, rtol=1e-10)
    np.testing.assert_allclose(test.p_value, 2 * norm.sf(abs(test.z)), rtol=1e-10)
    difference = roc_auc_score(y, b) - roc_auc_score(y, a)
    np.testing.assert_allclose(test.difference.value, difference, atol=1e-14)


def studies(area, ill, healthy, runs, seed=0):
    rng, gap = np.random.default_rng(seed), np.sqrt(2) * norm.ppf(area)
    y = np.repeat([1, 0], [ill, healthy])
    return [(y, rng.normal(gap * y)) for _ in range(runs)]


@pytest.mark.parametrize("area", [0.8, 0.95])
def test_intervals_of_many_patients_cover_as_often_as_they_say(area):
    drawn = studies(area, 100, 100, 300)
    for method in ("logit", "delong", "newcombe"):
        found = [metrics.auc_interval(y, s, method) for y, s in drawn]
        covered = np.mean([a.low <= area <= a.high for a in found])
        assert 0.90 < covered < 0.99, (method, covered)


def test_of_few_ill_and_a_good_program_delongs_fails_and_newcombes_does_not():
    drawn = studies(0.95, 10, 40, 300)
    covered = {
        method: np.mean([low <= 0.95 <= high for _, low, high in found])
        for method in ("delong", "newcombe")
        for found in [[metrics.auc_interval(y, s, method) for y, s in drawn]]
    }
    assert covered["delong"] < 0.90 and covered["newcombe"] > 0.93, covered


def test_where_all_pairs_are_in_order():
    y, score = np.repeat([0, 1], [30, 10]), np.arange(40)
    assert metrics.auc_interval(y, score, "delong") == (1, 1, 1)
    with pytest.raises(ValueError, match=r'the AUC is 1: .* or method="newcombe"'):
        metrics.auc_interval(y, score)
    value, low, high = metrics.auc_interval(y, score, "newcombe")
    assert value == high == 1 and 0.8 < low < 0.95
    mirrored = metrics.auc_interval(y, -score, "newcombe")
    np.testing.assert_allclose(mirrored, (0, 0, 1 - low), atol=1e-12)


def test_newcombes_ends_lie_z_standard_errors_away():
    value, *ends = metrics.auc_interval(Y, SCORE, "newcombe")
    for theta in ends:  # Hanley and McNeil's variance, both groups replaced by their mean size
        q1, q2 = theta / (2 - theta), 2 * theta**2 / (1 + theta)
        spread = theta * (1 - theta) + 3 * (q1 - theta**2) + 3 * (q2 - theta**2)
        np.testing.assert_allclose(abs(value - theta), 1.959964 * np.sqrt(spread / 16), rtol=1e-6)


def test_the_paired_test_errs_as_often_as_it_says_and_gains_by_pairing():
    rng, y = np.random.default_rng(0), np.repeat([0, 1], 40)
    p_values = []
    for _ in range(300):
        shared = rng.normal(y)
        a, b = (shared + 0.5 * rng.normal(size=80) for _ in range(2))
        p_values.append(metrics.delong_test(y, a, b).p_value)
    assert 0.02 < np.mean(np.array(p_values) < 0.05) < 0.09
    pair = metrics.delong_test(y, a, b).difference
    alone = metrics.auc_interval(y, a, "delong")
    assert pair.high - pair.low < alone.high - alone.low


def test_one_ranking_twice_does_not_differ():
    test = metrics.delong_test(Y, SCORE, SCORE**3 + 7)
    assert test == ((0, 0, 0), 0, 1)
    order = np.arange(8)
    never = metrics.delong_test(np.repeat([0, 1], 4), order, -order)  # 1 and 0: no spread
    assert never.difference.value == -1 and never.z == -np.inf and never.p_value == 0


@given(st.integers(0, 2**32 - 1))
def test_the_logit_interval_stays_inside(seed):
    rng = np.random.default_rng(seed)
    y, score = np.repeat([0, 1], 6), rng.normal(size=12)
    area = roc_auc_score(y, score)
    if 0 < area < 1:
        _, low, high = metrics.auc_interval(y, score)
        assert 0 < low < area < high < 1


def test_what_is_refused():
    with pytest.raises(ValueError, match="y_true holds 1 ill and 3 healthy; needed at least 2"):
        metrics.auc_interval([0, 0, 0, 1], [1, 2, 3, 4])
    with pytest.raises(ValueError, match="method is 'hanley'; needed one of 'logit', 'delong'"):
        metrics.auc_interval(Y, SCORE, "hanley")
    with pytest.raises(ValueError, match=r"score_b has shape \(2,\); needed one entry for each"):
        metrics.delong_test(Y, SCORE, [1, 2])
    with pytest.raises(ValueError, match="score_a holds 1 NaN"):
        metrics.delong_test(Y, np.where(SCORE > 0.6, np.nan, SCORE), SCORE)
