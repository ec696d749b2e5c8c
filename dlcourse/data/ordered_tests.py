"""Patients by tests, of which few were made: a table with a hidden, low rank, and holes."""

from typing import NamedTuple

import numpy as np

from ..validation.descent import whole


class OrderedTests(NamedTuple):
    """``results`` (patients, tests), all of them, and ``made``, True where a test was made."""

    results: np.ndarray
    made: np.ndarray
    source: str


def ordered_tests(n, tests, rng, rank=3, noise=0.5, made=0.25, expected_high=0.0):
    """Return results of ``n`` patients in ``tests`` tests, and which tests were made.

    A result is 1, plus the patient's and the test's own level, plus a sum of ``rank`` products of
    a patient's and a test's factors, plus noise.

    Parameters
    ----------
    n, tests : int, 1 or more
    rng : numpy.random.Generator
    rank : how many factors, 0 or more
    noise : its standard deviation, 0 or more
    made : probability that a test is made, above 0 and at most 1
    expected_high : 0 orders tests by chance; above it, the odds of a test being made grow by
        exp(expected_high) for each unit of its result, and ``made`` is the probability's limit

    Raises
    ------
    ValueError
        If one of these is out of range.

    Source: drawn here. No patient stands behind it.

    >>> some = ordered_tests(300, 60, np.random.default_rng(0))
    >>> some.results.shape, round(float(some.made.mean()), 2)
    ((300, 60), 0.25)
    """
    whole("n", n, 1), whole("tests", tests, 1), whole("rank", rank, 0)
    if not noise >= 0:
        raise ValueError(f"noise is {noise}; needed 0 or more")
    if not 0 < made <= 1:
        raise ValueError(f"made is {made}; needed a probability above 0, at most 1")
    if not expected_high >= 0:
        raise ValueError(f"expected_high is {expected_high}; needed 0 or more")
    of_patients, of_tests = rng.normal(size=(n, rank)), 0.8 * rng.normal(size=(tests, rank))
    levels = 1 + 0.5 * rng.normal(size=(n, 1)) + 0.7 * rng.normal(size=tests)
    results = levels + of_patients @ of_tests.T + noise * rng.normal(size=(n, tests))
    chance = np.full(results.shape, float(made))
    if expected_high:
        chance = made / (1 + np.exp(-expected_high * (results - 1)))
    where = rng.random(results.shape) < chance
    return OrderedTests(results, where, "Test results drawn by dlcourse.data.ordered_tests")
