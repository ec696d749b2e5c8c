"""MedMNIST as its authors publish it, where it is here."""

import numpy as np
import pytest

from dlcourse import data
from dlcourse.data.medical_images import SETS

# (train, val, test, images of each class in train), from the package medmnist 3.0.2 and the files.
PUBLISHED = {"breast": (546, 78, 156), "pneumonia": (4708, 524, 624)}
OF_CLASS = {"breast": [147, 399], "pneumonia": [1214, 3494]}


@pytest.mark.parametrize("name", PUBLISHED)
def test_splits_and_ranges(name):
    if not data.available(name):
        pytest.skip(f"{name}mnist.npz is not here; data.medmnist({name!r}) fetches it")
    splits = [data.medmnist(name, split) for split in ("train", "val", "test")]
    assert tuple(len(images.y) for images in splits) == PUBLISHED[name]
    for images in splits:
        assert images.X.shape[1:] == (1, 28, 28) and images.X.dtype == np.float32
        assert images.X.min() >= 0 and 0.9 < images.X.max() <= 1
        assert len(images.X) == len(images.y) and set(images.y) == {0, 1}
        assert images.classes == SETS[name].classes and "CC BY 4.0" in images.source
    assert np.bincount(splits[0].y).tolist() == OF_CLASS[name]


def test_colours_come_first(tmp_path, monkeypatch):
    """A set in colour, made here: (n, 28, 28, 3) becomes (n, 3, 28, 28)."""
    import hashlib

    monkeypatch.setenv("DLCOURSE_DATA", str(tmp_path))
    images = np.arange(2 * 28 * 28 * 3, dtype=np.uint8).reshape(2, 28, 28, 3)
    np.savez(tmp_path / "retinamnist.npz", val_images=images, val_labels=[[3], [0]])
    md5 = hashlib.md5((tmp_path / "retinamnist.npz").read_bytes()).hexdigest()
    monkeypatch.setitem(SETS, "retina", SETS["retina"]._replace(md5=md5))
    assert data.available("retina")
    found = data.medmnist("retina", "val")
    np.testing.assert_allclose(found.X[1, 2] * 255, images[1, :, :, 2], rtol=1e-6)
    assert found.y.tolist() == [3, 0] and len(found.classes) == 5


def test_what_is_not_here_is_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setenv("DLCOURSE_DATA", str(tmp_path))
    assert not data.available("derma")
    with pytest.raises(ConnectionError, match=r"dermamnist\.npz is not in .*nothing is fetched"):
        data.medmnist("derma")


def test_unknown_sets_and_splits_are_refused():
    for ask in (data.medmnist, data.available):
        with pytest.raises(ValueError, match="name is 'organ'; needed one of breast, pneumonia"):
            ask("organ")
    with pytest.raises(ValueError, match="split is 'dev'; needed one of train, val, test"):
        data.medmnist("breast", "dev")
