"""Activations, forward only: autograd finds the slopes.

Autograd follows every branch of ``torch.where``, also the one that is thrown away, and
0 * inf there would turn the slope into NaN. So each branch gets an input it can bear.
A comparison with NaN is false; the conditions are written so that NaN goes through.
"""

import math

import torch

from ...validation.arrays import above_0, choice, dimension
from ...validation.tensors import floating, through_float32


def step(input):
    """Fire (1) where the input is zero or more, else stay silent (0).

    See dlcourse.reference.step. ``floor`` carries the slope 0 of a step to autograd;
    a comparison would cut the graph, and ``backward`` would refuse.
    """
    return torch.floor(floating("input", input)).clamp(-1, 0) + 1


@through_float32
def sigmoid(input):
    """Squash to (0, 1).

    See dlcourse.reference.sigmoid. That one uses the absolute value, whose slope autograd
    takes as 0 at 0; the two halves here give the right 1/4.
    """
    x = floating("input", input)
    rise, fall = torch.exp(_at_most_0(x)), torch.exp(-_at_least_0(x))
    return torch.where(x < 0, rise / (1 + rise), 1 / (1 + fall))


@through_float32
def tanh(input):
    """Squash to (-1, 1).

    See dlcourse.reference.tanh. Built from ``expm1``, which keeps the digits of small inputs.
    """
    x = floating("input", input)
    rise, fall = torch.expm1(2 * _at_most_0(x)), torch.expm1(-2 * _at_least_0(x))
    return torch.where(x < 0, rise / (2 + rise), -fall / (2 + fall))


def relu(input):
    """Pass what is positive, silence the rest.

    See dlcourse.reference.relu. ``clamp(min=0)`` has the same values, but slope 1 at 0.
    """
    x = floating("input", input)
    return torch.where(x <= 0, 0, x)


@through_float32
def leaky_relu(input, negative_slope=0.01):
    """Pass what is positive; let ``negative_slope`` of the rest leak through.

    See dlcourse.reference.leaky_relu.
    """
    x = floating("input", input)
    return torch.where(x > 0, x, x * negative_slope)


@through_float32
def softplus(input, beta=1.0, threshold=20.0):
    """Round off the corner of ReLU.

    See dlcourse.reference.softplus.
    """
    x = floating("input", input)
    z = x * above_0("beta", beta)
    return torch.where(z > threshold, x, torch.logaddexp(torch.zeros_like(z), z) / beta)


@through_float32
def gelu(input, approximate="none"):
    """Weigh the input by the chance that a normal draw lies below it.

    See dlcourse.reference.gelu.
    """
    x = floating("input", input)
    if choice("approximate", approximate, ("none", "tanh")) == "tanh":
        return x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x * x * x))) / 2
    return x * (1 + torch.erf(x / math.sqrt(2))) / 2


@through_float32
def softmax(input, dim):
    """Turn scores into shares that sum to 1 along ``dim``.

    See dlcourse.reference.softmax.
    """
    e = torch.exp(_below_zero(floating("input", input), dim))
    return e / e.sum(dim, keepdim=True)


@through_float32
def log_softmax(input, dim):
    """Return the logarithm of softmax without its zeros.

    See dlcourse.reference.log_softmax.
    """
    z = _below_zero(floating("input", input), dim)
    return z - torch.exp(z).sum(dim, keepdim=True).log()


def _below_zero(z, dim):
    dimension(dim, z.ndim)
    if z.numel() == 0:
        return z
    # Shifting all scores changes nothing, so no gradient flows through the shift.
    return z - z.detach().amax(dim, keepdim=True)


def _at_most_0(x):
    return torch.where(x > 0, 0, x)


def _at_least_0(x):
    return torch.where(x < 0, 0, x)
