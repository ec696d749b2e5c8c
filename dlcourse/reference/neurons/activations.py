"""Activations: the bend after the weighted sum, without which layers collapse into one.

Each function has its derivative beside it. ``f_backward(grad_output, input)`` multiplies
the slope of ``f`` at ``input`` by what arrives from above: the chain rule, one link long.
All take arrays of any shape and keep float32 and float64.
"""

import math

import numpy as np
from scipy.special import erf

from ...validation.arrays import above_0, choice, dimension, floating, gradient, through_float32


def step(input):
    """Fire (1) where the input is zero or more, else stay silent (0).

    The unit of McCulloch and Pitts (1943). Not in torch.nn.functional, whose ``threshold``
    is another function.

    >>> step(np.array([-2.0, 0.0, 3.0]))
    array([0., 1., 1.])
    """
    x = floating("input", input)
    return np.heaviside(x, np.ones((), x.dtype))


def step_backward(grad_output, input):
    """Return zeros: a step is flat on both sides, so descent learns nothing from it."""
    x = floating("input", input)
    return np.zeros_like(gradient(grad_output, x.shape, x.dtype) * x)


@through_float32
def sigmoid(input):
    r"""Squash to (0, 1): :math:`\sigma(x) = 1 / (1 + e^{-x})`.

    Only exponentials of negative numbers are taken, so nothing overflows.

    >>> sigmoid(np.array([-1000.0, 0.0, 1000.0]))
    array([0. , 0.5, 1. ])
    """
    x = floating("input", input)
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, e) / (1 + e)


@through_float32
def sigmoid_backward(grad_output, input):
    r"""Chain through :math:`\sigma' = \sigma (1 - \sigma)`, at most 1/4, at 0."""
    x = floating("input", input)
    # 1 - s loses its digits where s is near 1; the mirror image sigmoid(-x) keeps them.
    return gradient(grad_output, x.shape, x.dtype) * sigmoid(x) * sigmoid(-x)


@through_float32
def tanh(input):
    r"""Squash to (-1, 1): :math:`\tanh x = 2\sigma(2x) - 1`."""
    return np.tanh(floating("input", input))


@through_float32
def tanh_backward(grad_output, input):
    r"""Chain through :math:`\tanh' = 1 - \tanh^2`, at most 1, at 0."""
    x = floating("input", input)
    return gradient(grad_output, x.shape, x.dtype) * (1 - np.tanh(x) ** 2)


def relu(input):
    r"""Pass what is positive, silence the rest: :math:`\max(0, x)`.

    >>> relu(np.array([-2.0, 0.0, 3.0]))
    array([0., 0., 3.])
    """
    return np.maximum(floating("input", input), 0)


def relu_backward(grad_output, input):
    """Pass the gradient where the input was above 0 (or NaN); at 0 the slope is 0, as in torch."""
    x = floating("input", input)
    return gradient(grad_output, x.shape, x.dtype) * ~(x <= 0)


@through_float32
def leaky_relu(input, negative_slope=0.01):
    """Pass what is positive; let ``negative_slope`` of the rest leak through."""
    x = floating("input", input)
    return np.where(x > 0, x, x * x.dtype.type(negative_slope))


@through_float32
def leaky_relu_backward(grad_output, input, negative_slope=0.01):
    """Chain through slope 1 above 0, ``negative_slope`` at 0 and below."""
    x = floating("input", input)
    slope = np.where(x > 0, x.dtype.type(1), x.dtype.type(negative_slope))
    return gradient(grad_output, x.shape, x.dtype) * slope


@through_float32
def softplus(input, beta=1.0, threshold=20.0):
    r"""Round off the corner of ReLU: :math:`\ln(1 + e^{\beta x}) / \beta`, always positive.

    Where beta x exceeds ``threshold`` it is x itself, as in torch. The larger ``beta``, the
    sharper the corner.

    >>> softplus(np.array([-100.0, 0.0, 100.0])).round(3)
    array([  0.   ,   0.693, 100.   ])
    """
    x = floating("input", input)
    z = x * x.dtype.type(above_0("beta", beta))
    bend = np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))  # the exponent is never positive
    return np.where(z > threshold, x, bend / x.dtype.type(beta))


@through_float32
def softplus_backward(grad_output, input, beta=1.0, threshold=20.0):
    r"""Chain through the slope :math:`\sigma(\beta x)`, or 1 beyond ``threshold``."""
    x = floating("input", input)
    z = x * x.dtype.type(above_0("beta", beta))
    slope = np.where(z > threshold, x.dtype.type(1), sigmoid(z))
    return gradient(grad_output, x.shape, x.dtype) * slope


@through_float32
def gelu(input, approximate="none"):
    r"""Weigh the input by the chance that a normal draw lies below it: :math:`x \Phi(x)`.

    Hendrycks and Gimpel (2016). ``approximate="tanh"`` is the cheaper form of early
    GPUs, off by at most 5e-4.
    """
    x = floating("input", input)
    if choice("approximate", approximate, ("none", "tanh")) == "tanh":
        return x * (1 + np.tanh(_gelu_inner(x))) / 2
    return x * (1 + erf(x / math.sqrt(2))) / 2


@through_float32
def gelu_backward(grad_output, input, approximate="none"):
    r"""Chain through :math:`\Phi(x) + x \varphi(x)`, or the slope of the tanh form."""
    x = floating("input", input)
    grad_output = gradient(grad_output, x.shape, x.dtype)
    if choice("approximate", approximate, ("none", "tanh")) == "tanh":
        t = np.tanh(_gelu_inner(x))
        # Where tanh is flat, x**2 may be huge; capping it there keeps 0 * inf away.
        inner_slope = math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * np.minimum(x * x, 1e4))
        return grad_output * ((1 + t) + x * (1 - t * t) * inner_slope) / 2
    density = np.exp(-x * x / 2) / math.sqrt(2 * math.pi)
    return grad_output * ((1 + erf(x / math.sqrt(2))) / 2 + x * density)


def _gelu_inner(x):
    return math.sqrt(2 / math.pi) * (x + 0.044715 * x * x * x)


@through_float32
def softmax(input, dim):
    r"""Turn scores into shares that sum to 1 along ``dim``: :math:`e^{z_i} / \sum_j e^{z_j}`.

    Only differences between scores matter, so the largest is subtracted first and no
    exponent is positive. ``dim`` is required: torch's implicit choice is deprecated.

    >>> softmax(np.array([1000.0, 1000.0]), dim=0)
    array([0.5, 0.5])
    """
    z = floating("input", input)
    e = np.exp(_below_zero(z, dim))
    return e / e.sum(axis=dim, keepdims=True)


@through_float32
def softmax_backward(grad_output, input, dim):
    r"""Chain through the Jacobian :math:`\mathrm{diag}(p) - p p^T` without building it."""
    p = softmax(input, dim)
    grad_output = gradient(grad_output, p.shape, p.dtype)
    return p * (grad_output - (grad_output * p).sum(axis=dim, keepdims=True))


@through_float32
def log_softmax(input, dim):
    r"""Return the logarithm of softmax, :math:`z_i - \log \sum_j e^{z_j}`, without its zeros.

    >>> log_softmax(np.array([0.0, -1000.0]), dim=0)
    array([    0., -1000.])
    """
    z = _below_zero(floating("input", input), dim)
    total = np.exp(z).sum(axis=dim, keepdims=True)
    return z - np.log(total) if z.size else z


@through_float32
def log_softmax_backward(grad_output, input, dim):
    """Send each score its gradient, less its share (the softmax) of the total."""
    p = softmax(input, dim)
    grad_output = gradient(grad_output, p.shape, p.dtype)
    return grad_output - p * grad_output.sum(axis=dim, keepdims=True)


def _below_zero(z, dim):
    dimension(dim, z.ndim)
    return z - z.max(axis=dim, keepdims=True) if z.size else z.copy()
