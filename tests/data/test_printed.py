"""Printed characters look like what their labels say, and like nothing twice."""

import numpy as np
import pytest
from matplotlib import font_manager

from dlcourse import data


def rng(seed=0):
    return np.random.default_rng(seed)


def test_shapes_and_ranges():
    images = data.printed_characters(300, rng())
    assert images.X.shape == (300, 1, 8, 8) and images.X.dtype == np.float64
    assert images.X.min() == 0 and images.X.max() == 1
    assert images.classes == tuple("0123456789")
    assert set(images.y) == set(range(10))
    assert "19 typefaces" in images.source


def test_the_generator_decides_everything():
    one, again, other = (data.printed_characters(50, rng(s)) for s in (3, 3, 4))
    np.testing.assert_array_equal(one.X, again.X)
    np.testing.assert_array_equal(one.y, again.y)
    assert not np.array_equal(one.X, other.X)
    assert len(np.unique(one.X.reshape(50, 64), axis=0)) == 50


def test_none_is_an_empty_set():
    assert data.printed_characters(0, rng()).X.shape == (0, 1, 8, 8)


def test_each_is_most_like_its_own_class():
    """The nearest mean of other draws names 85 of 100: labels belong to their images."""
    train, test = data.printed_characters(1500, rng(1)), data.printed_characters(400, rng(2))
    means = np.stack([train.X[train.y == c].mean(axis=0) for c in range(10)]).reshape(10, 64)
    far = ((test.X.reshape(-1, 1, 64) - means) ** 2).sum(axis=2)
    assert (far.argmin(axis=1) == test.y).mean() > 0.8


def test_characters_stand_upright_and_are_not_mirrored():
    """An L has its ink on the left and below, a 7 above; a ring has a hole."""
    images = data.printed_characters(600, rng(), "L7O")
    letter_l, seven, ring = (images.X[images.y == c].mean(axis=0)[0] for c in range(3))
    assert letter_l[:, :4].sum() > 1.3 * letter_l[:, 4:].sum()
    assert letter_l[5:].sum() > 1.2 * letter_l[:3].sum()
    assert seven[:2].sum() > 1.2 * seven[6:].sum()
    assert ring[3:5, 3:5].mean() < 0.4 * ring[[1, 6], 3:5].mean()


def test_the_typefaces_hold_the_characters():
    from dlcourse.data.printed import _faces

    assert len(_faces()) == 19
    for face in _faces():
        held = font_manager.get_font(str(face)).get_charmap()
        assert all(ord(c) in held for c in "0123456789ABCDEFGHJKLMNPQRTUVWXYZ"), face.name


@pytest.mark.parametrize("characters", ["", "11"])
def test_characters_that_are_no_classes_are_refused(characters):
    with pytest.raises(ValueError, match="needed at least one, each once"):
        data.printed_characters(3, rng(), characters)


@pytest.mark.parametrize("characters", ["1 ", "1 2", "\t", " "])
def test_a_blank_is_refused(characters):
    with pytest.raises(ValueError, match="needed none that leaves no ink"):
        data.printed_characters(3, rng(), characters)


def test_another_generator_is_refused():
    with pytest.raises(TypeError, match=r"needed a numpy\.random\.Generator"):
        data.printed_characters(3, 0)
