"""Phantom mammograms differ between hospitals in what was asked for, and in nothing else."""

import numpy as np
import pytest

from dlcourse.data import mammogram_phantoms


def make(n=300, seed=0, **options):
    return mammogram_phantoms(n, np.random.default_rng(seed), **options)


def test_shapes_and_prevalence():
    some = make(prevalence=0.2)
    assert some.X.shape == (300, 1, 24, 24) and some.X.dtype == np.float32
    assert 0.13 < some.y.mean() < 0.27


def test_the_ill_have_a_bright_spot():
    some = make(noise=0.0)
    peak = some.X.max(axis=(1, 2, 3))
    assert peak[some.y == 1].mean() - peak[some.y == 0].mean() > 0.5


def test_a_gain_multiplies_and_changes_nothing_else():
    np.testing.assert_allclose(make(gain=1.6).X, 1.6 * make().X, rtol=1e-5, atol=1e-6)


def test_prevalence_and_contrast_leave_the_rest_as_it_was():
    plain, all_ill = make(), make(prevalence=1.0, contrast=0.0)
    healthy = plain.y == 0
    np.testing.assert_array_equal(plain.X[healthy], all_ill.X[healthy])


def test_a_finer_grain_is_rougher():
    steps = [np.abs(np.diff(make(grain=g, noise=0.0).X)).mean() for g in (3.0, 1.5)]
    assert steps[1] > 1.5 * steps[0]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"n": -1}, "n is -1"),
        ({"side": 9}, "side is 9"),
        ({"prevalence": 2}, "prevalence is 2"),
        ({"gain": 0}, "gain is 0"),
        ({"grain": 0}, "grain is 0"),
        ({"noise": -1}, "noise is -1"),
        ({"contrast": -1}, "contrast is -1"),
    ],
)
def test_what_cannot_be_is_refused(options, words):
    with pytest.raises(ValueError, match=words):
        make(**{"n": 1} | options)
