"""Layers: neurons that share an input, all their weighted sums in one matrix product."""

import math

import numpy as np

from ._validate import floating, gradient


def linear(input, weight, bias=None):
    r"""Weigh and add: :math:`y = x W^T + b`.

    Parameters
    ----------
    input : (..., in_features)
    weight : (out_features, in_features), one row per neuron. On paper it is often written
        the other way round, as :math:`XW`: that W is ``weight.T``.
    bias : (out_features,), optional

    Returns
    -------
    (..., out_features)

    Raises
    ------
    TypeError, ValueError
        If an argument is not real or the shapes do not fit.
    """
    x, weight, bias = _linear_arguments(input, weight, bias)
    y = x @ weight.T
    return y if bias is None else y + bias


def linear_backward(grad_output, input, weight, bias=None):
    """Return the gradients of input, weight and bias (None where there is no bias).

    An input fed every output, so its gradient sums over outputs; a weight served every
    patient, so its gradient sums over the batch.
    """
    x, weight, bias = _linear_arguments(input, weight, bias)
    grad_output = gradient(grad_output, x.shape[:-1] + weight.shape[:-1], x.dtype)
    batch = math.prod(x.shape[:-1])
    rows = grad_output.reshape(batch, weight.shape[0])  # (batch, out_features)
    grad_weight = rows.T @ x.reshape(batch, weight.shape[1])  # (out_features, in_features)
    grad_bias = None if bias is None else rows.sum(axis=0)
    return grad_output @ weight, grad_weight, grad_bias


def _linear_arguments(input, weight, bias):
    x, weight = floating("input", input), floating("weight", weight)
    if weight.ndim != 2:
        raise ValueError(
            f"weight has shape {weight.shape}; needed two axes, (out_features, in_features)"
        )
    if x.ndim == 0 or x.shape[-1] != weight.shape[1]:
        raise ValueError(
            f"input has shape {x.shape}; needed (..., {weight.shape[1]}), "
            f"since weight has shape {weight.shape}"
        )
    if bias is not None:
        bias = floating("bias", bias)
        if bias.shape != weight.shape[:1]:
            raise ValueError(f"bias has shape {bias.shape}; needed {weight.shape[:1]}")
    if len({a.dtype for a in (x, weight, bias) if isinstance(a, np.ndarray)}) > 1:
        found = ", ".join(str(a.dtype) for a in (x, weight, bias) if a is not None)
        raise TypeError(f"input, weight and bias have dtypes {found}; needed one dtype")
    return x, weight, bias
