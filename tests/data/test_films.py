"""Phantom films hold what they say: the lesion where it was drawn, the tag where it was put."""

import numpy as np
import pytest

from dlcourse.data import films


@pytest.fixture(scope="module")
def some():
    return films.films(400, np.random.default_rng(0))


def test_shapes_ranges_and_classes(some):
    assert some.X.shape == (400, 1, 28, 28) and some.X.dtype == np.float64
    assert some.X.min() == 0 and 0.5 < some.X.max() <= 1
    assert set(some.y) == {0, 1} and abs(some.y.mean() - 0.5) < 0.1
    np.testing.assert_array_equal(some.lesion.any(axis=(1, 2)), some.y == 1)


def test_a_lesion_is_brighter_than_the_same_place_in_the_well(some):
    ill = some.y == 1
    well = some.X[~ill, 0].mean(axis=0)
    excess = [(x - well)[m].mean() for x, m in zip(some.X[ill, 0], some.lesion[ill], strict=True)]
    assert np.mean(excess) > 0.08 and np.mean(np.array(excess) > 0) > 0.9
    areas = some.lesion[ill].sum(axis=(1, 2))
    assert 8 <= areas.min() and areas.max() <= 60


def test_the_same_seed_gives_the_same_films_and_another_others(some):
    again = films.films(400, np.random.default_rng(0))
    assert all(np.array_equal(a, b) for a, b in zip(again[:3], some[:3], strict=True))
    assert not np.array_equal(films.films(400, np.random.default_rng(1)).X, some.X)


@pytest.mark.parametrize("side", [24, 32, 64])
def test_parts_scale_with_the_side(side):
    found = films.films(60, np.random.default_rng(3), side, prevalence=1)
    assert found.X.shape == (60, 1, side, side) and (found.y == 1).all()
    assert found.lesion.mean() == pytest.approx(0.031, abs=0.006)


def test_without_contrast_nothing_tells_the_ill(some):
    rng = np.random.default_rng
    flat = [films.films(5, rng(4), prevalence=p, contrast=0).X for p in (0, 1)]
    np.testing.assert_array_equal(*flat)


def test_the_tag_is_an_l_where_it_was_put(some):
    who = np.zeros(400, bool)
    who[::2] = True
    kept = some.X.copy()
    tagged = films.tag(some.X, who)
    np.testing.assert_array_equal(some.X, kept)
    np.testing.assert_array_equal(tagged[1::2], some.X[1::2])
    assert (tagged[0::2, 0, 1:5, 1] == 1).all() and (tagged[0::2, 0, 4, 1:5] == 1).all()
    changed = (tagged != some.X).any(axis=(0, 1))
    assert changed.sum() == 7 and not changed[~films.tag_area(28, margin=0)].any()
    elsewhere = films.tag(some.X, True, row=20, column=12, brightness=0.7)
    assert (elsewhere[:, 0, 20:24, 12] >= 0.7).all()
    assert (elsewhere >= some.X).all()


def test_the_area_has_a_margin_that_stays_inside():
    assert films.tag_area(28).sum() == 36
    assert films.tag_area(28, 0, 0).sum() == 25
    assert films.tag_area(28, 24, 24, margin=0)[24:, 24:].all()


def test_exposure_multiplies_and_stops_at_white(some):
    bright = films.expose(some.X, some.y == 1, gain=1.5)
    np.testing.assert_array_equal(bright[some.y == 0], some.X[some.y == 0])
    expected = np.minimum(some.X[some.y == 1] * 1.5, 1)
    np.testing.assert_array_equal(bright[some.y == 1], expected)
    single = some.X.astype(np.float32)
    assert films.expose(single).dtype == films.tag(single).dtype == np.float32


def test_assign_follows_the_class():
    y = np.repeat([0, 1], 5000)
    who = films.assign(y, 0.9, 0.1, np.random.default_rng(0))
    assert who[y == 1].mean() == pytest.approx(0.9, abs=0.02)
    assert who[y == 0].mean() == pytest.approx(0.1, abs=0.02)
    assert films.assign(y, 1, 0, np.random.default_rng(0)).tolist() == (y == 1).tolist()


def test_what_does_not_fit_is_refused(some):
    rng = np.random.default_rng(0)
    for arguments, said in (
        ((-1, rng), "n is -1; needed 0 or more"),
        ((1, rng, 12), "side is 12; needed 24 or more"),
        ((1, rng, 28, 1.5), "prevalence is 1.5; needed a probability from 0 to 1"),
        ((1, rng, 28, 0.5, -1), "contrast is -1; needed 0 or more"),
    ):
        with pytest.raises(ValueError, match=said):
            films.films(*arguments)
    with pytest.raises(ValueError, match="column is 25; needed at most 24, to lie inside"):
        films.tag(some.X, column=25)
    with pytest.raises(ValueError, match=r"who has shape \(3,\); needed one entry per film, \(400"):
        films.expose(some.X, np.ones(3, bool))
