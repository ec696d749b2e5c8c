"""The majority class, against scikit-learn's dummy classifier."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.dummy import DummyClassifier

from dlcourse.classical.baseline import majority_class


@given(st.lists(st.integers(-3, 3), min_size=1, max_size=30))
def test_agrees_with_scikit_learn_ties_included(y):
    theirs = DummyClassifier(strategy="most_frequent").fit(np.zeros((len(y), 1)), y)
    assert majority_class(y) == theirs.predict(np.zeros((1, 1)))[0]


def test_labels_may_be_words_or_booleans():
    assert majority_class(["benign", "malignant", "benign"]) == "benign"
    assert majority_class([True, True, False])


@pytest.mark.parametrize(
    ("y", "match"),
    [
        ([], r"y has shape \(0,\)"),
        ([[0, 1]], r"y has shape \(1, 2\)"),
        ([0.0, np.nan], "y holds 1 NaN"),
    ],
)
def test_bad_labels_are_named(y, match):
    with pytest.raises(ValueError, match=match):
        majority_class(y)
