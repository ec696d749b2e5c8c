"""The engine against torch.autograd, on drawn expressions, and its promises."""

import gc
import operator
import sys

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import TOLERANCES, arrays, assert_unchanged, dtypes, snapshot

from dlcourse import reference
from dlcourse.reference import Tensor, lift, softmax_cross_entropy, unbroadcast


def rng():
    return np.random.default_rng(0)


def leaf(value):
    return Tensor(np.array(value, float), requires_grad=True)


def hold_together(f, *values, torch_f=None):
    """Assert that f has torch's value and gradients; return the gradients."""
    before = snapshot(values)
    ours = [Tensor(v, requires_grad=True) for v in values]
    theirs = [torch.tensor(np.array(v, order="C"), requires_grad=True) for v in values]
    output, wanted = f(*ours), (torch_f or f)(*theirs)
    dtype = str(np.result_type(*values))
    close(output.data, wanted.detach().numpy(), dtype)
    grad = np.random.default_rng(1).uniform(0.5, 1.5, output.shape).astype(dtype)
    output.backward(grad)
    torchs = torch.autograd.grad(wanted, theirs, torch.from_numpy(grad), allow_unused=True)
    for mine, other in zip(ours, torchs, strict=True):
        assert (mine.grad is None) == (other is None)
        if other is not None:
            close(mine.grad, other.numpy(), dtype)
    assert_unchanged(before, values)
    return [t.grad for t in ours]


def close(got, wanted, dtype):
    assert got.dtype == wanted.dtype and got.shape == wanted.shape
    scale = max(1.0, np.abs(wanted).max(initial=0))
    tolerances = {"rtol": TOLERANCES[dtype]["rtol"], "atol": TOLERANCES[dtype]["atol"] * scale}
    np.testing.assert_allclose(got, wanted, **tolerances)


# --- each operation ----------------------------------------------------------------------

UNARY = {
    "neg": lambda x: -x,
    "exp": lambda x: x.exp(),
    "log of the square": lambda x: (x * x).log(),
    "relu": lambda x: x.relu(),
    "tanh": lambda x: x.tanh(),
    "sigmoid": lambda x: x.sigmoid(),
    "square": lambda x: x**2,
    "cube": lambda x: x**3,
    "power 0": lambda x: x**0,
    "power 1": lambda x: x**1,
    "power -2": lambda x: x**-2,
    "root": lambda x: (x * x) ** 0.5,
    "plus number": lambda x: x + 2,
    "number plus": lambda x: 2 + x,
    "minus number": lambda x: x - 0.5,
    "number minus": lambda x: 0.5 - x,
    "times number": lambda x: x * 3,
    "number times": lambda x: np.float64(3) * x,
    "over number": lambda x: x / 3,
    "number over": lambda x: 3 / x,
    "sum": lambda x: x.sum(),
    "mean": lambda x: x.mean(),
    "itself": lambda x: x + x * x,
}
BINARY = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "maximum": lambda a, b: a.maximum(b),
}


@pytest.mark.parametrize("name", UNARY)
@given(data=st.data(), shape=st.lists(st.integers(0, 3), max_size=3).map(tuple), dtype=dtypes)
def test_unary(name, data, shape, dtype):
    hold_together(UNARY[name], data.draw(arrays(shape, dtype, -2, 2)))


@st.composite
def broadcast_pairs(draw):
    """Draw two shapes that broadcast against each other, whichever is larger."""
    full = draw(st.lists(st.integers(0, 3), max_size=3))

    def part():
        kept = full[draw(st.integers(0, len(full))) :]
        return tuple(draw(st.sampled_from([1, n])) for n in kept)

    return part(), part()


@pytest.mark.parametrize("name", BINARY)
@given(data=st.data(), pair=broadcast_pairs(), dtype=dtypes)
def test_binary_with_broadcasting(name, data, pair, dtype):
    a, b = (data.draw(arrays(shape, dtype, -2, 2)) for shape in pair)
    torchs = BINARY[name] if name != "maximum" else torch.maximum
    hold_together(BINARY[name], a, b, torch_f=torchs)


MATMUL = [
    ((3,), (3,)),
    ((3,), (3, 2)),
    ((4, 3), (3,)),
    ((4, 3), (3, 2)),
    ((5, 4, 3), (3, 2)),
    ((5, 4, 3), (5, 3, 2)),
    ((4, 3), (5, 3, 2)),
    ((2, 1, 4, 3), (5, 3, 2)),
    ((3,), (5, 3, 2)),
    ((5, 4, 3), (3,)),
    ((0, 3), (3, 2)),
    ((4, 0), (0, 2)),
]


@pytest.mark.parametrize("left, right", MATMUL)
@given(data=st.data(), dtype=dtypes)
@settings(max_examples=5)
def test_matmul(left, right, data, dtype):
    a, b = data.draw(arrays(left, dtype)), data.draw(arrays(right, dtype))
    hold_together(lambda a, b: a @ b, a, b)


DIMS = [None, 0, 1, -1, (0, 2), (0, 1, 2)]


@pytest.mark.parametrize("keepdim", [True, False])
@pytest.mark.parametrize("dim", DIMS)
@pytest.mark.parametrize("name", ["sum", "mean"])
@pytest.mark.parametrize("shape", [(2, 3, 4), (1, 3, 1), (0, 2, 2)])
def test_sum_and_mean(shape, name, dim, keepdim):
    hold_together(lambda x: getattr(x, name)(dim, keepdim), rng().normal(size=shape))


@pytest.mark.parametrize("keepdim", [True, False])
@pytest.mark.parametrize("dim", [0, 1, -1])
@given(data=st.data(), dtype=dtypes)
def test_max_with_ties_along_a_dim(dim, keepdim, data, dtype):
    x = data.draw(arrays((3, 4), dtype)).round(0)
    hold_together(
        lambda x: x.max(dim, keepdim), x, torch_f=lambda x: x.max(dim, keepdim=keepdim).values
    )


@given(data=st.data(), dtype=dtypes)
def test_max_with_ties_over_all(data, dtype):
    hold_together(lambda x: x.max(), data.draw(arrays((3, 4), dtype)).round(0))


@pytest.mark.parametrize(
    "index",
    [
        0,
        -1,
        slice(1, 3),
        (slice(None), 1),
        (..., None, 0),
        np.array([0, 0, 2, 0]),
        (np.array([0, 1, 0]), np.array([2, 2, 2])),
        np.array([True, False, True]),
        [1, 1],
    ],
    ids=str,
)
def test_indexing(index):
    hold_together(lambda x: x[index], rng().normal(size=(3, 4)))


def test_shapes():
    x = rng().normal(size=(2, 3, 4))
    hold_together(lambda x: x.reshape(6, 4), x)
    hold_together(lambda x: x.reshape((4, -1)), x)
    hold_together(lambda x: x.transpose(0, -1), x)
    hold_together(lambda x: x.T, x[0])
    hold_together(lambda x: x.log_softmax(1), x)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("n", [0, 1, 5])
def test_softmax_cross_entropy(n, dtype):
    y = rng().integers(0, 3, n)
    scores = rng().normal(size=(n, 3)).astype(dtype)
    for x in (scores, scores * 10000):
        hold_together(
            lambda z: softmax_cross_entropy(z, y),
            x,
            torch_f=lambda z: F.cross_entropy(z, torch.tensor(y)),
        )


# --- drawn expressions -------------------------------------------------------------------

STEPS = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / (b * b + 1),
    "@": lambda a, b: a @ b.T / 3,
    "outer": lambda a, b: (a @ b.T) @ a / 9,
    "rows": lambda a, b: a * b.sum(1, True),
    "columns": lambda a, b: a - b.mean(0),
    "all": lambda a, b: b * a.mean(),
    "tanh": lambda a, b: a.tanh(),
    "sigmoid": lambda a, b: a.sigmoid() * b,
    "exp": lambda a, b: a.tanh().exp(),
    "log": lambda a, b: (a**2 + 1).log(),
    "relu": lambda a, b: a.relu() + b,
    "root": lambda a, b: (a * a + 1) ** 0.5,
    "T": lambda a, b: a.T * b,
    "reshape": lambda a, b: a.reshape(9).reshape(3, 3),
    "first row": lambda a, b: a[0] * b,
    "shuffle": lambda a, b: a[[2, 0, 0]] + b,
    "softmax": lambda a, b: a.log_softmax(1),
    "number": lambda a, b: 1.5 - a * 0.5,
}


@given(
    data=st.data(),
    dtype=dtypes,
    steps=st.lists(
        st.tuples(st.sampled_from(list(STEPS)), st.integers(0, 99), st.integers(0, 99)),
        min_size=1,
        max_size=12,
    ),
)
@settings(max_examples=150)
def test_drawn_expressions(data, dtype, steps):
    """Any two earlier results may meet in the next step, so values are shared at will."""

    def expression(*values):
        pool = list(values)
        for name, i, j in steps:
            pool.append(STEPS[name](pool[i % len(pool)], pool[j % len(pool)]).tanh() * 2)
        return pool[-1]

    hold_together(expression, *(data.draw(arrays((3, 3), dtype, -1, 1)) for _ in range(2)))


# --- promises ----------------------------------------------------------------------------


def test_kinks_and_ties_as_in_torch():
    (slope,) = hold_together(lambda x: x.relu(), np.array([0.0, -0.0, 1.0]))
    np.testing.assert_array_equal(slope > 0, [0, 0, 1])
    x = leaf([1.0, 2.0])
    x.maximum(Tensor([1.0, 0.0])).sum().backward()
    np.testing.assert_array_equal(x.grad, [0.5, 1])
    x = leaf([3.0, 1.0, 3.0])
    x.max(0).backward()
    np.testing.assert_array_equal(x.grad, [1, 0, 0])
    x = leaf([3.0, 1.0, 3.0])
    x.max().backward()
    np.testing.assert_array_equal(x.grad, [0.5, 0, 0.5])


def test_nan_passes_relu_and_max_as_in_torch():
    x = np.array([[np.nan, 1.0], [2.0, 3.0]])
    hold_together(lambda x: x.relu(), x)
    hold_together(lambda x: x.max(), x)
    hold_together(lambda x: x.max(1), x, torch_f=lambda x: x.max(1).values)


def test_a_second_backward_adds_only_to_leaves():
    x = leaf(3.0)
    middle = x * x
    y = middle + 0
    for wanted in (6, 12, 18):
        y.backward()
        assert x.grad == wanted
    assert middle.grad is None and y.grad is None


def test_a_leaf_is_its_own_gradient():
    x = leaf([1.0, 2.0])
    x.backward(np.array([5.0, 7.0]))
    np.testing.assert_array_equal(x.grad, [5, 7])


@pytest.mark.parametrize("length", [10_000, 50_000])
def test_a_deep_chain_needs_no_recursion(length):
    assert length > sys.getrecursionlimit()
    x = leaf(1.0)
    y = x
    for _ in range(length):
        y = y + 1e-3
    y.backward()
    assert x.grad == 1
    del y  # freeing the chain must not recurse either


def test_twenty_diamonds_visit_each_node_once():
    calls = []
    double = lift(lambda a, b: a + b, lambda g, a, b: calls.append(1) or (g, g))
    x = leaf(1.0)
    y = x
    for _ in range(20):
        y = double(y, y)
    y.backward()
    # once each, and not once for each of the 1,048,576 paths
    assert x.grad == 2**20 and len(calls) == 20


def test_paths_of_unequal_length_meet_before_they_go_on():
    hold_together(lambda x: (m := x * x) * (m.exp() + m) + m, np.array([0.3, -0.7]))


def test_gradients_do_not_share_memory():
    a, b = leaf([1.0, 2.0]), leaf([3.0, 4.0])
    start = np.ones(2)
    (a + b).backward(start)
    a.grad *= 10
    np.testing.assert_array_equal(b.grad, [1, 1])
    np.testing.assert_array_equal(start, [1, 1])


def test_nothing_is_kept_where_no_gradient_is_required():
    x = Tensor(np.ones((2, 2)))
    y = (x @ x).exp().sum()
    assert not y.requires_grad and y._parents == ()
    with pytest.raises(ValueError, match="nothing to differentiate"):
        y.backward()
    w = leaf(np.ones((2, 2)))
    (x @ w).sum().backward()
    assert x.grad is None and w.grad is not None


def test_the_graph_is_freed_without_the_garbage_collector():
    def alive():
        return sum(type(o) is Tensor for o in gc.get_objects())

    x = leaf(np.ones(3))
    gc.disable()
    try:
        before = alive()
        ((x @ leaf(np.ones((3, 3)))).relu().exp() * x + x[0].sigmoid()).sum().backward()
        assert alive() == before > 0
    finally:
        gc.enable()


def test_constants_take_the_tensors_dtype():
    x = Tensor(np.ones(3, np.float32), requires_grad=True)
    for y in (
        x * np.float64(2),
        x + np.ones(3),
        np.ones(3) - x,
        2 / x,
        np.sqrt(3) * x,
        np.eye(3) @ x,
        x.mean(),
        x**0.5,
        x ** np.int64(2),
        x.maximum(0),
        x.sum() * np.float64(2),
    ):
        assert isinstance(y, Tensor) and y.data.dtype == np.float32
        x.grad = None
        y.sum().backward()
        assert x.grad.dtype == np.float32 and isinstance(x.grad, np.ndarray)


def test_mixed_dtypes_widen_as_in_torch_and_gradients_narrow_again():
    a = Tensor(np.ones(3, np.float32), requires_grad=True)
    b = Tensor(np.ones(3), requires_grad=True)
    y = a * b
    assert y.data.dtype == np.float64
    y.sum().backward()
    assert a.grad.dtype == np.float32 and b.grad.dtype == np.float64


def test_repr():
    assert repr(leaf([1.0])) == "Tensor([1.], requires_grad=True)"


@pytest.mark.parametrize(
    "grad, shape, wanted",
    [
        (np.ones((4, 3)), (3,), np.full(3, 4)),
        (np.ones((4, 3)), (4, 1), np.full((4, 1), 3)),
        (np.ones((4, 3)), (1, 3), np.full((1, 3), 4)),
        (np.ones((4, 3)), (), 12),
        (np.ones((2, 4, 3)), (4, 1), np.full((4, 1), 6)),
        (np.ones((4, 3)), (4, 3), np.ones((4, 3))),
        (np.ones((3, 3)), (3, 1), np.full((3, 1), 3)),
        (np.ones((0, 3)), (3,), np.zeros(3)),
    ],
)
def test_unbroadcast(grad, shape, wanted):
    got = unbroadcast(grad, shape)
    assert got.shape == shape
    np.testing.assert_array_equal(got, wanted)


# --- functions of the library, and networks ----------------------------------------------


def test_lifted_functions_of_the_library():
    x, w, b = (rng().normal(size=s) for s in ((4, 3), (2, 3), (2,)))
    linear = lift(reference.linear, reference.linear_backward)
    hold_together(linear, x, w, b, torch_f=F.linear)
    hold_together(lambda x, w: linear(x, weight=w), x, w, torch_f=F.linear)
    softmax = lift(reference.softmax, reference.softmax_backward)
    hold_together(lambda x: softmax(x, dim=1), x, torch_f=lambda x: F.softmax(x, 1))
    mean, var = np.zeros(3), np.ones(3)
    norm = lift(reference.batch_norm, reference.batch_norm_backward, ("input", "weight", "bias"))
    scale, shift = rng().normal(size=3), rng().normal(size=3)
    hold_together(
        lambda x, w, b: norm(x, mean, var, bias=b, weight=w, training=True),
        x,
        scale,
        shift,
        torch_f=lambda x, w, b: F.batch_norm(x, None, None, w, b, training=True),
    )
    assert mean.any()
    hold_together(
        lambda x, b: norm(x, mean, var, bias=b, training=True),
        x,
        shift,
        torch_f=lambda x, b: F.batch_norm(x, None, None, None, b, training=True),
    )


def test_a_lifted_function_without_the_gradient_asked_for():
    loss = lift(reference.binary_cross_entropy, reference.binary_cross_entropy_backward)
    p, y = leaf([0.3]), leaf([1.0])
    assert loss(p, Tensor([1.0])).requires_grad
    with pytest.raises(ValueError, match="binary_cross_entropy has no gradient for target"):
        loss(p, y).backward()


def test_a_convolutional_network_has_torchs_gradients():
    conv2d = lift(reference.conv2d, reference.conv2d_backward)
    max_pool2d = lift(reference.max_pool2d, reference.max_pool2d_backward)
    y = np.array([0, 2, 1, 1])

    def network(conv, pool, loss):
        def f(x, w1, b1, w2, b2, w3):
            x = pool(conv(x, w1, b1, padding=1).relu(), 2)
            x = conv(x, w2, bias=b2, stride=2).relu()
            return loss(x.reshape(4, -1) @ w3, y if loss is softmax_cross_entropy else ty)

        return f

    ty = torch.tensor(y)
    shapes = [(4, 2, 8, 8), (3, 2, 3, 3), (3,), (5, 3, 2, 2), (5,), (20, 3)]
    values = [rng().normal(size=s) / 2 for s in shapes]
    hold_together(
        network(conv2d, max_pool2d, softmax_cross_entropy),
        *values,
        torch_f=network(F.conv2d, F.max_pool2d, F.cross_entropy),
    )


def test_a_network_trains_step_by_step_as_in_torch():
    r = rng()
    x, y = r.normal(size=(32, 8)), r.integers(0, 3, 32)
    start = [r.normal(size=s) / 3 for s in ((8, 16), (16,), (16, 3), (3,))]
    ours = [Tensor(v.copy(), requires_grad=True) for v in start]
    theirs = [torch.tensor(v, requires_grad=True) for v in start]
    optimizer = reference.SGD([p.data for p in ours], lr=0.5, momentum=0.9)
    torchs = torch.optim.SGD(theirs, lr=0.5, momentum=0.9)
    losses = []
    for _ in range(30):
        w1, b1, w2, b2 = ours
        loss = softmax_cross_entropy((Tensor(x) @ w1 + b1).relu() @ w2 + b2, y)
        loss.backward()
        optimizer.step([p.grad for p in ours])
        for p in ours:
            p.grad = None
        w1, b1, w2, b2 = theirs
        wanted = F.cross_entropy((torch.tensor(x) @ w1 + b1).relu() @ w2 + b2, torch.tensor(y))
        torchs.zero_grad()
        wanted.backward()
        torchs.step()
        np.testing.assert_allclose(loss.data, wanted.item(), rtol=1e-9)
        losses.append(float(loss.data))
    assert losses[-1] < losses[0] / 5


# --- refusals ----------------------------------------------------------------------------


def test_bad_input():
    x = leaf([1.0, 2.0])
    for value, message in [("a", "data has dtype <U1"), (1j, "data has dtype complex128")]:
        with pytest.raises(TypeError, match=message):
            Tensor(value)
    with pytest.raises(TypeError, match="data is a torch tensor"):
        Tensor(torch.ones(2))
    with pytest.raises(TypeError, match="other is a torch tensor"):
        x + torch.ones(2)
    with pytest.raises(ValueError, match=r"grad has shape \(1,\); needed the tensor's, \(2,\)"):
        (x * x).backward()
    with pytest.raises(ValueError, match=r"grad has shape \(3,\); needed the tensor's, \(2,\)"):
        x.backward(np.ones(3))
    for exponent in (x, np.ones(2), "2"):
        with pytest.raises(TypeError, match=r"exponent is .*; needed a number"):
            x**exponent


def test_bad_targets():
    z = leaf(np.zeros((2, 3)))
    for target, error, message in [
        ([0, 1, 2], ValueError, r"scores has shape \(2, 3\) and target \(3,\); needed"),
        ([0.0, 1.0], TypeError, "target has dtype float64; needed integers"),
        ([0, 3], ValueError, "target runs from 0 to 3; needed from 0 to 2"),
        ([-1, 0], ValueError, "target runs from -1 to 0; needed from 0 to 2"),
    ]:
        with pytest.raises(error, match=message):
            softmax_cross_entropy(z, target)
    with pytest.raises(ValueError, match=r"scores has shape \(6,\)"):
        softmax_cross_entropy(z.reshape(6), [0] * 6)


# --- what Python and NumPy ask besides ---------------------------------------------------

SHAPES = [(), (1,), (3,), (1, 3), (3, 1), (2, 3), (3, 2), (4, 2, 3), (4, 3, 2), (5, 1, 3, 2)]


@pytest.mark.parametrize("left", SHAPES, ids=str)
@pytest.mark.parametrize("right", SHAPES, ids=str)
def test_matmul_takes_the_shapes_that_numpy_and_torch_take(left, right):
    a, b = np.ones(left), np.ones(right)
    try:
        wanted = (torch.from_numpy(a) @ torch.from_numpy(b)).shape
    except RuntimeError:
        for x, y in ((Tensor(a), Tensor(b)), (a, Tensor(b)), (Tensor(a), b)):
            with pytest.raises(ValueError):
                x @ y
        with pytest.raises(ValueError):
            np.matmul(a, b)
    else:
        assert (Tensor(a) @ Tensor(b)).shape == tuple(wanted)
        hold_together(lambda x, y: x @ y, a, b)


def test_matmul_says_which_shapes_do_not_fit():
    with pytest.raises(ValueError, match=r"shapes \(3,\) and \(1,\) do not fit for @; needed"):
        Tensor([1.0, 2.0, 3.0]) @ Tensor([10.0])


COMPARISONS = [operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge]


@pytest.mark.parametrize("compare", COMPARISONS)
@given(data=st.data(), pair=broadcast_pairs(), dtype=dtypes)
@settings(max_examples=20)
def test_comparisons_are_torchs(compare, data, pair, dtype):
    a, b = (data.draw(arrays(shape, dtype, -2, 2)).round() for shape in pair)
    ours = compare(Tensor(a), Tensor(b))
    wanted = compare(torch.tensor(a), torch.tensor(b)).numpy()
    others = [ours, compare(Tensor(a), b), compare(a, Tensor(b)), compare(Tensor(a), b.astype(int))]
    for got in others:
        assert got.dtype == bool
        np.testing.assert_array_equal(got, wanted, strict=True)
    np.testing.assert_array_equal(compare(Tensor(a), 1), compare(torch.tensor(a), 1).numpy())


def test_accuracy_is_the_mean_of_an_equality():
    predicted, labels = Tensor([0.0, 1.0, 1.0, 0.0]), np.array([0, 1, 0, 0])
    assert np.mean(predicted == labels) == np.mean(labels == predicted) == 0.75


def test_what_is_no_number_equals_no_tensor():
    x = Tensor([1.0])
    for other in (None, "1", object(), [None]):
        assert (x == other) is False and (x != other) is True
        with pytest.raises(TypeError, match="'<' not supported"):
            operator.lt(x, other)
    with pytest.raises(ValueError, match="broadcast"):
        operator.eq(Tensor([1.0, 2.0]), np.ones(3))


def test_tensors_in_sets_and_dicts_are_themselves():
    x, y = Tensor([1.0, 2.0]), Tensor([1.0, 2.0])
    assert len({x, y, x}) == 2 and {x: "x", y: "y"}[y] == "y"
    before = hash(x)
    x.data += 1
    assert hash(x) == before


def test_truth_length_and_iteration_are_torchs():
    x = Tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    assert len(x) == 2 and [row.shape for row in x] == [(2,), (2,)]
    first, second = x
    (first * second).sum().backward()
    np.testing.assert_array_equal(x.grad, [[3, 4], [1, 2]])
    assert 4.0 in x and 5.0 not in x and Tensor(1.0) in x
    assert Tensor([0.5]) and not Tensor(0.0)
    assert (Tensor(0.3) < 0.5) and not (Tensor(0.3) > 0.5)
    for several in (x, Tensor([])):
        with pytest.raises(ValueError, match="truth value"):
            bool(several)
        with pytest.raises(RuntimeError, match="Boolean value of Tensor"):
            bool(torch.from_numpy(several.data))
    with pytest.raises(TypeError, match=r"len\(\) of unsized object"):
        len(Tensor(1.0))
    with pytest.raises(TypeError, match="this Tensor is a single number"):
        list(Tensor(1.0))


@pytest.mark.parametrize(
    "function",
    [
        np.asarray,
        np.array,
        np.mean,
        np.sum,
        np.max,
        np.argmax,
        np.exp,
        np.shape,
        np.sort,
        np.transpose,
        lambda x: np.stack([x, x]),
        lambda x: np.concatenate([x, x]),
        lambda x: np.where(x > 0, x, 0),
        lambda x: np.dot(x, x),
        lambda x: np.maximum(x, 0),
        lambda x: np.add(x, 1),
        lambda x: np.testing.assert_allclose(x, x),
        lambda x: reference.sigmoid(x),
    ],
)
def test_numpys_functions_refuse_a_tensor_by_name(function):
    with pytest.raises(TypeError, match="Tensor"):
        function(Tensor([[1.0, 2.0]]))
