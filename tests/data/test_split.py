"""The split: nobody twice, nobody lost, patients whole, the same again with the same seed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlcourse.data.split import train_val_test_split

FRACTIONS = (0.6, 0.2, 0.2)
seeds = st.integers(0, 2**32 - 1)


def split(n, seed=0, fractions=FRACTIONS, **options):
    return train_val_test_split(n, fractions, np.random.default_rng(seed), **options)


def assert_each_row_once(parts, n):
    np.testing.assert_array_equal(np.sort(np.concatenate(parts)), np.arange(n))


@given(seed=seeds, n=st.integers(10, 300), first=st.integers(2, 7), second=st.integers(1, 2))
def test_each_row_is_in_exactly_one_part_of_the_size_asked(seed, n, first, second):
    fractions = np.array([first, second, 10 - first - second]) / 10
    parts = split(n, seed, fractions)
    assert_each_row_once(parts, n)
    for part, share in zip(parts, fractions, strict=True):
        assert abs(len(part) - share * n) <= 1


def test_a_seed_repeats_and_another_does_not():
    first, again, other = split(100, 1), split(100, 1), split(100, 2)
    assert all(map(np.array_equal, first, again))
    assert not np.array_equal(first[0], other[0])


def test_every_row_gets_everywhere_equally_often():
    counts = np.zeros((3, 10))
    for seed in range(2000):
        for part, rows in enumerate(split(10, seed)):
            counts[part, rows] += 1
    expected = 2000 * np.array(FRACTIONS)
    assert np.all(np.abs(counts.T - expected) < 5 * np.sqrt(expected))


@given(seed=seeds, patients=st.integers(15, 60))
def test_a_patient_stays_in_one_part(seed, patients):
    rng = np.random.default_rng(seed)
    whose = rng.permutation(
        np.repeat(rng.permutation(1000)[:patients], rng.integers(1, 4, patients))
    )
    parts = split(len(whose), seed, groups=whose)
    assert_each_row_once(parts, len(whose))
    for i, j in [(0, 1), (0, 2), (1, 2)]:
        assert not set(whose[parts[i]]) & set(whose[parts[j]])
    for part, share in zip(parts, FRACTIONS, strict=True):
        assert abs(len(part) - share * len(whose)) <= 3


@given(seed=seeds, n=st.integers(60, 200))
def test_each_class_has_the_same_share_everywhere(seed, n):
    classes = np.random.default_rng(seed).choice(["benign", "malignant"], n, p=[0.6, 0.4])
    parts = split(n, seed, stratify=classes)
    assert_each_row_once(parts, n)
    for name, size in zip(*np.unique(classes, return_counts=True), strict=True):
        for part, share in zip(parts, FRACTIONS, strict=True):
            assert abs((classes[part] == name).sum() - share * size) <= 1


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: split(2), ValueError, "n is 2: the parts would hold"),
        (lambda: split(0), ValueError, "n is 0"),
        (lambda: split(10, fractions=(0.8, 0.2)), ValueError, "fractions are .* needed three"),
        (lambda: split(10, fractions=(0.6, 0.2, 0.3)), ValueError, "sum 1"),
        (lambda: split(10, fractions=(1.2, -0.1, -0.1)), ValueError, "above 0"),
        (lambda: split(10, groups=[1, 2]), ValueError, "groups has 2 entries"),
        (lambda: split(4, groups=[1, 1, 1, 1]), ValueError, "parts would hold"),
        (lambda: split(2, groups=[1, 2], stratify=[1, 2]), ValueError, "at most one"),
        (lambda: split(10.0), TypeError, "integer"),
        (lambda: train_val_test_split(10, FRACTIONS, 0), TypeError, "rng is of type int"),
    ],
)
def test_bad_input_is_named(call, error, match):
    with pytest.raises(error, match=match):
        call()
