"""Embedding: a table that holds one vector for each word, and is learned like any weight."""

import torch

from ...validation import sequences as validate
from ...validation.tensors import floating, narrow, wide


def embedding(input, weight, padding_idx=None):
    """Look up the vector of every word: row ``input`` of the table ``weight``.

    See dlcourse.reference.embedding. Autograd adds up the uses of a row. On a GPU the check
    of the numbers waits for the result.
    """
    weight = floating("weight", weight)
    if not isinstance(input, torch.Tensor):
        raise TypeError(f"input is of type {type(input).__name__}; needed a torch tensor")
    padding_idx = validate.places(input, weight, padding_idx)
    # The uses of a row add up in float32 on the way back.
    vectors = narrow(wide(weight)[input.long()], weight.dtype)
    if padding_idx is None:
        return vectors
    return torch.where((input == padding_idx)[..., None], vectors.detach(), vectors)
