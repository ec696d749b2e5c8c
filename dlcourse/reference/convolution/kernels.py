"""Kernels that people wrote down before networks learned their own.

Each is (3, 3) and looks the same after a half turn, so that convolution, which flips the
kernel, and ``conv2d``, which does not, agree on it. To slide one over an image, give both
the axes that ``conv2d`` expects:
``conv2d(image[None, None], SHARPEN[None, None], padding="same")``.

The weights of the edge kernels sum to 0, so that an even surface gives 0; those of the
others sum to 1, so that it stays as it is. Gonzalez and Woods, Digital Image Processing.
"""

import numpy as np


def _kernel(*rows, divisor=1):
    kernel = np.array(rows, np.float64) / divisor
    kernel.flags.writeable = False
    return kernel


IDENTITY = _kernel([0, 0, 0], [0, 1, 0], [0, 0, 0])

# Differences between the two diagonals: answers to corners.
EDGE_DIAGONAL = _kernel([1, 0, -1], [0, 0, 0], [-1, 0, 1])

# A pixel against its four, then its eight neighbours: the Laplacian, with its sign turned.
EDGE_FOUR = _kernel([0, -1, 0], [-1, 4, -1], [0, -1, 0])
EDGE_EIGHT = _kernel([-1, -1, -1], [-1, 8, -1], [-1, -1, -1])

# The image plus its edges.
SHARPEN = _kernel([0, -1, 0], [-1, 5, -1], [0, -1, 0])

BOX_BLUR = _kernel([1, 1, 1], [1, 1, 1], [1, 1, 1], divisor=9)
