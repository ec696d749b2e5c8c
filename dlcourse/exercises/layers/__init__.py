"""Lab 03, layers: from one layer to a network that folds the plane."""

from . import count_parameters, hinges, linear, mlp, train_xor, xor_weights

EXERCISES = tuple(
    module.EXERCISE for module in (linear, mlp, xor_weights, train_xor, count_parameters, hinges)
)
