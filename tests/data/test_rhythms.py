"""Simulated strips have the signs that their kind says, in millivolts."""

import numpy as np
import pytest

from dlcourse.data import ecg_strips
from dlcourse.data.rhythms import BEAT, GRID, KINDS, P_WAVE, one_beat


@pytest.fixture(scope="module")
def some():
    return {kind: ecg_strips(60, np.random.default_rng(0), kind, noise=0) for kind in KINDS}


def test_shapes_and_kinds():
    strips = ecg_strips(7, np.random.default_rng(0), tuple(KINDS), seconds=3, rate=200)
    assert strips.X.shape == (7, 1, 600) and strips.X.dtype == np.float32 and strips.rate == 200
    assert strips.kind.tolist() == [*KINDS, *KINDS][:7]
    assert np.array_equal(strips.y, strips.kind == "fibrillation")
    assert all((0 <= beats).all() and (beats < 3).all() for beats in strips.beats)
    assert ecg_strips(0, np.random.default_rng(0)).X.shape == (0, 1, 1000)


@pytest.mark.parametrize("kind", KINDS)
def test_the_intervals_are_in_order_or_not(some, kind):
    variation = [np.diff(b).std() / np.diff(b).mean() for b in some[kind].beats]
    low, high = (0.15, 0.27) if KINDS[kind][0] else (0.02, 0.04)
    assert low < np.mean(variation) < high
    assert np.concatenate([np.diff(b) for b in some[kind].beats]).min() >= 0.33 - 1e-9


@pytest.mark.parametrize("kind", KINDS)
def test_p_waves_are_there_or_not(some, kind):
    strips, found = some[kind], []
    for x, beats in zip(strips.X[:, 0], strips.beats, strict=True):
        inside = beats[beats > 0.5]
        at, before = (np.round((inside - s) * 100).astype(int) for s in (0.16, 0.26))
        found.append((x[at] - x[before]).mean())
    assert abs(np.mean(found) - (0.15 if KINDS[kind][1] else 0)) < 0.05


def test_a_beat_has_its_waves_and_no_more():
    beat = one_beat(GRID, False)
    assert GRID[beat.argmax()] == 0 and 0.9 < beat.max() < 1.0
    at = GRID == P_WAVE[1]
    assert one_beat(GRID)[at] - beat[at] == pytest.approx(P_WAVE[0])
    assert beat[GRID == BEAT["T"][1]] == pytest.approx(BEAT["T"][0], abs=1e-6)
    assert np.abs(one_beat(GRID)[[0, -1]]).max() < 1e-5


def test_the_same_seed_gives_the_same_strips(some):
    again = ecg_strips(60, np.random.default_rng(0), "normal", noise=0)
    assert np.array_equal(again.X, some["normal"].X)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"n": -1}, "n is -1"),
        ({"rate": 20}, "rate is 20"),
        ({"kinds": ("normal", "flutter")}, "needed names among normal"),
        ({"kinds": ()}, "needed names among"),
        ({"seconds": 0}, "seconds is 0"),
        ({"noise": -1}, "noise is -1"),
        ({"noise": np.nan}, "noise is nan"),
    ],
)
def test_what_is_out_of_range_is_named(options, words):
    with pytest.raises(ValueError, match=words):
        ecg_strips(**{"n": 1, "rng": np.random.default_rng(0)} | options)
