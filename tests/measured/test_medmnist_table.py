"""MedMNIST's sets of several classes take the same way as the two that are stored."""

import hashlib

import numpy as np
import pytest

from dlcourse import measured
from dlcourse.data.medical_images import SETS
from dlcourse.measured import medmnist_table


@pytest.fixture
def retina(tmp_path, monkeypatch):
    """A set in colour with five grades, made here: the higher the grade, the brighter."""
    rng, arrays = np.random.default_rng(0), {}
    for part, n in (("train", 300), ("test", 100)):
        y = np.arange(n) % 5
        images = 40 * y[:, None, None, None] + rng.integers(0, 60, (n, 28, 28, 3))
        arrays |= {f"{part}_images": images.astype(np.uint8), f"{part}_labels": y[:, None]}
    path = tmp_path / "retinamnist.npz"
    np.savez(path, **arrays)
    monkeypatch.setenv("DLCOURSE_DATA", str(tmp_path))
    md5 = hashlib.md5(path.read_bytes()).hexdigest()
    monkeypatch.setitem(SETS, "retina", SETS["retina"]._replace(md5=md5))
    return "retina"


def test_a_set_of_several_classes_in_colour(retina, monkeypatch):
    monkeypatch.setitem(medmnist_table.EPOCHS, retina, 8)
    found = medmnist_table.measure(0)
    assert set(found) == {retina}  # the others are not in this cache, and nothing is fetched
    assert found[retina]["n"] == 100 and found[retina]["largest class"] == 0.2
    (auc,), (right, low, high) = found[retina]["auc"], found[retina]["accuracy"]
    assert auc > 0.8 and low < right < high


def test_the_published_value_is_beside_an_interval():
    stored = measured.load("medmnist_table")
    for name, (auc, accuracy) in {"breast": (0.901, 0.863), "pneumonia": (0.944, 0.854)}.items():
        for what, published in (("auc", auc), ("accuracy", accuracy)):
            value, low, high = stored.values(name, what).T
            assert (low < value).all() and (value < high).all()
            assert abs(value.mean() - published) < 0.06
