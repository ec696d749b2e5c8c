"""Heat maps say their range, and the outline goes around what is true."""

import numpy as np
import pytest
from figures import rendered

from dlcourse import plots
from dlcourse.plots.heat import boxes, film, gallery, heat, mosaic


@pytest.fixture
def ax():
    return plots.subplots()[1]


def colours(ax):
    (image,) = ax.images
    return image.cmap(image.norm(image.get_array()))[..., :3]


def test_for_against_and_nothing_have_their_colours(ax):
    heat(ax, [[2.0, 0.0], [-2.0, 1.0]], "map")
    shown = colours(ax)
    assert shown[0, 0, 0] > shown[0, 0, 2] and shown[1, 0, 0] < shown[1, 0, 2]
    assert (shown[0, 1] > 0.99).all()
    assert ax.get_xlabel() == "map\n-2 to 2"


def test_a_map_of_nothing_is_white_and_says_so(ax):
    heat(ax, np.full((2, 2), 1e-15))
    assert (colours(ax) > 0.99).all() and ax.get_xlabel().endswith("1e-15 to 1e-15")


def test_a_range_says_zero_for_dust_beside_large_numbers(ax):
    heat(ax, [[5.5e-5, 3.4]])
    assert ax.get_xlabel().endswith("0 to 3.4")
    heat(ax, [[-0.5, 0.1]])
    assert ax.get_xlabel().endswith("-0.5 to 0.1")


def test_a_shared_scale_is_kept(ax):
    heat(ax, [[1.0]], largest=4.0)
    assert ax.images[0].get_clim() == (-4, 4)


def test_a_film_is_not_stretched_and_its_outline_follows_the_pixels(ax):
    inside = np.zeros((4, 5), bool)
    inside[1:3, 2] = True
    film(ax, np.full((4, 5), 0.5), "film", inside)
    assert ax.images[0].get_clim() == (0, 1)
    (line,) = ax.lines
    points = line.get_xydata()
    points = points[~np.isnan(points).any(axis=1)]
    assert points.min(0).tolist() == [1.5, 0.5] and points.max(0).tolist() == [2.5, 2.5]
    assert len(points) == 2 * 6
    film(ax, np.zeros((4, 5)), outline=np.zeros((4, 5), bool))
    assert len(ax.lines) == 1, "nothing is true: no outline"


def test_boxes_follow_the_edges_of_pixels_as_one_line(ax):
    film(ax, np.zeros((4, 6)))
    boxes(ax, [[0, 0, 6, 4], [1, 2, 3, 3]])
    (line,) = ax.lines
    first, second = line.get_xydata()[:5], line.get_xydata()[6:11]
    assert first.min(0).tolist() == [-0.5, -0.5] and first.max(0).tolist() == [5.5, 3.5]
    assert second.min(0).tolist() == [0.5, 1.5] and second.max(0).tolist() == [2.5, 2.5]
    assert first[0].tolist() == first[4].tolist() and np.isnan(line.get_xydata()[5]).all()
    boxes(ax, np.zeros((0, 4)))


def test_crops_of_any_size_fit_into_their_cells():
    sheet = mosaic([np.ones((3, 3)), np.full((2, 1), 2.0), np.full((3, 3), 3.0)], 3, columns=2)
    assert sheet.shape == (7, 7)
    assert (sheet[:3, :3] == 1).all() and (sheet[:2, 4] == 2).all() and (sheet[4:, :3] == 3).all()
    assert np.isnan(sheet[3]).all() and np.isnan(sheet[2, 4:]).all()


def test_a_gallery_has_a_panel_for_each():
    image, map_ = np.zeros((3, 3)), np.eye(3)
    figure = gallery([[(film, image, "a", map_ > 0), (heat, map_, "b")], [(heat, -map_, "c")] * 2])
    assert [ax.get_xlabel().split("\n")[0] for ax in figure.axes] == ["a", "b", "c", "c"]
    rendered(figure)
