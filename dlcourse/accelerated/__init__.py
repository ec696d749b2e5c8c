"""The same mathematics in torch: large tensor operations, gradients by autograd.

Names, arguments, defaults and meaning are those of ``dlcourse.reference``, in the same
modules and course order; ``SGD`` is torch.optim.SGD itself. No function here calls the torch
function that it teaches.
"""

from .activations import (
    gelu,
    leaky_relu,
    log_softmax,
    relu,
    sigmoid,
    softmax,
    step,
    tanh,
)
from .descent import SGD
from .layers import linear
from .losses import binary_cross_entropy, binary_cross_entropy_with_logits
from .neuron import Neuron
