"""The tables of patients are what their sources say."""

import numpy as np
import pytest

from dlcourse import data


def test_diabetes_is_raw():
    table = data.diabetes()
    assert table.X.shape == (442, 10) and table.y.shape == (442,)
    assert (table.y.min(), table.y.max()) == (25, 346)
    assert set(table.column("sex")) == {1.0, 2.0}
    assert 18 <= table.column("bmi").min() < table.column("bmi").max() == 42.2


def test_women_are_fifteen_averages_that_rise():
    table = data.women()
    assert table.X.shape == (15, 1) and len(table.y) == 15
    assert (np.diff(table.column("height")) == 1).all() and (np.diff(table.y) > 0).all()
    assert table.y.sum() == 2051  # 15 times R's mean(women$weight), 136.7333


def test_breast_cancer_codes_malignant_as_one():
    table = data.breast_cancer()
    assert table.X.shape == (569, 30)
    assert np.bincount(table.y).tolist() == [357, 212]


def test_an_unknown_column_is_named():
    with pytest.raises(ValueError, match="there is no feature 'weight'; there are: height"):
        data.women().column("weight")
