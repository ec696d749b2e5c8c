"""Layers: neurons that share an input, all their weighted sums in one matrix product.

``Linear`` and ``Flatten`` are written here rather than borrowed from torch.nn, because a
layer with its bookkeeping stripped off is short: tensors that need gradients, a
``forward``, a list of ``parameters``. Autograd does the rest, so there is no ``backward``.
"""

import torch

from ...validation import layers as validate
from ...validation import tensors
from ...validation.tensors import floating


def linear(input, weight, bias=None):
    """Weigh and add.

    See dlcourse.reference.linear. The product is the one large operation that a GPU is
    built for; autograd turns it into the two products of ``linear_backward``.
    """
    x, weight, bias = _linear_arguments(input, weight, bias)
    y = x @ weight.T
    return y if bias is None else y + bias


class Linear:
    """A dense layer: every neuron reads every input.

    See dlcourse.reference.Linear. ``weight`` and ``bias`` are leaves of autograd: call
    ``backward()`` on a loss and their gradients stand in ``weight.grad`` and ``bias.grad``,
    added to what stood there. ``dtype`` defaults to torch's default dtype.

    Parameters
    ----------
    in_features, out_features, bias : as in the reference
    generator : torch.Generator, on ``device``
    dtype, device : as in torch.empty
    """

    def __init__(self, in_features, out_features, bias=True, *, generator, dtype=None, device=None):
        validate.features(in_features=in_features, out_features=out_features)
        tensors.generator(generator)
        bound = in_features**-0.5
        self.weight = torch.empty(out_features, in_features, dtype=dtype, device=device)
        self.bias = torch.empty(out_features, dtype=dtype, device=device) if bias else None
        for parameter in self.parameters():
            parameter.uniform_(-bound, bound, generator=generator).requires_grad_()

    def forward(self, input):
        """Return the weighted sums, (..., out_features), of ``input``, (..., in_features)."""
        return linear(input, self.weight, self.bias)

    def parameters(self):
        """Return what training may change: [weight, bias], or [weight] without a bias."""
        return [self.weight] if self.bias is None else [self.weight, self.bias]


class Flatten:
    """Lay the axes from ``start_dim`` to ``end_dim`` end to end: images become rows.

    See dlcourse.reference.Flatten.
    """

    def __init__(self, start_dim=1, end_dim=-1):
        self.start_dim, self.end_dim = start_dim, end_dim

    def forward(self, input):
        """Return the same numbers with the axes joined."""
        x = floating("input", input)
        return x.reshape(validate.flattened(x.shape, self.start_dim, self.end_dim))

    def parameters(self):
        """Return []: there is nothing to train."""
        return []


def _linear_arguments(input, weight, bias):
    x, weight = floating("input", input), floating("weight", weight)
    bias = None if bias is None else floating("bias", bias)
    validate.dense(x, weight, bias)
    return x, weight, bias
