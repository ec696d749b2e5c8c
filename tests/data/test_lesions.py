"""Phantom scans hold the lesions that their masks say, and nothing else does."""

import numpy as np
import pytest
from scipy import ndimage

from dlcourse.data import lesion_scans


@pytest.fixture(scope="module")
def some():
    return lesion_scans(200, np.random.default_rng(0))


def test_shapes_and_kinds(some):
    assert some.X.shape == some.mask.shape == (200, 1, 40, 40)
    assert some.X.dtype == np.float32 and some.mask.dtype == bool
    counts = [ndimage.label(m[0], np.ones((3, 3)))[1] for m in some.mask]
    assert set(counts) == {0, 1, 2, 3, 4}  # two that touch count once
    assert 0.1 < np.mean([c == 0 for c in counts]) < 0.3


def test_lesions_are_brighter_than_the_tissue_around_them(some):
    X, mask = some.X[:, 0], some.mask[:, 0]
    around = ndimage.binary_dilation(mask, np.ones((1, 3, 3)), iterations=3) & ~mask
    assert X[mask].mean() - X[around].mean() > 0.6


def test_every_lesion_holds_a_pixel():
    tiny = lesion_scans(200, np.random.default_rng(1), radius=(1.0, 1.0), empty=0.0)
    assert tiny.mask.any(axis=(1, 2, 3)).all()


@pytest.mark.parametrize(("empty", "share"), [(0, 0), (1, 1), (0.5, 0.5)])
def test_the_share_of_empty_scans_can_be_chosen(empty, share):
    found = lesion_scans(100, np.random.default_rng(2), empty=empty)
    assert abs((~found.mask.any(axis=(1, 2, 3))).mean() - share) < 0.13


def test_the_same_seed_gives_the_same_scans_and_another_others(some):
    again = lesion_scans(200, np.random.default_rng(0))
    assert np.array_equal(again.X, some.X) and np.array_equal(again.mask, some.mask)
    assert not np.array_equal(lesion_scans(200, np.random.default_rng(1)).X, some.X)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"n": -1}, "n is -1"),
        ({"side": 20}, "side is 20"),
        ({"most": 0}, "most is 0"),
        ({"radius": (0.5, 2)}, "radius is"),
        ({"radius": (3, 2)}, "radius is"),
        ({"empty": 1.5}, "empty is 1.5"),
        ({"noise": -1}, "noise is -1"),
    ],
)
def test_what_cannot_be_is_refused(options, words):
    with pytest.raises(ValueError, match=words):
        lesion_scans(**{"n": 1, "rng": np.random.default_rng(0)} | options)
