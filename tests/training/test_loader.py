"""The reference's DataLoader: every row once, in batches, in an order that can be repeated."""

import inspect

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from dlcourse.training import DataLoader


def generator(seed=0):
    return np.random.default_rng(seed)


@given(
    n=st.integers(0, 20), batch_size=st.integers(1, 25), shuffle=st.booleans(), drop=st.booleans()
)
def test_batches_hold_each_row_once(n, batch_size, shuffle, drop):
    X, y = np.arange(n * 3.0).reshape(n, 3), np.arange(n)
    loader = DataLoader((X, y), batch_size, shuffle, drop, rng=generator())
    batches = list(loader)
    assert len(batches) == len(loader)
    sizes = [len(target) for _, target in batches]
    assert all(size == batch_size for size in (sizes if drop else sizes[:-1]))
    seen = np.concatenate([y[:0], *[target for _, target in batches]])
    assert len(set(seen)) == len(seen) == (n - n % batch_size if drop else n)
    if not shuffle:
        np.testing.assert_array_equal(seen, y[: len(seen)])
    for input, target in batches:
        np.testing.assert_array_equal(input, X[target])


@given(n=st.integers(1, 20), batch_size=st.integers(1, 25), drop=st.booleans())
def test_batches_are_torchs(n, batch_size, drop):
    X, y = np.arange(n * 3.0).reshape(n, 3), np.arange(n)
    tensors = torch.utils.data.TensorDataset(torch.from_numpy(X), torch.from_numpy(y))
    theirs = torch.utils.data.DataLoader(tensors, batch_size=batch_size, drop_last=drop)
    ours = DataLoader((X, y), batch_size=batch_size, drop_last=drop)
    assert len(ours) == len(theirs)
    for mine, other in zip(ours, theirs, strict=True):
        for array, tensor in zip(mine, other, strict=True):
            np.testing.assert_array_equal(array, tensor.numpy())
            assert array.dtype == tensor.numpy().dtype


def test_the_arguments_are_torchs():
    ours, theirs = (
        inspect.signature(c).parameters for c in (DataLoader, torch.utils.data.DataLoader)
    )
    shared = ours.keys() - {"rng"}
    assert shared <= theirs.keys()
    assert ours["batch_size"].default == theirs["batch_size"].default == 1
    assert ours["drop_last"].default is theirs["drop_last"].default is False


def test_orders_differ_between_epochs_and_repeat_with_the_seed():
    def orders():
        loader = DataLoader((np.arange(50),), 7, shuffle=True, rng=generator(4))
        return [np.concatenate([rows for (rows,) in loader]).tolist() for _ in range(3)]

    first = orders()
    assert first == orders()
    assert len(set(map(tuple, first))) == 3


@pytest.mark.parametrize("shuffle", [False, True])
def test_batches_are_copies(shuffle):
    X = np.zeros((6, 2))
    for (x,) in DataLoader((X,), 2, shuffle, rng=generator()):
        x += 1
    assert not X.any()


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"dataset": np.zeros(3)}, TypeError, "dataset is of type ndarray; needed a tuple of arr"),
        ({"dataset": ()}, ValueError, r"dataset holds arrays of shapes \[\]; needed at least one"),
        (
            {"dataset": (np.zeros((3, 2)), np.zeros(4))},
            ValueError,
            r"shapes \[\(3, 2\), \(4,\)\]; needed .* one row per case",
        ),
        ({"dataset": (np.zeros(3), 1.0)}, ValueError, r"shapes \[\(3,\), \(\)\]; needed"),
        ({"batch_size": 0}, ValueError, "batch_size is 0; needed 1 or more"),
        ({"batch_size": 2.5}, TypeError, "batch_size is 2.5; needed a whole number"),
        ({"shuffle": True}, TypeError, "rng is None; shuffle needs one made by numpy.random"),
        ({"shuffle": True, "rng": 0}, TypeError, "rng is 0; shuffle needs"),
    ],
)
def test_bad_arguments_are_named(arguments, error, message):
    with pytest.raises(error, match=message):
        DataLoader(**({"dataset": (np.zeros(3),)} | arguments))
