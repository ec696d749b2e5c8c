"""Convolution: one small kernel looks at every place of an image for the same thing.

Libraries slide the kernel without flipping it, which mathematics calls cross-correlation.
For a kernel that is learned, it makes no difference; for one that you wrote down, it does.

Images are (batch, channels, height, width), kernels (out_channels, in_channels / groups,
kernel_height, kernel_width), as in torch.
"""

import numpy as np

from ...validation.arrays import floating, gradient, through_float32
from ...validation.convolution import convolution_geometry, one_pixel_high, transposed_geometry
from ._windows import Canvas, convolve, convolve_backward_input, convolve_backward_weight


@through_float32(one_dtype=("weight", "bias"))
def conv2d(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    r"""Slide each kernel over the images; write down how well it fits, place by place.

    :math:`y_{nfrc} = b_f + \sum_{kij} w_{fkij}\, x_{n,\,k,\,rs + id - p,\,cs + jd - p}` with
    stride s, padding p and dilation d. LeCun et al. (1989).

    Parameters
    ----------
    input : (batch, in_channels, height, width), or without the batch axis
    weight : (out_channels, in_channels / groups, kernel_height, kernel_width)
    bias : (out_channels,), optional
    stride : int or (down, across), the steps from one place to the next
    padding : int, (down, across), "valid" (none) or "same" (the output keeps the size)
        How many zeros surround the image.
    dilation : int or (down, across), the steps from one tap of the kernel to the next
    groups : int
        Splits the channels; each part of the output sees its own part of the input.

    Returns
    -------
    (batch, out_channels, (height + 2 padding - dilation (kernel_height - 1) - 1) // stride + 1,
    likewise across)

    Raises
    ------
    TypeError, ValueError
        If shapes or dtypes do not fit, or an option makes no sense.

    Examples
    --------
    >>> step = np.array([[[[0.0, 0.0, 1.0, 1.0]]]])
    >>> conv2d(step, np.array([[[[-1.0, 1.0]]]]))
    array([[[[0., 1., 0.]]]])
    """
    x, weight, bias = _floating(input, weight, bias)
    geometry = convolution_geometry(x, weight, bias, stride, padding, dilation, groups)
    images = _batched(x)
    output = np.empty((len(images), len(weight), *geometry.out), x.dtype)
    for ins, outs in _channel_groups(weight.shape[1], len(weight) // groups, groups):
        convolve(images[:, ins], weight[outs], geometry, output[:, outs])
    return _finished(output, bias, x)


@through_float32(one_dtype=("weight", "bias"))
def conv2d_backward(
    grad_output, input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1
):
    """Return the gradients of input, weight and bias (None where there is no bias).

    A pixel was seen by every tap that passed over it: its gradient is the sum of those
    taps' weights times the gradients of what they wrote. A weight was used at every place
    of every image: its gradient sums over them all.
    """
    x, weight, bias = _floating(input, weight, bias)
    geometry = convolution_geometry(x, weight, bias, stride, padding, dilation, groups)
    grad_output = gradient(grad_output, (*x.shape[:-3], len(weight), *geometry.out), x.dtype)
    images, grads = _batched(x), _batched(grad_output)
    grad_input, grad_weight = np.empty(images.shape, x.dtype), np.empty(weight.shape, x.dtype)
    for ins, outs in _channel_groups(weight.shape[1], len(weight) // groups, groups):
        canvas = Canvas(images[:, ins], len(weight[outs]), geometry)
        grad_weight[outs] = convolve_backward_weight(
            canvas, grads[:, outs], images[:, ins], weight[outs].shape
        )
        convolve_backward_input(canvas, grads[:, outs], weight[outs], grad_input[:, ins])
    return grad_input.reshape(x.shape), grad_weight, _grad_bias(grads, bias)


@through_float32(one_dtype=("weight", "bias"))
def conv1d(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    """Slide each kernel along signals: conv2d on images one pixel high.

    Parameters
    ----------
    input : (batch, in_channels, length), or without the batch axis
    weight : (out_channels, in_channels / groups, kernel_length)
    bias, stride, padding, dilation, groups : as in conv2d, along the one axis

    Returns
    -------
    (batch, out_channels, (length + 2 padding - dilation (kernel_length - 1) - 1) // stride + 1)

    Raises
    ------
    TypeError, ValueError
        If shapes or dtypes do not fit, or an option makes no sense.

    Examples
    --------
    >>> conv1d(np.array([[1.0, 2.0, 4.0, 8.0]]), np.array([[[-1.0, 1.0]]]))
    array([[1., 2., 4.]])
    """
    x, weight, bias = _floating(input, weight, bias)
    geometry = convolution_geometry(x, weight, bias, stride, padding, dilation, groups, axes=1)
    options = one_pixel_high(geometry, padding, groups)
    return conv2d(x[..., None, :], weight[..., None, :], bias, **options)[..., 0, :]


@through_float32(one_dtype=("weight", "bias"))
def conv1d_backward(
    grad_output, input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1
):
    """Return the gradients of input, weight and bias (None where there is no bias)."""
    x, weight, bias = _floating(input, weight, bias)
    geometry = convolution_geometry(x, weight, bias, stride, padding, dilation, groups, axes=1)
    grad_output = gradient(grad_output, (*x.shape[:-2], len(weight), *geometry.out), x.dtype)
    grad_input, grad_weight, grad_bias = conv2d_backward(
        grad_output[..., None, :],
        x[..., None, :],
        weight[..., None, :],
        bias,
        **one_pixel_high(geometry, padding, groups),
    )
    return grad_input[..., 0, :], grad_weight[..., 0, :], grad_bias


@through_float32(one_dtype=("weight", "bias"))
def conv_transpose2d(
    input, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1
):
    """Paint instead of look: each pixel stamps the kernel, times its value, on a larger image.

    It is conv2d's way back: as a matrix, conv2d's transpose (not its inverse), so its forward
    is conv2d's gradient of the input. Zeiler et al. (2010); Dumoulin and Visin (2016).

    Parameters
    ----------
    input : (batch, in_channels, height, width), or without the batch axis
    weight : (in_channels, out_channels / groups, kernel_height, kernel_width)
    bias : (out_channels,), optional
    stride, padding, groups, dilation : those of the conv2d whose way back this is
    output_padding : int or (down, across)
        Rows and columns to add below and right: with a stride, several sizes shrink to the
        same one, and this says which of them to return to.

    Returns
    -------
    (batch, out_channels,
    (height - 1) stride - 2 padding + dilation (kernel_height - 1) + output_padding + 1,
    likewise across)

    Raises
    ------
    TypeError, ValueError
        If shapes or dtypes do not fit, or an option makes no sense.

    Examples
    --------
    >>> conv_transpose2d(np.array([[[1.0, 2.0]]]), np.ones((1, 1, 1, 2)), stride=2)
    array([[[1., 1., 2., 2.]]])
    """
    x, weight, bias = _floating(input, weight, bias)
    geometry = transposed_geometry(
        x, weight, bias, stride, padding, output_padding, groups, dilation
    )
    images = _batched(x)
    output = np.empty((len(images), weight.shape[1] * groups, *geometry.size), x.dtype)
    for outs, ins in _channel_groups(weight.shape[1], len(weight) // groups, groups):
        canvas = Canvas(output[:, outs], len(weight[ins]), geometry)
        convolve_backward_input(canvas, images[:, ins], weight[ins], output[:, outs])
    return _finished(output, bias, x)


@through_float32(one_dtype=("weight", "bias"))
def conv_transpose2d_backward(
    grad_output,
    input,
    weight,
    bias=None,
    stride=1,
    padding=0,
    output_padding=0,
    groups=1,
    dilation=1,
):
    """Return the gradients of input, weight and bias (None where there is no bias).

    The way back of the way back: the input's gradient is a plain convolution.
    """
    x, weight, bias = _floating(input, weight, bias)
    geometry = transposed_geometry(
        x, weight, bias, stride, padding, output_padding, groups, dilation
    )
    shape = (*x.shape[:-3], weight.shape[1] * groups, *geometry.size)
    images, grads = _batched(x), _batched(gradient(grad_output, shape, x.dtype))
    grad_input, grad_weight = np.empty(images.shape, x.dtype), np.empty(weight.shape, x.dtype)
    for outs, ins in _channel_groups(weight.shape[1], len(weight) // groups, groups):
        convolve(grads[:, outs], weight[ins], geometry, grad_input[:, ins])
        canvas = Canvas(grads[:, outs], len(weight[ins]), geometry)
        grad_weight[ins] = convolve_backward_weight(
            canvas, images[:, ins], grads[:, outs], weight[ins].shape
        )
    return grad_input.reshape(x.shape), grad_weight, _grad_bias(grads, bias)


def _floating(input, weight, bias):
    bias = None if bias is None else floating("bias", bias)
    return floating("input", input), floating("weight", weight), bias


def _batched(x):
    return x if x.ndim == 4 else x[None]


def _finished(output, bias, x):
    if bias is not None:
        output += bias[:, None, None]
    return output if x.ndim == 4 else output[0]


def _grad_bias(grads, bias):
    return None if bias is None else grads.sum(axis=(0, 2, 3))


def _channel_groups(first, second, groups):
    """Yield, per group, its slices of two channel axes, ``first`` and ``second`` channels long."""
    for g in range(groups):
        yield (
            slice(g * first, (g + 1) * first),
            slice(g * second, (g + 1) * second),
        )
