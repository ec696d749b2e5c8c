"""Padding: what a kernel sees beyond the edge of the image."""

import torch

from ...reference.convolution.padding import overlap, sources
from ...validation.convolution import padding_pairs
from ...validation.tensors import floating, through_float32


def pad(input, pad, mode="constant", value=None):
    """Surround a tensor with a constant, its mirror image, its edge, or its other end.

    See dlcourse.reference.pad, whose table of places this one looks up too.
    """
    x = floating("input", input)
    pairs = padding_pairs(x.shape, pad, mode, value)
    if mode == "constant":
        shape = [n + sum(p) for n, p in zip(x.shape, pairs, strict=True)]
        padded = x.new_full(shape, 0 if value is None else value)
        inside, kept = overlap(x.shape, pairs)
        padded[inside] = x[kept]
        return padded
    return _copied(x, pairs, mode)


@through_float32  # on the way back every copy of a pixel adds to its gradient
def _copied(x, pairs, mode):
    for axis, pair in enumerate(pairs):
        if any(pair):
            places = torch.as_tensor(sources(x.shape[axis], pair, mode), device=x.device)
            x = x.index_select(axis, places)
    return x.clone()
