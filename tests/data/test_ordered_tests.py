"""A table of patients by tests has its rank, its noise and its holes."""

import numpy as np
import pytest

from dlcourse.data import ordered_tests


def test_without_noise_the_rank_is_that_of_the_factors_and_levels():
    some = ordered_tests(40, 20, np.random.default_rng(0), rank=3, noise=0)
    assert np.linalg.matrix_rank(some.results) == 5  # three factors, and two for the levels
    assert some.results.shape == some.made.shape == (40, 20) and some.made.dtype == bool


def test_what_is_made():
    rng = np.random.default_rng(0)
    assert ordered_tests(30, 10, rng, made=1).made.all()
    assert abs(ordered_tests(300, 60, rng, made=0.25).made.mean() - 0.25) < 0.02
    high = ordered_tests(300, 60, rng, made=0.35, expected_high=1.5)
    assert high.results[high.made].mean() - high.results[~high.made].mean() > 1


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"n": 0}, "n is 0"),
        ({"tests": 0}, "tests is 0"),
        ({"rank": -1}, "rank is -1"),
        ({"noise": -1}, "noise is -1"),
        ({"made": 0}, "made is 0"),
        ({"made": 1.5}, "made is 1.5"),
        ({"expected_high": -1}, "expected_high is -1"),
    ],
)
def test_what_is_out_of_range_is_named(options, words):
    with pytest.raises(ValueError, match=words):
        ordered_tests(**{"n": 2, "tests": 2, "rng": np.random.default_rng(0)} | options)
