"""Activations as layers, to stand between the linear ones in a network.

They differ only in their function, so what they share stands once, in ``_Activation``.
"""

from ..neurons.activations import (
    gelu,
    gelu_backward,
    leaky_relu,
    leaky_relu_backward,
    relu,
    relu_backward,
    sigmoid,
    sigmoid_backward,
    softmax,
    softmax_backward,
    tanh,
    tanh_backward,
)


class _Activation:
    """A function without parameters: keep the input, chain through the slope there."""

    def __init__(self):
        self._options = {}

    def forward(self, input):
        """Return the function's value for every number, in the shape of ``input``."""
        self._input = input
        return self._function(input, **self._options)

    def backward(self, grad_output):
        """Return the gradient of the latest input."""
        return self._function_backward(grad_output, self._input, **self._options)

    def parameters(self):
        """Return []: there is nothing to train."""
        return []

    def gradients(self):
        """Return []."""
        return []


class Sigmoid(_Activation):
    """Squash to (0, 1); see ``sigmoid``."""

    _function = staticmethod(sigmoid)
    _function_backward = staticmethod(sigmoid_backward)


class Tanh(_Activation):
    """Squash to (-1, 1); see ``tanh``."""

    _function = staticmethod(tanh)
    _function_backward = staticmethod(tanh_backward)


class ReLU(_Activation):
    """Pass what is positive, silence the rest; see ``relu``.

    >>> ReLU().forward([-2.0, 0.0, 3.0])
    array([0., 0., 3.])
    """

    _function = staticmethod(relu)
    _function_backward = staticmethod(relu_backward)


class LeakyReLU(_Activation):
    """Pass what is positive, let ``negative_slope`` of the rest through; see ``leaky_relu``."""

    _function = staticmethod(leaky_relu)
    _function_backward = staticmethod(leaky_relu_backward)

    def __init__(self, negative_slope=0.01):
        self._options = {"negative_slope": negative_slope}


class GELU(_Activation):
    """Weigh the input by the chance that a normal draw lies below it; see ``gelu``."""

    _function = staticmethod(gelu)
    _function_backward = staticmethod(gelu_backward)

    def __init__(self, approximate="none"):
        self._options = {"approximate": approximate}


class Softmax(_Activation):
    """Turn scores into shares that sum to 1 along ``dim``; see ``softmax``.

    ``dim`` is required, as in ``softmax``: torch's implicit choice is deprecated.
    """

    _function = staticmethod(softmax)
    _function_backward = staticmethod(softmax_backward)

    def __init__(self, dim):
        self._options = {"dim": dim}
