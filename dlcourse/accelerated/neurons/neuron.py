"""The neuron: a weighted sum, then a bend, and nothing else."""

import torch

from ...reference.neurons.neuron import ACTIVATIONS
from ...validation.arrays import choice
from ..layers.linear import linear
from . import activations


class Neuron:
    """One neuron: with a sigmoid, logistic regression.

    See dlcourse.reference.Neuron. ``weight`` and ``bias`` are leaves of autograd: call
    ``backward()`` on a loss and their gradients stand in ``weight.grad`` and ``bias.grad``,
    added to what stood there. ``dtype`` defaults to torch's default dtype.

    Parameters
    ----------
    in_features, activation : as in the reference
    generator : torch.Generator, optional, on ``device``
        Without it weights start at 0.
    dtype, device : as in torch.zeros
    """

    def __init__(self, in_features, activation="sigmoid", generator=None, dtype=None, device=None):
        if in_features < 1:
            raise ValueError(f"in_features is {in_features}; needed at least 1")
        self.activation = choice("activation", activation, ACTIVATIONS)
        self.weight = torch.zeros(in_features, dtype=dtype, device=device, requires_grad=True)
        self.bias = torch.zeros((), dtype=dtype, device=device, requires_grad=True)
        if generator is not None:
            bound = in_features**-0.5
            with torch.no_grad():
                for parameter in self.parameters():
                    parameter.uniform_(-bound, bound, generator=generator)

    def forward(self, input):
        """Return the neuron's answer, shape (n,), for ``input``, shape (n, in_features)."""
        weighted_sum = linear(input, self.weight[None], self.bias[None])[..., 0]
        return getattr(activations, self.activation)(weighted_sum)

    def parameters(self):
        """Return what training may change: [weight, bias]."""
        return [self.weight, self.bias]
