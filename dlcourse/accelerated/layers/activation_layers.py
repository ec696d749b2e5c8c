"""Activations as layers, to stand between the linear ones in a network."""

from ..neurons.activations import gelu, leaky_relu, relu, sigmoid, softmax, tanh


class _Activation:
    """A function without parameters; see the reference's class of the same name."""

    def __init__(self):
        self._options = {}

    def forward(self, input):
        """Return the function's value for every number, in the shape of ``input``."""
        return self._function(input, **self._options)

    def parameters(self):
        """Return []: there is nothing to train."""
        return []


class Sigmoid(_Activation):
    """Squash to (0, 1); see dlcourse.reference.Sigmoid."""

    _function = staticmethod(sigmoid)


class Tanh(_Activation):
    """Squash to (-1, 1); see dlcourse.reference.Tanh."""

    _function = staticmethod(tanh)


class ReLU(_Activation):
    """Pass what is positive, silence the rest; see dlcourse.reference.ReLU."""

    _function = staticmethod(relu)


class LeakyReLU(_Activation):
    """Let ``negative_slope`` of the rest leak through; see dlcourse.reference.LeakyReLU."""

    _function = staticmethod(leaky_relu)

    def __init__(self, negative_slope=0.01):
        self._options = {"negative_slope": negative_slope}


class GELU(_Activation):
    """Weigh by the chance that a normal draw lies below; see dlcourse.reference.GELU."""

    _function = staticmethod(gelu)

    def __init__(self, approximate="none"):
        self._options = {"approximate": approximate}


class Softmax(_Activation):
    """Turn scores into shares along ``dim``; see dlcourse.reference.Softmax."""

    _function = staticmethod(softmax)

    def __init__(self, dim):
        self._options = {"dim": dim}
