"""Regularization: keep a network from learning its patients by heart."""

import torch

from ...validation import tensors as validate
from ...validation.regularization import at_least_0, probability
from ...validation.tensors import floating, narrow, through_float32, wide


@through_float32
def dropout(input, p=0.5, training=True, generator=None):
    """Silence each number with probability ``p``, in training; scale the rest by 1 / (1 - p).

    See dlcourse.reference.dropout.
    """
    x = floating("input", input)
    probability(p)
    if not training or p == 0:
        return x
    return x * dropout_mask(x.shape, p, generator, x.dtype)


def dropout_mask(shape, p=0.5, generator=None, dtype=None):
    """Draw what dropout multiplies by, on the device of ``generator``.

    See dlcourse.reference.dropout_mask. ``dtype`` defaults to torch's default dtype.
    """
    probability(p)
    validate.generator(generator)
    if p == 1:
        return torch.zeros(shape, dtype=dtype, device=generator.device)
    # 16 bits are too coarse to draw from: float16 has 2,048 steps between 0 and 1.
    like = torch.empty(0, dtype=dtype)
    drawn = torch.rand(shape, generator=generator, dtype=wide(like).dtype, device=generator.device)
    return narrow((drawn >= p).to(drawn.dtype) / (1 - p), like.dtype)


class Dropout:
    """Dropout as a layer; see dlcourse.reference.Dropout."""

    def __init__(self, p=0.5, *, generator):
        probability(p)
        validate.generator(generator)
        self.p, self.generator, self.training = p, generator, True

    def forward(self, input):
        """Return ``input`` with a new draw of neurons silenced; in evaluation, ``input``."""
        return dropout(input, self.p, self.training, self.generator)

    def parameters(self):
        """Return []: there is nothing to train."""
        return []

    def train(self, mode=True):
        """Silence from now on (or, with False, no longer)."""
        self.training = mode
        return self

    def eval(self):
        """Let everything through from now on."""
        return self.train(False)


@through_float32
def l1_penalty(weight, strength):
    """Charge the sum of |w|, times ``strength``.

    See dlcourse.reference.l1_penalty.
    """
    return (at_least_0("strength", strength) * floating("weight", weight).abs()).sum()


@through_float32
def l2_penalty(weight, strength):
    """Charge half the sum of squares, times ``strength``.

    See dlcourse.reference.l2_penalty.
    """
    w = floating("weight", weight)
    return (at_least_0("strength", strength) / 2 * w * w).sum()


@through_float32
def soft_threshold(input, threshold=0.5):
    """Move every number towards 0 by ``threshold``.

    See dlcourse.reference.soft_threshold. Where the result is 0 so is the slope, also at
    the threshold itself, where ``clamp`` would let the gradient through.
    """
    x = floating("input", input)
    t = at_least_0("threshold", threshold)
    return torch.where(x.abs() <= t, 0, torch.where(x < 0, x + t, x - t))
