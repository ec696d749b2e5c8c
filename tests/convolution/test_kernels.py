import numpy as np
import pytest

from dlcourse.reference import conv2d, kernels

KERNELS = {name: value for name, value in vars(kernels).items() if name.isupper()}
EDGES = [name for name in KERNELS if name.startswith("EDGE")]
each = pytest.mark.parametrize("name", KERNELS)


def seen(name, image, padding="valid"):
    return conv2d(image[None, None], KERNELS[name][None, None], padding=padding)[0, 0]


def test_all_are_here():
    assert len(EDGES) == 3
    assert set(KERNELS) - set(EDGES) == {"IDENTITY", "SHARPEN", "BOX_BLUR"}


@each
def test_each_is_three_by_three_fixed_and_its_own_half_turn(name):
    kernel = KERNELS[name]
    assert kernel.shape == (3, 3) and kernel.dtype == np.float64
    np.testing.assert_array_equal(kernel, kernel[::-1, ::-1])
    with pytest.raises(ValueError, match="read-only"):
        kernel[0, 0] = 1


@each
def test_an_even_surface_becomes_0_under_edges_and_stays_under_the_others(name):
    expected = 0 if name in EDGES else 5
    np.testing.assert_allclose(seen(name, np.full((6, 7), 5.0)), expected, atol=1e-12)


def test_identity_changes_nothing():
    image = np.random.default_rng(0).normal(size=(6, 7))
    np.testing.assert_array_equal(seen("IDENTITY", image, "same"), image)


def test_box_blur_averages_nine():
    image = np.random.default_rng(0).normal(size=(6, 7))
    np.testing.assert_allclose(seen("BOX_BLUR", image)[1, 2], image[1:4, 2:5].mean())


def test_sharpen_adds_the_edges_to_the_image():
    image = np.random.default_rng(0).normal(size=(6, 7))
    np.testing.assert_allclose(
        seen("SHARPEN", image), image[1:-1, 1:-1] + seen("EDGE_FOUR", image), atol=1e-12
    )


@pytest.mark.parametrize("name", EDGES)
def test_edge_kernels_answer_at_a_corner_only_where_something_changes(name):
    image = np.zeros((8, 8))
    image[4:, 4:] = 1
    answer = seen(name, image)  # answer[r, c] looks at rows r to r + 2
    assert np.abs(answer[2:4, 2:4]).max() > 0
    np.testing.assert_array_equal(answer[:2], 0)
    np.testing.assert_array_equal(answer[4:, 4:], 0)


def test_the_diagonal_kernel_sees_corners_and_no_straight_edges():
    image = np.zeros((6, 6))
    image[:, 3:] = 1
    np.testing.assert_array_equal(seen("EDGE_DIAGONAL", image), 0)
    assert seen("EDGE_FOUR", image).any() and seen("EDGE_EIGHT", image).any()
