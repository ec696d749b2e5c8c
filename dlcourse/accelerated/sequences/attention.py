"""Attention: every place asks all others, and takes a mean of their answers."""

import torch

from ...validation import sequences as validate
from ...validation.tensors import floating, through_float32
from ..neurons.activations import softmax
from ..regularization.penalties import dropout


@through_float32(one_dtype=("key", "value"))
def scaled_dot_product_attention(
    query, key, value, attn_mask=None, dropout_p=0.0, is_causal=False, *, scale=None, generator=None
):
    """Average the values, weighted by how well their keys fit the query.

    See dlcourse.reference.scaled_dot_product_attention. The whole matrix of scores, (..., L, S),
    lies in memory; torch's own function computes it piece by piece (flash attention).
    """
    query, key, value = floating("query", query), floating("key", key), floating("value", value)
    if attn_mask is not None:
        floating("attn_mask", attn_mask)  # a tensor; its own dtype stays, and says what it means
    scale = validate.attention(query, key, value, attn_mask, dropout_p, is_causal, scale)
    scores = query @ key.transpose(-1, -2) * scale
    if is_causal:
        attn_mask = torch.ones(scores.shape[-2:], dtype=torch.bool, device=query.device).tril()
    if attn_mask is not None:
        if validate.is_boolean(attn_mask):
            attn_mask = torch.where(attn_mask, 0.0, -torch.inf)
        scores = scores + attn_mask.to(scores.dtype)
    # Where nothing may be seen, zeros go into the softmax, so that no NaN comes back.
    blind = (scores == -torch.inf).all(-1, keepdim=True)
    weights = torch.where(blind, 0, softmax(torch.where(blind, 0, scores), -1))
    return dropout(weights, dropout_p, generator=generator) @ value
