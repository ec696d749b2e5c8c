"""Adam: momentum for the direction, squared gradients for the size of each weight's step.

Conventions as in ``descent``. In float16 the eps of 1e-8 is 0: torch, which rounds the
denominator too, has NaN for a weight whose gradient is 0. Here the step is in float32, but v,
kept in float16, is 0 for gradients below 0.005: train in float32.
"""

import math

import numpy as np

from ...validation.descent import matching, parameters, rate
from ._state import in_float32, restore, saved
from .descent import penalized


class Adam:
    r"""Momentum over RMSprop, both corrected for their start at 0.

    Two running means, :math:`m \leftarrow \beta_1 m + (1 - \beta_1) g` and
    :math:`v \leftarrow \beta_2 v + (1 - \beta_2) g^2`. After t steps from 0 they are too
    small by :math:`1 - \beta^t`; divided by that, they are
    :math:`\hat m` and :math:`\hat v`, and
    :math:`w \leftarrow w - \text{lr} \cdot \hat m / (\sqrt{\hat v} + \epsilon)`.
    Kingma and Ba (2015); Reddi et al. (2018) for ``amsgrad``.

    Parameters
    ----------
    params : list of float arrays, changed in place by ``step``
    lr : learning rate, about the size of one step
    betas : shares of the two means that a step keeps
    eps : keeps the division from 0
    weight_decay : times the weight, added to the gradient. The division then undoes most of
        it for weights with large gradients: see AdamW.
    amsgrad : divide by the largest v so far, so that rates never rise

    Raises
    ------
    TypeError, ValueError
        If ``params`` is empty or holds what cannot change, a rate is below 0, or a beta is
        not within 0 and 1.

    Examples
    --------
    The first step is lr, whatever the size of the gradient:

    >>> w = np.array([1.0, 1.0])
    >>> Adam([w], lr=0.1).step([np.array([1000.0, -0.001])])
    >>> w.round(4)
    array([0.9, 1.1])
    """

    def __init__(
        self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0, amsgrad=False
    ):
        self.params = parameters(params)
        self.lr, self.eps = rate("lr", lr), rate("eps", eps)
        self.weight_decay, self.amsgrad = rate("weight_decay", weight_decay), bool(amsgrad)
        if np.shape(betas) != (2,):
            raise ValueError(f"betas is {betas!r}; needed two numbers")
        self.beta1, self.beta2 = (rate(f"betas[{i}]", b, below=1) for i, b in enumerate(betas))
        self.steps = 0
        self.exp_avg = [np.zeros_like(p) for p in self.params]
        self.exp_avg_sq = [np.zeros_like(p) for p in self.params]
        self.max_exp_avg_sq = [np.zeros_like(p) for p in self.params] if amsgrad else []

    def step(self, gradients):
        """Move every parameter, in place; ``gradients`` come in the order of ``params``."""
        gradients = matching(gradients, self.params)
        self._move(penalized(gradients, self.params, self.weight_decay))

    def _move(self, gradients):
        self.steps += 1
        lr = float(self.lr) / (1 - self.beta1**self.steps)
        root_correction = math.sqrt(1 - self.beta2**self.steps)
        largest = self.max_exp_avg_sq or [None] * len(gradients)
        lists = self.params, gradients, self.exp_avg, self.exp_avg_sq, largest
        for p, g, m, v, most in in_float32(*lists):
            m += (1 - self.beta1) * (g - m)
            v *= self.beta2
            v += (1 - self.beta2) * g * g
            if self.amsgrad:
                v = np.maximum(most, v, out=most)
            p -= lr * m / (np.sqrt(v) / root_correction + self.eps)

    def state_dict(self):
        """Return copies of the rates, the count of steps and the running means."""
        return saved(self)

    def load_state_dict(self, state):
        """Take over what ``state_dict`` of an Adam with the same parameters returned."""
        restore(self, state)


class AdamW(Adam):
    r"""Adam whose weight decay shrinks the weights directly, past the division.

    First :math:`w \leftarrow (1 - \text{lr} \cdot \text{weight\_decay}) w`, then Adam's step
    without decay. All weights shrink by the same share, which Adam's own decay, divided by
    :math:`\sqrt{\hat v}`, does not do. Loshchilov and Hutter (2019).

    Parameters, Raises : as in Adam; ``weight_decay`` is 0.01

    Examples
    --------
    A busy weight and an idle one. AdamW takes 10 % of each; Adam spares the busy one.

    >>> busy_and_idle = np.array([10.0, 0.1])
    >>> optimizer = AdamW([busy_and_idle], lr=0.1, weight_decay=0.1)
    >>> for _ in range(10):
    ...     optimizer.step([np.array([100.0, 0.0])])
    >>> busy_and_idle.round(4)
    array([8.0876, 0.0904])
    """

    def __init__(
        self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2, amsgrad=False
    ):
        super().__init__(params, lr, betas, eps, weight_decay, amsgrad)

    def step(self, gradients):
        """Shrink and move every parameter, in place."""
        gradients = matching(gradients, self.params)
        for (p,) in in_float32(self.params):
            p *= 1 - float(self.lr) * self.weight_decay
        self._move(gradients)
