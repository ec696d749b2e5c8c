"""The four-way oracle: one function, written several ways, must give one answer.

``check_function`` compares, on the same drawn arguments,

1. the reference's forward with the accelerated twin's,
2. the reference's backward with autograd through the twin,
3. the reference's backward with central differences, in float64,
4. the twin with torch's own function, values and gradients,

and asserts on the way that no argument changes and no dtype widens. The strategies
draw shapes, dtypes and memory layouts; values come from a drawn seed.
"""

import numpy as np
import pytest
import torch
from hypothesis import strategies as st

import dlcourse.accelerated
import dlcourse.reference

TOLERANCES = {
    "float32": {"rtol": 1e-5, "atol": 1e-5},
    "float64": {"rtol": 1e-11, "atol": 1e-12},
    "differences": {"rtol": 1e-6, "atol": 1e-7},
}
STEP = 1e-5  # of the central differences: truncation and rounding are both near 1e-10

NO_GPU = "no GPU: torch.cuda.is_available() is False"
GPU = pytest.param("cuda", marks=pytest.mark.skipif(not torch.cuda.is_available(), reason=NO_GPU))
on_every_device = pytest.mark.parametrize("device", ["cpu", GPU])

dtypes = st.sampled_from(["float32", "float64"])
shapes = st.lists(st.integers(0, 4), max_size=3).map(tuple)
reductions = st.sampled_from(["none", "mean", "sum"])


def arrays(shape, dtype, low=-4.0, high=4.0, kinks=(0.0,)):
    """Draw arrays in C, Fortran and strided layout; no value lies within 0.01 of a kink.

    Central differences mean nothing at a kink: test the value there by hand.
    """

    def build(seed, layout):
        values = np.asarray(np.random.default_rng(seed).uniform(low, high, shape))
        for kink in kinks:
            values = np.where(np.abs(values - kink) < 0.01, kink + 0.01, values)
        return arrange(values.astype(dtype), layout)

    return st.builds(build, st.integers(0, 2**32 - 1), st.sampled_from(LAYOUTS))


LAYOUTS = ("C", "Fortran", "strided")


def arrange(array, layout):
    """Return the same values laid out otherwise in memory."""
    if layout == "strided":
        spread = np.zeros((*array.shape, 2), array.dtype)
        spread[..., 0] = array
        return spread[..., 0]
    return np.array(array, order=layout[0])


@st.composite
def broadcastable(draw, shape, dtype, low=0.1, high=2.0):
    """Draw an array that broadcasts to ``shape``: axes missing in front, or of length 1."""
    kept = shape[draw(st.integers(0, len(shape))) :]
    return draw(arrays(tuple(draw(st.sampled_from([1, n])) for n in kept), dtype, low, high))


def check_function(
    name,
    args,
    kwargs=None,
    *,
    torch_function=None,
    differentiable=(0,),
    device="cpu",
    differences=True,
    reference=dlcourse.reference,
    accelerated=dlcourse.accelerated,
):
    """Hold ``name`` of both halves, and ``torch_function``, against each other.

    Parameters
    ----------
    args, kwargs : arrays and options of the reference; arrays become tensors for the twin
    torch_function : called with the same tensors; None where torch has no such function
    differentiable : positions in ``args`` whose gradients ``name_backward`` returns
    differences : False at kinks and where slopes exceed what STEP can resolve
    """
    kwargs = kwargs or {}
    forward, backward = getattr(reference, name), getattr(reference, f"{name}_backward")
    inputs = [*args, *kwargs.values()]
    untouched = snapshot(inputs)

    expected = np.asarray(forward(*args, **kwargs))
    dtype = args[differentiable[0]].dtype
    assert expected.dtype == dtype, f"{name} turned {dtype} into {expected.dtype}"
    grad_output = np.random.default_rng(0).uniform(0.5, 1.5, expected.shape).astype(dtype)
    gradients = backward(grad_output, *args, **kwargs)
    gradients = gradients if isinstance(gradients, tuple) else (gradients,)
    gradients = [gradients[i] for i in differentiable]
    assert_unchanged(untouched, inputs)

    twin = differentiate(
        getattr(accelerated, name), args, kwargs, grad_output, differentiable, device
    )
    agree("reference against accelerated", expected, twin[0])
    for i, wanted, got in zip(differentiable, gradients, twin[1], strict=True):
        assert wanted.dtype == args[i].dtype, f"the gradient of argument {i} became {wanted.dtype}"
        agree(f"backward against autograd, argument {i}", wanted, got)
    if torch_function:
        own = differentiate(torch_function, args, kwargs, grad_output, differentiable, device)
        agree("accelerated against torch", own[0], twin[0])
        for i, wanted, got in zip(differentiable, own[1], twin[1], strict=True):
            agree(f"autograd of accelerated against torch, argument {i}", wanted, got)
    if differences:
        check_differences(forward, backward, args, kwargs, grad_output, differentiable)


def differentiate(function, args, kwargs, grad_output, differentiable, device):
    """Return the value and the gradients, as arrays, of a function of tensors."""
    args = [as_tensor(a, device) for a in args]
    kwargs = {key: as_tensor(value, device) for key, value in kwargs.items()}
    leaves = [args[i].requires_grad_() for i in differentiable]
    inputs = [*args, *kwargs.values()]
    untouched = snapshot(inputs)
    value = function(*args, **kwargs)
    gradients = torch.autograd.grad(value, leaves, as_tensor(grad_output, device))
    assert_unchanged(untouched, inputs)
    return as_array(value), [as_array(g) for g in gradients]


def check_differences(forward, backward, args, kwargs, grad_output, differentiable):
    """Hold the backward, in float64, against (f(x + h) - f(x - h)) / 2h, entry by entry."""
    double = [a.astype(np.float64) if is_float(a) else a for a in args]
    kwargs = {k: v.astype(np.float64) if is_float(v) else v for k, v in kwargs.items()}
    grad_output = grad_output.astype(np.float64)
    gradients = backward(grad_output, *double, **kwargs)
    gradients = gradients if isinstance(gradients, tuple) else (gradients,)
    for i in differentiable:
        numeric = np.zeros(double[i].shape)
        for index in np.ndindex(numeric.shape):
            sides = []
            for h in (STEP, -STEP):
                moved = [a.copy() if is_float(a) else a for a in double]
                moved[i][index] += h
                sides.append(np.sum(grad_output * forward(*moved, **kwargs)))
            numeric[index] = (sides[0] - sides[1]) / (2 * STEP)
        close(f"backward against differences, argument {i}", numeric, gradients[i], "differences")


def agree(what, expected, got, off=0.0):
    """Assert equal shape, dtype and values; NaN agrees with NaN."""
    assert got.dtype == expected.dtype, f"{what}: dtype {got.dtype}, not {expected.dtype}"
    close(what, expected, got, str(expected.dtype), off)


def close(what, expected, got, kind, off=0.0):
    """Assert equal shape, and values within the tolerances of ``kind`` and ``off`` beside them."""
    assert got.shape == expected.shape, f"{what}: shape {got.shape}, not {expected.shape}"
    rtol, atol = TOLERANCES[kind]["rtol"], TOLERANCES[kind]["atol"] + off
    np.testing.assert_allclose(got, expected, rtol=rtol, atol=atol, err_msg=what)


def close_sums(expected, got, sizes, terms):
    """Assert that sums of ``terms`` products agree as far as rounding lets them, near 0 too.

    In any order of adding, a sum is at most ``terms`` units of rounding times the sum of the
    products' sizes away from the exact one (Higham, Accuracy and Stability of Numerical
    Algorithms, 2nd ed., 2002, section 3.1); so two orders differ by at most twice that.

    Parameters
    ----------
    sizes : the sums of the same products, each without its sign
    """
    assert got.shape == expected.shape and got.dtype == expected.dtype
    bound = 2 * terms * np.finfo(expected.dtype).eps / 2 * sizes
    with np.errstate(invalid="ignore"):
        far = ~(np.abs(got - expected) <= bound) & ~np.isclose(got, expected, 0, 0, equal_nan=True)
    assert not far.any(), f"{got[far]} and {expected[far]} differ by more than {bound[far]}"


def as_tensor(value, device="cpu"):
    """Return arrays as tensors, on the CPU with the same memory and strides; the rest as it is."""
    return torch.from_numpy(value).to(device) if isinstance(value, np.ndarray) else value


def as_array(value):
    """Return tensors as arrays; anything else as it is."""
    return value.detach().cpu().numpy() if isinstance(value, torch.Tensor) else value


def is_float(value):
    """Say whether ``value`` is an array of real numbers that differences may move."""
    return isinstance(value, np.ndarray) and value.dtype.kind == "f"


def snapshot(values):
    """Copy the arrays and tensors among ``values``; None for the rest."""
    kept = (np.ndarray, torch.Tensor)
    return [np.array(as_array(v)) if isinstance(v, kept) else None for v in values]


def assert_unchanged(before, values):
    """Assert that ``values`` are still what ``snapshot`` saw."""
    for i, (kept, value) in enumerate(zip(before, values, strict=True)):
        if kept is not None:
            np.testing.assert_array_equal(as_array(value), kept, f"argument {i} was changed")
