"""Tables of patients: one row each, one column per measurement."""

from typing import NamedTuple

import numpy as np


class Table(NamedTuple):
    """Measurements ``X`` (patients, features), outcome ``y`` (patients,), and their names."""

    X: np.ndarray
    y: np.ndarray
    features: tuple
    source: str

    def column(self, name):
        """Return one measurement of all patients, shape (patients,), by its name."""
        if name not in self.features:
            raise ValueError(f"there is no feature {name!r}; there are: {', '.join(self.features)}")
        return self.X[:, self.features.index(name)]


def breast_cancer():
    """Return the Wisconsin diagnostic data: 569 biopsies, 30 measurements of cell nuclei.

    ``y`` is 1 for malignant (212 patients) and 0 for benign (357). scikit-learn, which
    ships the table, codes it the other way round.

    Source: Street, Wolberg and Mangasarian (1993), UCI Machine Learning Repository.

    >>> table = breast_cancer()
    >>> table.X.shape, int(table.y.sum())
    ((569, 30), 212)
    """
    from sklearn.datasets import load_breast_cancer

    bunch = load_breast_cancer()
    return Table(
        bunch.data,
        1 - bunch.target,
        tuple(str(name) for name in bunch.feature_names),
        "Wisconsin Diagnostic Breast Cancer (Street, Wolberg, Mangasarian 1993), UCI",
    )
