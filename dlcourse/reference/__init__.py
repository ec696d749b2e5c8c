"""The mathematics in NumPy, to be read, in the order of the course, a room for each unit.

Where torch.nn.functional has the function, name, arguments, defaults and meaning are its own.
"""

# isort: off

# From a weighted sum to an answer (unit 02).
from .neurons.activations import (
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
    softplus,
    softplus_backward,
    step,
    step_backward,
    tanh,
    tanh_backward,
)
from .neurons.neuron import Neuron

# Neurons side by side (03).
from .layers.linear import Flatten, Linear, linear, linear_backward
from .layers.activation_layers import GELU, LeakyReLU, ReLU, Sigmoid, Softmax, Tanh
from .layers.sequential import Sequential
from .layers.summary import summary

# What a wrong answer costs (04).
from .losses.binary import (
    binary_cross_entropy,
    binary_cross_entropy_backward,
    binary_cross_entropy_with_logits,
    binary_cross_entropy_with_logits_backward,
    weighted_sum,
    weighted_sum_backward,
)
from .losses.regression import (
    huber_loss,
    huber_loss_backward,
    l1_loss,
    l1_loss_backward,
    mse_loss,
    mse_loss_backward,
    smooth_l1_loss,
    smooth_l1_loss_backward,
)
from .losses.classification import (
    cross_entropy,
    cross_entropy_backward,
    nll_loss,
    nll_loss_backward,
)
from .losses.information import entropy, entropy_backward, kl_div, kl_div_backward
from .losses.survival import cox_ph_loss, cox_ph_loss_backward
from .losses.segmentation import dice_loss, dice_loss_backward

# How weights move (05).
from .gradient_descent.descent import SGD
from .gradient_descent.adaptive import Adagrad, RMSprop
from .gradient_descent.adam import Adam, AdamW
from .gradient_descent.schedules import CosineAnnealingLR, LinearLR, StepLR
from .gradient_descent.chaining import ChainedScheduler, SequentialLR
from .gradient_descent.newton import newtons_method

# Where gradients come from (06).
from .backpropagation.autodiff import Tensor, unbroadcast
from .backpropagation.autodiff_functions import lift, softmax_cross_entropy
from .backpropagation.gradient_check import GradientCheck, gradient_check, numerical_gradient
from .backpropagation.clipping import clip_grad_norm, clip_grad_value

# Starting well, and not learning by heart (08).
from .regularization import initialization
from .regularization.penalties import (
    Dropout,
    dropout,
    dropout_backward,
    dropout_mask,
    l1_penalty,
    l1_penalty_backward,
    l2_penalty,
    l2_penalty_backward,
    soft_threshold,
    soft_threshold_backward,
)
from .regularization.normalization import (
    batch_norm,
    batch_norm_backward,
    layer_norm,
    layer_norm_backward,
)
from .regularization.normalization_layers import BatchNorm1d, BatchNorm2d, LayerNorm
from .regularization.augmentation import (
    random_brightness,
    random_crop,
    random_flip,
    random_noise,
    random_rotation,
    random_shift,
)
from .regularization.labelled_flip import random_flip_with_labels

# Windows that slide over signals and images (09).
from .convolution import kernels, naive
from .convolution.padding import pad, pad_backward
from .convolution.convolution import (
    conv1d,
    conv1d_backward,
    conv2d,
    conv2d_backward,
    conv_transpose2d,
    conv_transpose2d_backward,
)
from .convolution.pooling import avg_pool2d, avg_pool2d_backward, max_pool2d, max_pool2d_backward
from .convolution.convolution_layers import AvgPool2d, Conv1d, Conv2d, MaxPool2d

# Words and signals, one step after another (16).
from .sequences.embedding import embedding, embedding_backward
from .sequences.rnn import rnn_tanh_cell, rnn_tanh_cell_backward
from .sequences.lstm import lstm_cell, lstm_cell_backward
from .sequences.gru import gru_cell, gru_cell_backward
from .sequences.attention import scaled_dot_product_attention, scaled_dot_product_attention_backward
