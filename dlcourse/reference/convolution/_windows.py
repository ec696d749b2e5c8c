"""The three sums behind convolution, each a few large matrix products.

The windows that the kernel sees become the columns of a matrix (im2col), so that every
filter meets every window in one product. ``naive`` has the textbook's forms. Three things
differ here, for speed:

- Windows are also taken where the kernel hangs over the right or lower edge into the next
  row, image or channel. Those sums are cut away; in return, all that one tap sees is one
  unbroken run of memory, which copies and adds several times faster than short rows.
- The zeros to the right of one row are those to the left of the next: padding is laid once.
- Images go in blocks whose columns fit the processor's cache; the columns of a whole batch
  would need kernel_height * kernel_width times its memory.
"""

import math

import numpy as np
from numpy.lib.stride_tricks import as_strided

BLOCK = 2**18  # numbers in the columns of one block: 1 MB in float32


def convolve(input, weight, geometry, out):
    """Fill ``out`` with the sums of weights times windows."""
    canvas = Canvas(input, len(weight), geometry)
    matrix = _as_matrix(weight)
    for block in canvas.blocks:
        canvas.lay(input[block])
        np.matmul(matrix, canvas.columns, out=canvas.sums)
        out[block] = canvas.outputs[: len(input[block])]


def convolve_backward_weight(canvas, grad_output, input, shape):
    """Return the weight's gradient: what each tap saw, times what came of it, summed.

    Where the kernel hangs over, what came of it is 0, and 0 times infinity or NaN is NaN: such
    a pixel near the edge spoils the gradient of taps that torch keeps finite.
    """
    total = np.zeros((len(canvas.columns), shape[0]), input.dtype)
    for block in canvas.blocks:
        canvas.lay(input[block])
        canvas.lay_gradients(grad_output[block])
        total += canvas.columns @ canvas.sums.T
    return np.ascontiguousarray(total.reshape(*shape[2:], shape[1], shape[0]).transpose(3, 2, 0, 1))


def convolve_backward_input(canvas, grad_output, weight, out):
    """Fill ``out`` with the input's gradient: each window gets back what it gave, weighted.

    Call it last: it leaves gradients where the canvas had pixels, and zeros around them.
    """
    matrix = np.ascontiguousarray(_as_matrix(weight).T)
    canvas.unused[...] = 0  # all that the products do not overwrite
    for block in canvas.blocks:
        canvas.lay_gradients(grad_output[block])
        np.matmul(matrix, canvas.sums, out=canvas.columns)
        canvas.store[...] = 0
        for tap in np.ndindex(weight.shape[2:]):
            # Within one tap no pixel occurs twice, so += misses nothing.
            canvas.windows[tap] += canvas.unrolled[tap]
        out[block] = canvas.pixels[: len(out[block])]


def _as_matrix(weight):
    """Return (out_channels, kernel_height * kernel_width * in_channels)."""
    return weight.transpose(0, 2, 3, 1).reshape(len(weight), -1)


class Canvas:
    """Room for one block of padded images, its windows, its columns and what comes of them.

    Attributes
    ----------
    blocks : slices of the batch
    store : (all of the numbers,), zero where no pixel lies
    pixels : (images, channels, height, width), a view of ``store``
    windows : (kernel_height, kernel_width, channels, images, down, across), views of ``store``
    unrolled : the shape of ``windows``, their copy, of which ``columns`` is a view
    columns : (kernel_height * kernel_width * channels, places in use)
    unused : the same for the places after these, which all hang over
    sums : (features, places in use)
    outputs : (images, features, out_height, out_width), a view of ``sums``
    """

    def __init__(self, like, features, geometry):
        batch, channels = like.shape[:2]
        (height, down), (width, across) = (_spaced(geometry, axis) for axis in (0, 1))
        (row_step, step), (kh, kw), dilation = geometry.stride, geometry.kernel, geometry.dilation
        # Rows of columns a power of two apart compete for the same few lines of the cache.
        if down * across % 64 == 0:
            width, across = width + step, across + 1

        most = max(1, BLOCK // (kh * kw * channels * down * across))
        blocks = math.ceil(batch / most)
        images = math.ceil(batch / max(1, blocks))
        self.blocks = [slice(b * images, (b + 1) * images) for b in range(blocks)]

        before = geometry.padding[0][0] * width + geometry.padding[1][0]
        after = (kh - 1) * dilation[0] * width + (kw - 1) * dilation[1]
        count = channels * images * height * width
        self.store = np.zeros(before + count + after, like.dtype)
        laid = self.store[before : before + count].reshape(channels, images, height, width)
        self.pixels = laid[..., : geometry.size[0], : geometry.size[1]].swapaxes(0, 1)
        steps = (dilation[0] * width, dilation[1], images * height * width, height * width)
        self.windows = as_strided(
            self.store,
            (kh, kw, channels, images, down, across),
            [s * self.store.itemsize for s in (*steps, row_step * width, step)],
        )

        (rows, cols), places = geometry.out, images * down * across
        used = places - (down - rows) * across - (across - cols)
        self.unrolled = np.zeros(self.windows.shape, like.dtype)
        columns = self.unrolled.reshape(kh * kw * channels, places)
        self.columns, self.unused = columns[:, :used], columns[:, used:]
        # Zero where the kernel hangs over, so that no gradient flows back from there.
        sums = np.zeros((features, images, down, across), like.dtype)
        self.sums = sums.reshape(features, places)[:, :used]
        self.outputs = sums[..., :rows, :cols].swapaxes(0, 1)

    def lay(self, images):
        """Put images where the pixels go, and copy their windows into the columns."""
        self.pixels[: len(images)] = images
        self.unrolled[...] = self.windows

    def lay_gradients(self, grads):
        """Put gradients where the outputs go, and zeros where a last, shorter block has none."""
        self.outputs[: len(grads)] = grads
        self.outputs[len(grads) :] = 0


def _spaced(geometry, axis):
    """Return an axis' length with its shared padding, and its places, overhanging ones too."""
    stride = geometry.stride[axis]
    length = geometry.size[axis] + max(geometry.padding[axis])
    places = max(math.ceil(length / stride), geometry.out[axis])
    return places * stride, places
