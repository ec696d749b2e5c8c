"""Patients followed until they die or the study ends."""

import importlib
from typing import NamedTuple

import numpy as np


class SurvivalTable(NamedTuple):
    """Measurements ``X`` (patients, features), their names, ``time`` and ``event`` (patients,).

    ``event`` is 1 where the patient died at ``time``, and 0 where the patient was last seen
    alive then (censored).
    """

    X: np.ndarray
    time: np.ndarray
    event: np.ndarray
    features: tuple
    source: str


def heart_transplant():
    """Return 69 patients who got a new heart at Stanford: age in years, days survived.

    45 died, 24 were alive when last seen. Time counts from the operation.

    Read from statsmodels, which must be installed: it ships the table without saying under
    which terms, so this course does not repeat it.

    Raises
    ------
    ModuleNotFoundError
        If statsmodels is not installed.

    Source: Miller, Least squares regression with censored data, Biometrika 63 (1976).

    >>> table = heart_transplant()
    >>> table.X.shape, int(table.event.sum()), float(table.time.max())
    ((69, 1), 45, 1775.0)
    """
    try:
        heart = importlib.import_module("statsmodels.datasets.heart")
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "heart_transplant() reads its table from statsmodels, which is not installed; "
            "install it with: pip install statsmodels"
        ) from error
    frame = heart.load_pandas().data
    return SurvivalTable(
        X=frame[["age"]].to_numpy(float),
        time=frame["survival"].to_numpy(float),
        event=frame["censors"].to_numpy(float),  # so called there, and 1 for a death
        features=("age",),
        source="Stanford heart transplant (Miller 1976), as in statsmodels",
    )
