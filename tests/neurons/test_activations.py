import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from oracle import arrays, as_array, check_function, differentiate, dtypes, on_every_device, shapes

from dlcourse import accelerated, reference

# Name, options, and torch's own function; torch has none for step.
ELEMENTWISE = [
    ("step", {}, None),
    ("sigmoid", {}, torch.sigmoid),
    ("tanh", {}, torch.tanh),
    ("relu", {}, F.relu),
    ("leaky_relu", {}, F.leaky_relu),
    ("leaky_relu", {"negative_slope": 0.3}, F.leaky_relu),
    ("gelu", {}, F.gelu),
    ("gelu", {"approximate": "tanh"}, F.gelu),
]
ROWWISE = [("softmax", {"dim": -1}, F.softmax), ("log_softmax", {"dim": -1}, F.log_softmax)]
# Kinks, both zeros, where exp underflows (float32: -88, -104), where sigmoid rounds to 1.
SPECIAL = [0.0, -0.0, 1e-20, -1e-20, 1e-4, -1e-4, 1.0, 17.0, -17.0, 89.0, -89.0, 105.0, 1e4, -1e4]

WITH_OPTIONS = [(name, kwargs) for name, kwargs, _ in ELEMENTWISE + ROWWISE]

each = pytest.mark.parametrize("name, kwargs, torch_function", ELEMENTWISE)
each_or_row = pytest.mark.parametrize("name, kwargs, torch_function", ELEMENTWISE + ROWWISE)
half = pytest.mark.parametrize("half", [reference, accelerated])


@each
@on_every_device
@given(data=st.data(), shape=shapes, dtype=dtypes)
def test_elementwise(name, kwargs, torch_function, device, data, shape, dtype):
    x = data.draw(arrays(shape, dtype))
    check_function(name, (x,), kwargs, torch_function=torch_function, device=device)


@pytest.mark.parametrize("name, torch_function", [(n, f) for n, _, f in ROWWISE])
@on_every_device
@given(data=st.data(), shape=shapes, dtype=dtypes)
def test_along_a_dimension(name, torch_function, device, data, shape, dtype):
    dim = data.draw(st.integers(-max(len(shape), 1), max(len(shape), 1) - 1))
    x = data.draw(arrays(shape, dtype))
    check_function(name, (x,), {"dim": dim}, torch_function=torch_function, device=device)


@each
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@on_every_device
def test_special_values(name, kwargs, torch_function, dtype, device):
    x = np.array(SPECIAL, dtype)
    check_function(
        name, (x,), kwargs, torch_function=torch_function, device=device, differences=False
    )


@each_or_row
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_extreme_values_stay_finite(name, kwargs, torch_function, dtype):
    x = np.array([[1e4, -1e4, 0.0], [-1e4, -1e4, -1e4], [1e4, 1e4, 1e4]], dtype)
    ones = np.ones_like(x)
    value, (slope,) = differentiate(getattr(accelerated, name), (x,), kwargs, ones, (0,), "cpu")
    assert np.isfinite(value).all() and np.isfinite(slope).all()
    assert np.isfinite(getattr(reference, name)(x, **kwargs)).all()
    assert np.isfinite(getattr(reference, f"{name}_backward")(ones, x, **kwargs)).all()


@each_or_row
def test_nan_goes_through_as_in_torch(name, kwargs, torch_function):
    x = np.array([[np.nan, 1.0, -1.0], [0.5, 0.0, -2.0]])
    assert np.isnan(getattr(reference, name)(x, **kwargs)[0, 0])
    check_function(name, (x,), kwargs, torch_function=torch_function, differences=False)


@pytest.mark.parametrize("name, kwargs, torch_function", [e for e in ELEMENTWISE if e[0] != "gelu"])
def test_infinities(name, kwargs, torch_function):
    x = np.array([np.inf, -np.inf, 1.0])
    check_function(name, (x,), kwargs, torch_function=torch_function, differences=False)
    assert not np.isnan(getattr(reference, name)(x, **kwargs)).any()


@pytest.mark.parametrize("name, kwargs, torch_function", ROWWISE)
def test_a_score_of_minus_infinity_masks_its_class(name, kwargs, torch_function):
    x = np.array([[-np.inf, 1.0, 2.0], [0.0, -np.inf, -np.inf]])
    check_function(name, (x,), kwargs, torch_function=torch_function, differences=False)
    shares = reference.softmax(x, -1)
    np.testing.assert_array_equal(shares == 0, np.isinf(x))
    np.testing.assert_allclose(shares.sum(axis=-1), 1)


@pytest.mark.parametrize(
    "name, kwargs, slope",
    [
        ("step", {}, 0),
        ("sigmoid", {}, 1 / 4),
        ("tanh", {}, 1),
        ("relu", {}, 0),
        ("leaky_relu", {"negative_slope": 0.3}, 0.3),
        ("gelu", {}, 1 / 2),
        ("gelu", {"approximate": "tanh"}, 1 / 2),
    ],
)
def test_slope_at_zero(name, kwargs, slope):
    zero, one = np.zeros(1), np.ones(1)
    _, (got,) = differentiate(getattr(accelerated, name), (zero,), kwargs, one, (0,), "cpu")
    assert got == slope
    assert getattr(reference, f"{name}_backward")(one, zero, **kwargs) == slope


def test_sigmoid_keeps_its_digits_where_its_slope_is_tiny():
    x = np.array([-80.0, -40.0, 40.0], np.float32)
    value, (slope,) = differentiate(accelerated.sigmoid, (x,), {}, np.ones_like(x), (0,), "cpu")
    exact = np.exp(-np.abs(x.astype(np.float64)))
    np.testing.assert_allclose(slope, exact, rtol=1e-5)
    np.testing.assert_allclose(reference.sigmoid_backward(np.ones_like(x), x), exact, rtol=1e-5)
    np.testing.assert_allclose(value[:2], exact[:2], rtol=1e-5)


@pytest.mark.parametrize("name, kwargs", WITH_OPTIONS)
def test_integers_become_floats(name, kwargs):
    whole = np.array([[-1, 0, 2]])
    numpy_result = getattr(reference, name)(whole, **kwargs)
    torch_result = getattr(accelerated, name)(torch.as_tensor(whole), **kwargs)
    assert numpy_result.dtype == np.float64
    assert torch_result.dtype == torch.get_default_dtype()
    np.testing.assert_allclose(as_array(torch_result), numpy_result, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("name, kwargs", WITH_OPTIONS)
class TestBadInput:
    def test_the_other_half_is_named(self, name, kwargs):
        with pytest.raises(TypeError, match=r"input is a torch tensor.*dlcourse\.accelerated"):
            getattr(reference, name)(torch.zeros(3), **kwargs)
        with pytest.raises(TypeError, match=r"input is of type numpy.ndarray.*torch\.as_tensor"):
            getattr(accelerated, name)(np.zeros(3), **kwargs)

    def test_not_real(self, name, kwargs):
        with pytest.raises(TypeError, match="input has dtype complex128; needed real"):
            getattr(reference, name)(np.zeros(3, complex), **kwargs)
        with pytest.raises(TypeError, match="input has dtype <U1; needed real"):
            getattr(reference, name)(["a"], **kwargs)
        with pytest.raises(TypeError, match=r"input has dtype torch\.complex64; needed real"):
            getattr(accelerated, name)(torch.zeros(3, dtype=torch.complex64), **kwargs)
        with pytest.raises(TypeError, match="input is of type list"):
            getattr(accelerated, name)([1.0], **kwargs)

    def test_gradient_of_another_shape(self, name, kwargs):
        with pytest.raises(ValueError, match=r"grad_output has shape \(2,\).*output's, \(3,\)"):
            getattr(reference, f"{name}_backward")(np.ones(2), np.zeros(3), **kwargs)


@half
@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_dim_is_checked(half, name):
    x = np.zeros((2, 3)) if half is reference else torch.zeros(2, 3)
    with pytest.raises(ValueError, match="dim is 2; needed from -2 to 1 for 2 axes"):
        getattr(half, name)(x, dim=2)
    with pytest.raises(TypeError, match=r"dim is 1\.0; needed an integer"):
        getattr(half, name)(x, dim=1.0)
    with pytest.raises(TypeError, match="dim"):
        getattr(half, name)(x)


@half
def test_gelu_knows_two_forms(half):
    x = np.zeros(2) if half is reference else torch.zeros(2)
    with pytest.raises(ValueError, match="approximate is 'erf'; needed one of 'none', 'tanh'"):
        half.gelu(x, approximate="erf")


@pytest.mark.parametrize("name, kwargs", WITH_OPTIONS)
def test_gradient_takes_the_dtype_of_the_input(name, kwargs):
    x = np.ones(3, np.float32)
    slope = getattr(reference, f"{name}_backward")(np.ones(3), x, **kwargs)
    assert slope.dtype == np.float32
