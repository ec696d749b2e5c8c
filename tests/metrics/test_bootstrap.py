import inspect

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from sklearn.metrics import roc_auc_score

from dlcourse import metrics
from dlcourse.metrics.bootstrap import resamples


@given(seed=st.integers(0, 2**32 - 1), n=st.integers(1, 30), patients=st.integers(1, 8))
def test_a_patient_comes_with_all_rows_or_not_at_all(seed, n, patients):
    rng = np.random.default_rng(seed)
    groups = rng.integers(0, patients, n) * 10
    size = {g: (groups == g).sum() for g in np.unique(groups)}
    for rows in resamples(groups, groups, draws=3, rng=rng):
        times = np.bincount(rows, minlength=n)
        for g in size:
            assert len(set(times[groups == g])) == 1  # as often as its patient was drawn
        assert sum(times[groups == g][0] for g in size) == len(size)


@given(seed=st.integers(0, 2**32 - 1))
def test_each_stratum_keeps_its_number_of_patients(seed):
    rng = np.random.default_rng(seed)
    groups = rng.integers(0, 12, 40)
    ill = (groups % 3 == 0).astype(int)
    first = np.unique(groups, return_index=True)[1]
    for rows in resamples(ill, groups, ill, draws=3, rng=rng):
        for s in np.unique(ill):
            of_each = np.bincount(groups[rows][ill[rows] == s], minlength=12)
            times = sum(of_each[g] / (groups == g).sum() for g in np.unique(groups[ill == s]))
            assert times == pytest.approx((ill[first] == s).sum())


def test_against_scipys_percentile_interval():
    x = np.random.default_rng(0).exponential(size=60)
    ours = metrics.bootstrap_interval(np.mean, x, draws=4000, rng=np.random.default_rng(1))
    options = {"n_resamples": 4000, "method": "percentile"}
    named = "rng" if "rng" in inspect.signature(stats.bootstrap).parameters else "random_state"
    options[named] = np.random.default_rng(2)  # SciPy 1.15 gave it another name
    theirs = stats.bootstrap((x,), np.mean, **options).confidence_interval
    np.testing.assert_allclose(ours[1:], (theirs.low, theirs.high), atol=0.02)
    assert ours.value == x.mean()


def test_a_paired_difference_keeps_rows_together():
    y = np.repeat([0, 1], 20)
    score = np.arange(40.0)

    def better(y, a, b):
        return roc_auc_score(y, b) - roc_auc_score(y, a)

    rng = np.random.default_rng(0)
    same = metrics.bootstrap_interval(better, y, score, score, strata=y, draws=50, rng=rng)
    assert same == (0, 0, 0)


def coverage(statistic, truth, sample, runs, draws=200, by_patient=True):
    covered = 0
    for seed in range(runs):
        rng = np.random.default_rng(seed)
        values, groups = sample(rng)
        groups = groups if by_patient else None
        _, low, high = metrics.bootstrap_interval(
            statistic, values, groups=groups, draws=draws, rng=rng
        )
        covered += low <= truth <= high
    return covered / runs


def test_images_are_not_patients():
    """Fifty patients with ten images each, right in 0.8, alike within a patient."""

    def sample(rng):
        skill = rng.beta(1.6, 0.4, 50)  # mean 0.8
        return (rng.random((50, 10)) < skill[:, None]).ravel(), np.repeat(np.arange(50), 10)

    assert coverage(np.mean, 0.8, sample, 100) > 0.87
    assert coverage(np.mean, 0.8, sample, 100, by_patient=False) < 0.75


@pytest.mark.parametrize(
    "change, error, message",
    [
        ({"rng": 0}, TypeError, "rng is 0; needed one made by numpy.random.default_rng"),
        ({"draws": 0}, ValueError, "draws is 0; needed at least 1"),
        ({"level": 95}, ValueError, "level is 95; needed a number between 0 and 1"),
        ({"groups": [1, 2]}, ValueError, r"groups has shape \(2,\); needed one for each row, \(4,"),
        ({"groups": [7] * 4, "strata": [0, 0, 1, 1]}, ValueError, "group 7 has rows in two strata"),
    ],
)
def test_what_is_refused(change, error, message):
    kwargs = {"rng": np.random.default_rng(0), **change}
    with pytest.raises(error, match=message):
        metrics.bootstrap_interval(np.mean, np.arange(4), **kwargs)


def test_a_draw_without_the_ill_is_named_and_what_helps():
    y, score = np.array([0, 0, 0, 1]), np.arange(4.0)
    with pytest.raises(ValueError, match=r"in a draw of the bootstrap y_true holds 0 ill.*strata"):
        metrics.bootstrap_interval(
            metrics.roc_auc_score, y, score, rng=np.random.default_rng(0), draws=50
        )
    with pytest.raises(ValueError, match="the statistic is NaN in 5 draws"):
        metrics.bootstrap_interval(lambda x: np.nan, score, rng=np.random.default_rng(0), draws=5)
    with pytest.raises(ValueError, match="one of the arrays has shape"):
        metrics.bootstrap_interval(np.vdot, score, y[:2], rng=np.random.default_rng(0))
    with pytest.raises(TypeError, match="no arrays to draw rows from"):
        metrics.bootstrap_interval(np.mean, rng=np.random.default_rng(0))
