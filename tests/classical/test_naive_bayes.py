"""Gaussian naive Bayes, against scikit-learn's and scipy's normal density."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle import close_sums
from scipy.stats import norm
from sklearn import naive_bayes

from dlcourse import data
from dlcourse.classical.naive_bayes import GaussianNB, gaussian_log_joint

seeds = st.integers(0, 2**32 - 1)


def both(X, y):
    return GaussianNB().fit(X, y), naive_bayes.GaussianNB().fit(X, y)


@given(seed=seeds, n=st.integers(6, 40), p=st.integers(1, 5), k=st.integers(1, 3))
def test_agrees_with_scikit_learn(seed, n, p, k):
    rng = np.random.default_rng(seed)
    y = np.arange(n) % k * 10  # classes need not be 0, 1, 2
    X = rng.normal(y[:, None], 1 + y[:, None], (n, p))
    ours, theirs = both(X, y)
    np.testing.assert_array_equal(ours.classes, theirs.classes_)
    for mine, other in [
        (ours.prior, theirs.class_prior_),
        (ours.mean, theirs.theta_),
        (ours.var, theirs.var_),
        (ours.log_joint(X), theirs.predict_joint_log_proba(X)),
        (ours.predict_proba(X), theirs.predict_proba(X)),
    ]:
        np.testing.assert_allclose(mine, other, rtol=1e-8, atol=1e-12)
    np.testing.assert_array_equal(ours.predict(X), theirs.predict(X))


def test_agrees_on_the_biopsies():
    table = data.breast_cancer()
    ours, theirs = both(table.X, table.y)
    np.testing.assert_allclose(
        ours.log_joint(table.X), theirs.predict_joint_log_proba(table.X), rtol=1e-9, atol=1e-9
    )
    assert round((ours.predict(table.X) == table.y).mean(), 3) == 0.942


@given(seed=seeds, n=st.integers(1, 5), k=st.integers(1, 4), p=st.integers(1, 4))
def test_log_joint_is_the_sum_of_log_densities_and_log_prior(seed, n, k, p):
    rng = np.random.default_rng(seed)
    X, mean, var = rng.normal(size=(n, p)), rng.normal(size=(k, p)), rng.uniform(0.1, 3, (k, p))
    prior = rng.dirichlet(np.ones(k))
    expected = np.log(prior) + norm.logpdf(X[:, None], mean, np.sqrt(var)).sum(axis=2)
    # Parts of both signs may add up to nearly 0. Each has a logarithm or a square in it, good to
    # a few roundings of itself and, next to log 1, of 1.
    parts = 1 + np.abs(np.log(2 * np.pi * var)) / 2 + (X[:, None] - mean) ** 2 / (2 * var)
    sizes = 1 - np.log(prior) + parts.sum(axis=2)
    close_sums(expected, gaussian_log_joint(X, mean, var, prior), sizes, terms=4 * (p + 1))


def test_hundreds_of_measurements_do_not_underflow():
    joint = gaussian_log_joint(np.zeros((1, 5000)), np.zeros((2, 5000)), np.ones((2, 5000)), [1, 0])
    assert np.isclose(joint[0, 0], -2500 * np.log(2 * np.pi)) and joint[0, 1] == -np.inf


def test_training_keeps_its_input():
    X, y = np.array([[1.0], [2.0], [4.0]]), np.array([1, 0, 1])
    GaussianNB().fit(X, y).predict(X)
    assert X.tolist() == [[1.0], [2.0], [4.0]] and y.tolist() == [1, 0, 1]


FLAT = np.array([[1.0], [1.0], [1.0]])


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: GaussianNB(-1), "var_smoothing is -1"),
        (lambda: GaussianNB().predict([[1.0]]), "call fit first"),
        (lambda: GaussianNB().fit([1.0, 2.0], [0, 1]), r"X has shape \(2,\); needed \(n, p\)"),
        (lambda: GaussianNB().fit([[1.0], [2.0]], [0]), "y has 1 entries; needed .* 2 rows"),
        (lambda: GaussianNB().fit([[1.0], [np.nan]], [0, 1]), "X holds 1 values"),
        (lambda: GaussianNB().fit(FLAT, [0, 1, 1]), "never varies"),
        (lambda: gaussian_log_joint(FLAT, FLAT[:2], FLAT[:2], [1.0]), r"mean has shape \(2, 1\)"),
        (lambda: gaussian_log_joint(FLAT, FLAT[:1], 0 * FLAT[:1], [1.0]), "var holds 0.0"),
        (lambda: gaussian_log_joint(FLAT, FLAT[:1], FLAT[:1], [-1.0]), "prior runs from -1.0"),
    ],
)
def test_bad_input_is_named(call, match):
    with pytest.raises(ValueError, match=match):
        call()
