"""The same mathematics in torch: large tensor operations, gradients by autograd.

Names, arguments, defaults and meaning are those of ``dlcourse.reference``, in the same rooms
and order; optimizers and schedules are torch.optim's own. No function here calls the torch
function that it teaches.
"""

# isort: off

# From a weighted sum to an answer (unit 02).
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

# Neurons side by side (03).
from .layers.linear import Flatten, Linear, linear
from .layers.activation_layers import GELU, LeakyReLU, ReLU, Sigmoid, Softmax, Tanh
from .layers.sequential import Sequential

# What a wrong answer costs (04).
from .losses.binary import binary_cross_entropy, binary_cross_entropy_with_logits, weighted_sum
from .losses.regression import huber_loss, l1_loss, mse_loss, smooth_l1_loss
from .losses.classification import cross_entropy, nll_loss
from .losses.information import entropy, kl_div
from .losses.survival import cox_ph_loss
from .losses.segmentation import dice_loss

# How weights move (05).
from .gradient_descent.descent import SGD, Adagrad, Adam, AdamW, RMSprop
from .gradient_descent.schedules import (
    ChainedScheduler,
    CosineAnnealingLR,
    LinearLR,
    SequentialLR,
    StepLR,
)
from .gradient_descent.newton import newtons_method

# Where gradients come from (06).
from .backpropagation.clipping import clip_grad_norm, clip_grad_value

# Starting well, and not learning by heart (08).
from .regularization import initialization
from .regularization.penalties import (
    Dropout,
    dropout,
    dropout_mask,
    l1_penalty,
    l2_penalty,
    soft_threshold,
)
from .regularization.normalization import batch_norm, layer_norm
from .regularization.normalization_layers import BatchNorm1d, BatchNorm2d, LayerNorm

# Windows that slide over signals and images (09).
from .convolution.padding import pad
from .convolution.convolution import conv1d, conv2d, conv_transpose2d
from .convolution.pooling import avg_pool2d, max_pool2d
from .convolution.convolution_layers import AvgPool2d, Conv1d, Conv2d, MaxPool2d

# Words and signals, one step after another (16).
from .sequences.embedding import embedding
from .sequences.rnn import rnn_tanh_cell
from .sequences.lstm import lstm_cell
from .sequences.gru import gru_cell
from .sequences.attention import scaled_dot_product_attention
