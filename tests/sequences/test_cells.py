"""The recurrent cells: one step, many steps, and torch's own layers."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from oracle import arrays, check_function, dtypes, on_every_device

from dlcourse import accelerated, reference

GATES = {"rnn_tanh_cell": 1, "lstm_cell": 4, "gru_cell": 3}
TORCHS = {name: getattr(torch, name) for name in GATES}


def lstm_of(half, join):
    """Return lstm_cell and its backward with two states as two arguments and one output."""

    def lstm_cell(input, h, c, *weights):
        return join(half.lstm_cell(input, (h, c), *weights))

    def lstm_cell_backward(grad_output, input, h, c, *weights):
        pair = tuple(np.split(grad_output, 2, axis=1))
        grad_input, states, *rest = half.lstm_cell_backward(pair, input, (h, c), *weights)
        return grad_input, *states, *rest

    return SimpleNamespace(lstm_cell=lstm_cell, lstm_cell_backward=lstm_cell_backward)


def side_by_side(pair):
    return np.concatenate(pair, axis=1)


def joined(pair):
    return torch.cat(pair, 1)


@st.composite
def cells(draw, name, dtype, batch=None):
    """Draw the arguments of a cell, states as arguments of their own."""
    n = draw(st.integers(0, 3)) if batch is None else batch
    features, hidden, gates = draw(st.integers(1, 3)), draw(st.integers(1, 3)), GATES[name]
    states = [(n, hidden)] * (2 if name == "lstm_cell" else 1)
    weights = [(gates * hidden, features), (gates * hidden, hidden)]
    biases = [(gates * hidden,)] * 2
    args = [draw(arrays(s, dtype, -2, 2)) for s in [(n, features), *states, *weights, *biases]]
    for i in (-2, -1):
        if draw(st.booleans()):
            args[i] = None
    return args


@on_every_device
@pytest.mark.parametrize("name", GATES)
@given(data=st.data(), dtype=dtypes)
def test_one_step(device, name, data, dtype):
    args, own, halves = data.draw(cells(name, dtype)), TORCHS[name], {}
    if name == "lstm_cell":
        halves = {
            "reference": lstm_of(reference, side_by_side),
            "accelerated": lstm_of(accelerated, joined),
        }
        own = lstm_of(torch, joined).lstm_cell
    check_function(
        name,
        args,
        torch_function=own,
        differentiable=[i for i, a in enumerate(args) if a is not None],
        device=device,
        **halves,
    )


def steps(name, layer, x):
    """Run a torch layer's weights through our cell, forward and backward through time."""
    weights = [p.detach().numpy() for p in layer.parameters()]
    hidden, batch = layer.hidden_size, x.shape[1]
    zeros = np.zeros((batch, hidden))
    state = (zeros, zeros) if name == "lstm_cell" else zeros
    cell, back = getattr(reference, name), getattr(reference, f"{name}_backward")
    before, outputs = [], []
    for now in x:
        before.append(state)
        state = cell(now, state, *weights)
        outputs.append(state[0] if name == "lstm_cell" else state)
    total, grads_x = [np.zeros_like(w) for w in weights], []
    grad = (zeros, zeros) if name == "lstm_cell" else zeros
    for now, remembered in zip(x[::-1], before[::-1], strict=True):
        # every output is summed up, so each adds 1 to what comes from later steps
        grad = (grad[0] + 1, grad[1]) if name == "lstm_cell" else grad + 1
        grad_x, grad, *grads = back(grad, now, remembered, *weights)
        grads_x.append(grad_x)
        total = [t + g for t, g in zip(total, grads, strict=True)]
    return np.array(outputs), np.array(grads_x[::-1]), total


@pytest.mark.parametrize(
    "name, layer",
    [("rnn_tanh_cell", torch.nn.RNN), ("lstm_cell", torch.nn.LSTM), ("gru_cell", torch.nn.GRU)],
)
def test_many_steps_are_torchs_layer(name, layer):
    torch.manual_seed(0)
    layer = layer(3, 4).double()
    x = torch.randn(6, 2, 3, dtype=torch.float64, requires_grad=True)
    wanted, _ = layer(x)
    wanted.sum().backward()
    outputs, grad_x, grads = steps(name, layer, x.detach().numpy())
    np.testing.assert_allclose(outputs, wanted.detach().numpy(), rtol=1e-12)
    np.testing.assert_allclose(grad_x, x.grad.numpy(), rtol=1e-11, atol=1e-14)
    for got, p in zip(grads, layer.parameters(), strict=True):
        np.testing.assert_allclose(got, p.grad.numpy(), rtol=1e-11, atol=1e-14)


def test_the_order_of_the_gates():
    """One gate at a time wide open or shut, by its bias: i, f, g, o and r, z, n."""
    zero, one, two = np.zeros((1, 1)), np.ones((1, 1)), np.full((1, 1), 2.0)

    def lstm(i, f, g, o):
        return reference.lstm_cell(
            zero, (zero, two), np.zeros((4, 1)), np.zeros((4, 1)), np.array([i, f, g, o], float)
        )

    assert lstm(-99, 99, 99, 99)[1] == 2  # nothing written: kept
    hidden, cell = lstm(99, -99, 99, -99)  # all forgotten, 1 written, nothing shown
    assert hidden < 1e-40 and cell == 1
    assert lstm(99, 99, -99, 99)[1] == 1  # 2 kept, -1 written

    def gru(r, z, n, hidden=0):
        bias, of_hidden = np.array([r, z, n], float), np.array([0, 0, hidden], float)
        weights = np.zeros((3, 1)), np.zeros((3, 1))
        return float(reference.gru_cell(zero, two, *weights, bias, of_hidden)[0, 0])

    assert gru(0, 99, 99) == 2  # z keeps the old state
    assert gru(0, -99, 99) == 1  # or takes the candidate
    assert gru(-99, -99, 0, hidden=99) < 1e-30  # r shut: nothing of the state, nor of its bias
    assert gru(99, -99, 0, hidden=99) == 1
    assert reference.rnn_tanh_cell(zero, one, one, one * 99) == 1


@pytest.mark.parametrize("name", GATES)
def test_extreme_sums_stay_finite(name):
    gates = GATES[name]
    x, h = np.full((1, 2), 1e4), np.full((1, 1), -1e4)
    state = (h, h) if name == "lstm_cell" else h
    args = x, state, np.ones((gates, 2)), -np.ones((gates, 1))
    output = getattr(reference, name)(*args)
    grad = (h, h) if name == "lstm_cell" else h
    for arrays_ in (output, getattr(reference, f"{name}_backward")(grad, *args)[0]):
        assert np.isfinite(arrays_).all()


@pytest.mark.parametrize("name", GATES)
def test_float16_is_computed_in_float32(name):
    """A sum of 70,000 products, of which the first half alone is beyond 65,504.

    There a float32 is off by as much as 0.008.
    """
    rng, gates, n = np.random.default_rng(0), GATES[name], 70_000
    signs = np.repeat([1.0, -1.0], n // 2)
    x = signs[None] * 4 + rng.normal(size=(2, n)) / 8
    w_ih = np.ones((gates * 2, n)) + rng.normal(size=(gates * 2, n)) / 2000
    h, w_hh = rng.normal(size=(2, 2)), rng.normal(size=(gates * 2, 2))
    x, w_ih, h, w_hh = (np.float16(a) for a in (x, w_ih, h, w_hh))

    def run(dtype, module, convert):
        a, b, c, d = (convert(v.astype(dtype)) for v in (x, w_ih, h, w_hh))
        state = (c, c) if name == "lstm_cell" else c
        output = getattr(module, name)(a, state, b, d)
        return output[0] if name == "lstm_cell" else output

    exact = run(np.float64, reference, np.asarray)
    ours = run(np.float16, reference, np.asarray)
    twin = run(np.float16, accelerated, torch.from_numpy).numpy()
    assert ours.dtype == twin.dtype == np.float16
    np.testing.assert_allclose(ours, exact, atol=0.02)
    np.testing.assert_allclose(twin, exact, atol=0.02)
    state = (h, h) if name == "lstm_cell" else h
    gradients = getattr(reference, f"{name}_backward")(state, x, state, w_ih, w_hh)
    flat = [*gradients[1]] if name == "lstm_cell" else [gradients[1]]
    assert {g.dtype for g in (gradients[0], *flat, *gradients[2:4])} == {np.dtype(np.float16)}


X, H = np.ones((2, 3)), np.ones((2, 4))


@pytest.mark.parametrize("name", GATES)
@pytest.mark.parametrize(
    "change, error, message",
    [
        ({"input": X[0]}, ValueError, r"input has shape \(3,\); needed \(batch, in_features\)"),
        ({"input": X[:, :2]}, ValueError, r"w_ih has shape \(\d+, 3\); needed \(\d+, 2\)"),
        ({"hx": H[0]}, ValueError, r"hx.* has shape \(4,\); needed \(batch, hidden\)"),
        ({"hx": H[:1]}, ValueError, r"hx.* has shape \(1, 4\); needed \(2, 4\)"),
        ({"w_ih": np.ones((5, 3))}, ValueError, r"w_ih has shape \(5, 3\); needed"),
        ({"w_hh": np.ones((4, 3))}, ValueError, r"w_hh has shape \(4, 3\); needed"),
        ({"b_ih": np.ones(3)}, ValueError, r"b_ih has shape \(3,\); needed"),
        ({"b_hh": np.ones(3)}, ValueError, r"b_hh has shape \(3,\); needed"),
        ({"input": X.astype(np.float32)}, TypeError, "have dtypes .*float32, .*float64"),
        ({"input": X.astype(np.float16)}, TypeError, "have dtypes .*float16, .*float64"),
    ],
)
def test_both_halves_refuse_what_torch_refuses(name, change, error, message):
    rows = GATES[name] * 4
    kwargs = {"input": X, "hx": H, "w_ih": np.ones((rows, 3)), "w_hh": np.ones((rows, 4))}
    kwargs |= {"b_ih": np.ones(rows), "b_hh": np.ones(rows), **change}
    if name == "lstm_cell":
        kwargs["hx"] = (kwargs["hx"], kwargs["hx"])
    with pytest.raises(error, match=message):
        getattr(reference, name)(**kwargs)
    with pytest.raises(error, match=message):
        getattr(reference, f"{name}_backward")(H, **kwargs)
    tensors = {k: tuple(map(torch.from_numpy, v)) if isinstance(v, tuple) else torch.from_numpy(v)
               for k, v in kwargs.items()}  # fmt: skip
    with pytest.raises(error, match=message):
        getattr(accelerated, name)(**tensors)
    with pytest.raises((RuntimeError, IndexError)):
        TORCHS[name](*tensors.values())


def test_the_state_of_an_lstm_is_a_pair():
    weights = np.ones((16, 3)), np.ones((16, 4))
    for hx, found in ((H, "ndarray"), ((H,), "1 of them"), ((H, H, H), "3 of them")):
        with pytest.raises(TypeError, match=f"hx is {found}; needed a pair"):
            reference.lstm_cell(X, hx, *weights)
    with pytest.raises(TypeError, match="hx is Tensor; needed a pair"):
        accelerated.lstm_cell(*map(torch.from_numpy, (X, H, *weights)))
    with pytest.raises(TypeError, match="grad_output is ndarray; needed a pair"):
        reference.lstm_cell_backward(H, X, (H, H), *weights)
    with pytest.raises(ValueError, match=r"hx\[1\] has shape \(2, 3\); needed \(2, 4\)"):
        reference.lstm_cell(X, (H, X), *weights)
    h, c = reference.lstm_cell(X, [H, H], *weights)
    assert h.shape == c.shape == (2, 4)
