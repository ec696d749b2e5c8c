"""Normalization: give what enters a layer mean 0 and spread 1, then let it choose its own.

Only the forward is written. The statistics are part of the graph, so autograd finds by
itself how every patient of the batch pulls at the others.
"""

import torch

from ...validation import normalization as validate
from ...validation.tensors import floating, narrow, wide


def batch_norm(
    input,
    running_mean,
    running_var,
    weight=None,
    bias=None,
    training=False,
    momentum=0.1,
    eps=1e-5,
):
    """Normalize each channel over the batch.

    See dlcourse.reference.batch_norm. The running statistics change in place here too.
    """
    x = floating("input", input)
    running_mean = _optional("running_mean", running_mean)
    running_var = _optional("running_var", running_var)
    weight, bias = _optional("weight", weight), _optional("bias", bias)
    validate.batch(x, running_mean, running_var, weight, bias, training, eps)
    dtype, columns = x.dtype, (-1, *[1] * (x.ndim - 2))
    x, weight, bias = wide((x, weight, bias))
    if training:
        centred, mean, var = _centre(x, [axis for axis in range(x.ndim) if axis != 1])
        if running_mean is not None and x.numel():
            _follow(running_mean, mean, momentum)
            count = x.numel() // x.shape[1]
            _follow(running_var, var * (count / (count - 1)), momentum)
    else:
        centred, var = x - running_mean.reshape(columns), wide(running_var).reshape(columns)
    weight, bias = (p if p is None else p.reshape(columns) for p in (weight, bias))
    return narrow(_scale(centred, var + eps, weight, bias), dtype)


def layer_norm(input, normalized_shape, weight=None, bias=None, eps=1e-5):
    """Normalize each patient over its features.

    See dlcourse.reference.layer_norm.
    """
    x = floating("input", input)
    weight, bias = _optional("weight", weight), _optional("bias", bias)
    normalized_shape = validate.layer(x, normalized_shape, weight, bias, eps)
    dtype = x.dtype
    x, weight, bias = wide((x, weight, bias))
    centred, _, var = _centre(x, list(range(-len(normalized_shape), 0)))
    return narrow(_scale(centred, var + eps, weight, bias), dtype)


def _centre(x, axes):
    """Return x less its mean, the mean and the variance, in shapes that broadcast to x."""
    if x.numel() == 0:  # torch's mean of nothing is NaN
        empty = x.sum(axes, keepdim=True)
        return x, empty, empty
    mean = x.mean(axes, keepdim=True)
    centred = x - mean
    # As in the reference: the mean of what is left shows what rounding made the first miss.
    missed = centred.mean(axes, keepdim=True)
    centred = centred - missed
    return centred, mean + missed, (centred * centred).mean(axes, keepdim=True)


def _scale(centred, spread, weight, bias):
    output = centred / torch.sqrt(spread)
    if weight is not None:
        output = output * weight
    return output if bias is None else output + bias


@torch.no_grad()
def _follow(running, newest, momentum):
    running += momentum * (newest.flatten() - running)


def _optional(name, value):
    return value if value is None else floating(name, value)
