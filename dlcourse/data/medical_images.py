"""Small medical images for everyone: four sets of MedMNIST, 28 by 28 pixels."""

from typing import NamedTuple

import numpy as np

from .fetch import fetch, fetched
from .images import Images

RECORD = "https://zenodo.org/records/10519652/files"
SPLITS = ("train", "val", "test")


class _Set(NamedTuple):
    md5: str  # as in the package medmnist 3.0.2, medmnist.INFO
    classes: tuple
    images: str


SETS = {
    "breast": _Set(
        "750601b1f35ba3300ea97c75c52ff8f6",
        ("malignant", "normal or benign"),
        "ultrasound (Al-Dhabyani and others 2020), CC BY 4.0",
    ),
    "pneumonia": _Set(
        "28209eda62fecd6e6a2d98b1501bb15f",
        ("normal", "pneumonia"),
        "chest X-rays of children (Kermany and others 2018), CC BY 4.0",
    ),
    "retina": _Set(
        "bd4c0672f1bba3e3a89f0e4e876791e4",
        ("grade 0", "grade 1", "grade 2", "grade 3", "grade 4"),
        "fundus photographs (Liu and others 2022, DeepDRiD), CC BY 4.0",
    ),
    "derma": _Set(
        "0744692d530f8e62ec473284d019b0c7",
        (
            "actinic keratosis or intraepithelial carcinoma",
            "basal cell carcinoma",
            "benign keratosis",
            "dermatofibroma",
            "melanoma",
            "nevus",
            "vascular lesion",
        ),
        "dermatoscopy (Tschandl and others 2018, HAM10000), CC BY-NC 4.0",
    ),
}


def medmnist(name, split="train"):
    """Return one split of a set of MedMNIST, fetched on first use (0.5 to 20 MB).

    ``X`` is (n, 1 or 3, 28, 28), float32 from 0 to 1. The splits and the numbers of the
    classes are the official ones: in "breast", 0 is malignant.

    Parameters
    ----------
    name : "breast", "pneumonia", "retina" or "derma"
    split : "train", "val" or "test"

    Raises
    ------
    ValueError
        If there is no such set or split, or what arrived is another file.
    ConnectionError
        If the set is not in the cache and cannot be fetched; see ``available``.

    Source: Yang and others, MedMNIST v2, Scientific Data 10, 41 (2023),
    doi:10.1038/s41597-022-01721-8.
    """
    found = _set(name)
    if split not in SPLITS:
        raise ValueError(f"split is {split!r}; needed one of {', '.join(SPLITS)}")
    file = f"{name}mnist.npz"
    path = fetch(file, f"{RECORD}/{file}?download=1", found.md5)
    with np.load(path, allow_pickle=False) as arrays:
        images, labels = arrays[f"{split}_images"], arrays[f"{split}_labels"]
    X = images[:, None] if images.ndim == 3 else np.moveaxis(images, -1, 1)
    source = f"MedMNIST v2 (Yang and others 2023): {found.images}"
    return Images(X.astype(np.float32) / 255, labels[:, 0].astype(int), found.classes, source)


def available(name):
    """Return whether a set of MedMNIST is here already, so that ``medmnist`` fetches nothing."""
    return fetched(f"{name}mnist.npz", _set(name).md5)


def _set(name):
    if name not in SETS:
        raise ValueError(f"name is {name!r}; needed one of {', '.join(SETS)}")
    return SETS[name]
