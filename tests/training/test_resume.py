"""Training that stops, and goes on from its saved state, ends where it would have ended."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from optimizers import OPTIMIZERS, OPTIONS, SHAPES, draw, seeds
from oracle import dtypes

from dlcourse import reference


def schedules(optimizer):
    warm_up = reference.LinearLR(optimizer, 0.1, total_iters=4)
    drops = reference.StepLR(optimizer, step_size=3, gamma=0.5)
    anneal = reference.CosineAnnealingLR(optimizer, T_max=6, eta_min=1e-3)
    return {
        "StepLR": lambda: drops,
        "LinearLR": lambda: warm_up,
        "CosineAnnealingLR": lambda: anneal,
        "SequentialLR": lambda: reference.SequentialLR(optimizer, [warm_up, anneal], [4]),
        "ChainedScheduler": lambda: reference.ChainedScheduler([warm_up, drops, anneal]),
    }


def train(optimizer, schedule, steps, rng, dtype):
    for _ in range(steps):
        optimizer.step(draw(rng, dtype))
        schedule.step()


@pytest.mark.parametrize("name", OPTIMIZERS)
@given(
    data=st.data(),
    schedule=st.sampled_from(sorted(schedules(reference.SGD([np.zeros(1)])))),
    stop=st.integers(0, 20),
    dtype=dtypes,
    seed=seeds,
)
def test_resumed_equals_uninterrupted_bit_for_bit(name, data, schedule, stop, dtype, seed):
    options = data.draw(OPTIONS[name])
    start = draw(np.random.default_rng(seed), dtype)

    def build(params, lr, options):
        optimizer = getattr(reference, name)(params, lr, **options)
        return optimizer, schedules(optimizer)[schedule]()

    straight, rng = [p.copy() for p in start], np.random.default_rng(seed)
    train(*build(straight, 0.1, options), 20, rng, dtype)

    stopped, rng = [p.copy() for p in start], np.random.default_rng(seed)
    parts = build(stopped, 0.1, options)
    train(*parts, stop, rng, dtype)
    states = [part.state_dict() for part in parts]
    saved = [p.copy() for p in stopped]
    # What happens after saving must not reach the saved states.
    train(*parts, 3, np.random.default_rng(0), dtype)

    # Made with other settings, which the states must replace.
    resumed = build(saved, 0.7, {})
    for part, state in zip(resumed, states, strict=True):
        part.load_state_dict(state)
    train(*resumed, 20 - stop, rng, dtype)
    for wanted, got in zip(straight, saved, strict=True):
        np.testing.assert_array_equal(got, wanted)
        assert got.dtype == dtype


@pytest.mark.parametrize("name", OPTIMIZERS)
@given(data=st.data())
def test_a_state_holds_numbers_and_lists_of_arrays(name, data):
    optimizer = getattr(reference, name)(
        [np.zeros(shape) for shape in SHAPES], **data.draw(OPTIONS[name])
    )
    optimizer.step([np.ones(shape) for shape in SHAPES])
    for value in optimizer.state_dict().values():
        arrays = value if isinstance(value, list) else []
        assert isinstance(value, float | int | list)
        assert all(type(a) is np.ndarray for a in arrays)


def test_a_state_survives_a_file_of_arrays():
    w = np.ones(3, np.float32)
    optimizer = reference.Adam([w], lr=0.1)
    optimizer.step([w])
    file = io.BytesIO()
    np.savez(file, **optimizer.state_dict())
    file.seek(0)
    copy = w.copy()
    resumed = reference.Adam([copy])
    resumed.load_state_dict(dict(np.load(file)))
    assert type(resumed.steps) is int and type(resumed.lr) is float
    optimizer.step([np.ones(3)])
    resumed.step([np.ones(3)])
    np.testing.assert_array_equal(copy, w)
    assert resumed.exp_avg[0].dtype == np.float32


def test_a_loaded_state_is_not_shared():
    first, second = (reference.SGD([np.ones(2)], momentum=0.9) for _ in range(2))
    first.step([np.ones(2)])
    state = first.state_dict()
    second.load_state_dict(state)
    second.step([np.ones(2)])
    np.testing.assert_array_equal(state["momentum_buffer"][0], 1)
    np.testing.assert_array_equal(first.momentum_buffer[0], 1)


def test_bad_states_change_nothing():
    optimizer = reference.Adam([np.ones(2)])
    state = optimizer.state_dict()
    for bad, error, message in [
        ({}, ValueError, r"state has the entries \[\]; needed \['amsgrad', 'beta1'"),
        ({**state, "momentum": 0.9}, ValueError, r"state has the entries .*'momentum'"),
        ({**state, "lr": 5.0, "exp_avg": 1.0}, TypeError, r"state\['exp_avg'\] is 1.0; needed"),
        ({**state, "lr": 5.0, "steps": "many"}, TypeError, r"state\['steps'\] is 'many'; needed"),
        (
            {**state, "lr": 5.0, "exp_avg": [np.ones(3)]},
            ValueError,
            r"state\['exp_avg'\] has shapes \[\(3,\)\]; needed those of params, \[\(2,\)\]",
        ),
    ]:
        with pytest.raises(error, match=message):
            optimizer.load_state_dict(bad)
        assert optimizer.lr == 1e-3
    with pytest.raises(ValueError, match="state has the entries"):
        optimizer.load_state_dict(reference.SGD([np.ones(2)]).state_dict())


def test_a_chain_needs_the_state_of_as_many_schedules():
    optimizer = reference.SGD([np.ones(2)])
    drops = reference.StepLR(optimizer, 3)
    for schedule in (
        reference.ChainedScheduler([drops]),
        reference.SequentialLR(optimizer, [drops], []),
    ):
        with pytest.raises(ValueError, match="state has 0 schedulers; needed as many as here, 1"):
            schedule.load_state_dict({})
