"""Mirroring with labels: both change or neither does."""

import numpy as np
import pytest

from dlcourse import reference

PARTNER = [1, 0, 2, -1]  # left, right, symmetric, not to be mirrored


def rng(seed=0):
    return np.random.default_rng(seed)


def images(n=400):
    return rng(1).uniform(1, 2, (n, 2, 3, 4)), np.arange(n) % 4


def flip(p=0.3, seed=0, **changes):
    x, y = images()
    arguments = {"images": x, "labels": y, "partner": PARTNER} | changes
    return reference.random_flip_with_labels(**arguments, p=p, rng=rng(seed))


def test_image_and_label_change_together():
    x, y = images()
    before = x.copy(), y.copy()
    flipped, labels = flip()
    mirrored = (flipped == x[..., ::-1]).all(axis=(1, 2, 3))
    np.testing.assert_array_equal(flipped[~mirrored], x[~mirrored])
    np.testing.assert_array_equal(labels[mirrored], np.array(PARTNER)[y[mirrored]])
    np.testing.assert_array_equal(labels[~mirrored], y[~mirrored])
    assert not mirrored[y == 3].any()
    assert abs(mirrored[y != 3].mean() - 0.3) < 0.09  # SD 0.026
    np.testing.assert_array_equal(x, before[0])
    np.testing.assert_array_equal(y, before[1])


def test_twice_is_nothing():
    x, y = images()
    once = flip(p=1)
    again, labels = flip(p=1, images=once[0], labels=once[1])
    np.testing.assert_array_equal(again, x)
    np.testing.assert_array_equal(labels, y)


def test_with_every_class_its_own_partner_it_is_random_flip():
    x, y = images()
    flipped, labels = flip(partner=[0, 1, 2, 3])
    np.testing.assert_array_equal(flipped, reference.random_flip(x, 0.3, rng=rng()))
    np.testing.assert_array_equal(labels, y)


def test_no_images():
    x, y = images()
    flipped, labels = flip(images=x[:0], labels=y[:0])
    assert flipped.shape == (0, 2, 3, 4) and labels.shape == (0,)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_dtypes_are_kept(dtype):
    assert flip(images=images()[0].astype(dtype))[0].dtype == dtype


@pytest.mark.parametrize(
    "change, error, found",
    [
        ({"partner": [1, 0]}, ValueError, "labels go to 3; needed 0 to 1"),
        ({"partner": [1, 2, 0, -1]}, ValueError, "each the partner of its partner"),
        ({"partner": [1, 0, 2, 9]}, ValueError, "each the partner of its partner"),
        ({"partner": [1.0, 0, 2, -1]}, TypeError, "needed whole numbers"),
        ({"labels": np.arange(3)}, ValueError, "labels has 3 entries"),
        ({"images": np.ones((400, 3, 4))}, ValueError, "needed \\(n, channels, height, width\\)"),
        ({"p": 2}, ValueError, "p"),
    ],
)
def test_bad_input_is_refused(change, error, found):
    with pytest.raises(error, match=found):
        flip(**change)
