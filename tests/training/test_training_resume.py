"""A killed run goes on as if it had never been killed."""

import os
import signal
import subprocess
import sys

import numpy as np
import pytest
import training_runs
from training_runs import EPOCHS, HALVES, accuracy, neuron, overfitting, run, values

from dlcourse import reference
from dlcourse.training import DataLoader, EarlyStopping, checkpoint, fit

CALLS_PER_EPOCH = 11  # of the loss: 300 digits in batches of 32, and validation


def assert_equal_runs(first, second):
    assert first[1].state_dict() == second[1].state_dict()
    for a, b in zip(values(first[0]["network"]), values(second[0]["network"]), strict=True):
        np.testing.assert_array_equal(a, b)
        assert a.dtype == b.dtype


@pytest.mark.parametrize("half", ["numpy", "torch"])
def test_killed_and_resumed_equals_uninterrupted(half, tmp_path):
    path = tmp_path / "run"
    rng = np.random.default_rng()
    # Two kills, in two different epochs, after at least one checkpoint each.
    first = int(rng.integers(CALLS_PER_EPOCH + 1, 3 * CALLS_PER_EPOCH))
    left = EPOCHS - first // CALLS_PER_EPOCH
    second = int(rng.integers(CALLS_PER_EPOCH + 1, (left - 1) * CALLS_PER_EPOCH))
    print(f"killed at call {first} of the loss, resumed, and again at call {second}")
    for calls in (first, second):
        command = [sys.executable, training_runs.__file__, half, str(path), str(calls)]
        hidden = os.environ | {"TQDM_DISABLE": "1"}
        killed = subprocess.run(command, env=hidden, capture_output=True, text=True, timeout=120)
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        assert killed.stdout == killed.stderr == "", "the bar was not hidden"
    assert 2 <= len(checkpoint.load(path)["history"]["lr"]) < EPOCHS
    assert_equal_runs(run(half, checkpoint=path, resume=True), run(half))


@pytest.mark.parametrize("half", HALVES)
@pytest.mark.parametrize("stop", range(1, EPOCHS + 1))
def test_resumed_after_any_epoch_equals_uninterrupted(half, stop, tmp_path):
    path, arguments = tmp_path / "run", HALVES[half]()
    fit(**arguments, epochs=stop, metrics={"accuracy": accuracy}, max_norm=2.0, checkpoint=path)
    assert_equal_runs(run(half, checkpoint=path, resume=True), run(half))


def test_resume_trains_on_from_the_last_epoch_not_the_best(tmp_path):
    path = tmp_path / "run.npz"
    _, straight, _ = overfitting(epochs=60)
    _, before, _ = overfitting(epochs=50, checkpoint=path)
    assert before.best_epoch < 50, "the data do not show what is tested"
    _, resumed, loss_now = overfitting(epochs=60, checkpoint=path, resume=True)
    assert resumed.state_dict() == straight.state_dict()
    assert loss_now() == min(straight.validation["loss"])


def test_a_finished_run_resumes_into_nothing(tmp_path):
    path = tmp_path / "run.npz"
    stopper = EarlyStopping(patience=3)
    network, history, _ = overfitting(stopper, epochs=400, checkpoint=path)
    written = path.read_bytes()
    again, same, _ = overfitting(stopper, epochs=400, checkpoint=path, resume=True)
    assert same.state_dict() == history.state_dict()
    np.testing.assert_array_equal(again.weight, network.weight)
    assert path.read_bytes() == written


def test_without_resume_an_old_checkpoint_is_replaced(tmp_path):
    path = tmp_path / "run.npz"
    overfitting(epochs=5, checkpoint=path)
    _, history, _ = overfitting(epochs=2, checkpoint=path)
    assert len(history) == 2
    assert len(checkpoint.load(path)["history"]["lr"]) == 2


def test_a_checkpoint_of_something_else_is_refused(tmp_path):
    path = tmp_path / "run.npz"
    network, loss, optimizer, batches = neuron(momentum=0.9)
    fit(network, loss, optimizer, batches, epochs=1, checkpoint=path)

    def resume(network, optimizer, batches=batches, **options):
        fit(network, loss, optimizer, batches, epochs=2, checkpoint=path, resume=True, **options)

    rng = np.random.default_rng(0)
    wider = reference.Linear(30, 2, rng=rng)
    with pytest.raises(ValueError, match=r"has a layer with .*\(1, 30\) float64.* where this one"):
        resume(wider, reference.SGD(wider.parameters(), momentum=0.9))
    single = reference.Linear(30, 1, rng=rng, dtype=np.float32)
    with pytest.raises(ValueError, match=r"float64.* where this one has .*float32"):
        resume(single, reference.SGD(single.parameters(), momentum=0.9))
    deeper = reference.Sequential(network, reference.Linear(1, 1, rng=rng))
    with pytest.raises(ValueError, match="the checkpoint is of another network"):
        resume(deeper, reference.SGD(deeper.parameters(), momentum=0.9))
    with pytest.raises(ValueError, match="state has the entries"):
        resume(network, reference.Adam(network.parameters()))
    with pytest.raises(ValueError, match=r"run.npz holds .*needed .*'schedule'"):
        resume(network, optimizer, schedule=reference.StepLR(optimizer, 3))
    with pytest.raises(ValueError, match=r"has 0 random generators; needed .* now, 1"):
        resume(network, optimizer, DataLoader(batches[0], 100, True, rng=rng))
    with pytest.raises(ValueError, match=r"measured \['loss', 'zero'\]; needed .*\['loss'\]"):
        resume(network, optimizer, metrics={"zero": lambda z, y: 0})
