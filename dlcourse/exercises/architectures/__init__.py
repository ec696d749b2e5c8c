"""Lab 10, architectures: count networks, and build the blocks that they are made of."""

from . import (
    count_conv2d,
    count_macs,
    dense_block,
    lenet5,
    local_response_norm,
    receptive_field,
    residual_block,
    top_k_error,
)

EXERCISES = tuple(
    module.EXERCISE
    for module in (
        count_conv2d,
        count_macs,
        lenet5,
        residual_block,
        top_k_error,
        dense_block,
        local_response_norm,
        receptive_field,
    )
)
