"""Chaining: schedules one after the other, or all at once.

Conventions as in ``schedules``.
"""

from bisect import bisect_right

from ...validation.descent import whole
from .schedules import initial_lr


class SequentialLR:
    """Follow one schedule after the other: warm up, then anneal.

    At each milestone the rate goes back to where the first schedule found it, and the next
    schedule begins its epoch 0.

    Parameters
    ----------
    optimizer : the one that all ``schedulers`` were made with
    schedulers : list of schedules
    milestones : list of int, the epochs at which the second, third, ... schedule begins

    Raises
    ------
    TypeError, ValueError
        If there is no schedule, one has another optimizer, or the milestones fall or are
        not one fewer than the schedules.

    Examples
    --------
    >>> import numpy as np
    >>> from dlcourse.reference import SGD, CosineAnnealingLR, LinearLR
    >>> optimizer = SGD([np.zeros(3)], lr=0.8)
    >>> warm_up = LinearLR(optimizer, start_factor=0.25, total_iters=3)
    >>> anneal = CosineAnnealingLR(optimizer, T_max=4)
    >>> schedule = SequentialLR(optimizer, [warm_up, anneal], milestones=[3])
    >>> rates = []
    >>> for epoch in range(8):
    ...     rates.append(round(optimizer.lr, 3))
    ...     schedule.step()
    >>> rates
    [0.2, 0.4, 0.6, 0.8, 0.683, 0.4, 0.117, 0.0]
    """

    def __init__(self, optimizer, schedulers, milestones):
        self.schedulers = _of_one_optimizer(schedulers, optimizer)
        self.milestones = [whole(f"milestones[{i}]", m, 0) for i, m in enumerate(milestones)]
        if len(self.milestones) != len(self.schedulers) - 1:
            raise ValueError(
                f"milestones has {len(self.milestones)} entries; needed one fewer than "
                f"schedulers, {len(self.schedulers) - 1}"
            )
        if self.milestones != sorted(self.milestones):
            raise ValueError(f"milestones is {self.milestones}; needed epochs that rise")
        self.optimizer, self.base_lr = optimizer, initial_lr(optimizer)
        # Each schedule may have set the rate when it was made; only the first one's turn is now.
        optimizer.lr = self.base_lr
        self.begin()

    def begin(self):
        """Start epoch 0 at the optimizer's present rate."""
        self.last_epoch = 0
        self._present().begin()

    def step(self):
        """End an epoch."""
        self.last_epoch += 1
        if self.last_epoch in self.milestones:
            self.optimizer.lr = self.base_lr
            self._present().begin()
        else:
            self._present().step()

    def _present(self):
        return self.schedulers[bisect_right(self.milestones, self.last_epoch)]

    def state_dict(self):
        """Return the count of epochs and the states of all schedules."""
        parts = [s.state_dict() for s in self.schedulers]
        return {"base_lr": self.base_lr, "last_epoch": self.last_epoch, "schedulers": parts}

    def load_state_dict(self, state):
        """Take over what ``state_dict`` of a sequence of the same schedules returned."""
        _restore_parts(self.schedulers, state)
        self.base_lr, self.last_epoch = state["base_lr"], state["last_epoch"]


class ChainedScheduler:
    """Follow several schedules at once: their factors multiply.

    Parameters
    ----------
    schedulers : list of schedules of one optimizer
    optimizer : that of the first schedule, if not given

    Raises
    ------
    TypeError, ValueError
        If there is no schedule, or one has another optimizer.

    Examples
    --------
    >>> import numpy as np
    >>> from dlcourse.reference import SGD, LinearLR, StepLR
    >>> optimizer = SGD([np.zeros(3)], lr=0.8)
    >>> warm_up = LinearLR(optimizer, start_factor=0.5, total_iters=2)
    >>> schedule = ChainedScheduler([warm_up, StepLR(optimizer, step_size=3)])
    >>> rates = []
    >>> for epoch in range(5):
    ...     rates.append(round(optimizer.lr, 3))
    ...     schedule.step()
    >>> rates
    [0.4, 0.6, 0.8, 0.08, 0.08]
    """

    def __init__(self, schedulers, optimizer=None):
        self.schedulers = _of_one_optimizer(schedulers, optimizer)
        self.optimizer = self.schedulers[0].optimizer

    def begin(self):
        """Start epoch 0 of every schedule at the optimizer's present rate."""
        for schedule in self.schedulers:
            schedule.begin()

    def step(self):
        """End an epoch."""
        for schedule in self.schedulers:
            schedule.step()

    def state_dict(self):
        """Return the states of all schedules."""
        return {"schedulers": [s.state_dict() for s in self.schedulers]}

    def load_state_dict(self, state):
        """Take over what ``state_dict`` of a chain of the same schedules returned."""
        _restore_parts(self.schedulers, state)


def _of_one_optimizer(schedulers, optimizer):
    schedulers = list(schedulers)
    if not schedulers:
        raise ValueError("schedulers is empty; needed at least one schedule")
    for i, schedule in enumerate(schedulers):
        if not hasattr(schedule, "begin"):
            raise TypeError(
                f"schedulers[{i}] is of type {type(schedule).__name__}; "
                "needed a schedule of dlcourse.reference"
            )
        if schedule.optimizer is not (optimizer or schedulers[0].optimizer):
            raise ValueError(
                f"schedulers[{i}] sets the rate of another optimizer; needed one for all"
            )
    return schedulers


def _restore_parts(schedulers, state):
    parts = state.get("schedulers", [])
    if len(parts) != len(schedulers):
        raise ValueError(
            f"state has {len(parts)} schedulers; needed as many as here, {len(schedulers)}"
        )
    for schedule, part in zip(schedulers, parts, strict=True):
        schedule.load_state_dict(part)
