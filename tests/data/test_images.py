"""The images are what their source says."""

import numpy as np
from sklearn.datasets import load_digits

from dlcourse import data


def test_digits_are_images_from_0_to_1():
    images = data.digits()
    assert images.X.shape == (1797, 1, 8, 8) and images.X.dtype == np.float64
    assert (images.X.min(), images.X.max()) == (0, 1)
    assert np.bincount(images.y).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert images.classes == tuple("0123456789")


def test_digits_stand_upright_and_belong_to_their_labels():
    images, bunch = data.digits(), load_digits()
    np.testing.assert_array_equal(images.X.reshape(1797, 64) * 16, bunch.data)
    np.testing.assert_array_equal(images.y, bunch.target)
    one = images.X[images.y == 1].mean(axis=0)[0]
    assert one[:, 3:5].sum() > 2 * one[3:5].sum(), "the average 1 is not a vertical stroke"
