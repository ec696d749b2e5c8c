import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from oracle import arrays, check_function, differentiate, dtypes, on_every_device, shapes

from dlcourse import accelerated, reference

each_dtype = pytest.mark.parametrize("dtype", ["float32", "float64"])
# Torch warns that "mean" is no divergence; the reference says so in its docstring.
pytestmark = pytest.mark.filterwarnings("ignore:reduction. 'mean' divides:UserWarning")


@on_every_device
@given(data=st.data(), shape=shapes, dtype=dtypes)
def test_entropy(device, data, shape, dtype):
    dim = data.draw(st.integers(-max(len(shape), 1), max(len(shape), 1) - 1))
    p = data.draw(arrays(shape, dtype, 0.02, 0.98, kinks=()))

    def by_torch(p, dim):
        return torch.special.entr(p).sum(dim)

    check_function("entropy", (p,), {"dim": dim}, torch_function=by_torch, device=device)


def test_entropy_of_known_distributions():
    np.testing.assert_allclose(reference.entropy(np.full(8, 1 / 8)), np.log(8), rtol=1e-15)
    assert reference.entropy(np.array([0.0, 1.0, 0.0])) == 0
    p = np.array([[0.9, 0.1], [0.2, 0.8]])
    np.testing.assert_allclose(reference.entropy(p, dim=0), reference.entropy(p.T), rtol=1e-15)


@each_dtype
@on_every_device
def test_entropy_of_sure_probabilities_has_finite_slopes(dtype, device):
    info = np.finfo(dtype)
    p = np.array([0, 1, info.tiny, info.smallest_subnormal, 1 - info.epsneg], dtype)
    check_function("entropy", (p,), device=device, differences=False)
    slope = reference.entropy_backward(dtype_one(dtype), p)
    np.testing.assert_allclose(slope[:2], [-np.log(info.tiny), -1], rtol=1e-6)
    _, (twin,) = differentiate(accelerated.entropy, (p,), {}, dtype_one(dtype), (0,), device)
    assert np.isfinite(slope).all() and np.isfinite(twin).all()


def test_entropy_through_a_saturated_softmax_pulls_nowhere():
    z = torch.tensor([1e4, 0.0, -1e4], requires_grad=True)
    accelerated.entropy(accelerated.softmax(z, 0)).backward()
    np.testing.assert_array_equal(z.grad, np.zeros(3))
    p = reference.softmax(z.detach().numpy(), 0)
    upstream = reference.entropy_backward(np.float32(1), p)
    np.testing.assert_array_equal(reference.softmax_backward(upstream, p * 1e4, 0), np.zeros(3))


def dtype_one(dtype):
    return np.ones((), dtype)


kl_reductions = st.sampled_from(["none", "mean", "sum", "batchmean"])


@on_every_device
@given(data=st.data(), shape=shapes, dtype=dtypes, reduction=kl_reductions, log=st.booleans())
def test_kl_div(device, data, shape, dtype, reduction, log):
    log_q = data.draw(arrays(shape, dtype, -5, 0))
    target = data.draw(arrays(shape, dtype, -5, 0) if log else arrays(shape, dtype, 0, 1))
    kwargs = {"reduction": reduction, "log_target": log}
    check_function("kl_div", (log_q, target), kwargs, torch_function=F.kl_div, device=device)


@each_dtype
@on_every_device
@pytest.mark.parametrize("log_target", [False, True])
def test_kl_div_at_extremes(dtype, device, log_target):
    log_q = np.array([0, -1e4, -1e4, -104, -1e4, 0], dtype)
    target = np.array([0, 0, 1, 1, 1e-30, 1], dtype)
    if log_target:
        target = np.array([-1e4, -1e4, 0, 0, -69, 0], dtype)
    kwargs = {"reduction": "none", "log_target": log_target}
    check_function(
        "kl_div",
        (log_q, target),
        kwargs,
        torch_function=F.kl_div,
        device=device,
        differences=False,
    )
    assert np.isfinite(reference.kl_div(log_q, target, **kwargs)).all()


def test_what_is_true_but_was_called_impossible_costs_infinity():
    log_q, p = np.array([-np.inf, 0.0]), np.array([0.5, 0.5])
    check_function(
        "kl_div", (log_q, p), {"reduction": "sum"}, torch_function=F.kl_div, differences=False
    )
    assert reference.kl_div(log_q, p, reduction="sum") == np.inf


def test_cross_entropy_is_entropy_plus_divergence():
    rng = np.random.default_rng(0)
    z, p = rng.normal(size=(5, 3)), rng.dirichlet(np.ones(3), 5)
    divergence = reference.kl_div(reference.log_softmax(z, 1), p, reduction="batchmean")
    total = reference.entropy(p).mean() + divergence
    np.testing.assert_allclose(reference.cross_entropy(z, p), total, rtol=1e-13)


def test_gradient_of_kl_div_reaches_a_learned_target():
    q, p = (torch.tensor([v, 1 - v], dtype=torch.float64, requires_grad=True) for v in (0.3, 0.6))
    torch.autograd.gradcheck(lambda q, p: accelerated.kl_div(q.log(), p, "sum"), (q, p))


BAD = [
    ("entropy", {"input": np.array([0.5, 1.5])}, ValueError, r"input runs from 0\.5 to 1\.5"),
    ("entropy", {"input": np.array([0.5, np.nan])}, ValueError, "input runs from nan to nan"),
    ("entropy", {"input": np.ones(2, complex)}, TypeError, "input has dtype .*complex128"),
    ("entropy", {"input": np.ones(2), "dim": 1}, ValueError, "dim is 1; needed from -1 to 0"),
    ("kl_div", {"target": np.array([-0.1, 1])}, ValueError, r"target goes down to -0\.1; needed"),
    ("kl_div", {"target": np.array([np.nan, 1])}, ValueError, "target goes down to nan"),
    ("kl_div", {"target": np.ones((2, 1))}, ValueError, r"target has shape \(2, 1\); needed"),
    ("kl_div", {"reduction": "average"}, ValueError, "'average'; needed one of .*'batchmean'"),
    ("kl_div", {"input": np.ones(2, complex)}, TypeError, "input has dtype .*complex128"),
]


@pytest.mark.parametrize("name, change, error, message", BAD)
def test_bad_input(name, change, error, message):
    full = {"input": -np.ones(2), "target": np.ones(2)} if name == "kl_div" else {}
    kwargs = full | change
    tensors = {
        k: torch.from_numpy(v) if isinstance(v, np.ndarray) else v for k, v in kwargs.items()
    }
    with pytest.raises(error, match=message):
        getattr(reference, name)(**kwargs)
    with pytest.raises(error, match=message):
        getattr(reference, f"{name}_backward")(1.0, **kwargs)
    with pytest.raises(error, match=message):
        getattr(accelerated, name)(**tensors)


@pytest.mark.parametrize("name, count", [("entropy", 1), ("kl_div", 2)])
def test_the_other_half_is_named(name, count):
    with pytest.raises(TypeError, match="is a torch tensor"):
        getattr(reference, name)(*[torch.ones(2)] * count)
    with pytest.raises(TypeError, match=r"is of type numpy\.ndarray"):
        getattr(accelerated, name)(*[np.ones(2)] * count)


def test_gradient_of_another_shape():
    with pytest.raises(ValueError, match=r"grad_output has shape \(3,\); needed .* \(2,\)"):
        reference.entropy_backward(np.ones(3), np.ones((2, 3)))
    with pytest.raises(ValueError, match=r"grad_output has shape \(2,\); needed .* \(\)"):
        reference.kl_div_backward(np.ones(2), np.ones(2), np.ones(2))
