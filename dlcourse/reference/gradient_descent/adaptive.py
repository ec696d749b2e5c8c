"""Adaptive descent: each weight gets a rate of its own, from the gradients it has seen.

Both divide the step by the root of a record of squared gradients, so that a weight with
small gradients moves about as far as one with large ones. They differ in what they record.
Conventions as in ``descent``; the next of this family is in ``adam``.
"""

import numpy as np

from ...validation.descent import matching, parameters, rate
from ._state import in_float32, restore, saved
from .descent import penalized


class Adagrad:
    r"""Divide by the root of all squared gradients so far: rates only ever fall.

    :math:`s \leftarrow s + g^2`, then :math:`w \leftarrow w - \text{lr} \cdot g / (\sqrt s +
    \epsilon)`. Suits rare features, whose weights keep a large rate. Duchi et al. (2011).

    Parameters
    ----------
    params : list of float arrays, changed in place by ``step``
    lr : learning rate
    lr_decay : the rate of step t, counted from 0, is lr / (1 + t lr_decay)
    weight_decay : times the weight, added to the gradient
    initial_accumulator_value : where s starts
    eps : keeps the division from 0

    Raises
    ------
    TypeError, ValueError
        If ``params`` is empty or holds what cannot change, or a rate is below 0.

    Examples
    --------
    The first step is lr for every weight, however large its gradient:

    >>> w = np.array([1.0, 1.0])
    >>> Adagrad([w], lr=0.1).step([np.array([1000.0, -0.001])])
    >>> w.round(6)
    array([0.9, 1.1])
    """

    def __init__(
        self,
        params,
        lr=1e-2,
        lr_decay=0,
        weight_decay=0,
        initial_accumulator_value=0,
        eps=1e-10,
    ):
        self.params = parameters(params)
        self.lr, self.lr_decay = rate("lr", lr), rate("lr_decay", lr_decay)
        self.weight_decay, self.eps = rate("weight_decay", weight_decay), rate("eps", eps)
        start = rate("initial_accumulator_value", initial_accumulator_value)
        self.steps = 0
        self.sum = [np.full_like(p, start) for p in self.params]

    def step(self, gradients):
        """Move every parameter, in place; ``gradients`` come in the order of ``params``."""
        gradients = matching(gradients, self.params)
        gradients = penalized(gradients, self.params, self.weight_decay)
        lr = float(self.lr) / (1 + self.steps * self.lr_decay)
        self.steps += 1
        for p, g, s in in_float32(self.params, gradients, self.sum):
            s += g * g
            p -= lr * g / (np.sqrt(s) + self.eps)

    def state_dict(self):
        """Return copies of the rates, the count of steps and the sums."""
        return saved(self)

    def load_state_dict(self, state):
        """Take over what ``state_dict`` of an Adagrad with the same parameters returned."""
        restore(self, state)


class RMSprop:
    r"""Divide by the root of a running mean of squared gradients: old ones are forgotten.

    :math:`v \leftarrow \alpha v + (1 - \alpha) g^2`, then
    :math:`w \leftarrow w - \text{lr} \cdot g / (\sqrt v + \epsilon)`.
    Tieleman and Hinton (2012), lecture 6.5; Graves (2013) for ``centered``.

    Parameters
    ----------
    params : list of float arrays, changed in place by ``step``
    lr : learning rate
    alpha : share of the mean that a step keeps; 0.99 remembers about 100 steps
    eps : keeps the division from 0
    weight_decay : times the weight, added to the gradient
    momentum : of a sum of the divided gradients, as in SGD
    centered : divide by the running standard deviation instead. Where rounding pushes the
        variance below 0, it counts as 0; torch has NaN there.

    Raises
    ------
    TypeError, ValueError
        If ``params`` is empty or holds what cannot change, or a rate is below 0.

    Examples
    --------
    v starts at 0 and is not corrected for it, so the first step is lr / sqrt(1 - alpha):

    >>> w = np.array([1.0])
    >>> RMSprop([w], lr=0.01).step([np.array([5.0])])
    >>> w.round(6)
    array([0.9])
    """

    def __init__(
        self, params, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0, momentum=0, centered=False
    ):
        self.params = parameters(params)
        self.lr, self.alpha, self.eps = rate("lr", lr), rate("alpha", alpha), rate("eps", eps)
        self.weight_decay = rate("weight_decay", weight_decay)
        self.momentum, self.centered = rate("momentum", momentum), bool(centered)
        self.square_avg = [np.zeros_like(p) for p in self.params]
        self.grad_avg = [np.zeros_like(p) for p in self.params] if centered else []
        self.momentum_buffer = [np.zeros_like(p) for p in self.params] if momentum else []

    def step(self, gradients):
        """Move every parameter, in place; ``gradients`` come in the order of ``params``."""
        gradients, lr = matching(gradients, self.params), float(self.lr)
        gradients = penalized(gradients, self.params, self.weight_decay)
        none = [None] * len(gradients)
        memory = self.square_avg, self.grad_avg or none, self.momentum_buffer or none
        for p, g, v, m, b in in_float32(self.params, gradients, *memory):
            v *= self.alpha
            v += (1 - self.alpha) * g * g
            if self.centered:
                m += (1 - self.alpha) * (g - m)
                v = np.maximum(v - m * m, 0)
            g = g / (np.sqrt(v) + self.eps)
            if self.momentum:
                b *= self.momentum
                b += g
                g = b
            p -= lr * g

    def state_dict(self):
        """Return copies of the rates, the running means and the momentum."""
        return saved(self)

    def load_state_dict(self, state):
        """Take over what ``state_dict`` of an RMSprop with the same parameters returned."""
        restore(self, state)
