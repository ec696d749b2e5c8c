"""Descent: how a gradient becomes a step.

An optimizer holds the list of arrays that training changes, and ``step(gradients)`` changes
them in place; it changes nothing else. Its rate is ``optimizer.lr``, which may be set at
any time. ``state_dict()`` returns its memory, ``load_state_dict(state)`` puts it back.
Names, defaults and arithmetic are torch.optim's, with one group of parameters and without
``maximize`` (negate the gradients) and the switches of torch's implementation.
"""

import numpy as np

from ...validation.arrays import wide
from ...validation.descent import matching, number, parameters, rate
from ._state import in_float32, restore, saved


class SGD:
    r"""Stochastic gradient descent: step against the gradient, or against a sum of gradients.

    With ``momentum`` :math:`\mu`, gradients g enter a sum that forgets,
    :math:`b \leftarrow \mu b + (1 - \text{dampening}) g`, and the step is
    :math:`w \leftarrow w - \text{lr} \cdot b`. The first gradient starts b undamped.
    Nesterov's form looks one step ahead: it moves along :math:`g + \mu b`.
    Polyak (1964); Sutskever et al. (2013) for this form of Nesterov's.

    Parameters
    ----------
    params : list of float arrays, changed in place by ``step``
    lr : learning rate
    momentum : 0 for plain descent; often 0.9
    dampening : share of each new gradient that is left out of the sum
    weight_decay : times the weight, added to the gradient: the slope of an L2 penalty
    nesterov : bool

    Raises
    ------
    TypeError, ValueError
        If ``params`` is empty or holds what cannot change, or a rate is below 0.

    Examples
    --------
    >>> w = np.array([1.0])
    >>> optimizer = SGD([w], lr=0.1)
    >>> optimizer.step([2 * w])
    >>> w
    array([0.8])
    """

    def __init__(self, params, lr=1e-3, momentum=0, dampening=0, weight_decay=0, nesterov=False):
        self.params = parameters(params)
        self.lr, self.momentum = rate("lr", lr), rate("momentum", momentum)
        self.dampening = number("dampening", dampening)
        self.weight_decay, self.nesterov = rate("weight_decay", weight_decay), bool(nesterov)
        if nesterov and (momentum == 0 or dampening != 0):
            raise ValueError(
                f"nesterov needs a momentum above 0 and a dampening of 0; "
                f"found {momentum} and {dampening}"
            )
        self.momentum_buffer = []

    def step(self, gradients):
        """Move every parameter, in place; ``gradients`` come in the order of ``params``."""
        gradients, lr = matching(gradients, self.params), float(self.lr)
        gradients = penalized(gradients, self.params, self.weight_decay)
        if self.momentum:
            gradients = self._remember(gradients)
        for p, g in in_float32(self.params, gradients):
            p -= lr * g

    def _remember(self, gradients):
        if not self.momentum_buffer:
            self.momentum_buffer = [
                np.array(g, p.dtype) for p, g in zip(self.params, gradients, strict=True)
            ]
        else:
            for b, g in in_float32(self.momentum_buffer, gradients):
                b *= self.momentum
                b += (1 - self.dampening) * g
        buffer = wide(self.momentum_buffer)
        if not self.nesterov:
            return buffer
        return [g + self.momentum * b for b, g in zip(buffer, gradients, strict=True)]

    def state_dict(self):
        """Return copies of the rates and of the momentum."""
        return saved(self)

    def load_state_dict(self, state):
        """Take over what ``state_dict`` of an SGD with the same parameters returned."""
        restore(self, state)


def penalized(gradients, params, weight_decay):
    """Return ``gradients`` with ``weight_decay`` times the weights: the slope of an L2 penalty."""
    if not weight_decay:
        return gradients
    return [g + weight_decay * wide(p) for p, g in zip(params, gradients, strict=True)]
