"""The phantom study: what stands in the folder, and that every fault is where it should be."""

import numpy as np
import pytest
from PIL import Image

from dlcourse.data import study, write_study


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Return (Study, its table, its pictures)."""
    found = write_study(tmp_path_factory.mktemp("made") / "study", np.random.default_rng(3), 120)
    return found, *read(found.folder)


def read(folder):
    table = np.genfromtxt(folder / "table.csv", delimiter=",", names=True, dtype="U8,i8,i8,f8,f8")
    pictures = np.array([Image.open(folder / "images" / name) for name in table["image"]])
    return table, pictures


def test_a_row_for_each_picture_and_nothing_else(written):
    found, table, pictures = written
    assert table.dtype.names == study.COLUMNS
    assert pictures.shape == (len(table), 32, 32) and pictures.dtype == np.uint8
    assert {path.name for path in (found.folder / "images").iterdir()} == set(table["image"])
    assert {path.name for path in found.folder.iterdir()} == {"table.csv", "images"}
    assert len(found.person) == len(found.malignant) == len(table)


def test_people_have_several_numbers_which_shared_pictures_tell(written):
    found, table, pictures = written
    numbers = [len(np.unique(table["patient"][found.person == who])) for who in range(120)]
    wanted = {1: 120 - study.REFERRED, 2: study.REFERRED - study.CHAINED, 3: study.CHAINED}
    assert {n: numbers.count(n) for n in (1, 2, 3)} == wanted
    _, picture = np.unique(pictures.reshape(len(table), -1), axis=0, return_inverse=True)
    shared = [np.unique(found.person[picture.ravel() == k]) for k in range(picture.max() + 1)]
    assert all(len(people) == 1 for people in shared)
    assert len(table) - len(shared) == study.REFERRED + study.CHAINED


def test_contradictions_show_only_when_the_numbers_are_joined(written):
    found, table, _ = written
    label = table["malignant"]

    def contradicted(whose):
        return sum(
            len(np.unique(k[~np.isnan(k)])) == 2 for k in (label[whose == w] for w in set(whose))
        )

    assert contradicted(table["patient"]) == 0
    assert contradicted(found.person) == study.CONTRADICTED
    unknown = [who for who in range(120) if np.isnan(label[found.person == who]).all()]
    assert len(unknown) == study.UNLABELLED
    assert (table["age"] == study.UNKNOWN_AGE).any() and np.isnan(label).sum() > study.UNLABELLED


@pytest.mark.parametrize("stamped", [1, 3])
def test_one_clinic_stamps_what_it_took_itself(tmp_path, stamped):
    table, pictures = read(
        write_study(tmp_path, np.random.default_rng(0), 100, stamped=stamped).folder
    )
    white = (pictures[:, 2:6, 2:6] == 255).all(axis=(1, 2))
    assert white[table["clinic"] == stamped].mean() > 0.6
    assert not white[table["clinic"] == 2].any()


def test_the_same_seed_writes_the_same_over_what_is_there(tmp_path):
    first = write_study(tmp_path, np.random.default_rng(5), 100)
    kept = {path: path.read_bytes() for path in tmp_path.rglob("*.*")}
    again = write_study(tmp_path, np.random.default_rng(5), 100)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.*")} == kept
    np.testing.assert_array_equal(first.person, again.person)


@pytest.mark.parametrize(
    ("options", "words"),
    [({"people": 99}, "people is 99; needed at least 100"), ({"stamped": 4}, "stamped is 4")],
)
def test_what_cannot_be_is_refused(tmp_path, options, words):
    with pytest.raises(ValueError, match=words):
        write_study(tmp_path, np.random.default_rng(0), **options)
    assert not list(tmp_path.iterdir())
