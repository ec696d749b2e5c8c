"""What embeddings, recurrent cells and attention refuse, in arrays and in tensors alike."""

import numbers

import numpy as np

from .layers import one_dtype
from .losses import broadcasts
from .regularization import probability

OPERANDS = ("hx", "w_ih", "w_hh", "b_ih", "b_hh")  # what a cell wants in the dtype of input


def places(input, weight, padding_idx):
    """Check the numbers of words against a table (words, features); return ``padding_idx`` >= 0."""
    if len(weight.shape) != 2:
        raise ValueError(f"weight has shape {tuple(weight.shape)}; needed (words, features)")
    if str(input.dtype).removeprefix("torch.") not in ("int32", "int64"):
        raise TypeError(f"input has dtype {input.dtype}; needed int32 or int64, numbers of words")
    words = weight.shape[0]
    if not ((input >= 0) & (input < words)).all():
        raise ValueError(
            f"input runs from {input.min().item()} to {input.max().item()}; needed numbers of "
            f"words from 0 to {words - 1}"
        )
    if padding_idx is None:
        return None
    if not isinstance(padding_idx, int | np.integer) or isinstance(padding_idx, bool):
        raise TypeError(f"padding_idx is {padding_idx!r}; needed a whole number or None")
    if words and not -words <= padding_idx < words:
        raise ValueError(f"padding_idx is {padding_idx}; needed from {-words} to {words - 1}")
    return padding_idx % words if words else None


def cell(floating, input, states, weights, gates):
    """Return input, hidden state and weights of a recurrent cell as numbers of one dtype.

    Parameters
    ----------
    floating : that of ``arrays`` or of ``tensors``
    input : (batch, in_features)
    states : dict of what is remembered, (batch, hidden) each; the first enters the sums
    weights : (w_ih, w_hh, b_ih, b_hh), the last two perhaps None
    gates : how many sums per number of the state
    """
    input = floating("input", input)
    states = {name: floating(name, value) for name, value in states.items()}
    weights = [
        value if value is None else floating(name, value)
        for name, value in zip(OPERANDS[1:], weights, strict=True)
    ]
    _shapes_of_cell(input, states, *weights, gates)
    return input, next(iter(states.values())), *weights


def _shapes_of_cell(input, states, w_ih, w_hh, b_ih, b_hh, gates):
    for name, value in {"input": input, **states}.items():
        if len(value.shape) != 2:
            needed = "in_features" if name == "input" else "hidden"
            raise ValueError(f"{name} has shape {tuple(value.shape)}; needed (batch, {needed})")
    (batch, features), hidden = input.shape, next(iter(states.values())).shape[1]
    needed = dict.fromkeys(states, (batch, hidden))
    needed |= {"w_ih": (gates * hidden, features), "w_hh": (gates * hidden, hidden)}
    given = {**states, "w_ih": w_ih, "w_hh": w_hh}
    for name, bias in {"b_ih": b_ih, "b_hh": b_hh}.items():
        if bias is not None:
            needed[name], given[name] = (gates * hidden,), bias
    for name, value in given.items():
        if tuple(value.shape) != needed[name]:
            raise ValueError(
                f"{name} has shape {tuple(value.shape)}; needed {needed[name]}, for an input of "
                f"{tuple(input.shape)} and a state of {hidden}"
            )
    one_dtype(input=input, **given)


def pair(hx, name="hx"):
    """Check that ``hx``, which the reader knows as ``name``, is a pair (h, c); return it."""
    if not isinstance(hx, tuple | list) or len(hx) != 2:
        found = f"{len(hx)} of them" if isinstance(hx, tuple | list) else type(hx).__name__
        raise TypeError(f"{name} is {found}; needed a pair (hidden state, cell state)")
    return hx


def attention(query, key, value, attn_mask, dropout_p, is_causal, scale):
    """Check shapes and dtypes; return what multiplies the scores."""
    shapes = [tuple(each.shape) for each in (query, key, value)]
    if min(map(len, shapes)) < 2:
        raise ValueError(
            f"query, key and value have shapes {shapes[0]}, {shapes[1]} and {shapes[2]}; needed "
            "two axes or more, (..., places, features)"
        )
    one_dtype(query=query, key=key, value=value)
    if shapes[0][-1] != shapes[1][-1]:
        raise ValueError(f"key has shape {shapes[1]}; needed query's {shapes[0][-1]} features")
    if shapes[1][-2] != shapes[2][-2]:
        raise ValueError(f"value has shape {shapes[2]}; needed key's {shapes[1][-2]} places")
    try:
        np.broadcast_shapes(*(shape[:-2] for shape in shapes))
    except ValueError:
        raise ValueError(
            f"query, key and value have shapes {shapes[0]}, {shapes[1]} and {shapes[2]}; what "
            "comes before the last two axes must broadcast"
        ) from None
    if not isinstance(is_causal, bool | np.bool_):
        raise TypeError(f"is_causal is {is_causal!r}; needed True or False")
    if attn_mask is not None:
        batch = np.broadcast_shapes(shapes[0][:-2], shapes[1][:-2])
        _mask(attn_mask, query, (*batch, shapes[0][-2], shapes[1][-2]), is_causal)
    probability(dropout_p)
    if scale is None:
        return max(shapes[0][-1], 1) ** -0.5
    if not isinstance(scale, numbers.Real):
        raise TypeError(f"scale is {scale!r}; needed a number or None")
    return float(scale)


def is_boolean(mask):
    """Say whether a mask is of True and False, and not of numbers to be added."""
    return str(mask.dtype).removeprefix("torch.") == "bool"


def _mask(mask, query, scores, is_causal):
    if is_causal:
        raise ValueError("attn_mask is given and is_causal is True; needed one or the other")
    plain = str(mask.dtype).removeprefix("torch.")
    if plain not in ("bool", "float32") and mask.dtype != query.dtype:
        raise TypeError(
            f"attn_mask has dtype {mask.dtype}; needed bool (True where one may look), float32 "
            f"or query's, {query.dtype} (added to the scores)"
        )
    broadcasts("attn_mask", mask, scores)
