"""The textbook's convolutions: what the sums mean, before they are made fast.

``conv2d`` gives the same numbers. These forms keep to stride and padding as whole numbers,
without dilation and groups, and check nothing: read them, then time them.
"""

import numpy as np

from ...validation.arrays import through_float32


@through_float32
def conv2d_loops(input, weight, bias=None, stride=1, padding=0):
    """Visit each image, filter, row and column: the definition, in four nested loops."""
    x = _framed(input, padding)
    (n, _, height, width), (filters, _, kh, kw) = x.shape, weight.shape
    rows, cols = (height - kh) // stride + 1, (width - kw) // stride + 1
    output = np.zeros((n, filters, rows, cols), x.dtype)
    for image in range(n):
        for f in range(filters):
            for r in range(rows):
                for c in range(cols):
                    top, left = r * stride, c * stride
                    window = x[image, :, top : top + kh, left : left + kw]
                    output[image, f, r, c] = np.sum(window * weight[f])
                    if bias is not None:
                        output[image, f, r, c] += bias[f]
    return output


@through_float32
def conv2d_loops_backward(grad_output, input, weight, bias=None, stride=1, padding=0):
    """Visit the same places; give each number that took part its share of the blame."""
    x = _framed(input, padding)
    (n, filters, rows, cols), (_, _, kh, kw) = grad_output.shape, weight.shape
    grad_x, grad_weight = np.zeros_like(x), np.zeros_like(weight)
    for image in range(n):
        for f in range(filters):
            for r in range(rows):
                for c in range(cols):
                    top, left = r * stride, c * stride
                    here = np.s_[image, :, top : top + kh, left : left + kw]
                    grad_x[here] += grad_output[image, f, r, c] * weight[f]
                    grad_weight[f] += grad_output[image, f, r, c] * x[here]
    grad_bias = None if bias is None else grad_output.sum(axis=(0, 2, 3))
    return _unframed(grad_x, padding), grad_weight, grad_bias


@through_float32
def conv2d_im2col(input, weight, bias=None, stride=1, padding=0):
    """Gather all windows as columns of one matrix: the loops become one product."""
    x = _framed(input, padding)
    columns, (rows, cols) = im2col(x, weight.shape[2:], stride)
    output = weight.reshape(len(weight), -1) @ columns  # (batch, filters, places)
    if bias is not None:
        output += bias[:, None]
    return output.reshape(len(x), len(weight), rows, cols)


@through_float32
def conv2d_im2col_backward(grad_output, input, weight, bias=None, stride=1, padding=0):
    """Run the product backwards, then add each column back to the pixels it came from."""
    x = _framed(input, padding)
    columns, _ = im2col(x, weight.shape[2:], stride)
    grads = grad_output.reshape(len(x), len(weight), columns.shape[2])  # (batch, filters, places)
    grad_weight = (grads @ columns.swapaxes(1, 2)).sum(axis=0).reshape(weight.shape)
    grad_columns = weight.reshape(len(weight), -1).T @ grads
    grad_x = np.zeros_like(x)
    channel, row, col, _ = window_indices(x.shape, weight.shape[2:], stride)
    # A pixel lies in several windows: "grad_x[...] +=" would count it once, add.at each time.
    np.add.at(grad_x, (slice(None), channel, row, col), grad_columns)
    grad_bias = None if bias is None else grad_output.sum(axis=(0, 2, 3))
    return _unframed(grad_x, padding), grad_weight, grad_bias


def im2col(x, kernel, stride=1):
    """Return the windows of padded images as columns, and how many fit down and across.

    The columns are (batch, channels * kernel_height * kernel_width, places).
    """
    channel, row, col, out = window_indices(x.shape, kernel, stride)
    return x[:, channel, row, col], out


def window_indices(shape, kernel, stride):
    """Return which channel, row and column each entry of the columns comes from."""
    (_, channels, height, width), (kh, kw) = shape, kernel
    out = (height - kh) // stride + 1, (width - kw) // stride + 1
    channel, i, j = (axis.reshape(-1, 1) for axis in np.indices((channels, kh, kw)))
    r, c = (axis.reshape(1, -1) * stride for axis in np.indices(out))
    return channel, i + r, j + c, out


def _framed(input, padding):
    sides = (padding, padding)
    return np.pad(input, ((0, 0), (0, 0), sides, sides))


def _unframed(x, padding):
    return x[..., padding : x.shape[-2] - padding, padding : x.shape[-1] - padding]
