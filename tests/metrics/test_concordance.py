import sys
import tracemalloc

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from pace import within

from dlcourse import data, metrics


@given(seed=st.integers(0, 2**32 - 1), n=st.integers(2, 12))
def test_concordance_by_its_definition(seed, n):
    rng = np.random.default_rng(seed)
    risk, time, event = rng.integers(0, 4, n), rng.integers(0, 4, n), rng.integers(0, 2, n)
    score = pairs = 0
    for i in range(n):
        for j in range(n):
            after = time[i] < time[j] or (time[i] == time[j] and not event[j])
            if event[i] and after:
                pairs += 1
                score += 1 if risk[i] > risk[j] else 0.5 if risk[i] == risk[j] else 0
    if pairs:
        np.testing.assert_allclose(metrics.concordance_index(risk, time, event), score / pairs)
    else:
        with pytest.raises(ValueError, match="no two patients can be compared"):
            metrics.concordance_index(risk, time, event)


def over_all_pairs(risk, time, event):
    """Harrell's definition by a matrix of (deaths, patients): n squared, and easy to read."""
    (died,) = np.nonzero(event)
    outlived = (time > time[died, None]) | ((time == time[died, None]) & (event == 0))
    score = np.where(risk[died, None] == risk, 0.5, risk[died, None] > risk)
    return float(score[outlived].mean())


@given(
    seed=st.integers(0, 2**32 - 1),
    n=st.integers(2, 200),
    risks=st.sampled_from([1, 2, 5, 1000]),
    times=st.sampled_from([1, 3, 50, 1000]),
    deaths=st.sampled_from([0.05, 0.5, 1.0]),
    dtype=st.sampled_from([int, np.float16, np.float32, float]),
)
def test_the_fast_way_equals_all_pairs(seed, n, risks, times, deaths, dtype):
    rng = np.random.default_rng(seed)
    risk = (rng.integers(-risks, risks, n) / 2).astype(dtype)
    risk = np.where(rng.random(n) < 0.05, np.inf, risk) if dtype is float else risk
    time, event = rng.integers(0, times, n), rng.random(n) < deaths
    time[0], event[0] = -1, True  # someone dies whom the others outlive
    assert metrics.concordance_index(risk, time, event) == over_all_pairs(risk, time, event)


def test_12000_patients_take_no_time_and_no_memory():
    rng, n = np.random.default_rng(0), 12_000
    risk, time = rng.normal(size=n).round(2), rng.integers(0, 2000, n)
    event = rng.integers(0, 2, n)
    tracemalloc.start()
    with within(30):
        index = metrics.concordance_index(risk, time, event)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5 * 2**20  # all pairs: 19 s and 2.1 GB
    few = slice(0, 1500)
    assert 0.49 < index < 0.51
    assert metrics.concordance_index(risk[few], time[few], event[few]) == over_all_pairs(
        risk[few], time[few], event[few]
    )


def test_concordance_of_order_chance_and_reverse():
    time, event = np.arange(10), np.ones(10)
    assert metrics.concordance_index(-time, time, event) == 1
    assert metrics.concordance_index(np.zeros(10), time, event) == 0.5
    assert metrics.concordance_index(time, time, event) == 0


@pytest.mark.parametrize(
    "change, error, message",
    [
        ({"risk": np.zeros((3, 1))}, ValueError, r"risk, time and event have shapes \(3, 1\)"),
        ({"risk": np.array([0, np.nan, 1])}, ValueError, "risk holds NaN"),
        ({"time": np.array([0, np.nan, 1])}, ValueError, "time holds NaN"),
        ({"event": np.array([0, 2, 1])}, ValueError, "event holds other numbers"),
        ({"event": np.zeros(3)}, ValueError, "no two patients can be compared"),
        ({"risk": torch.zeros(3)}, TypeError, "risk is a torch tensor"),
        ({"time": ["a", "b", "c"]}, TypeError, "time has dtype <U1"),
    ],
)
def test_concordance_bad_input(change, error, message):
    kwargs = {"risk": np.zeros(3), "time": np.arange(3), "event": np.ones(3), **change}
    with pytest.raises(error, match=message):
        metrics.concordance_index(**kwargs)


def test_the_heart_table():
    table = data.heart_transplant()
    assert table.X.shape == (69, 1) and table.time.shape == table.event.shape == (69,)
    assert set(table.event) == {0.0, 1.0} and table.event.sum() == 45
    assert (table.time.min(), table.time.max(), table.X.min(), table.X.max()) == (
        1,
        1775,
        19.7,
        64.5,
    )


def test_the_heart_table_without_statsmodels(monkeypatch):
    for name in ("statsmodels", "statsmodels.datasets", "statsmodels.datasets.heart"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ModuleNotFoundError, match="pip install statsmodels"):
        data.heart_transplant()
