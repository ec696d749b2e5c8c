"""Small training runs for the tests; those of HALVES may kill themselves on the way.

``python training_runs.py HALF CHECKPOINT CALLS`` resumes a run and sends itself SIGKILL
when its loss is called for the so many'th time.
"""

import os
import signal
import sys

import numpy as np

from dlcourse import data, reference
from dlcourse.training import DataLoader, EarlyStopping, evaluate, fit
from dlcourse.training._parts import weights

EPOCHS = 6


def accuracy(output, target):
    return (output.argmax(1) == target).mean()


def digits():
    images = data.digits()
    return (images.X[:300], images.y[:300]), (images.X[300:450], images.y[300:450])


def numpy_half():
    rng = np.random.default_rng(3)
    network = reference.Sequential(
        reference.Flatten(),
        reference.Sequential(
            reference.Linear(64, 16, rng=rng), reference.BatchNorm1d(16, momentum=None)
        ),
        reference.ReLU(),
        reference.Dropout(0.2, rng=rng),
        reference.Linear(16, 10, rng=rng),
    )
    optimizer = reference.AdamW(network.parameters(), lr=0.02)
    warm_up = reference.LinearLR(optimizer, 0.5, total_iters=2)
    anneal = reference.CosineAnnealingLR(optimizer, EPOCHS)
    train, validation = digits()
    return {
        "network": network,
        "loss": reference.cross_entropy,
        "optimizer": optimizer,
        "schedule": reference.SequentialLR(optimizer, [warm_up, anneal], [2]),
        "training": DataLoader(train, 32, shuffle=True, rng=rng),
        "validation": [validation],
    }


def twin_half():
    import torch

    from dlcourse import accelerated

    generator = torch.Generator().manual_seed(3)
    network = accelerated.Sequential(
        accelerated.Flatten(),
        accelerated.Linear(64, 16, generator=generator),
        accelerated.BatchNorm1d(16, momentum=None),
        accelerated.ReLU(),
        accelerated.Dropout(0.2, generator=generator),
        accelerated.Linear(16, 10, generator=generator),
    )
    return _torch(network, accelerated.cross_entropy, DataLoader, np.random.default_rng(3))


def torch_half():
    import torch

    torch.manual_seed(3)  # torch.nn.Dropout draws from the global generator
    network = torch.nn.Sequential(
        torch.nn.Flatten(),
        torch.nn.Linear(64, 16),
        torch.nn.BatchNorm1d(16, momentum=None),
        torch.nn.ReLU(),
        torch.nn.Dropout(0.2),
        torch.nn.Linear(16, 10),
    )
    generator = torch.Generator().manual_seed(3)

    def loader(arrays, batch_size, shuffle, rng):
        tensors = torch.utils.data.TensorDataset(*map(torch.from_numpy, arrays))
        return torch.utils.data.DataLoader(tensors, batch_size, shuffle, generator=rng)

    return _torch(network, torch.nn.functional.cross_entropy, loader, generator)


def _torch(network, loss, loader, rng):
    import torch

    torch.set_num_threads(1)
    optimizer = torch.optim.AdamW(network.parameters(), lr=0.02)
    warm_up = torch.optim.lr_scheduler.LinearLR(optimizer, 0.5, total_iters=2)
    anneal = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, EPOCHS)
    (X, y), (X_validation, y_validation) = digits()
    return {
        "network": network,
        "loss": loss,
        "optimizer": optimizer,
        "schedule": torch.optim.lr_scheduler.SequentialLR(optimizer, [warm_up, anneal], [2]),
        "training": loader((X.astype(np.float32), y), 32, shuffle=True, rng=rng),
        "validation": [(X_validation.astype(np.float32), y_validation)],
    }


HALVES = {"numpy": numpy_half, "twin": twin_half, "torch": torch_half}


def run(half, **options):
    """Train; return the arguments that were used and the history."""
    arguments = HALVES[half]()
    return arguments, train(arguments, **options)


def train(arguments, **options):
    """Return the history of a fit with every option that the halves share."""
    return fit(
        **arguments,
        epochs=EPOCHS,
        metrics={"accuracy": accuracy},
        early_stopping=EarlyStopping(patience=EPOCHS),
        max_norm=2.0,
        **options,
    )


def cancer(dtype=np.float64):
    table = data.breast_cancer()
    X = ((table.X - table.X.mean(0)) / table.X.std(0)).astype(dtype)
    y = table.y[:, None].astype(dtype)
    return (X[:400], y[:400]), (X[400:], y[400:])


def neuron(seed=0, lr=0.3, **options):
    """Return network, loss, optimizer and one batch of all patients, for a single layer."""
    network = reference.Linear(30, 1, rng=np.random.default_rng(seed))
    optimizer = reference.SGD(network.parameters(), lr=lr, **options)
    return network, reference.binary_cross_entropy_with_logits, optimizer, [cancer()[0]]


def overfitting(early_stopping=None, epochs=60, **options):
    """Train on 14 patients, with 30 measurements each: at first it helps the other 400."""
    (X, y), _ = cancer()
    rows = slice(0, 40, 3)
    network, loss, optimizer, _ = neuron(lr=0.5)
    history = fit(
        network, loss, optimizer, [(X[rows], y[rows])], [(X, y)],
        epochs=epochs, early_stopping=early_stopping, **options,
    )  # fmt: skip
    return network, history, lambda: evaluate(network, loss, [(X, y)])["loss"]


def values(network):
    """Return every number that the network has learned, running statistics included."""
    if hasattr(network, "state_dict"):  # a torch.nn.Module
        return [tensor.numpy() for tensor in network.state_dict().values()]
    return [np.asarray(value) for layer in weights(network) for value in layer.values()]


def mortal(loss, calls):
    """Return ``loss``, a function, that kills the process when it is called so often."""
    left = iter(range(calls - 1, -1, -1))

    def loss_or_death(*args):
        if next(left) == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return loss(*args)

    return loss_or_death


def main(half, checkpoint, calls):
    """Resume the run of ``half`` in ``checkpoint``; die at the so many'th call of its loss."""
    arguments = HALVES[half]()
    loss = mortal(arguments["loss"], int(calls))
    arguments["loss"] = (loss, reference.cross_entropy_backward) if half == "numpy" else loss
    train(arguments, checkpoint=checkpoint, resume=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
