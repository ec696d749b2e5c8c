"""Training: it learns, in both halves alike, and measures what it says it measures."""

import functools
import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
import training_runs
from oracle import on_every_device
from training_runs import EPOCHS, HALVES, accuracy, cancer, neuron, run

from dlcourse import data, reference
from dlcourse.training import DataLoader, History, evaluate, fit

# It learns.


@pytest.mark.parametrize("library", [reference, torch.nn], ids=["numpy", "torch"])
def test_it_learns_digits(library):
    in_numpy = library is reference
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    images, rows = data.digits(), rng.permutation(1797)
    X, y = images.X[rows].astype(np.float64 if in_numpy else np.float32), images.y[rows]
    made = {"rng": rng} if in_numpy else {}
    network = library.Sequential(
        library.Flatten(),
        library.Linear(64, 64, **made),
        library.ReLU(),
        library.Linear(64, 10, **made),
    )
    history = fit(
        network,
        reference.cross_entropy if in_numpy else torch.nn.functional.cross_entropy,
        (reference if in_numpy else torch.optim).Adam(network.parameters(), lr=5e-3),
        DataLoader((X[:1200], y[:1200]), 32, shuffle=True, rng=rng),
        DataLoader((X[1200:], y[1200:]), 100),
        epochs=12,
        metrics={"accuracy": accuracy},
    )
    assert history.training["loss"][0] > 5 * history.training["loss"][-1]
    assert history.validation["accuracy"][history.best_epoch - 1] > 0.95
    assert not network.training


@pytest.mark.parametrize("half", HALVES)
def test_the_schedule_sets_the_rate_of_every_epoch(half):
    _, history = run(half)
    rates = [0.01, 0.015, *(0.01 * (1 + math.cos(math.pi * t / EPOCHS)) for t in range(4))]
    np.testing.assert_allclose(history.lr, rates)


def test_both_halves_have_the_same_history_from_the_same_start():
    train, validation = training_runs.digits()
    rng = np.random.default_rng(0)
    ours = reference.Sequential(
        reference.Conv2d(1, 4, 3, rng=rng),
        reference.BatchNorm2d(4),
        reference.ReLU(),
        reference.MaxPool2d(2),
        reference.Flatten(),
        reference.Linear(36, 10, rng=rng),
    )
    nn = torch.nn
    theirs = nn.Sequential(
        nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(36, 10),
    ).double()  # fmt: skip
    with torch.no_grad():
        for parameter, array in zip(theirs.parameters(), ours.parameters(), strict=True):
            parameter.copy_(torch.from_numpy(array))
    histories = []
    for network, loss, optim, schedules in (
        (ours, reference.cross_entropy, reference, reference),
        (theirs, nn.functional.cross_entropy, torch.optim, torch.optim.lr_scheduler),
    ):
        # With the usual eps of 1e-8, Adam blows rounding in gradients near 0 up to whole steps.
        optimizer = optim.Adam(network.parameters(), lr=0.02, eps=1e-3)
        history = fit(
            network,
            functools.partial(loss, label_smoothing=0.1),
            optimizer,
            DataLoader(train, 32, shuffle=True, rng=np.random.default_rng(1)),
            DataLoader(validation, 64),
            epochs=4,
            metrics={"accuracy": accuracy},
            schedule=schedules.StepLR(optimizer, 2),
            max_norm=0.5,
            clip_value=0.1,
        )
        histories.append(history.state_dict())
    for part in ("training", "validation"):
        for name in ("loss", "accuracy"):
            np.testing.assert_allclose(*(h[part][name] for h in histories), rtol=1e-9)
    for a, b in zip(ours.parameters(), theirs.parameters(), strict=True):
        np.testing.assert_allclose(a, b.detach().numpy(), rtol=1e-7, atol=1e-10)


@on_every_device
def test_torch_batches_go_to_the_networks_device(device):
    train, validation = cancer(np.float32)
    network = torch.nn.Linear(30, 1).to(device)
    history = fit(
        network,
        torch.nn.functional.binary_cross_entropy_with_logits,
        torch.optim.SGD(network.parameters(), lr=0.3),
        DataLoader(train, 100),
        DataLoader(validation, 100),
        epochs=5,
        metrics={"accuracy": lambda z, y: ((z > 0) == y).mean()},
    )
    assert history.validation["accuracy"][-1] > 0.9
    assert next(network.parameters()).device.type == device


# What it measures.


def test_losses_and_metrics_are_those_of_all_cases():
    network, loss, optimizer, _ = neuron(lr=0.0)
    (X, y), (X_validation, y_validation) = cancer()
    history = fit(
        network,
        loss,
        optimizer,
        DataLoader((X, y), 150),  # 150, 150, 100: the last batch must not count for 150
        DataLoader((X_validation, y_validation), 100),
        epochs=1,
        metrics={"spread": lambda z, y: np.ptp(z)},
    )
    for measured, x, t in (
        (history.training, X, y),
        (history.validation, X_validation, y_validation),
    ):
        output = network.forward(x)
        np.testing.assert_allclose(measured["loss"], [loss(output, t)], rtol=1e-12)
        np.testing.assert_allclose(measured["spread"], [np.ptp(output)], rtol=1e-12)
    found = evaluate(network, loss, [(X, y)])
    assert found == {"loss": float(loss(network.forward(X), y))}


@pytest.mark.parametrize("half", ["numpy", "torch"])
def test_dropout_acts_in_training_and_not_in_validation(half):
    if half == "numpy":
        network = reference.Sequential(
            reference.Dropout(0.5, rng=np.random.default_rng(0)), neuron()[0]
        )
        loss, sgd = reference.binary_cross_entropy_with_logits, reference.SGD
    else:
        network = torch.nn.Sequential(torch.nn.Dropout(0.5), torch.nn.Linear(30, 1).double())
        loss, sgd = torch.nn.functional.binary_cross_entropy_with_logits, torch.optim.SGD
    batches = [cancer()[0]]
    optimizer = sgd(network.parameters(), lr=0.0)
    history = fit(network, loss, optimizer, batches, batches, epochs=4)
    assert len(set(history.training["loss"])) == 4
    assert len(set(history.validation["loss"])) == 1
    network.train()
    assert evaluate(network, loss, batches)["loss"] == history.validation["loss"][0]


def test_one_step_is_the_step_written_out():
    network, loss, optimizer, batches = neuron(lr=0.25)
    before, (X, y) = [p.copy() for p in network.parameters()], batches[0]
    output = X @ before[0].T + before[1]
    history = fit(network, loss, optimizer, batches, epochs=1)
    slope = (1 / (1 + np.exp(-output)) - y) / len(y)
    np.testing.assert_allclose(
        network.weight, before[0] - 0.25 * slope.T @ X, rtol=1e-12, atol=1e-14
    )
    np.testing.assert_allclose(
        network.bias, before[1] - 0.25 * slope.sum(0), rtol=1e-12, atol=1e-14
    )
    np.testing.assert_allclose(history.training["loss"], [loss(output, y)])
    assert history.validation == {} and history.best_epoch is None


def test_a_pair_of_functions_is_a_loss():
    def loss(output, target):
        return ((output - target) ** 2).mean()

    def slope(grad_output, output, target):
        return grad_output * 2 * (output - target) / output.size

    results = []
    for given in ((loss, slope), reference.mse_loss):
        network, _, optimizer, batches = neuron()
        fit(network, given, optimizer, batches, batches, epochs=3)
        results.append(network.weight)
    np.testing.assert_allclose(*results, rtol=1e-12, atol=1e-14)


def test_parameters_not_given_to_the_optimizer_stay():
    rng = np.random.default_rng(0)
    frozen, trained = reference.Linear(30, 4, rng=rng), reference.Linear(4, 1, rng=rng)
    before = [p.copy() for p in frozen.parameters() + trained.parameters()]
    network = reference.Sequential(frozen, reference.Tanh(), trained)
    _, loss, _, batches = neuron()
    fit(network, loss, reference.SGD(trained.parameters(), lr=0.1), batches, epochs=1)
    changed = [(p != old).any() for p, old in zip(network.parameters(), before, strict=True)]
    assert changed == [False, False, True, True]


# What is seen on the way.


def test_in_numpy_it_draws_a_bar_on_stderr_and_imports_no_torch():
    code = (
        "import sys, training_runs\n"
        "training_runs.run('numpy')\n"
        "print('no bar from here', file=sys.stderr)\n"
        "training_runs.run('numpy', progress=False)\n"
        "print('torch' in sys.modules)"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code],
        env={name: value for name, value in os.environ.items() if name != "TQDM_DISABLE"},
        cwd=Path(__file__).parent, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert shown.stdout == "False\n"
    bar, nothing = shown.stderr.split("no bar from here")
    assert f"{EPOCHS}/{EPOCHS}" in bar and "training=" in bar and "validation=" in bar
    assert nothing.strip() == ""


def test_history_says_what_it_holds():
    history = History()
    assert repr(history) == "History of 0 epochs" and history.best_epoch is None
    history.add(0.1, {"loss": 0.5}, {"loss": math.nan})
    assert history.best_epoch is None
    history.add(0.1, {"loss": 0.25}, {"loss": 0.75})
    history.add(0.1, {"loss": 0.125}, {"loss": 0.75})
    assert history.best_epoch == 2
    assert repr(history) == "History of 3 epochs, last: training 0.125, validation 0.75"
