"""float16 in, float16 out, and as good as computed in float64 and rounded once.

Drawn so that sums, counts or squares overflow float16 on the way, and also where torch's own
float16, which rounds between the steps of some losses, ends in infinity or NaN.
"""

import inspect

import numpy as np
import pytest
import torch
from float16_cases import CASES, MAGNITUDES, SIZES, half, spread
from hypothesis import example, given, settings
from hypothesis import strategies as st
from oracle import differentiate
from test_twins import AFTER_BACKWARD, FUNCTIONS, RANDOM

from dlcourse import accelerated, classical, reference

LARGEST = float(np.finfo(np.float16).max)
# Draws, and what works on the gradients of others; both are tested below. The LSTM takes and
# returns pairs, and is tested with the cells.
OTHERWISE = RANDOM | AFTER_BACKWARD | {"lstm_cell"}

drawn = given(
    seed=st.integers(0, 2**32 - 1),
    size=st.sampled_from(SIZES),
    magnitude=st.sampled_from(MAGNITUDES),
)


def test_every_function_has_a_case():
    assert CASES.keys() == FUNCTIONS.keys() - OTHERWISE


def assert_rounded_once(what, got, exact, rounding):
    """Assert that ``got`` is ``exact`` to the last digit of a float16, or infinite beyond it."""
    assert got.dtype == np.float16, f"{what} became {got.dtype}"
    assert got.shape == exact.shape, f"{what} has shape {got.shape}, not {exact.shape}"
    got = got.astype(np.float64)
    allowed = 2.0**-10 * np.abs(exact) + rounding + 1e-6 * np.abs(exact).max(initial=0)
    with np.errstate(invalid="ignore"):
        right = np.abs(got - exact) <= allowed
        right |= (np.abs(exact) + allowed >= LARGEST) & (got == np.sign(exact) * np.inf)
        right |= np.isnan(got) & np.isnan(exact)
    wrong = np.argwhere(~right)[:1]
    at = tuple(wrong[0]) if len(wrong) else ()
    assert right.all(), f"{what} at {at}: {got[at]}, exactly {exact[at]}"


def doubled(value):
    return value.astype(np.float64) if getattr(value, "dtype", None) == np.float16 else value


@pytest.mark.parametrize("name", CASES)
@drawn
@example(seed=219, size=70_000, magnitude=30.0)  # a weight's gradient that nearly cancels
@settings(max_examples=20)
@np.errstate(over="ignore")  # NumPy warns where a result is beyond 65,504
def test_functions(name, seed, size, magnitude):
    case, rng = CASES[name], np.random.default_rng(seed)
    args, options = case.draw(rng, size, magnitude)
    forward, twin = getattr(reference, name), getattr(accelerated, name)
    value = np.asarray(forward(*args, **options))
    grad = half(rng.uniform(0.5, 1.5, value.shape))

    def by_torch(function, args, options, grad):
        return differentiate(function, args, options, grad, case.differentiable, "cpu")

    exactly = {key: doubled(v) for key, v in options.items()}
    exact = by_torch(case.torchs or twin, list(map(doubled, args)), exactly, doubled(grad))
    found = {"twin": by_torch(twin, args, options, grad)}
    gradients = getattr(reference, f"{name}_backward")(grad, *args, **options)
    gradients = gradients if isinstance(gradients, tuple) else (gradients,)
    gradients = [g for g in gradients if g is not None]  # no gradient of numbers of words
    found["reference"] = value, gradients[: len(case.differentiable)]
    if case.torchs is not None:  # torch does not refuse float16 here, so neither do we
        assert by_torch(case.torchs, args, options, grad)[0].dtype == np.float16
    off = [case.rounding] * (1 + len(case.differentiable))
    if case.products:
        unsigned = [abs(doubled(a)) if isinstance(a, np.ndarray) else a for a in args]
        added, of_each = by_torch(case.torchs, unsigned, exactly, doubled(grad))
        off = [case.rounding + 2.0**-22 * total for total in (added, *of_each)]
    for half_of, (got, gradients) in found.items():
        assert_rounded_once(f"{half_of}: value", got, exact[0], off[0])
        for i, g, wanted, o in zip(case.differentiable, gradients, exact[1], off[1:], strict=True):
            assert_rounded_once(f"{half_of}: gradient of argument {i}", g, wanted, o)


def layer(half_of, name, dtype):
    """Build a layer; those of one name draw the same numbers, whatever their dtype."""
    made = {"dtype": getattr(torch if half_of is accelerated else np, dtype)}
    drawn = {"rng": np.random.default_rng(0)}
    if half_of is accelerated:
        drawn = {"generator": torch.Generator().manual_seed(0)}
    arguments = {
        "Neuron": ((6,), {**drawn, **made}),
        "Linear": ((6, 4), {**drawn, **made}),
        "Conv1d": ((2, 3, 2), {**drawn, **made}),
        "Conv2d": ((2, 3, 2), {**drawn, **made}),
        "BatchNorm1d": ((2,), made),
        "BatchNorm2d": ((2,), made),
        "LayerNorm": ((6,), made),
        "MaxPool2d": ((2,), {}),
        "AvgPool2d": ((2,), {}),
        "Softmax": ((1,), {}),
        "Dropout": ((0.5,), drawn),
    }
    positional, named = arguments.get(name, ((), {}))
    return getattr(half_of, name)(*positional, **named)


LAYERS = [
    name
    for name, value in vars(reference).items()
    if inspect.isclass(value) and hasattr(value, "forward") and name != "Sequential"
]


@pytest.mark.parametrize("name", LAYERS)
def test_layers_keep_float16_and_agree_with_float64(name):
    shape = {"Conv1d": (5, 2, 6), "BatchNorm1d": (5, 2, 6)}.get(name, (5, 2, 6, 6))
    shape = (5, 6) if name in ("Neuron", "Linear") else shape
    x = half(np.random.default_rng(1).uniform(-200, 200, shape))
    narrow, wide = layer(reference, name, "float16"), layer(reference, name, "float64")
    for p, q in zip(narrow.parameters(), wide.parameters(), strict=True):
        q[...] = p
    y, exact = narrow.forward(x), wide.forward(doubled(x))
    assert_rounded_once("output", y, exact, 1e-6)
    grad = half(np.random.default_rng(2).uniform(0.5, 1.5, y.shape))
    assert_rounded_once("gradient", narrow.backward(grad), wide.backward(doubled(grad)), 1e-6)
    for g, wanted in zip(narrow.gradients(), wide.gradients(), strict=True):
        assert_rounded_once("gradient of a parameter", g, wanted, 1e-6)

    twin = layer(accelerated, name, "float16")
    with torch.no_grad():
        for p, q in zip(twin.parameters(), narrow.parameters(), strict=True):
            p.copy_(torch.from_numpy(np.asarray(q)))
    output = twin.forward(torch.from_numpy(x))
    assert output.dtype == torch.float16
    if name != "Dropout":  # which draws other numbers
        assert_rounded_once("twin's output", output.detach().numpy(), exact, 1e-2)


@pytest.mark.parametrize("half_of", [reference, accelerated])
def test_what_was_lost(half_of):
    """Each of these was NaN, infinity or 0."""
    given = np.asarray if half_of is reference else torch.from_numpy
    ones, zeros = given(half(np.ones(131_072))), given(half(np.zeros(131_072)))
    assert half_of.mse_loss(ones, zeros) == 1
    assert half_of.binary_cross_entropy_with_logits(zeros, zeros) == half(np.log(2))
    assert (half_of.softmax(ones, 0) == 2.0**-17).all()
    assert half_of.avg_pool2d(given(half(np.full((1, 1, 17, 17), 255))), 17) == 255
    x = half(np.random.default_rng(0).normal(100, 10, (32, 3, 64, 64)))
    y = half_of.batch_norm(given(x), None, None, training=True)
    z = half_of.layer_norm(given(x.reshape(32, -1)), 3 * 64 * 64)
    for normalized in (y, z):
        normalized = np.asarray(normalized, np.float64)
        assert abs(normalized.mean()) < 0.001 and abs(normalized.std() - 1) < 0.001


@pytest.mark.parametrize("half_of", [reference, accelerated])
def test_running_statistics_stay_float16_and_are_those_of_torch(half_of):
    x = half(np.random.default_rng(0).normal(100, 10, (5000, 3)))
    mean, var, torchs_mean, torchs_var = (
        torch.full((3,), start, dtype=torch.float16) for start in (0, 1, 0, 1)
    )
    torch.nn.functional.batch_norm(torch.from_numpy(x), torchs_mean, torchs_var, training=True)
    if half_of is reference:
        half_of.batch_norm(x, mean.numpy(), var.numpy(), training=True)  # the tensors' own memory
    else:
        half_of.batch_norm(torch.from_numpy(x), mean, var, training=True)
    torch.testing.assert_close((mean, var), (torchs_mean, torchs_var), rtol=2e-3, atol=0)


def test_what_the_engine_adds_up():
    many = reference.Tensor(half(np.ones(131_072)), requires_grad=True)
    assert many.mean().data == 1 and many.mean().data.dtype == np.float16
    (many - 1).sum().backward()
    assert many.grad.dtype == np.float16 and (many.grad == 1).all()

    scale = reference.Tensor(half([1.0]), requires_grad=True)
    (many * scale).mean().backward()  # a copy for each of them: the gradient is their sum
    np.testing.assert_array_equal(scale.grad, half([1.0]))

    rows, columns = half(np.full((2, 5000), 4)), half(np.full((5000, 2), 1 / 8))
    product = reference.Tensor(rows) @ reference.Tensor(columns)
    np.testing.assert_array_equal(product.data, half(np.full((2, 2), 2500)))
    of_vectors = reference.Tensor(rows[0]) @ reference.Tensor(columns[:, 0])
    assert of_vectors.data == 2500 and of_vectors.data.dtype == np.float16

    same = reference.Tensor(half(np.ones(5000)), requires_grad=True)
    same[np.zeros(5000, int)].sum().backward()
    assert same.grad[0] == 5000
    same.grad = None
    same.max().backward()
    np.testing.assert_allclose(same.grad, 1 / 5000, rtol=1e-3)

    scores = reference.Tensor(half(np.zeros((131_072, 3))), requires_grad=True)
    loss = reference.softmax_cross_entropy(scores, np.zeros(131_072, int))
    assert loss.data == half(np.log(3)) and loss.data.dtype == np.float16
    loss.backward(half(1000))
    np.testing.assert_allclose(scores.grad[:, 1], 1000 / 3 / 131_072, rtol=2e-3)


@pytest.mark.parametrize("half_of", [reference, accelerated])
@pytest.mark.parametrize("norm_type", [1, 2, 3, np.inf])
@pytest.mark.parametrize("size, magnitude", [(4, 300.0), (4, 60_000.0), (70_000, 1.0)])
def test_clipping(half_of, norm_type, size, magnitude):
    g = half(np.full(size, magnitude))
    exact = np.linalg.norm(doubled(g), norm_type)
    gradients = g if half_of is reference else torch.from_numpy(g)
    with np.errstate(over="ignore"):
        norm = np.asarray(half_of.clip_grad_norm([gradients], 1.0, norm_type))
    # torch itself has 0 for four gradients of 60,000: their norm is beyond float16
    np.testing.assert_allclose(g, magnitude / exact, rtol=2e-3, atol=2.0**-24)
    assert norm.dtype == np.float16
    assert norm == np.inf if exact > LARGEST else abs(norm - exact) < exact / 1000


OPTIMIZERS = ["SGD", "Adam", "AdamW", "RMSprop", "Adagrad"]


@pytest.mark.parametrize("options", [{}, {"weight_decay": 0.1}])
@pytest.mark.parametrize("name", OPTIMIZERS)
@given(seed=st.integers(0, 2**32 - 1), magnitude=st.sampled_from([1.0, 100.0]))
@settings(max_examples=10)
def test_optimizers_step_as_torch_does(name, options, seed, magnitude):
    rng = np.random.default_rng(seed)
    start = spread(rng, 5, 1)
    ours, theirs = start.copy(), torch.from_numpy(start.copy()).requires_grad_()
    optimizer = getattr(reference, name)([ours], lr=0.01, **options)
    torchs = getattr(torch.optim, name)([theirs], lr=0.01, **options)
    for _ in range(5):
        g = half(rng.uniform(0.5, 1, 5) * rng.choice([-1, 1], 5) * magnitude)
        optimizer.step([g.copy()])
        theirs.grad = torch.from_numpy(g)
        torchs.step()
    assert ours.dtype == np.float16
    np.testing.assert_allclose(ours, theirs.detach().numpy(), rtol=0.01, atol=0.002)


@pytest.mark.parametrize("name", ["Adam", "AdamW", "RMSprop", "Adagrad"])
def test_an_idle_weight_rests_where_torch_divides_0_by_0(name):
    w, theirs = half([1.0]), torch.ones(1, dtype=torch.float16, requires_grad=True)
    getattr(reference, name)([w]).step([half([0.0])])
    assert 0.99 < w[0] <= 1
    theirs.grad = torch.zeros(1, dtype=torch.float16)
    getattr(torch.optim, name)([theirs]).step()
    assert theirs.isnan().all()


@pytest.mark.parametrize("name", ["uniform", "normal", "trunc_normal", "orthogonal"])
def test_initializers_draw_in_float64_and_round(name):
    draw = getattr(reference.initialization, name)
    narrow, wide = (
        draw((20, 30), rng=np.random.default_rng(0), dtype=d) for d in (np.float16, np.float64)
    )
    np.testing.assert_array_equal(narrow, half(wide))


def test_dropout_silences_rare_numbers_as_rarely_as_it_should():
    generator = torch.Generator().manual_seed(0)
    mask = accelerated.dropout_mask((1_000_000,), 1e-4, generator, torch.float16)
    assert mask.dtype == torch.float16 and 60 < (mask == 0).sum() < 150
    for x in (half(np.full(1000, 30_000)), torch.full((1000,), 30_000.0, dtype=torch.float16)):
        if isinstance(x, torch.Tensor):
            y = accelerated.dropout(x, 0.25, generator=generator).numpy()
        else:
            y = reference.dropout(x, 0.25, rng=np.random.default_rng(0))
        assert y.dtype == np.float16 and set(y) == {0, 40_000}


@pytest.mark.parametrize("name, size", [("rotation", 30), ("noise", 1.0), ("brightness", 0.5)])
def test_augmentation(name, size):
    x = half(np.random.default_rng(0).uniform(0, 255, (2, 1, 9, 9)))
    change = getattr(reference, f"random_{name}")
    changed, exact = (change(v, size, rng=np.random.default_rng(1)) for v in (x, doubled(x)))
    assert_rounded_once(name, changed, exact, 1e-4)


def test_a_mixture_is_refused_where_one_dtype_is_needed():
    x, image = np.ones((2, 3), np.float16), np.ones((1, 1, 3, 3), np.float16)
    for half_of, convert in ((reference, np.asarray), (accelerated, torch.from_numpy)):
        for name, args in {
            "linear": (x, np.ones((4, 3), np.float32)),
            "conv2d": (image, np.ones((1, 1, 2, 2), np.float32)),
            "conv1d": (image[0], np.ones((1, 3, 2), np.float32)),
            "conv_transpose2d": (image, np.ones((1, 1, 2, 2), np.float32)),
            "batch_norm": (x, None, None, np.ones(3, np.float32), None, True),
            "layer_norm": (x, 3, np.ones(3, np.float32)),
        }.items():
            args = [convert(a) if isinstance(a, np.ndarray) else a for a in args]
            with pytest.raises(TypeError, match=r"dtype.* .*float16.*"):
                getattr(half_of, name)(*args)
    # a target, a weight or a gradient takes the dtype of the input instead
    assert reference.mse_loss(half([1.0]), np.zeros(1)).dtype == np.float16
    grad_input, *_ = reference.linear_backward(np.ones((2, 3)), x, np.eye(3, dtype=np.float16))
    assert grad_input.dtype == np.float16
    assert reference.linear_backward(grad_output=x, input=x, weight=x[:, :3].T @ x)[0].ndim == 2


def test_a_target_of_another_dtype_does_not_narrow_the_sum():
    loss = reference.mse_loss(half(np.ones(131_072)), np.zeros(131_072))
    assert loss == 1 and loss.dtype == np.float16
    loss = accelerated.mse_loss(torch.ones(131_072, dtype=torch.float16), torch.zeros(131_072))
    assert loss == 1 and loss.dtype == torch.float16


def test_bfloat16_in_the_twins():
    x = torch.ones(5000, dtype=torch.bfloat16, requires_grad=True)
    loss = accelerated.mse_loss(x, torch.zeros(5000))
    loss.backward()
    assert loss == 1 and loss.dtype == x.grad.dtype == torch.bfloat16


def test_lists_of_float16():
    total = reference.weighted_sum([np.float16(40_000), np.float16(-40_000)], half([3, 3]))
    assert total == 0 and total.dtype == np.float16
    tensors = [torch.tensor(v, dtype=torch.float16) for v in (40_000, -40_000)]
    total = accelerated.weighted_sum(tensors, torch.tensor([3, 3], dtype=torch.float16))
    assert total == 0 and total.dtype == torch.float16


def test_linear_algebra_refuses_float16_as_torch_does():
    with pytest.raises(RuntimeError, match="not implemented for 'Half'"):
        torch.linalg.solve(torch.eye(2).half(), torch.ones(2).half())
    start = half([1.0])
    with pytest.raises(TypeError, match="start has dtype float16; needed float32 or float64"):
        reference.newtons_method(lambda x: (x, np.eye(1)), start)
    with pytest.raises(TypeError, match=r"start has dtype torch\.float16; needed"):
        accelerated.newtons_method(lambda x: (x, torch.eye(1)), torch.from_numpy(start))
    with pytest.raises(TypeError, match="X has dtype float16; needed float32 or float64"):
        classical.least_squares.ols(half([1.0, 2.0]), [1.0, 2.0])
    with pytest.raises(TypeError, match="X has dtype float16; needed float32 or float64"):
        classical.naive_bayes.GaussianNB().fit(half([[1.0], [2.0]]), [0, 1])
