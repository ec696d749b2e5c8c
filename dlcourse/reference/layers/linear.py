"""Layers: neurons that share an input, all their weighted sums in one matrix product.

A layer is any object with four methods, so that a network is a list of them.

- ``forward(input)`` returns the output and keeps what ``backward`` will need.
- ``backward(grad_output)`` returns the gradient of the latest input, and leaves those of
  the layer's own parameters for ``gradients`` (not added to older ones).
- ``parameters()`` lists the arrays that training may change, in place.
- ``gradients()`` lists their gradients in the same order.

A layer that behaves differently in training has the attribute ``training`` too, and the
methods ``train(mode=True)`` and ``eval()``, which return the layer.
"""

import math

import numpy as np

from ...validation import layers as validate
from ...validation.arrays import floating, generator, gradient, through_float32


@through_float32(one_dtype=("weight", "bias"))
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


@through_float32(one_dtype=("weight", "bias"))
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


class Linear:
    r"""A dense layer, :math:`y = x W^T + b`: every neuron reads every input.

    Parameters
    ----------
    in_features, out_features : int
    bias : bool
    rng : numpy.random.Generator
        Draws weights and biases uniformly within 1/sqrt(in_features), as torch.nn.Linear
        does. Neurons that start alike stay alike, so there is no default of zeros.
    dtype : of the parameters, and so of the input

    Attributes
    ----------
    weight : (out_features, in_features)
    bias : (out_features,) or None
    grad_weight, grad_bias : the same shapes, filled by ``backward``

    Examples
    --------
    >>> layer = Linear(30, 16, rng=np.random.default_rng(0))
    >>> layer.forward(np.zeros((569, 30))).shape
    (569, 16)
    """

    def __init__(self, in_features, out_features, bias=True, *, rng, dtype=np.float64):
        validate.features(in_features=in_features, out_features=out_features)
        generator(rng)
        bound = in_features**-0.5
        self.weight = rng.uniform(-bound, bound, (out_features, in_features)).astype(dtype)
        self.bias = rng.uniform(-bound, bound, out_features).astype(dtype) if bias else None

    def forward(self, input):
        """Return the weighted sums, (..., out_features), of ``input``, (..., in_features)."""
        self._input = floating("input", input)
        return linear(self._input, self.weight, self.bias)

    def backward(self, grad_output):
        """Fill ``grad_weight`` and ``grad_bias``; return the gradient of the input."""
        grad_input, self.grad_weight, self.grad_bias = linear_backward(
            grad_output, self._input, self.weight, self.bias
        )
        return grad_input

    def parameters(self):
        """Return what training may change: [weight, bias], or [weight] without a bias."""
        return [self.weight] if self.bias is None else [self.weight, self.bias]

    def gradients(self):
        """Return the gradients in the order of ``parameters``."""
        return [self.grad_weight] if self.bias is None else [self.grad_weight, self.grad_bias]


class Flatten:
    """Lay the axes from ``start_dim`` to ``end_dim`` end to end: images become rows.

    Parameters
    ----------
    start_dim, end_dim : int
        The first and the last axis to join; by default all but the batch.

    Examples
    --------
    >>> Flatten().forward(np.zeros((10, 1, 8, 8))).shape
    (10, 64)
    """

    def __init__(self, start_dim=1, end_dim=-1):
        self.start_dim, self.end_dim = start_dim, end_dim

    def forward(self, input):
        """Return the same numbers with the axes joined."""
        x = floating("input", input)
        output = x.reshape(validate.flattened(x.shape, self.start_dim, self.end_dim))
        self._before, self._after, self._dtype = x.shape, output.shape, x.dtype
        return output

    def backward(self, grad_output):
        """Return the gradient in the shape that the input had."""
        return gradient(grad_output, self._after, self._dtype).reshape(self._before)

    def parameters(self):
        """Return []: there is nothing to train."""
        return []

    def gradients(self):
        """Return []."""
        return []


def _linear_arguments(input, weight, bias):
    x, weight = floating("input", input), floating("weight", weight)
    bias = None if bias is None else floating("bias", bias)
    validate.dense(x, weight, bias)
    return x, weight, bias
