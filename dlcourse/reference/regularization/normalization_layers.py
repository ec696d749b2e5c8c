"""Normalization as layers: they own weight and bias and, in batch norm, the running record."""

import numpy as np

from ...validation.arrays import floating, narrow
from ...validation.layers import features
from ...validation.normalization import as_shape
from . import normalization as functions


class _BatchNorm:
    """What the two batch norms share: all but the number of axes that they take."""

    def __init__(self, num_features, eps=1e-5, momentum=0.1, affine=True, dtype=np.float64):
        features(num_features=num_features)
        self.eps, self.momentum, self.training = eps, momentum, True
        self.weight = np.ones(num_features, dtype) if affine else None
        self.bias = np.zeros(num_features, dtype) if affine else None
        self.running_mean = np.zeros(num_features, dtype)
        self.running_var = np.ones(num_features, dtype)
        self.num_batches_tracked = 0

    def forward(self, input):
        """Return ``input`` normalized by the batch in training, else by the running record."""
        x = floating("input", input)
        if x.ndim not in self._ndims:
            raise ValueError(
                f"input has shape {x.shape}; needed {' or '.join(map(str, self._ndims))} axes"
            )
        momentum = 1 / (self.num_batches_tracked + 1) if self.momentum is None else self.momentum
        statistics = self.running_mean, self.running_var
        self._trained, self._dtype = self.training, x.dtype
        self._centred = functions.batch_centre(
            x, *statistics, self.weight, self.bias, self.training, momentum, self.eps
        )
        self.num_batches_tracked += self.training
        return narrow(functions.scale(*self._centred), x.dtype)

    def backward(self, grad_output):
        """Fill ``grad_weight`` and ``grad_bias``; return the gradient of the input."""
        gradients = functions.batch_backward(grad_output, *self._centred, self._trained)
        grad_input, self.grad_weight, self.grad_bias = narrow(gradients, self._dtype)
        return grad_input

    def parameters(self):
        """Return [weight, bias], or [] if the layer is not affine."""
        return [] if self.weight is None else [self.weight, self.bias]

    def gradients(self):
        """Return the gradients in the order of ``parameters``."""
        return [] if self.weight is None else [self.grad_weight, self.grad_bias]

    def train(self, mode=True):
        """Normalize by the batch from now on and keep the record (or, with False, use it)."""
        self.training = mode
        return self

    def eval(self):
        """Normalize by the running record from now on."""
        return self.train(False)


class BatchNorm1d(_BatchNorm):
    """Batch norm of features, (n, channels), or signals, (n, channels, length).

    Parameters
    ----------
    num_features : int, the number of channels
    eps : float, see ``batch_norm``
    momentum : float or None
        How much the newest batch counts in the running record; with None the record is the
        plain average over all batches so far.
    affine : bool, whether the layer owns a weight, 1 at first, and a bias, 0
    dtype : of parameters and record, and so of the input

    Attributes
    ----------
    weight, bias : (num_features,) or None
    grad_weight, grad_bias : the same shapes, filled by ``backward``
    running_mean, running_var : (num_features,), changed by ``forward`` in training
    num_batches_tracked : int, how many batches the record has seen
    training : bool, True at first; ``eval()`` and ``train()`` switch it

    Examples
    --------
    >>> layer = BatchNorm1d(2)
    >>> layer.forward(np.array([[1.0, 10.0], [3.0, 30.0]])).round(3)
    array([[-1., -1.],
           [ 1.,  1.]])
    >>> layer.eval().forward(np.array([[0.2, 2.0]]))
    array([[0., 0.]])
    """

    _ndims = (2, 3)


class BatchNorm2d(_BatchNorm):
    """Batch norm of images, (n, channels, height, width); arguments as in BatchNorm1d.

    All pixels of all patients share a channel's statistics, because they share its kernel.
    """

    _ndims = (4,)


class LayerNorm:
    """Layer norm: each patient is normalized over its own last axes; see ``layer_norm``.

    Parameters
    ----------
    normalized_shape : int or tuple, the sizes of those axes
    eps : float
    elementwise_affine : bool, whether the layer owns a weight, 1 at first
    bias : bool, whether it then owns a bias too, 0 at first
    dtype : of the parameters, and so of the input

    Attributes
    ----------
    weight, bias : normalized_shape, or None
    grad_weight, grad_bias : the same shapes, filled by ``backward``
    """

    def __init__(
        self, normalized_shape, eps=1e-5, elementwise_affine=True, bias=True, dtype=np.float64
    ):
        self.normalized_shape, self.eps = as_shape(normalized_shape), eps
        self.weight = np.ones(self.normalized_shape, dtype) if elementwise_affine else None
        self.bias = np.zeros(self.normalized_shape, dtype) if elementwise_affine and bias else None

    def forward(self, input):
        """Return ``input``, (..., *normalized_shape), normalized."""
        x = floating("input", input)
        self._centred = functions.layer_centre(
            x, self.normalized_shape, self.weight, self.bias, self.eps
        )
        self._shape, self._dtype = x.shape, x.dtype
        return narrow(functions.scale(*self._centred).reshape(x.shape), x.dtype)

    def backward(self, grad_output):
        """Fill ``grad_weight`` and ``grad_bias``; return the gradient of the input."""
        gradients = functions.layer_backward(
            grad_output, *self._centred, self._shape, self.normalized_shape
        )
        grad_input, self.grad_weight, self.grad_bias = narrow(gradients, self._dtype)
        return grad_input

    def parameters(self):
        """Return [weight, bias], without those that the layer does not own."""
        return [p for p in (self.weight, self.bias) if p is not None]

    def gradients(self):
        """Return the gradients in the order of ``parameters``."""
        return [self.grad_weight, self.grad_bias][: len(self.parameters())]
