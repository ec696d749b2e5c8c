"""Attention: every place asks all others, and takes a mean of their answers."""

import numpy as np

from ...validation import sequences as validate
from ...validation.arrays import floating, gradient, through_float32
from ..backpropagation.autodiff import unbroadcast
from ..neurons.activations import softmax
from ..regularization.penalties import dropout_mask


@through_float32(one_dtype=("key", "value"))
def scaled_dot_product_attention(
    query, key, value, attn_mask=None, dropout_p=0.0, is_causal=False, *, scale=None, rng=None
):
    r"""Average the values, weighted by how well their keys fit the query.

    .. math:: \mathrm{softmax}(s\, Q K^T + M)\, V

    A score is a dot product, whose spread grows with the root of the number of features; the
    scale s, one over that root, undoes it. Vaswani et al. (2017).

    Parameters
    ----------
    query : (..., L, features), key : (..., S, features), value : (..., S, v_features)
        Axes before the last two broadcast: batch, and heads that attend side by side.
    attn_mask : broadcasts to (..., L, S), optional
        True where a query may look at a key; or numbers to be added to the scores. (In
        torch.nn.MultiheadAttention True forbids.) Where a query may look nowhere, the answer
        is 0, as in torch.
    dropout_p : the share of the weights that is silenced; there is no switch for evaluation
    is_causal : query i sees the keys up to i, counted from the start
    scale : 1/sqrt(features) if None
    rng : numpy.random.Generator, needed if dropout_p is above 0

    Returns
    -------
    (..., L, v_features)

    Raises
    ------
    TypeError, ValueError
        If shapes or dtypes do not fit, or there are a mask and ``is_causal``.

    Examples
    --------
    A query that looks like the first key gets mostly the first value:

    >>> key, value = np.array([[4.0, 0.0], [0.0, 4.0]]), np.array([[1.0], [10.0]])
    >>> scaled_dot_product_attention(np.array([[2.0, 0.0]]), key, value).round(2)
    array([[1.03]])
    """
    _, _, value, weights, drawn, _ = _attend(
        query, key, value, attn_mask, dropout_p, is_causal, scale, rng
    )
    return (weights if drawn is None else weights * drawn) @ value


@through_float32(one_dtype=("key", "value"))
def scaled_dot_product_attention_backward(
    grad_output,
    query,
    key,
    value,
    attn_mask=None,
    dropout_p=0.0,
    is_causal=False,
    *,
    scale=None,
    rng=None,
):
    """Return the gradients of query, key, value and attn_mask (None unless it is numbers).

    With dropout, give a generator in the state that the forward's was in: the same weights
    must be silenced again.
    """
    query, key, value, weights, drawn, scale = _attend(
        query, key, value, attn_mask, dropout_p, is_causal, scale, rng
    )
    kept = weights if drawn is None else weights * drawn
    batch = np.broadcast_shapes(kept.shape[:-2], value.shape[:-2])
    shape = (*batch, kept.shape[-2], value.shape[-1])
    grad_output = gradient(grad_output, shape, value.dtype)
    grad_value = kept.swapaxes(-1, -2) @ grad_output
    grad_weights = unbroadcast(grad_output @ value.swapaxes(-1, -2), kept.shape)
    if drawn is not None:
        grad_weights = grad_weights * drawn
    # Through the softmax; where nothing could be seen, the weights are 0, and so is this.
    of_all = (grad_weights * weights).sum(axis=-1, keepdims=True)
    grad_scores = weights * (grad_weights - of_all)
    grad_mask = None
    if attn_mask is not None and not validate.is_boolean(np.asarray(attn_mask)):
        grad_mask = unbroadcast(grad_scores, np.shape(attn_mask))
        grad_mask = grad_mask.astype(np.asarray(attn_mask).dtype, copy=False)
    return (
        unbroadcast(grad_scores @ key * scale, query.shape),
        unbroadcast(grad_scores.swapaxes(-1, -2) @ query * scale, key.shape),
        unbroadcast(grad_value, value.shape),
        grad_mask,
    )


def _attend(query, key, value, attn_mask, dropout_p, is_causal, scale, rng):
    """Return the three, the weights before dropout, what dropout multiplies by, and the scale."""
    named = {"query": query, "key": key, "value": value}
    query, key, value = (floating(name, array) for name, array in named.items())
    mask = attn_mask
    if mask is not None:
        floating("attn_mask", mask)  # no tensor; its own dtype stays, and says what it means
        mask = np.asarray(mask)
    scale = validate.attention(query, key, value, mask, dropout_p, is_causal, scale)
    scores = query @ key.swapaxes(-1, -2) * scale
    if is_causal:
        mask = np.tri(*scores.shape[-2:], dtype=bool)
    if mask is not None:
        added = np.where(mask, 0, -np.inf) if validate.is_boolean(mask) else mask
        scores = scores + added.astype(query.dtype, copy=False)
    # A softmax of nothing but minus infinity would be NaN.
    blind = (scores == -np.inf).all(axis=-1, keepdims=True)
    weights = np.where(blind, 0, softmax(np.where(blind, 0, scores), dim=-1))
    drawn = dropout_mask(weights.shape, dropout_p, rng, query.dtype) if dropout_p else None
    return query, key, value, weights, drawn, scale
