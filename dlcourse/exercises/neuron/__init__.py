"""Lab 02, neuron: from the sigmoid to a trained and explained neuron."""

from . import activation, boundary, neuron, neuron_grads, sigmoid, sigmoid_grad, softmax, train

EXERCISES = tuple(
    module.EXERCISE
    for module in (
        sigmoid,
        sigmoid_grad,
        activation,
        softmax,
        neuron,
        neuron_grads,
        train,
        boundary,
    )
)
