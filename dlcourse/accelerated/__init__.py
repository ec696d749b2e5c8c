"""The same mathematics in torch: large tensor operations, gradients by autograd.

Names, arguments, defaults and meaning are those of ``dlcourse.reference``, in the same
modules and course order; optimizers and schedules are torch.optim's own. No function here
calls the torch function that it teaches.
"""

from .backpropagation.clipping import clip_grad_norm, clip_grad_value
from .convolution.convolution import conv1d, conv2d, conv_transpose2d
from .convolution.convolution_layers import AvgPool2d, Conv1d, Conv2d, MaxPool2d
from .convolution.padding import pad
from .convolution.pooling import avg_pool2d, max_pool2d
from .gradient_descent.descent import SGD, Adagrad, Adam, AdamW, RMSprop
from .gradient_descent.newton import newtons_method
from .gradient_descent.schedules import (
    ChainedScheduler,
    CosineAnnealingLR,
    LinearLR,
    SequentialLR,
    StepLR,
)
from .layers.activation_layers import GELU, LeakyReLU, ReLU, Sigmoid, Softmax, Tanh
from .layers.linear import Flatten, Linear, linear
from .layers.sequential import Sequential
from .losses.binary import binary_cross_entropy, binary_cross_entropy_with_logits, weighted_sum
from .losses.classification import cross_entropy, nll_loss
from .losses.information import entropy, kl_div
from .losses.regression import huber_loss, l1_loss, mse_loss, smooth_l1_loss
from .losses.survival import cox_ph_loss
from .neurons.activations import (
    gelu,
    leaky_relu,
    log_softmax,
    relu,
    sigmoid,
    softmax,
    softplus,
    step,
    tanh,
)
from .neurons.neuron import Neuron
from .regularization import initialization
from .regularization.normalization import batch_norm, layer_norm
from .regularization.normalization_layers import BatchNorm1d, BatchNorm2d, LayerNorm
from .regularization.penalties import (
    Dropout,
    dropout,
    dropout_mask,
    l1_penalty,
    l2_penalty,
    soft_threshold,
)
