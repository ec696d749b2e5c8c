"""Augmentations: what they may change, what they must not, and how often."""

import numpy as np
import pytest
import torch
from scipy import ndimage

from dlcourse import reference
from dlcourse.reference.regularization.augmentation import _rotate

ALL = {
    "random_crop": {"size": (5, 4), "padding": 1},
    "random_shift": {"max_shift": 2},
    "random_flip": {},
    "random_rotation": {"max_degrees": 15},
    "random_noise": {"std": 0.1},
    "random_brightness": {"max_change": 0.3},
}
# With these arguments nothing is left to chance and nothing may change.
STILL = {
    "random_crop": {"size": (6, 5)},
    "random_shift": {"max_shift": 0},
    "random_flip": {"p": 0},
    "random_rotation": {"max_degrees": 0},
    "random_noise": {"std": 0},
    "random_brightness": {"max_change": 0},
}
each = pytest.mark.parametrize("name", ALL)


def rng(seed=0):
    return np.random.default_rng(seed)


def images(n=8, dtype="float64"):
    return rng(1).uniform(1, 2, (n, 2, 6, 5)).astype(dtype)


def apply(name, x, options=ALL, seed=0):
    return getattr(reference, name)(x, **options[name], rng=rng(seed))


@each
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("n", [0, 1, 8])
def test_shape_dtype_and_input(name, dtype, n):
    x = images(n, dtype)
    before = x.copy()
    got = apply(name, x)
    assert got.dtype == dtype
    assert got.shape == ((n, 2, 5, 4) if name == "random_crop" else x.shape)
    np.testing.assert_array_equal(x, before)
    got += 1  # the result is the caller's own
    np.testing.assert_array_equal(x, before)


@each
def test_no_change_where_none_is_asked_for(name):
    np.testing.assert_allclose(apply(name, images(), STILL), images(), rtol=1e-12)


@each
def test_repeats_with_the_seed_only(name):
    np.testing.assert_array_equal(apply(name, images()), apply(name, images()))
    assert not np.array_equal(apply(name, images()), apply(name, images(), seed=1))


@each
def test_every_image_has_its_own_draw(name):
    same = np.repeat(images(1), 30, axis=0)
    got = apply(name, same)
    assert len(np.unique(got.reshape(30, -1).round(9), axis=0)) > 1


@pytest.mark.parametrize("name", ["random_crop", "random_shift", "random_flip", "random_rotation"])
def test_channels_move_together(name):
    x = np.repeat(images()[:, :1], 2, axis=1)
    got = apply(name, x)
    np.testing.assert_array_equal(got[:, 0], got[:, 1])


def test_shift_moves_by_every_distance_up_to_the_largest_and_equally_often():
    dot = np.zeros((5000, 1, 7, 7))
    dot[:, :, 3, 3] = 1
    got = reference.random_shift(dot, 2, rng=rng())
    _, _, row, column = np.nonzero(got)
    counts = np.zeros((7, 7))
    np.add.at(counts, (row, column), 1)
    assert counts[1:6, 1:6].sum() == 5000
    assert counts[1:6, 1:6].min() > 140 and counts.max() < 260  # 200 each, SD 14


def test_crop_takes_pixels_that_lie_together():
    x = np.arange(30.0).reshape(1, 1, 6, 5).repeat(200, axis=0)
    got = reference.random_crop(x, (3, 2), rng=rng())
    offsets = got - got[:, :, :1, :1]
    np.testing.assert_array_equal(offsets, np.broadcast_to([[0, 1], [5, 6], [10, 11]], got.shape))
    assert set(got[:, 0, 0, 0]) == {5.0 * r + c for r in range(4) for c in range(4)}


def test_flip_mirrors_left_and_right_with_probability_p():
    x = np.repeat(images(1), 4000, axis=0)
    got = reference.random_flip(x, 0.3, rng=rng())
    mirrored = (got == x[..., ::-1]).all(axis=(1, 2, 3))
    np.testing.assert_array_equal(got[~mirrored], x[~mirrored])
    assert abs(mirrored.mean() - 0.3) < 0.03  # SD 0.007


@pytest.mark.parametrize("shape", [(1, 5, 5), (2, 6, 6), (1, 4, 7)])
def test_a_quarter_turn_and_a_half_turn(shape):
    image = rng().normal(size=shape)
    np.testing.assert_allclose(_rotate(image, np.pi), image[:, ::-1, ::-1], atol=1e-12)
    if shape[1] == shape[2]:
        wanted = np.rot90(image, axes=(1, 2))
        np.testing.assert_allclose(_rotate(image, np.pi / 2), wanted, atol=1e-12)


@pytest.mark.parametrize("degrees", [-40, -7, 3, 15, 100])
def test_rotation_against_scipy(degrees):
    image = np.zeros((1, 15, 13))
    image[:, 3:-3, 3:-3] = rng().normal(size=(1, 9, 7))
    wanted = ndimage.rotate(image, degrees, axes=(1, 2), reshape=False, order=1)
    np.testing.assert_allclose(_rotate(image, np.deg2rad(degrees)), wanted, atol=1e-9)


def test_rotation_goes_both_ways_and_not_too_far():
    dot = np.zeros((400, 1, 21, 21))
    dot[:, :, 10, 18] = 1  # 8 to the right of the centre
    got = reference.random_rotation(dot, 30, rng=rng())[:, 0]
    y, x = np.mgrid[:21, :21] - 10.0
    mass = got.sum(axis=(1, 2))
    angle = np.arctan2(-(got * y).sum(axis=(1, 2)) / mass, (got * x).sum(axis=(1, 2)) / mass)
    angle = np.rad2deg(angle)
    assert 25 < angle.max() < 31 and -31 < angle.min() < -25


def test_noise_and_brightness_have_the_size_asked_for():
    x = np.ones((2000, 1, 4, 4))
    noise = reference.random_noise(x, 0.5, rng=rng()) - x
    assert abs(noise.mean()) < 0.02 and abs(noise.std() - 0.5) < 0.01
    bright = reference.random_brightness(x, 0.2, rng=rng())
    assert 0.8 <= bright.min() < 0.805 and 1.195 < bright.max() <= 1.2
    assert np.ptp(bright, axis=(1, 2, 3)).max() == 0


@each
def test_bad_input(name):
    with pytest.raises(ValueError, match=r"images has shape \(6, 5\); needed \(n, channels"):
        apply(name, np.zeros((6, 5)))
    with pytest.raises(TypeError, match="rng is 3; needed"):
        getattr(reference, name)(images(), **ALL[name], rng=3)
    with pytest.raises(TypeError, match="images is a torch tensor"):
        apply(name, torch.zeros(1, 2, 6, 5))


@pytest.mark.parametrize(
    "name, options, message",
    [
        ("random_crop", {"size": (7, 5)}, r"size is \(7, 5\); needed two numbers from 1 to"),
        ("random_crop", {"size": (0, 5)}, r"size is \(0, 5\)"),
        ("random_crop", {"size": (3,)}, r"size is \(3,\)"),
        ("random_crop", {"size": (3, 3), "padding": -1}, "padding is -1; needed a whole number"),
        ("random_shift", {"max_shift": 1.5}, r"max_shift is 1\.5; needed a whole number"),
        ("random_flip", {"p": 1.5}, r"p is 1\.5; needed a probability"),
        ("random_rotation", {"max_degrees": -1}, "max_degrees is -1; needed 0 or more"),
        ("random_noise", {"std": -1}, "std is -1; needed 0 or more"),
        ("random_brightness", {"max_change": np.nan}, "max_change is nan; needed 0 or more"),
    ],
)
def test_bad_options(name, options, message):
    with pytest.raises(ValueError, match=message):
        getattr(reference, name)(images(), **options, rng=rng())
