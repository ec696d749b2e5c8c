"""What bounds training: clipping, schedules, early stopping, the best epoch."""

import copy
import math

import numpy as np
import pytest
import torch
from training_runs import cancer, neuron, overfitting, values

from dlcourse import accelerated
from dlcourse.training import EarlyStopping, evaluate, fit


@pytest.mark.parametrize("half", ["numpy", "torch"])
@pytest.mark.parametrize(
    ("limit", "size"),
    [
        ({"max_norm": 0.01}, lambda step: np.linalg.norm(step)),
        ({"clip_value": 0.01}, lambda step: np.abs(step).max()),
    ],
)
def test_clipping_bounds_the_step(half, limit, size):
    def step(**options):
        network, loss, optimizer, batches = neuron(lr=1.0)
        if half == "torch":
            twin = torch.nn.Linear(30, 1).double()
            twin.load_state_dict(
                {n: torch.from_numpy(getattr(network, n)) for n in ("weight", "bias")}
            )
            network, loss = twin, accelerated.binary_cross_entropy_with_logits
            optimizer = torch.optim.SGD(network.parameters(), lr=1.0)
        before = copy.deepcopy(values(network))
        fit(network, loss, optimizer, batches, epochs=1, **options)
        return np.concatenate(
            [(a - b).ravel() for a, b in zip(values(network), before, strict=True)]
        )

    assert size(step()) > 0.1
    assert size(step(**limit)) == pytest.approx(0.01, rel=1e-3)


def test_early_stopping_stops_and_the_best_epoch_stays():
    _, history, loss_now = overfitting(EarlyStopping(patience=3), epochs=400)
    losses = history.validation["loss"]
    best = int(np.argmin(losses)) + 1
    assert 1 < best < 397, "the data do not show what is tested"
    assert (history.best_epoch, len(history)) == (best, best + 3)
    assert loss_now() == min(losses) < losses[-1]

    _, history, loss_now = overfitting(EarlyStopping(3), epochs=400, keep_best=False)
    assert loss_now() == history.validation["loss"][-1] > min(losses)


def test_torchs_best_epoch_stays_too():
    (X, y), _ = cancer()
    network = torch.nn.Linear(30, 1).double()
    validation = [(X, y)]
    history = fit(
        network,
        torch.nn.functional.binary_cross_entropy_with_logits,
        torch.optim.SGD(network.parameters(), lr=0.5),
        [(X[:40:3], y[:40:3])],
        validation,
        epochs=400,
        early_stopping=EarlyStopping(patience=3),
    )
    losses = history.validation["loss"]
    assert len(history) == history.best_epoch + 3 < 400
    loss = torch.nn.functional.binary_cross_entropy_with_logits
    assert evaluate(network, loss, validation)["loss"] == min(losses) < losses[-1]


def test_early_stopping_waits_for_more_than_min_delta():
    def stops(losses, **options):
        stopper = EarlyStopping(**options)
        return [i for i, loss in enumerate(losses) if stopper.step(loss)][:1]

    falling = [1.0, 0.75, 0.625, 0.5625, 0.5]
    assert stops(falling, patience=1) == []
    assert stops(falling, patience=1, min_delta=0.125) == [2]
    assert stops(falling, patience=2, min_delta=0.125) == []  # 0.5625 beats 0.75 by more
    assert stops(falling, patience=2, min_delta=0.25) == [4]  # 0.625 beats 1, 0.75 does not
    assert stops([math.nan] * 3, patience=2) == [1]
    assert stops([1.0, 1.0], patience=1) == [1]


def test_early_stopping_begins_anew_in_every_fit():
    stopper = EarlyStopping(patience=3)
    lengths = [len(overfitting(stopper, epochs=400)[1]) for _ in range(2)]
    assert lengths[0] == lengths[1] > 4
