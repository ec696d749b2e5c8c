"""The mathematics in NumPy, to be read.

In course order:
``activations``, ``neuron`` (unit 02), ``layers`` (03), ``losses`` (04), ``descent`` (05).
Where torch.nn.functional has the function, name, arguments, defaults and meaning are its own.
"""

from .activations import (
    gelu,
    gelu_backward,
    leaky_relu,
    leaky_relu_backward,
    log_softmax,
    log_softmax_backward,
    relu,
    relu_backward,
    sigmoid,
    sigmoid_backward,
    softmax,
    softmax_backward,
    step,
    step_backward,
    tanh,
    tanh_backward,
)
from .descent import SGD
from .layers import linear, linear_backward
from .losses import (
    binary_cross_entropy,
    binary_cross_entropy_backward,
    binary_cross_entropy_with_logits,
    binary_cross_entropy_with_logits_backward,
)
from .neuron import Neuron
