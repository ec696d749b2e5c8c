"""Attention, against torch's own and its meaning of masks."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from oracle import arrays, broadcastable, check_function, dtypes, on_every_device

from dlcourse import accelerated, reference

NAME = "scaled_dot_product_attention"
MASKS = ["none", "bool", "numbers", "causal"]


@st.composite
def batches(draw):
    """Draw three shapes that broadcast to one, each perhaps with fewer axes."""
    full = tuple(draw(st.lists(st.integers(1, 3), max_size=2)))
    each = [
        tuple(draw(st.sampled_from([1, n])) for n in full[draw(st.integers(0, len(full))) :])
        for _ in range(3)
    ]
    return each


@on_every_device
@pytest.mark.parametrize("mask", MASKS)
@given(data=st.data(), dtype=dtypes, batch=batches())
def test_drawn(device, mask, data, dtype, batch):
    shape = np.broadcast_shapes(*batch[:2])  # that of the scores, which the mask must fit
    L, S, E, V = (data.draw(st.integers(1, 4)) for _ in range(4))
    args = [
        data.draw(arrays((*lead, *last), dtype, -2, 2))
        for lead, last in zip(batch, [(L, E), (S, E), (S, V)], strict=True)
    ]
    options, differentiable = {}, [0, 1, 2]
    if mask == "causal":
        options["is_causal"] = True
    elif mask == "numbers":
        args.append(data.draw(broadcastable((*shape, L, S), dtype, -2, 2)))
        differentiable.append(3)
    elif mask == "bool":
        args.append(np.asarray(data.draw(broadcastable((*shape, L, S), dtype, -2, 2)) > 0))
    if data.draw(st.booleans()):
        options["scale"] = data.draw(st.floats(-2, 2, width=16))
    check_function(
        NAME,
        args,
        options,
        torch_function=F.scaled_dot_product_attention,
        differentiable=differentiable,
        device=device,
    )


def test_the_rows_of_weights_are_a_mean():
    rng = np.random.default_rng(0)
    q, k, v = (rng.normal(size=(3, 4)) for _ in range(3))
    same = reference.scaled_dot_product_attention(q, k, v, scale=0)
    np.testing.assert_allclose(same, np.broadcast_to(v.mean(0), (3, 4)))
    ones = reference.scaled_dot_product_attention(q, k, np.ones((3, 1)))
    np.testing.assert_allclose(ones, 1)


def test_true_means_may_look():
    q, k = np.array([[1.0, 0.0]]), np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    v, mask = np.array([[1.0], [10.0], [100.0]]), np.array([[True, False, False]])
    assert reference.scaled_dot_product_attention(q, k, v, mask) == 1
    forbids = torch.nn.functional.multi_head_attention_forward  # the other meaning, in torch too
    assert "attn_mask" in forbids.__code__.co_varnames


def test_causal_counts_from_the_start():
    v = np.arange(4.0)[:, None]
    two_of_four = reference.scaled_dot_product_attention(
        np.zeros((2, 1)), np.zeros((4, 1)), v, is_causal=True
    )
    np.testing.assert_array_equal(two_of_four, [[0], [0.5]])
    four_of_two = reference.scaled_dot_product_attention(
        np.zeros((4, 1)), np.zeros((2, 1)), v[:2], is_causal=True
    )
    np.testing.assert_array_equal(four_of_two, [[0], [0.5], [0.5], [0.5]])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("kind", [bool, float])
def test_who_may_look_nowhere_gets_0_and_passes_no_gradient(kind, dtype):
    rng = np.random.default_rng(0)
    args = [rng.normal(size=s).astype(dtype) for s in ((3, 4), (5, 4), (5, 2))]
    allowed = np.ones((3, 5), bool)
    allowed[1], allowed[2, :2] = False, False
    mask = allowed if kind is bool else np.where(allowed, 0, -np.inf).astype(dtype)
    check_function(
        NAME,
        [*args, mask],
        torch_function=F.scaled_dot_product_attention,
        differentiable=(0, 1, 2),
        differences=False,
    )
    assert (reference.scaled_dot_product_attention(*args, mask)[1] == 0).all()
    grad_query, *_ = reference.scaled_dot_product_attention_backward(
        np.ones((3, 2), dtype), *args, mask
    )
    assert (grad_query[1] == 0).all() and (grad_query[2] != 0).all()


@pytest.mark.parametrize("shape", [(2, 0, 4, 3), (0, 3, 4, 3), (2, 3, 0, 3)], ids=str)
def test_nothing_to_attend_to(shape):
    L, S, E, V = shape
    args = np.ones((L, E)), np.ones((S, E)), np.ones((S, V))
    check_function(NAME, args, torch_function=F.scaled_dot_product_attention, differentiable=(0, 2))


def test_nan_and_infinity_go_where_they_go_in_torch():
    one, mask = np.ones((1, 2)), np.array([[True, False]])
    for k, v in (
        (np.array([[1.0, 1], [np.nan, 1]]), np.array([[1.0], [2.0]])),
        (np.ones((2, 2)), np.array([[1.0], [np.nan]])),
        (np.array([[1.0, 1], [1e4, 1e4]]), np.array([[1.0], [2.0]])),
    ):
        for m in (mask, None):
            ours = reference.scaled_dot_product_attention(one, k, v, m)
            tensors = [None if a is None else torch.from_numpy(a) for a in (one, k, v, m)]
            np.testing.assert_array_equal(ours, F.scaled_dot_product_attention(*tensors))
            np.testing.assert_array_equal(ours, accelerated.scaled_dot_product_attention(*tensors))


def test_dropout_silences_weights_and_the_backward_the_same_ones():
    rng = np.random.default_rng(0)
    q, k, v = (rng.normal(size=s) for s in ((2, 3, 4), (2, 5, 4), (2, 5, 5)))
    v[:] = np.eye(5)  # so that the output shows the weights

    def attend(q, k, v, seed=1):
        return reference.scaled_dot_product_attention(
            q, k, v, dropout_p=0.4, rng=np.random.default_rng(seed)
        )

    plain, dropped = reference.scaled_dot_product_attention(q, k, v), attend(q, k, v)
    kept = dropped != 0
    assert 0 < kept.sum() < kept.size
    np.testing.assert_allclose(dropped[kept], plain[kept] / 0.6)
    mean = np.mean([attend(q, k, v, seed) for seed in range(2000)], axis=0)
    np.testing.assert_allclose(mean, plain, atol=0.03)

    def backward(grad_output, q, k, v):
        rng = np.random.default_rng(1)
        return reference.scaled_dot_product_attention_backward(
            grad_output, q, k, v, dropout_p=0.4, rng=rng
        )[:3]

    assert reference.gradient_check(attend, [q, k, v], backward)
    everything = {"dropout_p": 1.0, "rng": np.random.default_rng(0)}
    assert not reference.scaled_dot_product_attention(q, k, v, **everything).any()


def test_the_twins_dropout():
    q, k = torch.zeros(2, 3, 4), torch.zeros(2, 5, 4)
    v = torch.eye(5).expand(2, 5, 5)
    weights = accelerated.scaled_dot_product_attention(
        q, k, v, dropout_p=0.5, generator=torch.Generator().manual_seed(0)
    )
    assert set(weights.flatten().tolist()) == {0, np.float32(0.4)}
    with pytest.raises(TypeError, match=r"generator is None; needed a torch\.Generator"):
        accelerated.scaled_dot_product_attention(q, k, v, dropout_p=0.5)
    with pytest.raises(TypeError, match="rng is None; needed one made by"):
        reference.scaled_dot_product_attention(*(t.numpy() for t in (q, k, v)), dropout_p=0.5)


Q, K, V = np.ones((2, 3, 4)), np.ones((2, 5, 4)), np.ones((2, 5, 6))
ALLOWED = np.ones((3, 5), bool)


@pytest.mark.parametrize(
    "change, error, message",
    [
        ({"query": Q[0, 0]}, ValueError, r"query, key and value have shapes \(4,\).* two axes"),
        ({"key": K[..., :3]}, ValueError, r"key has shape \(2, 5, 3\); needed query's 4 features"),
        ({"value": V[:, :4]}, ValueError, r"value has shape \(2, 4, 6\); needed key's 5 places"),
        ({"query": np.ones((3, 3, 4))}, ValueError, "before the last two axes must broadcast"),
        ({"key": K.astype("f")}, TypeError, "have dtypes .*float64, .*float32, .*float64"),
        ({"key": K.astype(np.float16)}, TypeError, "have dtypes .*float64, .*float16, .*float64"),
        ({"query": Q.astype(np.float16)}, TypeError, "have dtypes .*float16, .*float64"),
        ({"attn_mask": ALLOWED, "is_causal": True}, ValueError, "needed one or the other"),
        ({"attn_mask": ALLOWED.astype(int)}, TypeError, "attn_mask has dtype .*int64; needed bool"),
        ({"attn_mask": ALLOWED.astype("B")}, TypeError, "attn_mask has dtype .*uint8"),
        ({"attn_mask": ALLOWED.astype(np.float16)}, TypeError, "attn_mask has dtype .*float16"),
        ({"attn_mask": ALLOWED[:, :4]}, ValueError, r"attn_mask has shape \(3, 4\); it must broad"),
        ({"attn_mask": np.ones((3, 3, 5), bool)}, ValueError, r"broadcast to \(2, 3, 5\)"),
        ({"attn_mask": np.ones((1, 2, 3, 5), bool)}, ValueError, r"broadcast to \(2, 3, 5\)"),
        ({"dropout_p": 1.1}, ValueError, r"p is 1\.1; needed a probability"),
        ({"is_causal": 1}, TypeError, "is_causal is 1; needed True or False"),
        ({"scale": "a"}, TypeError, "scale is 'a'; needed a number"),
    ],
)
def test_both_halves_refuse_what_torch_refuses(change, error, message):
    kwargs = {"query": Q, "key": K, "value": V, **change}
    with pytest.raises(error, match=message):
        reference.scaled_dot_product_attention(**kwargs)
    with pytest.raises(error, match=message):
        reference.scaled_dot_product_attention_backward(np.ones((2, 3, 6)), **kwargs)
    tensors = {
        k: torch.from_numpy(v) if isinstance(v, np.ndarray) else v for k, v in kwargs.items()
    }
    with pytest.raises(error, match=message):
        accelerated.scaled_dot_product_attention(**tensors)
    with pytest.raises((RuntimeError, TypeError)):
        F.scaled_dot_product_attention(**tensors)


def test_the_wrong_half_is_named():
    tensors = list(map(torch.from_numpy, (Q, K, V)))
    with pytest.raises(TypeError, match="query is a torch tensor"):
        reference.scaled_dot_product_attention(*tensors)
    with pytest.raises(TypeError, match=r"key is of type numpy\.ndarray"):
        accelerated.scaled_dot_product_attention(tensors[0], K, tensors[2])
    with pytest.raises(TypeError, match=r"attn_mask is of type numpy\.ndarray"):
        accelerated.scaled_dot_product_attention(*tensors, ALLOWED)
    with pytest.raises(TypeError, match="attn_mask is a torch tensor"):
        reference.scaled_dot_product_attention(Q, K, V, torch.from_numpy(ALLOWED))


def test_a_float32_mask_serves_every_dtype_as_in_torch():
    mask = np.random.default_rng(0).normal(size=(3, 5)).astype(np.float32)
    for dtype in (np.float16, np.float64):
        args = [a.astype(dtype) for a in (Q, K, V)]
        ours = reference.scaled_dot_product_attention(*args, mask)
        tensors = list(map(torch.from_numpy, (*args, mask)))
        own = F.scaled_dot_product_attention(*tensors).numpy()
        twin = accelerated.scaled_dot_product_attention(*tensors).numpy()
        assert ours.dtype == own.dtype == twin.dtype == dtype
        np.testing.assert_allclose(ours, own, rtol=2e-3)
        np.testing.assert_allclose(twin, own, rtol=2e-3)
    *_, grad_mask = reference.scaled_dot_product_attention_backward(
        np.ones((2, 3, 6)), Q, K, V, mask
    )
    assert grad_mask.dtype == np.float32 and grad_mask.shape == mask.shape
