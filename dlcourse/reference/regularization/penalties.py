"""Regularization: keep a network from learning its patients by heart.

Dropout makes neurons unreliable, so that none can be relied on alone; penalties make large
weights cost something. ``normalization`` and ``augmentation`` have modules of their own.
"""

import numpy as np

from ...validation.arrays import floating, generator, gradient, through_float32
from ...validation.regularization import at_least_0, probability


@through_float32
def dropout(input, p=0.5, training=True, rng=None):
    """Silence each number with probability ``p``, in training; scale the rest by 1 / (1 - p).

    The scaling keeps the expected output as it was, so that evaluation needs no correction:
    there, and at p = 0, the input itself comes back. Srivastava et al. (2014).

    Parameters
    ----------
    input : any shape
    p : probability from 0 to 1
    training : bool
    rng : numpy.random.Generator, needed in training

    Returns
    -------
    The shape of input

    Raises
    ------
    TypeError, ValueError
        If p is no probability, or training has no rng.

    Examples
    --------
    >>> dropout(np.ones(6), p=0.5, rng=np.random.default_rng(0))
    array([2., 0., 0., 0., 2., 2.])
    """
    x = floating("input", input)
    probability(p)
    if not training or p == 0:
        return x
    return x * dropout_mask(x.shape, p, rng, x.dtype)


def dropout_mask(shape, p=0.5, rng=None, dtype=None):
    """Draw what dropout multiplies by: 0 with probability ``p``, else 1 / (1 - p).

    Once it is drawn, dropout is a product, on tensors of ``autodiff`` too. ``dtype`` is
    float64 by default.
    """
    probability(p)
    generator(rng)
    if p == 1:
        return np.zeros(shape, dtype)
    return (rng.random(shape) >= p).astype(dtype) / float(1 - p)


@through_float32
def dropout_backward(grad_output, mask):
    """Return the gradient of the input, given the ``mask`` that the forward pass drew.

    This backward takes the mask in place of the forward's arguments, because another draw
    would be another function.
    """
    mask = floating("mask", mask)
    return gradient(grad_output, mask.shape, mask.dtype) * mask


class Dropout:
    """Dropout as a layer, which keeps its mask for ``backward``; see ``dropout``.

    Parameters
    ----------
    p : probability from 0 to 1
    rng : numpy.random.Generator

    Attributes
    ----------
    training : bool, True at first; ``eval()`` and ``train()`` switch it
    """

    def __init__(self, p=0.5, *, rng):
        probability(p)
        generator(rng)
        self.p, self.rng, self.training = p, rng, True

    def forward(self, input):
        """Return ``input`` with a new draw of neurons silenced; in evaluation, ``input``."""
        x = floating("input", input)
        p = self.p if self.training else 0
        self._mask = dropout_mask(x.shape, p, self.rng, x.dtype) if p else np.ones_like(x)
        return x * self._mask if p else x

    def backward(self, grad_output):
        """Return the gradient of the latest input: 0 where it was silenced."""
        return dropout_backward(grad_output, self._mask)

    def parameters(self):
        """Return []: there is nothing to train."""
        return []

    def gradients(self):
        """Return []."""
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
    r"""Charge :math:`\lambda \sum |w|`: every weight pays by its size, so small ones go to 0.

    Parameters
    ----------
    weight : any shape
    strength : :math:`\lambda`, 0 or more

    Returns
    -------
    A number, to be added to the loss
    """
    w = floating("weight", weight)
    return np.sum(at_least_0("strength", strength) * np.abs(w))


@through_float32
def l1_penalty_backward(grad_output, weight, strength):
    r"""Return the gradient, :math:`\lambda\, \mathrm{sign}(w)`; at 0 it is 0, as in torch."""
    w = floating("weight", weight)
    slope = at_least_0("strength", strength) * np.sign(w)
    return gradient(grad_output, (), w.dtype) * slope


@through_float32
def l2_penalty(weight, strength):
    r"""Charge :math:`\frac{\lambda}{2} \sum w^2`: large weights pay most, none goes to 0.

    With the half, SGD on this loss is SGD with ``weight_decay`` equal to ``strength``.

    Parameters
    ----------
    weight : any shape
    strength : :math:`\lambda`, 0 or more

    Returns
    -------
    A number, to be added to the loss
    """
    w = floating("weight", weight)
    return np.sum(at_least_0("strength", strength) / 2 * w * w)


@through_float32
def l2_penalty_backward(grad_output, weight, strength):
    r"""Return the gradient, :math:`\lambda w`."""
    w = floating("weight", weight)
    return gradient(grad_output, (), w.dtype) * (at_least_0("strength", strength) * w)


@through_float32
def soft_threshold(input, threshold=0.5):
    r"""Move every number towards 0 by ``threshold``: :math:`\mathrm{sign}(x) \max(|x| - t, 0)`.

    Descent on an L1 penalty steps over 0 and back; this step, with t = lr times strength,
    lands on it. Daubechies, Defrise and De Mol (2004); torch calls it ``F.softshrink``.

    Parameters
    ----------
    input : any shape
    threshold : number, 0 or more

    Examples
    --------
    >>> soft_threshold(np.array([-3.0, -0.5, 0.0, 2.0]), 1.0)
    array([-2.,  0.,  0.,  1.])
    """
    x = floating("input", input)
    t = at_least_0("threshold", threshold)
    return x - np.clip(x, -t, t)


@through_float32
def soft_threshold_backward(grad_output, input, threshold=0.5):
    """Pass the gradient where the input was beyond the threshold (or NaN), else 0."""
    x = floating("input", input)
    flat = np.abs(x) <= at_least_0("threshold", threshold)
    return gradient(grad_output, x.shape, x.dtype) * ~flat
