"""Convolution and pooling as layers, without ``backward``: autograd does that."""

import torch

from ...validation import tensors as validate
from ...validation.convolution import parameter_shape
from .convolution import conv1d, conv2d
from .pooling import avg_pool2d, max_pool2d


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
        generator,
        dtype=None,
        device=None,
    ):
        shape, bound = parameter_shape(in_channels, out_channels, kernel_size, groups, self._axes)
        validate.generator(generator)
        self._options = {
            "stride": stride,
            "padding": padding,
            "dilation": dilation,
            "groups": groups,
        }
        self.weight = torch.empty(shape, dtype=dtype, device=device)
        self.bias = torch.empty(out_channels, dtype=dtype, device=device) if bias else None
        for parameter in self.parameters():
            parameter.uniform_(-bound, bound, generator=generator).requires_grad_()

    def forward(self, input):
        """Return what the kernels find in ``input``."""
        return self._function(input, self.weight, self.bias, **self._options)

    def parameters(self):
        """Return what training may change: [weight, bias], or [weight] without a bias."""
        return [self.weight] if self.bias is None else [self.weight, self.bias]


class Conv1d(_Convolution):
    """Kernels that slide along signals; see dlcourse.reference.Conv1d, and Conv2d below."""

    _axes = 1
    _function = staticmethod(conv1d)


class Conv2d(_Convolution):
    """Kernels that slide over images, and are learned.

    See dlcourse.reference.Conv2d. ``weight`` and ``bias`` are leaves of autograd: call
    ``backward()`` on a loss and their gradients stand in ``weight.grad`` and ``bias.grad``.

    Parameters
    ----------
    in_channels, out_channels, kernel_size, stride, padding, dilation, groups, bias :
        as in the reference
    generator : torch.Generator, on ``device``
    dtype, device : as in torch.empty
    """

    _axes = 2
    _function = staticmethod(conv2d)


class _Pooling:
    """A function without parameters, with its options."""

    def forward(self, input):
        """Return one number for each window of ``input``."""
        return self._function(input, **self._options)

    def parameters(self):
        """Return []: there is nothing to train."""
        return []


class MaxPool2d(_Pooling):
    """Keep the largest number of each window; see dlcourse.reference.MaxPool2d."""

    _function = staticmethod(max_pool2d)

    def __init__(self, kernel_size, stride=None, padding=0, dilation=1, *, ceil_mode=False):
        self._options = {
            "kernel_size": kernel_size,
            "stride": stride,
            "padding": padding,
            "dilation": dilation,
            "ceil_mode": ceil_mode,
        }


class AvgPool2d(_Pooling):
    """Average each window; see dlcourse.reference.AvgPool2d."""

    _function = staticmethod(avg_pool2d)

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
