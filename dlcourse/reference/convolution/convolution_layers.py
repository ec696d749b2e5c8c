"""Convolution and pooling as layers; ``layers.linear`` says what a layer is."""

import numpy as np

from ...validation.arrays import generator
from ...validation.convolution import parameter_shape
from .convolution import conv1d, conv1d_backward, conv2d, conv2d_backward
from .pooling import avg_pool2d, avg_pool2d_backward, max_pool2d, max_pool2d_backward_from


class _Convolution:
    """What Conv1d and Conv2d share: everything but the number of axes."""

    def __init__(
        self,
        in_channels,
        out_channels,
        kernel_size,
        stride=1,
        padding=0,
        dilation=1,
        groups=1,
        bias=True,
        *,
        rng,
        dtype=np.float64,
    ):
        shape, bound = parameter_shape(in_channels, out_channels, kernel_size, groups, self._axes)
        generator(rng)
        self._options = {
            "stride": stride,
            "padding": padding,
            "dilation": dilation,
            "groups": groups,
        }
        self.weight = rng.uniform(-bound, bound, shape).astype(dtype)
        self.bias = rng.uniform(-bound, bound, out_channels).astype(dtype) if bias else None

    def forward(self, input):
        """Return what the kernels find in ``input``."""
        self._input = input
        return self._function(input, self.weight, self.bias, **self._options)

    def backward(self, grad_output):
        """Fill ``grad_weight`` and ``grad_bias``; return the gradient of the input."""
        grad_input, self.grad_weight, self.grad_bias = self._function_backward(
            grad_output, self._input, self.weight, self.bias, **self._options
        )
        return grad_input

    def parameters(self):
        """Return what training may change: [weight, bias], or [weight] without a bias."""
        return [self.weight] if self.bias is None else [self.weight, self.bias]

    def gradients(self):
        """Return the gradients in the order of ``parameters``."""
        return [self.grad_weight] if self.bias is None else [self.grad_weight, self.grad_bias]


class Conv1d(_Convolution):
    """Kernels that slide along signals; see ``conv1d``, and ``Conv2d`` for the parameters.

    >>> layer = Conv1d(12, 16, kernel_size=5, padding="same", rng=np.random.default_rng(0))
    >>> layer.forward(np.zeros((8, 12, 1000))).shape
    (8, 16, 1000)
    """

    _axes = 1
    _function = staticmethod(conv1d)
    _function_backward = staticmethod(conv1d_backward)


class Conv2d(_Convolution):
    """Kernels that slide over images, and are learned; see ``conv2d``.

    Parameters
    ----------
    in_channels, out_channels : int
    kernel_size : int or (height, width)
    stride, padding, dilation, groups : as in ``conv2d``
    bias : bool
    rng : numpy.random.Generator
        Draws weights and biases uniformly within 1/sqrt(in_channels / groups *
        kernel_height * kernel_width), as torch.nn.Conv2d does.
    dtype : of the parameters, and so of the input

    Attributes
    ----------
    weight : (out_channels, in_channels / groups, kernel_height, kernel_width)
    bias : (out_channels,) or None
    grad_weight, grad_bias : the same shapes, filled by ``backward``

    Examples
    --------
    >>> layer = Conv2d(1, 16, kernel_size=3, padding="same", rng=np.random.default_rng(0))
    >>> layer.forward(np.zeros((64, 1, 28, 28))).shape
    (64, 16, 28, 28)
    """

    _axes = 2
    _function = staticmethod(conv2d)
    _function_backward = staticmethod(conv2d_backward)


class _Pooling:
    """A function without parameters, with its options."""

    def forward(self, input):
        """Return one number for each window of ``input``."""
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


class MaxPool2d(_Pooling):
    """Keep the largest number of each window; see ``max_pool2d``.

    >>> MaxPool2d(2).forward(np.zeros((64, 16, 28, 28))).shape
    (64, 16, 14, 14)
    """

    _function = staticmethod(max_pool2d)

    def __init__(self, kernel_size, stride=None, padding=0, dilation=1, *, ceil_mode=False):
        self._options = {
            "kernel_size": kernel_size,
            "stride": stride,
            "padding": padding,
            "dilation": dilation,
            "ceil_mode": ceil_mode,
        }

    def forward(self, input):
        """Return one number for each window of ``input``."""
        self._output = super().forward(input)
        return self._output

    def backward(self, grad_output):
        """Return the gradient of the latest input."""
        return max_pool2d_backward_from(self._output, grad_output, self._input, **self._options)


class AvgPool2d(_Pooling):
    """Average each window; see ``avg_pool2d``."""

    _function = staticmethod(avg_pool2d)
    _function_backward = staticmethod(avg_pool2d_backward)

    def __init__(
        self,
        kernel_size,
        stride=None,
        padding=0,
        ceil_mode=False,
        count_include_pad=True,
        divisor_override=None,
    ):
        self._options = {
            "kernel_size": kernel_size,
            "stride": stride,
            "padding": padding,
            "ceil_mode": ceil_mode,
            "count_include_pad": count_include_pad,
            "divisor_override": divisor_override,
        }
