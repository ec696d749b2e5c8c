"""Lab 18, scaling up: what limits a layer, and when many workers compute what one would."""

from . import (
    accumulate,
    average_gradients,
    loss_scale,
    matmul_intensity,
    ring_all_reduce,
    scaled_lr,
    shard,
)

EXERCISES = tuple(
    module.EXERCISE
    for module in (
        matmul_intensity,
        average_gradients,
        shard,
        accumulate,
        ring_all_reduce,
        scaled_lr,
        loss_scale,
    )
)
