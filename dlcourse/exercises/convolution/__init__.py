"""Lab 09, convolution: from the window to a network that reads digits."""

from . import (
    conv2d,
    conv2d_backward,
    conv2d_fast,
    conv_output_size,
    count_conv,
    kernel,
    max_pool2d_backward,
    pool2d,
)

EXERCISES = tuple(
    module.EXERCISE
    for module in (
        conv_output_size,
        count_conv,
        kernel,
        conv2d,
        conv2d_fast,
        conv2d_backward,
        pool2d,
        max_pool2d_backward,
    )
)
