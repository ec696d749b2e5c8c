import subprocess
import sys
import warnings

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, binomtest
from sklearn import metrics as peer

from dlcourse import metrics

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from statsmodels.stats.proportion import proportion_confint


def patients(seed, n, share=0.4):
    rng = np.random.default_rng(seed)
    return rng.random(n) < share, rng.random(n) < 0.5


@given(n=st.integers(1, 400), part=st.floats(0, 1), level=st.sampled_from([0.8, 0.95, 0.99]))
def test_wilson_is_that_of_scipy_and_statsmodels(n, part, level):
    hits = round(part * n)
    ours = metrics.rate(hits, n, level)
    theirs = binomtest(hits, n).proportion_ci(level, method="wilson")
    np.testing.assert_allclose(ours[3:], (theirs.low, theirs.high), rtol=1e-12, atol=1e-15)
    again = proportion_confint(hits, n, 1 - level, method="wilson")
    np.testing.assert_allclose(ours[3:], again, rtol=1e-12, atol=1e-15)
    assert 0 <= ours.low <= ours.share <= ours.high <= 1 and float(ours) == hits / n


def test_wilson_of_many_counts_and_of_none():
    low, high = metrics.wilson_interval([0, 3, 10, 0], [10, 10, 10, 0])
    assert low[0] == 0 and high[2] == 1 and np.isnan(low[3]) and np.isnan(high[3])
    assert (low[1], high[1]) == metrics.rate(3, 10)[3:]


@pytest.mark.parametrize("p", [0.05, 0.5, 0.9])
def test_wilson_covers_as_often_as_it_says(p):
    hits = np.arange(51)
    low, high = metrics.wilson_interval(hits, 50)
    covered = binom.pmf(hits, 50, p)[(low <= p) & (p <= high)].sum()  # exact, no simulation
    assert 0.93 < covered < 0.98


@given(seed=st.integers(0, 2**32 - 1), n=st.integers(1, 40))
def test_every_share_is_scikit_learns(seed, n):
    y, called = patients(seed, n)
    table = metrics.confusion_table(y, called)
    assert tuple(table) == tuple(peer.confusion_matrix(y, called, labels=[False, True]).ravel())
    pairs = [
        (metrics.sensitivity, peer.recall_score, {}, y.any(), "nobody who is ill"),
        (metrics.specificity, peer.recall_score, {"pos_label": False}, not y.all(), "healthy"),
        (metrics.positive_predictive_value, peer.precision_score, {}, called.any(), "called ill"),
        (
            metrics.negative_predictive_value,
            peer.precision_score,
            {"pos_label": False},
            not called.all(),
            "called healthy",
        ),
        (metrics.accuracy, peer.accuracy_score, {}, True, ""),
        (metrics.f1_score, peer.f1_score, {}, (y | called).any(), "nobody is ill and nobody"),
    ]
    for ours, theirs, options, defined, message in pairs:
        if defined:
            result = ours(y, called)
            np.testing.assert_allclose(float(result), theirs(y, called, **options), rtol=1e-12)
            assert result.low <= float(result) + 1e-15 and float(result) <= result.high + 1e-15
        else:
            with pytest.raises(ValueError, match=message):
                ours(y, called)


def test_the_same_name_with_other_labels_is_another_number():
    y, called = [1, 1, 1, *[0] * 7], [1, 1, 0, 1, *[0] * 6]
    assert round(metrics.sensitivity(y, called).share, 3) == 0.667  # "recall"
    assert round(metrics.specificity(y, called).share, 3) == 0.857  # recall with pos_label=0
    assert metrics.accuracy(y, called).share == 0.8  # recall, micro and weighted
    np.testing.assert_allclose((2 / 3 + 6 / 7) / 2, peer.recall_score(y, called, average="macro"))


def test_f1s_interval_covers_as_often_as_it_says():
    rng = np.random.default_rng(0)
    shares = np.array([0.70, 0.10, 0.08, 0.12])  # tn, fp, fn, tp
    truth = 2 * 0.12 / (2 * 0.12 + 0.10 + 0.08)
    covered = []
    for _ in range(400):
        tn, fp, fn, tp = rng.multinomial(120, shares)
        y = np.repeat([0, 0, 1, 1], [tn, fp, fn, tp])
        called = np.repeat([0, 1, 0, 1], [tn, fp, fn, tp])
        _, low, high = metrics.f1_score(y, called)
        covered.append(low <= truth <= high)
    assert 0.92 < np.mean(covered) < 0.98


@given(seed=st.integers(0, 2**32 - 1), n=st.integers(1, 40))
def test_the_matrix_is_scikit_learns(seed, n):
    rng = np.random.default_rng(seed)
    a, b = rng.choice(["mild", "none", "severe"], (2, n))
    a[0], b[0] = "none", "mild"  # scikit-learn warns of a single class
    np.testing.assert_array_equal(metrics.confusion_matrix(a, b), peer.confusion_matrix(a, b))
    order = ["none", "mild", "severe", "worst"]
    ours = metrics.confusion_matrix(a, b, labels=order)
    np.testing.assert_array_equal(ours, peer.confusion_matrix(a, b, labels=order))


@pytest.mark.parametrize(
    "function, arguments, message",
    [
        (metrics.sensitivity, ([0, 2], [0, 1]), "y_true holds 2.*needed only 0 and 1"),
        (metrics.sensitivity, ([0, np.nan], [0, 1]), "y_true holds nan"),
        (metrics.sensitivity, ([0, 1], [0.3, 0.9]), r"y_pred holds 0\.3"),
        (metrics.specificity, ([0, 1], [1]), r"y_pred has shape \(1,\); needed one entry for each"),
        (metrics.accuracy, ([], []), r"y_true has shape \(0,\); needed \(n,\) with n > 0"),
        (metrics.accuracy, ([[1]], [[1]]), r"y_true has shape \(1, 1\)"),
        (metrics.rate, (3, 2), "hits is 3 of n = 2"),
        (metrics.rate, (0, 0), "hits is 0 of n = 0"),
        (metrics.rate, (1, 2, 95), "level is 95; needed a number between 0 and 1"),
        (metrics.wilson_interval, ([3, 1], [2, 2]), "hits must lie from 0 to n"),
        (metrics.confusion_matrix, ([0, 1], [0, 5], [0, 1]), "found the class 5; labels names"),
        (metrics.confusion_matrix, ([0.0, np.nan], [0, 1]), "y_true holds 1 NaN"),
        (metrics.mean_interval, ([1.0],), r"values has shape \(1,\); needed \(n,\) with n > 1"),
        (metrics.mean_interval, ([1.0, np.nan],), "values holds 1 NaN"),
    ],
)
def test_what_is_refused(function, arguments, message):
    with pytest.raises(ValueError, match=message):
        function(*arguments)


def test_a_tensor_is_refused():
    with pytest.raises(TypeError, match="y_true is a torch tensor"):
        metrics.sensitivity(torch.ones(2), torch.ones(2))


def test_import_costs_nothing_but_numpy():
    code = (
        "import sys, dlcourse.metrics; print([n for n in ('scipy', 'sklearn', 'statsmodels', "
        "'torch', 'matplotlib') if n in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_the_mean_and_its_interval():
    x = np.random.default_rng(0).normal(3, 2, 50)
    value, low, high = metrics.mean_interval(x)
    np.testing.assert_allclose(value, x.mean())
    np.testing.assert_allclose((high - low) / 2, 1.959964 * x.std(ddof=1) / 50**0.5, rtol=1e-6)
