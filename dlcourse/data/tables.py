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


def diabetes():
    """Return 442 patients with diabetes: ten measurements, and the disease a year later.

    ``y`` is a score of progression from 25 to 346 that the paper does not define further.
    Measurements are raw: age in years, sex as 1 or 2 (which is which, the source does not
    say), bmi in kg/m², bp (mean arterial pressure) in mmHg, six blood values s1 to s6.

    Source: Efron, Hastie, Johnstone and Tibshirani, Least angle regression (2004).

    >>> table = diabetes()
    >>> table.X.shape, float(table.column("bmi").max())
    ((442, 10), 42.2)
    """
    from sklearn.datasets import load_diabetes

    bunch = load_diabetes(scaled=False)
    return Table(
        bunch.data,
        bunch.target,
        tuple(str(name) for name in bunch.feature_names),
        "Diabetes (Efron, Hastie, Johnstone, Tibshirani 2004)",
    )


def women():
    """Return the average weight ``y`` (pounds) of American women at 15 heights (inches).

    Each row is an average over many women of that height, aged 30 to 39, measured in
    clothes and shoes: 15 rows, not 15 women.

    Source: The World Almanac and Book of Facts (1975), as in R's data set ``women``.

    >>> table = women()
    >>> table.column("height")[[0, -1]].tolist(), table.y[[0, -1]].tolist()
    ([58.0, 72.0], [115.0, 164.0])
    """
    heights = np.arange(58.0, 73.0)
    weights = [115, 117, 120, 123, 126, 129, 132, 135, 139, 142, 146, 150, 154, 159, 164]
    return Table(
        heights[:, None],
        np.array(weights, float),
        ("height",),
        "Average heights and weights of American women (World Almanac 1975)",
    )
