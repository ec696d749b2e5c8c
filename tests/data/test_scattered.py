"""Images lie where their boxes say."""

import numpy as np
import pytest

from dlcourse.data import scattered

IMAGES = np.random.default_rng(0).uniform(0.2, 1, (5, 8, 8))


def make(n=20, seed=0, **options):
    return scattered(n, np.random.default_rng(seed), IMAGES, **options)


def test_an_image_lies_in_each_box():
    found = make(noise=0, debris=0)
    assert found.X.shape == (20, 1, 64, 64) and found.X.dtype == np.float32
    for canvas, boxes, which in zip(found.X[:, 0], found.boxes, found.which, strict=True):
        assert boxes.shape == (8, 4) and len(which) == 8
        for (left, top, right, bottom), row in zip(boxes.astype(int), which, strict=True):
            np.testing.assert_allclose(canvas[top:bottom, left:right], IMAGES[row], rtol=1e-6)
        assert np.count_nonzero(canvas) == 8 * 64


@pytest.mark.parametrize("overlap", [0, 3])
def test_images_overlap_by_so_much_and_no_more(overlap):
    gaps = []
    for boxes in make(each=20, overlap=overlap).boxes:
        far = np.abs(boxes[:, None, :2] - boxes[:, :2]).max(axis=2)
        gaps.append(far[~np.eye(len(far), dtype=bool)].min())
    assert min(gaps) == 8 - overlap


def test_debris_has_no_box_and_lies_on_no_image():
    plain, strewn = make(noise=0, debris=0, each=0), make(noise=0, debris=6, each=0)
    assert not plain.X.any() and strewn.X.any()
    assert all(boxes.shape == (0, 4) for boxes in strewn.boxes)
    assert (strewn.X > 0).sum(axis=(1, 2, 3)).max() <= 6 * 32
    for canvas, boxes in zip(*make(noise=0, debris=30)[:2], strict=True):
        for left, top, right, bottom in boxes.astype(int):
            assert (canvas[0, top:bottom, left:right] > 0).all()


def test_the_same_seed_repeats():
    assert np.array_equal(make().X, make().X) and not np.array_equal(make().X, make(seed=1).X)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"side": 7}, "side is 7"),
        ({"each": -1}, "each is -1"),
        ({"debris": -1}, "debris is -1"),
        ({"overlap": 8}, "overlap is 8; needed 0 to 7"),
        ({"noise": -1}, "noise is -1"),
    ],
)
def test_what_cannot_be_is_refused(options, words):
    with pytest.raises(ValueError, match=words):
        make(1, **options)


@pytest.mark.parametrize("shape", [(8, 8), (3, 8, 7), (0, 8, 8)])
def test_images_must_be_square(shape):
    with pytest.raises(ValueError, match=r"needed \(m, h, h\)"):
        scattered(1, np.random.default_rng(0), np.zeros(shape))
