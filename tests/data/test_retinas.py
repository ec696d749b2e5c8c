"""Phantom retinas show how ill they are, and graders err as they are told to."""

import numpy as np
import pytest

from dlcourse.data import draw_grades, retina_phantoms, true_grades
from dlcourse.data.retinas import CUTS, REFERABLE


@pytest.fixture(scope="module")
def some():
    return retina_phantoms(800, np.random.default_rng(0))


def test_shapes_and_the_share_that_is_referable(some):
    assert some.X.shape == (800, 1, 24, 24) and some.X.dtype == np.float32
    assert 0.28 < (true_grades(some.severity) >= REFERABLE).mean() < 0.40
    assert (some.X[:, 0, 0, 0] == 0).all()  # outside the field


def test_the_worse_the_more_dark_dots(some):
    dark = (some.X < -0.8).sum(axis=(1, 2, 3))
    assert np.corrcoef(dark, some.severity)[0, 1] > 0.7


def test_a_grade_begins_at_its_cut():
    assert true_grades(np.array(CUTS)).tolist() == [1, 2, 3, 4]
    assert true_grades(np.nextafter(CUTS, 0)).tolist() == [0, 1, 2, 3]


def test_graders_without_bias_and_error_tell_the_truth(some):
    exact = draw_grades(some.severity, 3, np.random.default_rng(1), bias=0, error=0)
    assert (exact == true_grades(some.severity)[:, None]).all()


def test_one_grader_errs_and_a_majority_less(some):
    grades = draw_grades(some.severity, 7, np.random.default_rng(1)) >= REFERABLE
    truth = true_grades(some.severity) >= REFERABLE
    assert 0.79 < (grades == truth[:, None]).mean() < 0.87
    assert ((2 * grades.sum(axis=1) > 7) == truth).mean() > 0.9


def test_the_same_seed_gives_the_same_retinas(some):
    again = retina_phantoms(800, np.random.default_rng(0))
    assert np.array_equal(again.X, some.X) and np.array_equal(again.severity, some.severity)


@pytest.mark.parametrize(("options", "words"), [({"n": -1}, "n is -1"), ({"side": 9}, "side is 9")])
def test_a_phantom_that_cannot_be_is_refused(options, words):
    with pytest.raises(ValueError, match=words):
        retina_phantoms(**{"n": 1, "rng": np.random.default_rng(0)} | options)


@pytest.mark.parametrize(
    ("options", "words"),
    [({"each": 0}, "each is 0"), ({"each": 55}, "each is 55"), ({"bias": -1}, "bias is -1")],
)
def test_graders_that_cannot_be_are_refused(options, words):
    with pytest.raises(ValueError, match=words):
        draw_grades(**{"severity": [1.0], "each": 1, "rng": np.random.default_rng(0)} | options)
