"""Schedules, alone and chained, against torch.optim.lr_scheduler over fifty epochs."""

import inspect

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from dlcourse import accelerated, reference

EPOCHS = 50
SCHEDULES = ["StepLR", "LinearLR", "CosineAnnealingLR", "SequentialLR", "ChainedScheduler"]
# The same sums in the same order, but for one rewritten fraction.
CLOSE = {"rtol": 1e-10, "atol": 1e-14}

step_lr = st.tuples(
    st.just("StepLR"),
    st.fixed_dictionaries({"step_size": st.integers(1, 60), "gamma": st.floats(0, 1.5)}),
)
linear_lr = st.tuples(
    st.just("LinearLR"),
    st.fixed_dictionaries(
        {
            "start_factor": st.floats(0.01, 1),
            "end_factor": st.floats(0, 1),
            "total_iters": st.integers(1, 60),
        }
    ),
)
cosine_lr = st.tuples(
    st.just("CosineAnnealingLR"),
    st.fixed_dictionaries({"T_max": st.integers(1, 60), "eta_min": st.floats(0, 0.01)}),
)
plain = st.one_of(step_lr, linear_lr, cosine_lr)
several = st.lists(plain, min_size=1, max_size=3)


class Rates:
    """One optimizer of each half, whose rates are to stay equal."""

    def __init__(self, lr):
        self.weight = torch.zeros(1)
        self.weight.grad = torch.zeros(1)
        self.ours = reference.SGD([np.zeros(1)], lr)
        self.torchs = torch.optim.SGD([self.weight], lr)
        self.schedules = ()

    def make(self, name, *args, **kwargs):
        return getattr(reference, name)(*args[0], **kwargs), getattr(
            torch.optim.lr_scheduler, name
        )(*args[1], **kwargs)

    def plain(self, name, options):
        return self.make(name, (self.ours,), (self.torchs,), **options)

    def end_epoch(self):
        self.torchs.step()
        for schedule in self.schedules:
            schedule.step()

    def equal(self):
        np.testing.assert_allclose(self.ours.lr, self.torchs.param_groups[0]["lr"], **CLOSE)


@pytest.mark.parametrize("name", SCHEDULES)
def test_the_twin_is_torchs_own(name):
    assert getattr(accelerated, name) is getattr(torch.optim.lr_scheduler, name)


@pytest.mark.parametrize("name", SCHEDULES)
def test_torchs_arguments_and_defaults(name):
    torchs = inspect.signature(getattr(torch.optim.lr_scheduler, name)).parameters
    ours = inspect.signature(getattr(reference, name)).parameters
    assert list(ours) == [n for n in torchs if n != "last_epoch"]
    assert [p.default for p in ours.values()] == [torchs[n].default for n in ours]


@given(schedule=plain, lr=st.floats(1e-3, 1), changed=st.integers(1, EPOCHS))
def test_fifty_epochs_like_torch(schedule, lr, changed):
    rates = Rates(lr)
    rates.schedules = rates.plain(*schedule)
    for epoch in range(EPOCHS):
        rates.equal()
        if epoch == changed:
            rates.ours.lr *= 0.3
            rates.torchs.param_groups[0]["lr"] *= 0.3
        rates.end_epoch()
    rates.equal()


@given(parts=several, lr=st.floats(1e-3, 1))
def test_chained_like_torch(parts, lr):
    rates = Rates(lr)
    rates.schedules = rates.make(
        "ChainedScheduler",
        *((list(p),) for p in zip(*(rates.plain(*p) for p in parts), strict=True)),
    )
    for _ in range(EPOCHS):
        rates.equal()
        rates.end_epoch()


@given(parts=several, lr=st.floats(1e-3, 1), data=st.data())
def test_one_after_the_other_like_torch(parts, lr, data):
    gaps = st.lists(st.integers(0, 25), min_size=len(parts) - 1, max_size=len(parts) - 1)
    milestones = np.cumsum(data.draw(gaps), dtype=int).tolist()
    rates = Rates(lr)
    ours, torchs = zip(*(rates.plain(*p) for p in parts), strict=True)
    rates.schedules = rates.make(
        "SequentialLR",
        (rates.ours, list(ours)),
        (rates.torchs, list(torchs)),
        milestones=milestones,
    )
    for _ in range(EPOCHS):
        rates.equal()
        rates.end_epoch()


def test_a_chain_may_stand_in_a_sequence():
    optimizer = reference.SGD([np.zeros(1)], lr=1.0)
    warm_up = reference.LinearLR(optimizer, start_factor=0.5, total_iters=2)
    chain = reference.ChainedScheduler(
        [
            reference.LinearLR(optimizer, start_factor=0.5, total_iters=2),
            reference.StepLR(optimizer, step_size=1, gamma=0.1),
        ]
    )
    schedule = reference.SequentialLR(optimizer, [warm_up, chain], milestones=[3])
    rates = []
    for _ in range(6):
        rates.append(optimizer.lr)
        schedule.step()
    np.testing.assert_allclose(rates, [0.5, 0.75, 1, 0.5, 0.075, 0.01])


def sgd():
    return reference.SGD([np.zeros(1)], lr=0.1)


@pytest.mark.parametrize(
    "name, options, error, message",
    [
        ("StepLR", {"step_size": 0}, ValueError, "step_size is 0; needed 1 or more"),
        ("StepLR", {"step_size": 2.5}, TypeError, "step_size is 2.5; needed a whole number"),
        ("StepLR", {"step_size": 1, "gamma": -1}, ValueError, "gamma is -1; needed 0 or more"),
        ("StepLR", {"step_size": 1, "gamma": "1"}, TypeError, "gamma is '1'; needed a number"),
        ("LinearLR", {"start_factor": 0}, ValueError, "start_factor is 0; needed above 0"),
        ("LinearLR", {"start_factor": 2}, ValueError, "start_factor is 2; needed above 0"),
        ("LinearLR", {"end_factor": 2}, ValueError, "end_factor is 2; needed from 0 to 1"),
        ("LinearLR", {"end_factor": np.nan}, ValueError, "end_factor is nan; needed from 0"),
        ("LinearLR", {"total_iters": 0}, ValueError, "total_iters is 0; needed 1 or more"),
        ("CosineAnnealingLR", {"T_max": 0}, ValueError, "T_max is 0; needed 1 or more"),
        ("CosineAnnealingLR", {"T_max": True}, TypeError, "T_max is True; needed a whole"),
        ("CosineAnnealingLR", {"T_max": 5, "eta_min": -1}, ValueError, "eta_min is -1; needed 0"),
    ],
)
def test_bad_settings(name, options, error, message):
    optimizer = sgd()
    with pytest.raises(error, match=message):
        getattr(reference, name)(optimizer, **options)
    assert optimizer.lr == 0.1


@pytest.mark.parametrize("optimizer", [None, torch.optim.SGD([torch.zeros(1)])])
def test_schedules_need_one_of_our_optimizers(optimizer):
    with pytest.raises(TypeError, match=r"optimizer is of type .*; needed one of dlcourse.refer"):
        reference.StepLR(optimizer, 5)


def test_bad_chains():
    optimizer = sgd()
    mine, other = reference.StepLR(optimizer, 5), reference.StepLR(sgd(), 5)
    sequential, chained = reference.SequentialLR, reference.ChainedScheduler
    with pytest.raises(ValueError, match="schedulers is empty"):
        chained([])
    with pytest.raises(ValueError, match=r"schedulers\[1\] sets the rate of another optimizer"):
        chained([mine, other])
    with pytest.raises(ValueError, match=r"schedulers\[0\] sets the rate of another optimizer"):
        chained([mine], other.optimizer)
    with pytest.raises(TypeError, match=r"schedulers\[0\] is of type float; needed a schedule"):
        sequential(optimizer, [0.1], [])
    with pytest.raises(ValueError, match=r"milestones has 0 entries; needed one fewer than .* 1"):
        sequential(optimizer, [mine, mine], [])
    with pytest.raises(ValueError, match=r"milestones is \[5, 3\]; needed epochs that rise"):
        sequential(optimizer, [mine, mine, mine], [5, 3])
    with pytest.raises(ValueError, match=r"milestones\[0\] is -1; needed 0 or more"):
        sequential(optimizer, [mine, mine], [-1])
