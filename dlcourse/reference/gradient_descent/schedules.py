"""Schedules: how the learning rate changes from epoch to epoch.

A schedule holds an optimizer and sets its ``lr``: once when it is made, then each time that
``step()`` ends an epoch. As in torch.optim.lr_scheduler, each step multiplies the rate that
it finds. So schedules can be chained, and a rate changed by hand stays changed.

The first schedule of an optimizer writes its rate down as ``optimizer.initial_lr``; those
made later start from there too. To resume, make the optimizer and the schedules first, then
load the state of each; so torch's ``last_epoch`` argument is left out.
How to chain schedules stands in ``chaining``.
"""

import math

from ...validation.descent import number, rate, whole
from ._state import restore, saved


class StepLR:
    r"""Multiply the rate by ``gamma`` every ``step_size`` epochs.

    Parameters
    ----------
    optimizer : whose ``lr`` is set
    step_size : int, epochs from one drop to the next
    gamma : factor of a drop

    Raises
    ------
    TypeError, ValueError
        If ``optimizer`` has no ``lr``, ``step_size`` is below 1, or ``gamma`` below 0.

    Examples
    --------
    >>> import numpy as np
    >>> from dlcourse.reference import SGD
    >>> optimizer = SGD([np.zeros(3)], lr=0.8)
    >>> schedule = StepLR(optimizer, step_size=2, gamma=0.5)
    >>> for epoch in range(5):
    ...     print(epoch, optimizer.lr)
    ...     schedule.step()
    0 0.8
    1 0.8
    2 0.4
    3 0.4
    4 0.2
    """

    def __init__(self, optimizer, step_size, gamma=0.1):
        initial_lr(optimizer)
        self.optimizer = optimizer
        self.step_size, self.gamma = whole("step_size", step_size, 1), rate("gamma", gamma)
        self.begin()

    def begin(self):
        """Start epoch 0 at the optimizer's present rate."""
        self.last_epoch = 0

    def step(self):
        """End an epoch."""
        self.last_epoch += 1
        if self.last_epoch % self.step_size == 0:
            self.optimizer.lr *= self.gamma

    def state_dict(self):
        """Return the settings and the count of epochs."""
        return saved(self)

    def load_state_dict(self, state):
        """Take over what ``state_dict`` returned."""
        restore(self, state)


class LinearLR:
    r"""Warm up: raise the rate in a straight line over the first ``total_iters`` epochs.

    In epoch t the rate is multiplied by :math:`s + (e - s) \min(t / T, 1)`, where s is
    ``start_factor``, e ``end_factor`` and T ``total_iters``.

    Parameters
    ----------
    optimizer : whose ``lr`` is set
    start_factor : above 0, at most 1
    end_factor : from 0 to 1
    total_iters : int, epochs until ``end_factor`` is reached

    Raises
    ------
    TypeError, ValueError
        If ``optimizer`` has no ``lr`` or a number lies outside of what stands above.
    """

    def __init__(self, optimizer, start_factor=1 / 3, end_factor=1.0, total_iters=5):
        initial_lr(optimizer)
        self.optimizer = optimizer
        self.start_factor = number("start_factor", start_factor)
        self.end_factor = number("end_factor", end_factor)
        if not 0 < self.start_factor <= 1:
            raise ValueError(f"start_factor is {start_factor}; needed above 0, at most 1")
        if not 0 <= self.end_factor <= 1:
            raise ValueError(f"end_factor is {end_factor}; needed from 0 to 1")
        self.total_iters = whole("total_iters", total_iters, 1)
        self.begin()

    def begin(self):
        """Start epoch 0 at ``start_factor`` times the optimizer's present rate."""
        self.last_epoch = 0
        self.optimizer.lr *= self.start_factor

    def step(self):
        """End an epoch."""
        self.last_epoch += 1
        if self.last_epoch <= self.total_iters:
            self.optimizer.lr *= self._factor(self.last_epoch) / self._factor(self.last_epoch - 1)

    def _factor(self, epoch):
        rise = self.end_factor - self.start_factor
        return self.start_factor + rise * epoch / self.total_iters

    def state_dict(self):
        """Return the settings and the count of epochs."""
        return saved(self)

    def load_state_dict(self, state):
        """Take over what ``state_dict`` returned."""
        restore(self, state)


class CosineAnnealingLR:
    r"""Let the rate fall along half a cosine: slowly, fast, slowly.

    From lr in epoch 0 to ``eta_min`` in epoch ``T_max``, and, if training goes on, up again:
    :math:`\eta_{min} + (\text{lr} - \eta_{min}) (1 + \cos(\pi t / T_{max})) / 2`.
    Loshchilov and Hutter (2017), without their restarts.

    Parameters
    ----------
    optimizer : whose ``lr`` is set
    T_max : int, epochs from top to bottom
    eta_min : the lowest rate

    Raises
    ------
    TypeError, ValueError
        If ``optimizer`` has no ``lr``, ``T_max`` is below 1, or ``eta_min`` below 0.
    """

    def __init__(self, optimizer, T_max, eta_min=0.0):
        self.optimizer, self.base_lr = optimizer, initial_lr(optimizer)
        self.T_max, self.eta_min = whole("T_max", T_max, 1), rate("eta_min", eta_min)
        self.begin()

    def begin(self):
        """Start epoch 0 at the optimizer's present rate."""
        self.last_epoch = 0

    def step(self):
        """End an epoch."""
        self.last_epoch += 1
        lr = self.optimizer.lr
        if (self.last_epoch - 1) % (2 * self.T_max) == self.T_max:
            # The bottom is behind. There the height was 0, which nothing can multiply.
            lr += (self.base_lr - self.eta_min) * (1 - math.cos(math.pi / self.T_max)) / 2
        else:
            ratio = self._height(self.last_epoch) / self._height(self.last_epoch - 1)
            lr = ratio * (lr - self.eta_min) + self.eta_min
        self.optimizer.lr = lr

    def _height(self, epoch):
        return 1 + math.cos(math.pi * epoch / self.T_max)

    def state_dict(self):
        """Return the settings and the count of epochs."""
        return saved(self)

    def load_state_dict(self, state):
        """Take over what ``state_dict`` returned."""
        restore(self, state)


def initial_lr(optimizer):
    """Return the rate that the first schedule of ``optimizer`` found."""
    if not hasattr(optimizer, "lr"):
        raise TypeError(
            f"optimizer is of type {type(optimizer).__name__}; needed one of dlcourse.reference"
        )
    if not hasattr(optimizer, "initial_lr"):
        optimizer.initial_lr = optimizer.lr
    return optimizer.initial_lr
