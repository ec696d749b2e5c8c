"""Normalization as layers: they own weight and bias and, in batch norm, the running record."""

import torch

from ...validation.layers import features
from ...validation.normalization import as_shape
from ...validation.tensors import floating
from . import normalization as functions


class _BatchNorm:
    """What the two batch norms share; see the reference's class of the same name."""

    def __init__(self, num_features, eps=1e-5, momentum=0.1, affine=True, dtype=None, device=None):
        features(num_features=num_features)
        self.eps, self.momentum, self.training = eps, momentum, True
        options = {"dtype": dtype, "device": device}
        self.weight = torch.ones(num_features, **options, requires_grad=True) if affine else None
        self.bias = torch.zeros(num_features, **options, requires_grad=True) if affine else None
        self.running_mean = torch.zeros(num_features, **options)
        self.running_var = torch.ones(num_features, **options)
        self.num_batches_tracked = 0

    def forward(self, input):
        """Return ``input`` normalized by the batch in training, else by the running record."""
        x = floating("input", input)
        if x.ndim not in self._ndims:
            raise ValueError(
                f"input has shape {tuple(x.shape)}; "
                f"needed {' or '.join(map(str, self._ndims))} axes"
            )
        momentum = 1 / (self.num_batches_tracked + 1) if self.momentum is None else self.momentum
        statistics = self.running_mean, self.running_var
        output = functions.batch_norm(
            x, *statistics, self.weight, self.bias, self.training, momentum, self.eps
        )
        self.num_batches_tracked += self.training
        return output

    def parameters(self):
        """Return [weight, bias], or [] if the layer is not affine."""
        return [] if self.weight is None else [self.weight, self.bias]

    def train(self, mode=True):
        """Normalize by the batch from now on and keep the record (or, with False, use it)."""
        self.training = mode
        return self

    def eval(self):
        """Normalize by the running record from now on."""
        return self.train(False)


class BatchNorm1d(_BatchNorm):
    """Batch norm of features or signals; see dlcourse.reference.BatchNorm1d."""

    _ndims = (2, 3)


class BatchNorm2d(_BatchNorm):
    """Batch norm of images; see dlcourse.reference.BatchNorm2d."""

    _ndims = (4,)


class LayerNorm:
    """Layer norm over the last axes; see dlcourse.reference.LayerNorm."""

    def __init__(
        self,
        normalized_shape,
        eps=1e-5,
        elementwise_affine=True,
        bias=True,
        dtype=None,
        device=None,
    ):
        self.normalized_shape, self.eps = as_shape(normalized_shape), eps
        options = {"dtype": dtype, "device": device, "requires_grad": True}
        self.weight = self.bias = None
        if elementwise_affine:
            self.weight = torch.ones(self.normalized_shape, **options)
            self.bias = torch.zeros(self.normalized_shape, **options) if bias else None

    def forward(self, input):
        """Return ``input``, (..., *normalized_shape), normalized."""
        return functions.layer_norm(input, self.normalized_shape, self.weight, self.bias, self.eps)

    def parameters(self):
        """Return [weight, bias], without those that the layer does not own."""
        return [p for p in (self.weight, self.bias) if p is not None]
