"""The neuron: a weighted sum, then a bend, and nothing else."""

import numpy as np

from ...validation.arrays import choice, floating, gradient
from ..layers.linear import linear, linear_backward
from . import activations

ACTIVATIONS = ("step", "sigmoid", "tanh", "relu", "leaky_relu", "gelu")


class Neuron:
    r"""One neuron, :math:`\varphi(x \cdot w + b)`: with a sigmoid, logistic regression.

    Parameters
    ----------
    in_features : int
        How many numbers describe one patient.
    activation : str
        The bend: one of ``ACTIVATIONS``.
    rng : numpy.random.Generator, optional
        Draws the weights uniformly within 1/sqrt(in_features), as torch.nn.Linear does.
        Without it they start at 0: fair for a single neuron, whose loss has one valley;
        unit 08 shows why a layer must not.

    Attributes
    ----------
    weight : (in_features,), bias : ()
    grad_weight, grad_bias : the same shapes, filled by ``backward``

    Examples
    --------
    >>> neuron = Neuron(2)
    >>> neuron.weight[:] = [1.0, -1.0]
    >>> neuron.forward(np.array([[3.0, 3.0], [2.0, 0.0]])).round(3)
    array([0.5  , 0.881])
    """

    def __init__(self, in_features, activation="sigmoid", rng=None, dtype=np.float64):
        if in_features < 1:
            raise ValueError(f"in_features is {in_features}; needed at least 1")
        self.activation = choice("activation", activation, ACTIVATIONS)
        self.weight = np.zeros(in_features, dtype)
        self.bias = np.zeros((), dtype)
        if rng is not None:
            bound = in_features**-0.5
            self.weight[...] = rng.uniform(-bound, bound, in_features)
            self.bias[...] = rng.uniform(-bound, bound)

    def forward(self, input):
        """Return the neuron's answer, shape (n,), for ``input``, shape (n, in_features)."""
        self._input = floating("input", input)
        self._sum = linear(self._input, self.weight[None], self.bias[None])[..., 0]
        return getattr(activations, self.activation)(self._sum)

    def backward(self, grad_output):
        """Fill ``grad_weight`` and ``grad_bias``; return the gradient of the input."""
        bend = getattr(activations, f"{self.activation}_backward")
        grad_sum = bend(gradient(grad_output, self._sum.shape, self._sum.dtype), self._sum)[
            ..., None
        ]
        grad_input, grad_weight, grad_bias = linear_backward(
            grad_sum, self._input, self.weight[None], self.bias[None]
        )
        self.grad_weight, self.grad_bias = grad_weight[0], grad_bias[0]
        return grad_input

    def parameters(self):
        """Return what training may change: [weight, bias]."""
        return [self.weight, self.bias]

    def gradients(self):
        """Return the gradients in the order of ``parameters``."""
        return [self.grad_weight, self.grad_bias]
