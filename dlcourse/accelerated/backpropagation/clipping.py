"""Clipping: bound a gradient before it throws the weights far away.

In training, torch.nn.utils has the same two functions for
parameters; here one sees what they do to the list of gradients.
"""

import math

import torch

from ...validation.descent import limit, power
from ...validation.tensors import narrow, wide


@torch.no_grad()
def clip_grad_norm(gradients, max_norm, norm_type=2.0, error_if_nonfinite=False):
    """Shorten the gradient, all tensors as one long vector, to ``max_norm``; keep its direction.

    See dlcourse.reference.clip_grad_norm. Returns a tensor, and multiplies by 1 rather than
    ask whether the norm is too long: the answer would have to come back from the GPU.
    """
    gradients = _changeable(gradients)
    max_norm, norm_type = limit("max_norm", max_norm), power(norm_type)
    vectors = [wide(g.flatten()) for g in gradients]
    norms = [_length(v, norm_type) if v.numel() else v.new_zeros(()) for v in vectors]
    total_norm = _length(torch.stack(norms), norm_type) if norms else torch.tensor(0.0)
    if error_if_nonfinite and not torch.isfinite(total_norm):
        raise RuntimeError(f"the gradients' norm is {total_norm}; needed a finite one")
    factor = (max_norm / (total_norm + 1e-6)).clamp(max=1)
    for g in gradients:
        g *= factor
    widest = max((g.dtype for g in gradients), key=lambda dtype: dtype.itemsize, default=None)
    return narrow(total_norm, widest)


@torch.no_grad()
def clip_grad_value(gradients, clip_value):
    """Cut every entry to within ``-clip_value`` and ``clip_value``: the direction changes.

    See dlcourse.reference.clip_grad_value.
    """
    clip_value = limit("clip_value", clip_value)
    for g in _changeable(gradients):
        g.clamp_(-clip_value, clip_value)


def _length(vector, p):
    sizes = vector.abs()
    if p == math.inf:
        return sizes.amax()
    return sizes.sum() if p == 1 else (sizes**p).sum() ** (1 / p)


def _changeable(gradients):
    if isinstance(gradients, torch.Tensor):
        raise TypeError("gradients is one tensor; needed a list of tensors")
    gradients = list(gradients)
    for i, g in enumerate(gradients):
        if not isinstance(g, torch.Tensor) or not g.is_floating_point():
            found = g.dtype if isinstance(g, torch.Tensor) else type(g).__name__
            raise TypeError(f"gradients[{i}] is {found}; needed a floating-point tensor")
    return gradients
