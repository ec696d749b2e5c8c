import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from dlcourse import metrics

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from statsmodels.stats import inter_rater

A, B = [0, 0, 1, 1, 2, 2, 3, 4, 4, 0], [0, 1, 1, 2, 2, 2, 4, 4, 3, 0]
each_weights = pytest.mark.parametrize("weights", [None, "linear", "quadratic"])


@each_weights
@given(seed=st.integers(0, 2**32 - 1), n=st.integers(10, 60))
def test_value_and_spread_are_those_of_the_libraries(weights, seed, n):
    rng = np.random.default_rng(seed)
    a = rng.integers(0, 5, n)
    b = np.clip(a + rng.integers(-1, 2, n), 0, 4)
    a[:5] = b[:5] = range(5)
    ours = metrics.cohen_kappa_score(a, b, weights=weights)
    theirs = cohen_kappa_score(a, b, labels=range(5), weights=weights)
    np.testing.assert_allclose(ours.value, theirs, rtol=1e-10, atol=1e-12)
    if (a == b).all():  # statsmodels may find a variance just below 0, and NaN for its root
        np.testing.assert_allclose([ours.low, ours.high], 1, rtol=1e-12)
        return
    table = metrics.confusion_matrix(a, b, labels=range(5))
    again = inter_rater.cohens_kappa(table, wt=weights)
    np.testing.assert_allclose(ours.value, again.kappa, rtol=1e-10, atol=1e-12)
    half = 1.959963984540054 * again.std_kappa
    np.testing.assert_allclose(ours.low, again.kappa - half, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(ours.high, min(again.kappa + half, 1), rtol=1e-9, atol=1e-12)


def test_the_numbers_of_three_libraries():
    found = [
        metrics.cohen_kappa_score(A, B, weights=w).value for w in (None, "linear", "quadratic")
    ]
    np.testing.assert_allclose(found, [0.494, 0.753, 0.903], atol=5e-4)
    counts = inter_rater.aggregate_raters(np.c_[A, B])[0]
    np.testing.assert_allclose(metrics.fleiss_kappa(counts).value, 0.490, atol=5e-4)


def test_a_grade_that_nobody_gives_changes_nothing():
    a, b = np.where(np.array(A) == 2, 3, A), np.where(np.array(B) == 2, 3, B)
    ours = metrics.cohen_kappa_score(a, b, weights="linear").value
    # scikit-learn and torchmetrics 1.9.0 with five grades: 0.706; scikit-learn alone: 0.667.
    np.testing.assert_allclose(ours, 0.706, atol=5e-4)
    np.testing.assert_allclose(cohen_kappa_score(a, b, weights="linear"), 0.667, atol=5e-4)
    named = metrics.cohen_kappa_score(a, b, labels=range(5), weights="linear").value
    np.testing.assert_allclose(named, ours, rtol=1e-12)
    # Words have no distance but their place in labels.
    words = np.array(["none", "mild", "moderate", "severe", "worst"])
    by_place = metrics.cohen_kappa_score(words[a], words[b], labels=words, weights="linear")
    np.testing.assert_allclose(by_place.value, ours, rtol=1e-12)


@given(seed=st.integers(0, 2**32 - 1), n=st.integers(2, 30), graders=st.integers(2, 7))
def test_fleiss_is_that_of_statsmodels(seed, n, graders):
    rng = np.random.default_rng(seed)
    counts = rng.multinomial(graders, [0.5, 0.3, 0.2], n)
    ours = metrics.fleiss_kappa(counts).value
    if (counts.sum(axis=0) > 0).sum() > 1:
        theirs = inter_rater.fleiss_kappa(counts)
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)
    else:
        assert np.isnan(ours)


def test_the_intervals_cover_as_often_as_they_say():
    """Two, and five, graders with sensitivity 0.9 and specificity 0.95; a third are ill."""
    rng = np.random.default_rng(0)

    def grades(n, graders):
        ill = rng.random(n) < 1 / 3
        return (rng.random((graders, n)) < np.where(ill, 0.9, 0.05)).astype(int)

    def counts(votes):
        return np.stack([len(votes) - votes.sum(axis=0), votes.sum(axis=0)], axis=1)

    # Of the population: shares called, and pairs that differ.
    called = 0.9 / 3 + 0.05 * 2 / 3
    differ = 2 * (0.9 * 0.1 / 3 + 0.05 * 0.95 * 2 / 3)
    truth = 1 - differ / (2 * called * (1 - called))
    two = [metrics.cohen_kappa_score(*grades(80, 2)) for _ in range(300)]
    five = [metrics.fleiss_kappa(counts(grades(80, 5))) for _ in range(300)]
    for found in (two, five):
        assert abs(np.mean([k.value for k in found]) - truth) < 0.02
        assert 0.91 < np.mean([k.low <= truth <= k.high for k in found]) < 0.98


def test_where_all_say_the_same_there_is_no_kappa():
    assert np.isnan(metrics.cohen_kappa_score([0] * 5, [0] * 5)).all()
    assert np.isnan(metrics.fleiss_kappa([[3, 0], [3, 0]])).all()
    assert metrics.cohen_kappa_score([0, 1], [0, 1]) == (1, 1, 1)


def test_what_is_refused():
    with pytest.raises(ValueError, match="the grades are words; weights need labels"):
        metrics.cohen_kappa_score(["a", "b"], ["b", "b"], weights="linear")
    with pytest.raises(ValueError, match="weights is 'cubic'; needed one of None, 'linear'"):
        metrics.cohen_kappa_score(A, B, weights="cubic")
    with pytest.raises(ValueError, match=r"y2 has shape \(1,\); needed one entry for each in y1"):
        metrics.cohen_kappa_score(A, [1])
    with pytest.raises(ValueError, match="the rows of table sum to 2 up to 3"):
        metrics.fleiss_kappa([[3, 0], [1, 1]])
    with pytest.raises(ValueError, match="table must hold counts of graders"):
        metrics.fleiss_kappa([[0.5, 1.5]])
