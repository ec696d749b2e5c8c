import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import precision_score

from dlcourse import metrics

shares = st.floats(0.01, 0.99)


@given(s=shares, c=shares, prevalence=shares)
def test_a_million_patients_counted(s, c, prevalence):
    ill, healthy = 1e6 * prevalence, 1e6 * (1 - prevalence)
    right, wrong = s * ill, (1 - c) * healthy
    np.testing.assert_allclose(metrics.ppv(s, c, prevalence), right / (right + wrong), rtol=1e-12)
    right, wrong = c * healthy, (1 - s) * ill
    np.testing.assert_allclose(metrics.npv(s, c, prevalence), right / (right + wrong), rtol=1e-12)


def test_the_ends_and_how_shapes_broadcast():
    found = metrics.ppv([[0.9], [0.5]], 0.8, [0.0, 0.3, 1.0])
    assert found.shape == (2, 3)
    np.testing.assert_array_equal(found[:, [0, 2]], [[0, 1], [0, 1]])
    assert metrics.ppv(0.9, 1.0, 0.01) == 1
    assert np.isnan(metrics.ppv(0.0, 1.0, 0.3)) and np.isnan(metrics.npv(1.0, 0.0, 0.3))
    # Eight of 1,000 ill: nine in ten found, one in fifteen healthy alarmed.
    np.testing.assert_allclose(metrics.ppv(0.9, 14 / 15, 0.008), 0.0982, atol=1e-4)


def test_at_their_own_prevalence_it_is_the_share_of_alarms():
    rng = np.random.default_rng(0)
    y, called = rng.integers(0, 2, (2, 80))
    values = metrics.predictive_values(y, called, y.mean())
    np.testing.assert_allclose(values.ppv.value, precision_score(y, called))
    np.testing.assert_allclose(values.npv.value, precision_score(y, called, pos_label=0))


@pytest.mark.parametrize("sensitivity, specificity", [(0.9, 0.8), (0.7, 0.97)])
def test_the_intervals_cover_as_often_as_they_say(sensitivity, specificity):
    rng, prevalence = np.random.default_rng(0), 0.05
    y = np.repeat([1, 0], [60, 100])
    truth = [f(sensitivity, specificity, prevalence) for f in (metrics.ppv, metrics.npv)]
    covered = []
    for _ in range(400):
        called = rng.random(160) < np.where(y == 1, sensitivity, 1 - specificity)
        values = metrics.predictive_values(y, called, prevalence)
        covered.append([v.low <= t <= v.high for v, t in zip(values, truth, strict=True)])
    share = np.mean(covered, axis=0)
    assert (share > 0.92).all() and (share < 0.99).all(), share


def test_where_a_count_is_0_the_interval_still_says_something():
    y = np.repeat([1, 0], [20, 20])
    values = metrics.predictive_values(y, y, 0.01)  # all right
    assert values.ppv.value == 1 == values.ppv.high and 0 < values.ppv.low < 0.2
    nobody = metrics.predictive_values(y, np.zeros(40), 0.01)
    assert np.isnan(nobody.ppv.value) and nobody.npv.value == pytest.approx(0.99)
    assert 0 <= nobody.npv.low <= nobody.npv.value <= nobody.npv.high <= 1


def test_what_is_refused():
    with pytest.raises(ValueError, match="prevalence runs from 2 to 2; needed numbers from 0 to 1"):
        metrics.ppv(0.9, 0.9, 2)
    with pytest.raises(ValueError, match="y_true holds 0 ill and 2 healthy; needed at least 1"):
        metrics.predictive_values([0, 0], [0, 1], 0.1)
    with pytest.raises(ValueError, match="prevalence is 0; needed a number between 0 and 1"):
        metrics.predictive_values([0, 1], [0, 1], 0)
