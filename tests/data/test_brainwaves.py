"""Simulated EEG windows: same power, another shape."""

import numpy as np
import pytest

from dlcourse.data import eeg_windows
from dlcourse.data.brainwaves import pink, spike_and_wave


def test_shapes_and_labels():
    some = eeg_windows(5, np.random.default_rng(0), seconds=2, rate=200)
    assert some.X.shape == (5, 1, 400) and some.X.dtype == np.float32 and some.rate == 200
    assert some.y.tolist() == [False, True, False, True, False]
    again = eeg_windows(5, np.random.default_rng(0), seconds=2, rate=200)
    assert np.array_equal(some.X, again.X)


def test_both_kinds_have_the_same_power_and_another_shape():
    some = eeg_windows(400, np.random.default_rng(1), amplitude=2.0)
    variance = some.X[:, 0].var(axis=1)
    ill, well = variance[some.y].mean(), variance[~some.y].mean()
    assert abs(ill / well - 1) < 0.05 and 5 < well < 5.6  # 1 + 0.64 · E[u²] / 2 + 4
    x = some.X[:, 0] - some.X[:, 0].mean(axis=1, keepdims=True)
    skew = (x**3).mean(axis=1) / variance**1.5
    assert skew[some.y].mean() < -0.5 < -0.1 < skew[~some.y].mean()


def test_a_spike_stands_once_in_each_turn():
    turns = np.arange(300) / 100
    shape = spike_and_wave(turns)
    assert np.flatnonzero(shape < -1).size == 3 * np.flatnonzero(shape[:100] < -1).size > 0
    np.testing.assert_allclose(shape[:100], shape[100:200], atol=1e-9)


def test_the_noise_falls_as_one_over_the_frequency():
    rng = np.random.default_rng(2)
    power = np.mean([np.abs(np.fft.rfft(pink(400, rng))) ** 2 for _ in range(400)], axis=0)
    slope = np.polyfit(np.log(np.arange(1, 200)), np.log(power[1:200]), 1)[0]
    assert abs(slope + 1) < 0.1 and abs(pink(400, rng).std() - 1) < 1e-9


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"n": -1}, "n is -1"),
        ({"rate": 10}, "rate is 10"),
        ({"seconds": 0.5}, "seconds is 0.5"),
        ({"amplitude": -1}, "amplitude is -1"),
    ],
)
def test_what_is_out_of_range_is_named(options, words):
    with pytest.raises(ValueError, match=words):
        eeg_windows(**{"n": 1, "rng": np.random.default_rng(0)} | options)
