"""Splits are checked by their promises: whatever breaks one is told which."""

import numpy as np
import pytest

from dlcourse.checks import judge
from dlcourse.exercises.learning_from_data import split_by_patient, train_val_test_split

THREE, TWO = train_val_test_split.EXERCISE, split_by_patient.EXERCISE


def order(n, seed):
    return np.random.default_rng(seed).permutation(n)


def cut(p):
    a, b = round(0.6 * len(p)), round(0.8 * len(p))
    return p[:a], p[a:b], p[b:]


@pytest.mark.parametrize(
    ("got", "said"),
    [
        (lambda n, fractions, seed: cut(np.random.permutation(n)), "same seed must give"),  # noqa: NPY002
        (lambda n, fractions, seed: cut(order(n, seed))[:2], "returned 2 results"),
        (lambda n, fractions, seed: order(n, seed), "returned ndarray"),
        (lambda n, fractions, seed: (None, None, None), "train is no list of row numbers"),
        (lambda n, fractions, seed: cut(order(n, seed) / 1), "train is no list of row numbers"),
        (lambda n, fractions, seed: cut(order(n, seed) + 1), "there are only rows 0 to"),
        (lambda n, fractions, seed: cut(-order(n, seed)), "there are only rows 0 to"),
        (lambda n, fractions, seed: ([0, 0], [1], [2]), "row 0 is in train 2 times"),
        (lambda n, fractions, seed: (order(n, seed),) * 3, "in train and in val and in test"),
        (lambda n, fractions, seed: cut(order(n, seed)[1:]), "rows are in no part"),
        (lambda n, fractions, seed: cut(order(n, seed))[::-1], "train has 2 of 10 rows"),
    ],
)
def test_a_broken_three_way_split_is_told_why(got, said):
    verdict = judge(THREE, got, seed=3)
    assert verdict.status == "wrong" and said in verdict.message


@pytest.mark.parametrize(
    ("got", "said"),
    [
        (lambda patient, test_share, seed: cut(np.arange(len(patient)))[1:], "no part"),
        (lambda patient, test_share, seed: (np.arange(len(patient)), []), "0 of 5 patients"),
        (
            lambda patient, test_share, seed: (np.arange(5), np.arange(5, len(patient))),
            "1 patient has images on both sides",
        ),
    ],
)
def test_a_broken_split_by_patient_is_told_why(got, said):
    verdict = judge(TWO, got, seed=3)
    assert verdict.status == "wrong" and said in verdict.message


def test_the_share_of_patients_may_be_met_to_within_one():
    def rounded_up(patient, test_share, seed):
        ids = np.random.default_rng(seed).permutation(np.unique(patient))
        inside = np.isin(patient, ids[: int(np.ceil(test_share * len(ids)))])
        return np.flatnonzero(~inside), np.flatnonzero(inside)

    assert judge(TWO, rounded_up, seed=3).status == "right"
