import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from oracle import arrays, check_function, differentiate, dtypes, on_every_device, shapes

from dlcourse import accelerated, reference

OPTIONS = [{}, {"beta": 0.5}, {"beta": 3.0, "threshold": 2.0}]
each = pytest.mark.parametrize("options", OPTIONS)
each_dtype = pytest.mark.parametrize("dtype", ["float32", "float64"])


@each
@on_every_device
@given(data=st.data(), shape=shapes, dtype=dtypes)
def test_drawn(options, device, data, shape, dtype):
    # At the threshold value and slope jump a little.
    x = data.draw(arrays(shape, dtype, kinks=(2 / 3,)))
    check_function("softplus", (x,), options, torch_function=F.softplus, device=device)


@each
@each_dtype
@on_every_device
def test_special_values(options, dtype, device):
    x = np.array([0, -0.0, 1e-20, 7, -17, 20, 20.5, -89, 89, -105, 1e4, -1e4], dtype)
    check_function(
        "softplus", (x,), options, torch_function=F.softplus, device=device, differences=False
    )
    value, (slope,) = differentiate(
        accelerated.softplus, (x,), options, np.ones_like(x), (0,), device
    )
    assert np.isfinite(value).all() and np.isfinite(slope).all()


@each
def test_nan_and_infinity_go_through_as_in_torch(options):
    x = np.array([np.nan, np.inf, -np.inf])
    check_function("softplus", (x,), options, torch_function=F.softplus, differences=False)
    np.testing.assert_array_equal(reference.softplus(x, **options), [np.nan, np.inf, 0])


def test_a_threshold_out_of_reach_overflows_nothing():
    x = np.array([1000.0], np.float32)
    assert reference.softplus(x, threshold=1e6) == 1000
    assert accelerated.softplus(torch.from_numpy(x), threshold=1e6) == 1000


def test_by_hand():
    zero, one = np.zeros(1), np.ones(1)
    np.testing.assert_allclose(reference.softplus(zero, beta=2), np.log(2) / 2, rtol=1e-15)
    assert reference.softplus_backward(one, zero, beta=2) == 0.5
    assert reference.softplus(one * 21) == 21
    assert reference.softplus_backward(one, one * 21) == 1
    assert reference.softplus_backward(one, one * 19) < 1


@pytest.mark.parametrize(
    "beta, error, message",
    [
        (0, ValueError, "beta is 0; needed a number above 0"),
        (-1.0, ValueError, r"beta is -1\.0; needed a number above 0"),
        ("2", TypeError, "beta is '2'; needed a number above 0"),
    ],
)
def test_bad_beta(beta, error, message):
    with pytest.raises(error, match=message):
        reference.softplus(np.ones(2), beta=beta)
    with pytest.raises(error, match=message):
        reference.softplus_backward(np.ones(2), np.ones(2), beta=beta)
    with pytest.raises(error, match=message):
        accelerated.softplus(torch.ones(2), beta=beta)


def test_bad_input():
    with pytest.raises(TypeError, match="input is a torch tensor"):
        reference.softplus(torch.ones(2))
    with pytest.raises(TypeError, match=r"input is of type numpy\.ndarray"):
        accelerated.softplus(np.ones(2))
    with pytest.raises(TypeError, match="input has dtype complex128; needed real"):
        reference.softplus(np.ones(2, complex))
    with pytest.raises(ValueError, match=r"grad_output has shape \(2,\); needed .* \(3,\)"):
        reference.softplus_backward(np.ones(2), np.ones(3))
