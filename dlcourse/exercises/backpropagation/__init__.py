"""Lab 06, backpropagation: from the backward of one layer to the walk over any graph."""

from . import (
    activation_backward,
    backprop,
    clip_grad_norm,
    cross_entropy_backward,
    linear_backward,
    mlp_gradients,
    numerical_gradient,
    unbroadcast,
)

EXERCISES = tuple(
    module.EXERCISE
    for module in (
        linear_backward,
        activation_backward,
        cross_entropy_backward,
        mlp_gradients,
        numerical_gradient,
        unbroadcast,
        backprop,
        clip_grad_norm,
    )
)
