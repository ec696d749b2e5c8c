"""Normalization: give what enters a layer mean 0 and spread 1, then let it choose its own.

Batch norm measures mean and spread over the patients, for each channel; layer norm over
the features, for each patient. The arithmetic is the same and stands in ``_standardize``.

Each function is written in two parts, first centre, then scale, because the layers keep
what the first part found for their backward. Between the parts float16 is float32.
"""

import math

import numpy as np

from ...validation import normalization as validate
from ...validation.arrays import floating, gradient, narrow, wide
from ._standardize import centre, centre_backward


def batch_norm(
    input,
    running_mean,
    running_var,
    weight=None,
    bias=None,
    training=False,
    momentum=0.1,
    eps=1e-5,
):
    r"""Normalize each channel over the batch: :math:`w (x - \mu) / \sqrt{\sigma^2 + eps} + b`.

    In training, mean and variance are those of the batch: a patient's output depends on
    the company it comes in. In evaluation they are the running ones, and it does not.
    Ioffe and Szegedy (2015).

    Parameters
    ----------
    input : (n, channels) or (n, channels, ...), such as images (n, channels, height, width)
    running_mean, running_var : (channels,), or both None, in training only
        Training changes them IN PLACE, by the share ``momentum`` of the way to the batch's.
        The variance kept is the unbiased one (divided by n - 1), while the normalization
        divides by n: torch's choice.
    weight, bias : (channels,), optional; 1 and 0 without them
    momentum : float, how much the newest batch counts
    eps : float, keeps a constant channel from dividing by 0

    Returns
    -------
    The shape of input

    Raises
    ------
    TypeError, ValueError
        If shapes or dtypes do not fit, or if training meets a single value per channel,
        which normalizes to 0 whatever it is.

    Examples
    --------
    >>> x = np.array([[1.0, 10.0], [3.0, 30.0]])
    >>> mean, var = np.zeros(2), np.ones(2)
    >>> batch_norm(x, mean, var, training=True).round(3)
    array([[-1., -1.],
           [ 1.,  1.]])
    >>> mean, var
    (array([0.2, 2. ]), array([ 1.1, 20.9]))
    """
    x = floating("input", input)
    centred = batch_centre(x, running_mean, running_var, weight, bias, training, momentum, eps)
    return narrow(scale(*centred), x.dtype)


def batch_norm_backward(
    grad_output,
    input,
    running_mean,
    running_var,
    weight=None,
    bias=None,
    training=False,
    momentum=0.1,
    eps=1e-5,
):
    """Return the gradients of input, weight and bias (None for what is None).

    The running statistics get no gradient, and do not change here.
    """
    x = floating("input", input)
    centred = batch_centre(x, running_mean, running_var, weight, bias, training, 0, eps)
    return narrow(batch_backward(grad_output, *centred, training), x.dtype)


def batch_centre(x, running_mean, running_var, weight, bias, training, momentum, eps):
    """Return x less its mean, 1/std, and weight and bias, ready to broadcast to it.

    In training, with a ``momentum`` other than 0, the running statistics move.
    """
    for name, value in {"running_mean": running_mean, "running_var": running_var}.items():
        if value is not None and not isinstance(value, np.ndarray):
            raise TypeError(f"{name} is {value!r}; needed an array, which training changes")
    weight, bias = _optional("weight", weight), _optional("bias", bias)
    validate.batch(x, running_mean, running_var, weight, bias, training, eps)
    x, weight, bias = wide((x, weight, bias))
    columns = (-1, *[1] * (x.ndim - 2))
    weight, bias = (p if p is None else p.reshape(columns) for p in (weight, bias))
    if not training:
        inverse_std = 1 / np.sqrt(wide(running_var) + float(eps))
        centred = x - running_mean.reshape(columns)
        return centred, inverse_std.reshape(columns), weight, bias
    centred, inverse_std, mean, var = centre(x, _letters(x), "c", eps)
    if momentum and running_mean is not None and x.size:
        count = x.size // x.shape[1]
        running_mean += momentum * (mean.ravel() - running_mean)
        running_var += momentum * (var.ravel() * (count / (count - 1)) - running_var)
    return centred, inverse_std, weight, bias


def batch_backward(grad_output, centred, inverse_std, weight, bias, training):
    """Chain through what ``batch_centre`` returned."""
    grad = gradient(grad_output, centred.shape, centred.dtype)
    grad_input, grad_bias, grad_weight = centre_backward(
        grad, centred, inverse_std, _letters(centred), "c", weight
    )
    if not training:  # the statistics are constants, so nothing is removed
        grad_input = grad * (inverse_std if weight is None else inverse_std * weight)
    return (
        grad_input,
        None if weight is None else grad_weight.ravel(),
        None if bias is None else grad_bias.ravel(),
    )


def layer_norm(input, normalized_shape, weight=None, bias=None, eps=1e-5):
    r"""Normalize each patient over its features: :math:`w (x - \mu) / \sqrt{\sigma^2 + eps} + b`.

    Nobody depends on the others in the batch, so training and evaluation are the same.
    Ba, Kiros and Hinton (2016).

    Parameters
    ----------
    input : (..., *normalized_shape)
    normalized_shape : int or tuple, the last axes, over which mean and variance are taken
    weight, bias : normalized_shape, optional; 1 and 0 without them
    eps : float, keeps constant features from dividing by 0

    Returns
    -------
    The shape of input

    Raises
    ------
    TypeError, ValueError
        If shapes or dtypes do not fit.

    Examples
    --------
    >>> layer_norm(np.array([[1.0, 3.0], [10.0, 30.0]]), 2).round(3)
    array([[-1.,  1.],
           [-1.,  1.]])
    """
    x = floating("input", input)
    output = scale(*layer_centre(x, normalized_shape, weight, bias, eps)).reshape(x.shape)
    return narrow(output, x.dtype)


def layer_norm_backward(grad_output, input, normalized_shape, weight=None, bias=None, eps=1e-5):
    """Return the gradients of input, weight and bias (None for what is None)."""
    x = floating("input", input)
    centred = layer_centre(x, normalized_shape, weight, bias, eps)
    return narrow(layer_backward(grad_output, *centred, x.shape, normalized_shape), x.dtype)


def layer_centre(x, normalized_shape, weight, bias, eps):
    """Return x as (rows, features) less its mean, 1/std, weight and bias as (features,)."""
    weight, bias = _optional("weight", weight), _optional("bias", bias)
    normalized_shape = validate.layer(x, normalized_shape, weight, bias, eps)
    x, weight, bias = wide((x, weight, bias))
    lead = x.ndim - len(normalized_shape)
    rows = x.reshape(math.prod(x.shape[:lead]), math.prod(normalized_shape))
    centred, inverse_std, _, _ = centre(rows, "nd", "n", eps)
    weight, bias = (p if p is None else p.ravel() for p in (weight, bias))
    return centred, inverse_std, weight, bias


def layer_backward(grad_output, centred, inverse_std, weight, bias, shape, normalized_shape):
    """Chain through what ``layer_centre`` returned for an input of ``shape``."""
    grad = gradient(grad_output, shape, centred.dtype).reshape(centred.shape)
    normalized_shape = validate.as_shape(normalized_shape)
    grad_weight = grad_bias = None
    if bias is not None:
        grad_bias = grad.sum(axis=0).reshape(normalized_shape)
    if weight is not None:
        grad_weight = (grad * (centred * inverse_std)).sum(axis=0).reshape(normalized_shape)
        grad = grad * weight
    grad_input, _, _ = centre_backward(grad, centred, inverse_std, "nd", "n")
    return grad_input.reshape(shape), grad_weight, grad_bias


def scale(centred, inverse_std, weight, bias):
    """Give ``centred`` spread 1, then the weight's spread and the bias's mean."""
    output = centred * (inverse_std if weight is None else inverse_std * weight)
    if bias is not None:
        output += bias
    return output


def _letters(x):
    return "ncuvwxyz"[: x.ndim]


def _optional(name, value):
    return value if value is None else floating(name, value)
