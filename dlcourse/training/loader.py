"""Batches: hand the data to the loop a few cases at a time, in a new order every epoch."""

import numpy as np

from ..validation.descent import whole


class DataLoader:
    """Cut arrays into batches; the arguments are those of torch.utils.data.DataLoader.

    Parameters
    ----------
    dataset : tuple of arrays with one row per case, such as (X, y); what a list of tensors
        is to torch.utils.data.TensorDataset
    batch_size : int, at least 1
    shuffle : bool
        Draw a new order whenever iteration starts; otherwise rows come as they stand.
    drop_last : bool
        Leave out the last batch if it is smaller: batch norm cannot use a single case.
    rng : numpy.random.Generator, needed for ``shuffle``

    Raises
    ------
    TypeError, ValueError
        If the arrays differ in length, a number is out of range, or ``shuffle`` has no rng.

    Examples
    --------
    >>> loader = DataLoader((np.arange(5), np.arange(5) % 2), batch_size=2)
    >>> len(loader)
    3
    >>> for x, y in loader:
    ...     print(x, y)
    [0 1] [0 1]
    [2 3] [0 1]
    [4] [0]
    """

    def __init__(self, dataset, batch_size=1, shuffle=False, drop_last=False, *, rng=None):
        if not isinstance(dataset, tuple | list):
            kind = type(dataset).__name__
            raise TypeError(f"dataset is of type {kind}; needed a tuple of arrays, such as (X, y)")
        self.dataset = tuple(np.asarray(array) for array in dataset)
        shapes = [array.shape for array in self.dataset]
        if not shapes or () in shapes or len({shape[0] for shape in shapes}) > 1:
            raise ValueError(
                f"dataset holds arrays of shapes {shapes}; needed at least one array, "
                "and all with one row per case"
            )
        self.batch_size = whole("batch_size", batch_size, 1)
        self.shuffle, self.drop_last, self.rng = bool(shuffle), bool(drop_last), rng
        if shuffle and not isinstance(rng, np.random.Generator):
            raise TypeError(f"rng is {rng!r}; shuffle needs one made by numpy.random.default_rng")

    def __len__(self):
        full, rest = divmod(len(self.dataset[0]), self.batch_size)
        return full + (rest > 0 and not self.drop_last)

    def __iter__(self):
        n = len(self.dataset[0])
        order = self.rng.permutation(n) if self.shuffle else np.arange(n)
        for i in range(len(self)):
            rows = order[i * self.batch_size : (i + 1) * self.batch_size]
            # Copies, never views: a batch may be changed without changing the data.
            yield tuple(array[rows] for array in self.dataset)
