import warnings

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from oracle import arrays, check_function, differentiate, dtypes, on_every_device, reductions

from dlcourse import accelerated, data, reference

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from statsmodels.duration.hazard_regression import PHReg

ties = st.sampled_from(["efron", "breslow"])
each_ties = pytest.mark.parametrize("ties", ["efron", "breslow"])
each_dtype = pytest.mark.parametrize("dtype", ["float32", "float64"])
cox, cox_backward = reference.cox_ph_loss, reference.cox_ph_loss_backward


@st.composite
def follow_up(draw, n, deaths=0):
    """Draw times with ties, and events, at least ``deaths`` of them deaths."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    event = rng.integers(0, 2, n)
    event[:deaths] = 1
    return rng.integers(0, 4, n).astype(draw(st.sampled_from(["float64", "int64"]))), event


@on_every_device
@given(draw=st.data(), n=st.integers(1, 8), dtype=dtypes, reduction=reductions, ties=ties)
def test_drawn(device, draw, n, dtype, reduction, ties):
    eta = draw.draw(arrays((n,), dtype))
    time, event = draw.draw(follow_up(n, deaths=1))
    kwargs = {"ties": ties, "reduction": reduction}
    check_function("cox_ph_loss", (eta, time, event), kwargs, device=device)


@given(draw=st.data(), n=st.integers(1, 8), ties=ties)
def test_the_definition_in_loops(draw, n, ties):
    eta = draw.draw(arrays((n,), "float64"))
    time, event = draw.draw(follow_up(n, deaths=1))
    total = 0
    for day in np.unique(time[event == 1]):
        together = [i for i in range(n) if event[i] == 1 and time[i] == day]
        at_risk = [i for i in range(n) if time[i] >= day]
        for k, i in enumerate(together):
            left = k / len(together) if ties == "efron" else 0
            hazard = sum(np.exp(eta[j]) for j in at_risk)
            hazard -= left * sum(np.exp(eta[j]) for j in together)
            total += np.log(hazard) - eta[i]
    np.testing.assert_allclose(cox(eta, time, event, ties, "sum"), total, rtol=1e-11, atol=1e-12)


@given(draw=st.data(), n=st.integers(2, 30), ties=ties)
def test_statsmodels_has_the_same_likelihood_and_score(draw, n, ties):
    rng = np.random.default_rng(draw.draw(st.integers(0, 2**32 - 1)))
    X, beta = rng.normal(size=(n, 3)), rng.normal(size=3)
    time, event = draw.draw(follow_up(n, deaths=1))
    peer = PHReg(time.astype(float), X, event, ties=ties)
    np.testing.assert_allclose(
        -cox(X @ beta, time, event, ties, "sum"), peer.loglike(beta), rtol=1e-10, atol=1e-12
    )
    score = -cox_backward(1.0, X @ beta, time, event, ties, "sum") @ X
    np.testing.assert_allclose(score, peer.score(beta), rtol=1e-9, atol=1e-9)


@each_ties
def test_heart_transplant_by_newton_and_by_statsmodels(ties):
    table = data.heart_transplant()
    age = table.X[:, 0] - table.X[:, 0].mean()
    fit = PHReg(table.time, age[:, None], table.event, ties=ties).fit()

    def slope(beta):
        return cox_backward(1.0, age * beta, table.time, table.event, ties, "sum") @ age

    beta, h = 0.0, 1e-5
    for _ in range(10):
        beta -= slope(beta) / ((slope(beta + h) - slope(beta - h)) / (2 * h))
    np.testing.assert_allclose(beta, fit.params[0], rtol=1e-6)
    loss = cox(age * beta, table.time, table.event, ties, "sum")
    np.testing.assert_allclose(-loss, fit.llf, rtol=1e-12)


@each_ties
@each_dtype
@on_every_device
def test_extreme_hazards_stay_finite(ties, dtype, device):
    eta = np.array([1e4, -1e4, 0, 1e4, -1e4, -1e4], dtype)
    time, event = np.array([1, 1, 2, 3, 3, 4]), np.array([1, 1, 0, 1, 1, 1])
    args, kwargs = (eta, time, event), {"ties": ties}
    check_function("cox_ph_loss", args, kwargs, device=device, differences=False)
    one = np.ones((), dtype)
    value, (slope,) = differentiate(accelerated.cox_ph_loss, args, kwargs, one, (0,), device)
    for result in (value, slope, cox(*args, **kwargs), cox_backward(one, *args, **kwargs)):
        assert np.isfinite(result).all()


@each_ties
def test_only_differences_and_the_order_of_times_matter(ties):
    rng = np.random.default_rng(0)
    eta, time, event = rng.normal(size=20), rng.integers(1, 6, 20), rng.integers(0, 2, 20)
    loss = cox(eta, time, event, ties)
    np.testing.assert_allclose(cox(eta + 7, time, event, ties), loss, rtol=1e-12)
    np.testing.assert_allclose(cox(eta, time**3, event, ties), loss, rtol=1e-12)
    order = rng.permutation(20)
    np.testing.assert_allclose(cox(eta[order], time[order], event[order], ties), loss, rtol=1e-12)
    slope = cox_backward(1.0, eta, time, event, ties)
    np.testing.assert_allclose(slope.sum(), 0, atol=1e-14)


def test_ties_by_hand():
    eta, time, event = np.zeros(3), np.array([1, 1, 2]), np.array([1, 1, 0])
    np.testing.assert_allclose(cox(eta, time, event, "breslow", "sum"), 2 * np.log(3), rtol=1e-15)
    # The second to die leaves one of the two behind: 3 at risk, less half of two.
    np.testing.assert_allclose(cox(eta, time, event, "efron", "sum"), np.log(3 * 2), rtol=1e-15)


def test_without_ties_both_agree():
    rng = np.random.default_rng(0)
    eta, time, event = rng.normal(size=9), rng.permutation(9), rng.integers(0, 2, 9)
    assert cox(eta, time, event, "efron") == cox(eta, time, event, "breslow")


@on_every_device
@pytest.mark.parametrize("n", [0, 3])
@each_ties
def test_without_deaths_there_is_nothing_to_learn(device, n, ties):
    args = np.zeros(n), np.arange(float(n)), np.zeros(n)
    for reduction in ("none", "mean", "sum"):
        kwargs = {"ties": ties, "reduction": reduction}
        check_function("cox_ph_loss", args, kwargs, device=device, differences=False)
    assert np.isnan(cox(*args, ties=ties)) and cox(*args, ties=ties, reduction="sum") == 0
    np.testing.assert_array_equal(cox_backward(1.0, *args, ties=ties), np.zeros(n))


def test_nan_reaches_whom_it_concerns():
    eta, time, event = np.array([np.nan, 0.0, 1.0]), np.array([1.0, 2, 3]), np.ones(3)
    kwargs = {"reduction": "none"}
    check_function("cox_ph_loss", (eta, time, event), kwargs, differences=False)
    loss = cox(eta, time, event, **kwargs)
    np.testing.assert_array_equal(np.isnan(loss), [True, False, False])


def test_days_that_float32_cannot_tell_apart_stay_apart():
    eta, event = np.zeros(2, np.float32), np.ones(2)
    time = np.array([2**24, 2**24 + 1])
    expected = [np.log(2), 0]
    np.testing.assert_allclose(cox(eta, time, event, reduction="none"), expected, rtol=1e-6)
    args = (torch.from_numpy(a) for a in (eta, time, event))
    twin = accelerated.cox_ph_loss(*args, reduction="none")
    np.testing.assert_allclose(twin, expected, rtol=1e-6)


def test_flags_may_be_booleans():
    eta, time, event = np.ones(3, np.float32), np.arange(3), np.array([True, False, True])
    assert cox(eta, time, event).dtype == np.float32
    assert cox(eta, time, event) == cox(eta, time, event.astype(int))


BAD = [
    ({"input": np.zeros((3, 1))}, ValueError, r"have shapes \(3, 1\), \(3,\) and \(3,\); needed"),
    ({"time": np.zeros(2)}, ValueError, r"have shapes \(3,\), \(2,\) and \(3,\)"),
    ({"event": np.zeros(4)}, ValueError, r"have shapes \(3,\), \(3,\) and \(4,\)"),
    ({"time": np.array([1, np.nan, 2])}, ValueError, "time holds NaN"),
    ({"event": np.array([1, 2, 0])}, ValueError, "event holds other numbers than 0"),
    ({"event": np.array([1, np.nan, 0])}, ValueError, "event holds other numbers than 0"),
    ({"ties": "exact"}, ValueError, "ties is 'exact'; needed one of 'efron', 'breslow'"),
    ({"reduction": "average"}, ValueError, "reduction is 'average'; needed one of"),
    ({"time": np.zeros(3, complex)}, TypeError, "time has dtype .*complex128; needed real"),
]


@pytest.mark.parametrize("change, error, message", BAD)
def test_bad_input(change, error, message):
    kwargs = {"input": np.zeros(3), "time": np.arange(3.0), "event": np.ones(3), **change}
    tensors = {
        k: torch.from_numpy(v) if isinstance(v, np.ndarray) else v for k, v in kwargs.items()
    }
    with pytest.raises(error, match=message):
        cox(**kwargs)
    with pytest.raises(error, match=message):
        cox_backward(1.0, **kwargs)
    with pytest.raises(error, match=message):
        accelerated.cox_ph_loss(**tensors)


@pytest.mark.parametrize("odd", ["input", "time", "event"])
def test_the_other_half_is_named(odd):
    kwargs = {"input": np.zeros(3), "time": np.arange(3.0), "event": np.ones(3)}
    tensors = {k: torch.from_numpy(v) for k, v in kwargs.items()}
    with pytest.raises(TypeError, match=f"^{odd} is a torch tensor"):
        cox(**{**kwargs, odd: tensors[odd]})
    with pytest.raises(TypeError, match=rf"^{odd} is of type numpy\.ndarray"):
        accelerated.cox_ph_loss(**{**tensors, odd: kwargs[odd]})


def test_gradient_of_another_shape():
    with pytest.raises(ValueError, match=r"grad_output has shape \(3,\); needed .* \(\)"):
        cox_backward(np.ones(3), np.zeros(3), np.arange(3), np.ones(3))
