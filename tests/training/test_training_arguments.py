"""What fit refuses, in a sentence that names it."""

import functools

import pytest
import torch
from training_runs import accuracy, cancer, neuron

from dlcourse import reference
from dlcourse.training import EarlyStopping, fit


@pytest.mark.parametrize(
    ("changed", "error", "message"),
    [
        ({"network": [1]}, TypeError, "network is of type list; needed one with forward"),
        ({"network": reference.ReLU()}, ValueError, "network has no parameters"),
        ({"epochs": 0}, ValueError, "epochs is 0; needed 1 or more"),
        ({"epochs": 1.5}, TypeError, "epochs is 1.5; needed a whole number"),
        ({"loss": lambda z, y: 0}, TypeError, "needed a function with its _backward beside it"),
        ({"loss": "mse"}, TypeError, "loss is 'mse'; needed a function with its _backward"),
        (
            {"loss": functools.partial(reference.mse_loss, reduction="none")},
            ValueError,
            r"loss has shape \(400, 1\); needed one number",
        ),
        ({"training": []}, ValueError, "training gave no batch; needed at least one"),
        ({"validation": []}, ValueError, "validation gave no batch"),
        ({"training": cancer()[0]}, TypeError, "training gave a batch of type ndarray; needed a p"),
        ({"metrics": {"loss": accuracy}}, ValueError, "metrics has 'loss'"),
        ({"metrics": {"accuracy": 1}}, ValueError, "metrics has 'accuracy': 1; needed functions"),
        ({"early_stopping": EarlyStopping(1)}, ValueError, "early_stopping watches the validation"),
        ({"resume": True}, ValueError, "resume is True but checkpoint is None"),
        ({"max_norm": 0}, ValueError, "max_norm is 0; needed a number above 0"),
        ({"clip_value": "1"}, TypeError, "clip_value is '1'; needed a number above 0"),
        ({"optimizer": neuron()[2]}, ValueError, r"needed network.parameters\(\)"),
        (
            {"optimizer": torch.optim.SGD([torch.zeros(1)])},
            TypeError,
            "optimizer is torch.optim.sgd.SGD; needed one of dlcourse.reference",
        ),
        ({"schedule": reference.StepLR(neuron()[2], 1)}, ValueError, "of another optimizer"),
    ],
)
def test_bad_arguments_are_named(changed, error, message):
    names = ("network", "loss", "optimizer", "training")
    arguments = dict(zip(names, neuron(), strict=True)) | {"epochs": 1} | changed
    with pytest.raises(error, match=message):
        fit(**arguments)


def test_torchs_half_names_bad_arguments_too():
    network, batches = torch.nn.Linear(30, 1).double(), [cancer()[0]]
    loss, optimizer = torch.nn.functional.mse_loss, torch.optim.SGD(network.parameters())
    for changed, error, message in (
        ({"loss": "mse"}, TypeError, "loss is 'mse'; needed a function of output and target"),
        ({"loss": functools.partial(loss, reduction="none")}, ValueError, r"loss has shape \(400"),
        ({"optimizer": neuron()[2]}, TypeError, "descent.SGD; needed one of torch.optim"),
        (
            {"optimizer": torch.optim.SGD([torch.zeros(1)])},
            ValueError,
            "optimizer changes other tensors",
        ),
    ):
        arguments = {"loss": loss, "optimizer": optimizer, **changed}
        with pytest.raises(error, match=message):
            fit(network, **arguments, training=batches, epochs=1)


def test_batches_that_come_only_once_are_noticed():
    network, loss, optimizer, batches = neuron()
    with pytest.raises(ValueError, match=r"training gave no batch; .* in every epoch anew"):
        fit(network, loss, optimizer, iter(batches), epochs=2)


@pytest.mark.parametrize("options", [{"patience": 0}, {"patience": 1, "min_delta": -1.0}])
def test_early_stopping_refuses_what_makes_no_sense(options):
    name = list(options)[-1]
    with pytest.raises(ValueError, match=f"{name} is .*; needed"):
        EarlyStopping(**options)
