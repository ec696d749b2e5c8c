"""A lab of torch exercises of every kind, for tests: function, modules, training step, hooks."""

from . import dice_loss, relu_maps, residual_block, standardize, train_step

EXERCISES = tuple(
    module.EXERCISE for module in (dice_loss, residual_block, standardize, train_step, relu_maps)
)
