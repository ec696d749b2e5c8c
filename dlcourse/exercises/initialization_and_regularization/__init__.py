"""Lab 08, initialization_and_regularization: how networks begin, and what restrains them."""

from . import (
    batch_norm,
    batch_norm_backward,
    dropout,
    initialize,
    orthogonal,
    penalty_path,
    soft_threshold,
    variance_law,
)

EXERCISES = tuple(
    module.EXERCISE
    for module in (
        variance_law,
        initialize,
        orthogonal,
        dropout,
        batch_norm,
        batch_norm_backward,
        soft_threshold,
        penalty_path,
    )
)
